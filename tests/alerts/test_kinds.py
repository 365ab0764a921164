"""Each kind of alert on both sides of its limit, by hand."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from lib.alerts.kinds import KINDS
from lib.alerts.reading import BudgetDay, Group, Idle, Odd, RunCost, StatementRun
from lib.alerts.rule import BUDGET_STEPS, Rule, parse
from lib.alerts.windows import before, span
from lib.errors import InputError
from tests.alerts.account import DAY, MOMENT, NOW, Hand, back, rule


def levels(kind: str, facts: Hand, **values: object) -> dict[str, int]:
    made = rule(kind, **values)
    return {reading.group.name: reading.level for reading in KINDS[kind].read(made, facts, MOMENT)}


def test_every_kind_is_a_module_of_its_own():
    modules = {path.stem for path in (Path("lib/alerts/kinds")).glob("*.py")} - {"__init__", "kind"}
    assert modules == set(KINDS)


def told(heading: str) -> list[list[str]]:
    """Cells of the table under a heading of docs/alerts.md, without its head."""
    part = Path("docs/alerts.md").read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip().strip("|") for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split("|")] for line in lines[2:]]


def test_the_document_tells_of_every_kind_in_the_order_they_are_offered():
    rows = told("Kinds")
    assert [row[0].strip("`") for row in rows] == list(KINDS)
    for name, fires, needs in rows:
        named = set(re.findall(r"`(\w+)`", fires + needs))
        assert named <= set(KINDS[name.strip("`")].fields), name


def test_the_document_says_what_a_kind_needs():
    for name, _, needs in told("Kinds"):
        kind = name.strip("`")
        needed = [part.split(" or ") for part in needs.replace("`", "").split(", ") if part]
        for either in needed:
            with pytest.raises(InputError):
                parse(
                    {"name": "x", "kind": kind}
                    | {field: SOME[field] for one in needed if one != either for field in one}
                )
        parse({"name": "x", "kind": kind} | {one[0]: SOME[one[0]] for one in needed})


def test_the_document_tells_of_every_field():
    assert {name for row in told("Fields") for name in re.findall(r"`(\w+)`", row[0])} == set(Rule.model_fields)


SOME = {"amount": "5", "percent": 0.5, "hours": 4, "subject": "team", "by": "job"}


def test_every_field_that_a_kind_names_is_a_field_of_a_rule():
    assert {name for kind in KINDS.values() for name in kind.fields} <= set(Rule.model_fields)


@pytest.mark.parametrize(("cost", "level"), [("99.99", 0), ("100", 1), ("199.99", 1), ("200", 2), ("500", 3)])
def test_an_amount_fires_from_the_amount_on_and_again_at_its_multiples(cost, level):
    assert levels("spend", Hand({"all": [cost]}), amount=100) == {"All spend": level}


def test_a_rise_is_against_the_median_of_the_same_weekday():
    week = [10, 10, 10, 10, 10, 2, 2]
    quiet = [2, *week * 4, 10]  # back(29) … DAY; Tuesdays cost 10
    assert levels("spend", Hand({"all": [*quiet[:-1], 14.9]}), percent=0.5) == {"All spend": 0}
    assert levels("spend", Hand({"all": [*quiet[:-1], 15.1]}), percent=0.5) == {"All spend": 1}


def test_a_rise_and_an_amount_must_both_hold():
    history = [1] * 28
    assert levels("job_change", Hand({"small": [*history, 5]}), percent=1.0, amount=50) == {"small": 0}
    assert levels("job_change", Hand({"large": [*[30] * 28, 70]}), percent=1.0, amount=50) == {"large": 1}


def test_a_job_without_history_is_not_assessed():
    assert levels("job_change", Hand({"new": [100]}), percent=0.5) == {}


def test_a_day_is_compared_with_whole_days_only():
    # the day after DAY is still coming in: it is not looked at, so it is no fall
    assert span("day", DAY).end == DAY + timedelta(days=1)
    assert [window.start for window in before("day", DAY, "usual")] == [back(7), back(14), back(21), back(28)]


def test_months_are_compared_over_equal_lengths_and_end_with_the_month():
    import datetime

    march = datetime.date(2026, 3, 31)
    (february, *_) = before("month", march, "previous")
    assert (february.start, february.end) == (datetime.date(2026, 2, 1), datetime.date(2026, 3, 1))
    assert [w.days for w in before("month", datetime.date(2026, 3, 10), "previous")] == [10]


def test_job_is_by_amount_alone():
    assert levels("job", Hand({"a": [9], "b": [10]}), amount=10) == {"a": 0, "b": 1}
    with pytest.raises(InputError, match="amount"):
        parse({"name": "x", "kind": "job"})


def run(cost: str, *, failed: float = 0, days: int = 0, job: str = "nightly") -> RunCost:
    amount = Decimal(cost)
    return RunCost(
        back(days), Group(f"w/{job}/{cost}", f"{job} {cost}"), job, amount, amount * Decimal(str(failed)), ""
    )


def test_runs_are_told_one_by_one():
    facts = Hand(run_costs=[run("49.99"), run("50"), run("99", days=2), run("99", days=10)])
    assert levels("run", facts, amount=50) == {"nightly 49.99": 0, "nightly 50": 1, "nightly 99": 1}


def test_failures_add_up_what_failed_in_the_window():
    facts = Hand(run_costs=[run("40", failed=0.5), run("30", failed=1, job="other"), run("70")])
    assert levels("failures", facts, amount=50) == {"All spend": 1}
    assert levels("failures", facts, amount=30, by="job") == {"nightly": 0, "other": 1}


@pytest.mark.parametrize(("spent", "level"), [(49, 0), (50, 1), (79.9, 2), (90, 3), (120, 4)])
def test_a_budget_fires_at_its_shares(spent, level):
    facts = Hand(budget_days=[BudgetDay(Group("b", "Data"), "2026-11", Decimal(100), Decimal(str(spent)), None)])
    assert BUDGET_STEPS == (0.5, 0.75, 0.9, 1.0)
    assert levels("budget", facts) == {"Data": level}


def test_a_budget_of_one_step_fires_at_exactly_that_share():
    def at(spent: str) -> int:
        day = BudgetDay(Group("b", "Data"), "2026-11", Decimal(100), Decimal(spent), None)
        return levels("budget", Hand(budget_days=[day]), steps=(0.8,))["Data"]

    assert [at("79.9"), at("80"), at("120")] == [0, 1, 1]


def test_a_budget_forecast_fires_before_it_is_spent():
    day = BudgetDay(Group("b", "Data"), "2026-11", Decimal(100), Decimal(40), Decimal(130))
    assert levels("budget", Hand(budget_days=[day])) == {"Data": 0, "Data (forecast)": 1}


def test_an_anomaly_fires_from_its_severity_on():
    odd = Odd(DAY, Group("j", "job"), Decimal(90), Decimal(10), "high")
    assert levels("anomaly", Hand(odds=[odd]), severity="high") == {"job": 1}
    assert levels("anomaly", Hand(odds=[odd]), severity="medium") == {"job": 2}
    assert levels("anomaly", Hand(odds=[odd]), severity="critical") == {"job": 0}
    assert levels("anomaly", Hand(odds=[odd]), severity="high", amount=100) == {"job": 0}


def test_the_share_without_a_tag():
    facts = Hand({"": [30], "core": [70]})
    assert levels("untagged", facts, subject="team", percent=0.3) == {"without tag team": 1}
    assert levels("untagged", facts, subject="team", percent=0.31) == {"without tag team": 0}
    assert levels("untagged", Hand(), subject="team", percent=0.3) == {}


def test_an_idle_cluster_needs_hours_and_where_asked_money():
    idle = Idle(DAY, Group("c", "etl"), 3.0, Decimal("4.5"))
    unknown = Idle(DAY, Group("d", "unpriced"), 3.0, None)
    assert levels("idle", Hand(idles=[idle]), hours=3) == {"etl": 1}
    assert levels("idle", Hand(idles=[idle]), hours=3.1) == {"etl": 0}
    assert levels("idle", Hand(idles=[idle, unknown]), hours=1, amount=4) == {"etl": 2, "unpriced": 0}


def test_freshness_is_about_the_present_and_leaves_empty_sources_out():
    facts = Hand(newest={"usage": NOW - timedelta(hours=30), "audit": None})
    assert levels("freshness", facts, hours=24) == {"usage": 1}
    assert levels("freshness", facts, hours=31) == {"usage": 0}


def test_a_month_that_is_forecast_over_an_amount():
    assert levels("forecast", Hand(ends={"a": 999, "b": 1000}), amount=1000) == {"a": 0, "b": 1}


def test_something_new_above_an_amount():
    facts = Hand({"old": [*[1] * 20, 500], "new": [150], "small": [5], "back": [*[1] * 5, *[None] * 29, 150]})
    assert levels("new_group", facts, by="job", amount=100) == {"new": 1, "small": 0, "back": 1}


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"kind": "nothing"}, "no kind"),
        ({"kind": "spend"}, "amount"),
        ({"kind": "spend", "amount": -1}, "amount"),
        ({"kind": "spend", "amount": 1, "by": "planet"}, "by"),
        ({"kind": "spend", "amount": 1, "steps": [2, 1]}, "steps"),
        ({"kind": "spend", "amount": 1, "colour": "red"}, "colour"),
        ({"kind": "untagged", "percent": 0.1}, "subject"),
    ],
)
def test_a_rule_that_cannot_be_used_names_the_field(values, named):
    with pytest.raises(InputError, match=named):
        parse({"name": "x", **values})


class Statements(Hand):
    """Facts with some statements beside them."""

    def __init__(self, *runs: StatementRun) -> None:
        super().__init__({})
        self._runs = runs

    def statements(self, rule, start, end):
        return [run for run in self._runs if start <= run.day < end]


@pytest.mark.parametrize(
    ("values", "cost", "hours", "level"),
    [
        ({"amount": 5}, "4.99", 9, 0),
        ({"amount": 5}, "5", 0, 1),
        ({"amount": 5}, None, 9, 0),
        ({"hours": 0.5}, None, 0.49, 0),
        ({"hours": 0.5}, None, 0.5, 1),
        ({"amount": 5, "hours": 0.5}, "1", 1.0, 2),
    ],
)
def test_a_statement_fires_by_its_cost_or_its_time(values, cost, hours, level):
    run = StatementRun(DAY, Group("ws/s1", "SELECT on BI"), hours, None if cost is None else Decimal(cost), "RUNNING")
    expected = {} if cost is None and "hours" not in values else {"SELECT on BI": level}
    assert levels("statement", Statements(run), **values) == expected

"""The harness itself: figures, turns, processes, the naive way, the page it writes."""

import os
import sys
from datetime import date
from types import ModuleType

import pandas as pd
import pytest

from bench import report
from bench.case import Case, Plan, Row, at_least, at_most, figure
from bench.cases import CASES
from bench.cases.live import beside, window
from bench.data import SIZES
from bench.measure import in_child, in_turns, peak_mb
from bench.naive import Naive, Whole
from bench.same_answer import SameAnswer, agreement, discount
from lib.explorer.by import spend
from lib.jobs.job import job
from lib.jobs.table import jobs
from lib.spend.filters import Filters
from lib.spend.period import DAY, Period
from tests.account import price, usage, write_account
from tests.conftest import TODAY


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1234.5, "×", "1230 ×"),
        (0.1234, "s", "0.123 s"),
        (95.0, "ms", "95 ms"),
        (4.56, "%", "4.56 %"),
        (2.0, "×", "2 ×"),
    ],
)
def test_figure_shows_three_digits(value, unit, words):
    assert figure(value, unit) == words


def test_goal_is_met_on_its_own_side_and_at_the_limit():
    assert [at_least(10).met(v) for v in (9.9, 10, 11)] == [False, True, True]
    assert [at_most(2).met(v) for v in (1.9, 2, 2.1)] == [True, True, False]
    assert at_most(5).words("%") == "≤ 5 %"


def test_row_without_goal_is_neither_met_nor_missed():
    assert Row("Time", "1M", 3.0, "s").met is None


def test_works_take_turns():
    called = []
    in_turns({"a": lambda: called.append("a"), "b": lambda: called.append("b")}, 2)
    turn = ["a"] * 5 + ["b"] * 5
    assert called == ["a", "b", *turn, *turn]


@pytest.fixture
def plain_main(monkeypatch):
    """A fresh process runs its parent's `__main__` again: tests of pages leave the app's there."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.mark.usefixtures("plain_main")
def test_child_gives_value_and_its_own_peak():
    child = in_child(os.getpid)
    assert child.value != os.getpid()
    assert 0 < child.peak_mb < peak_mb() + 200


@pytest.mark.usefixtures("plain_main")
def test_child_that_fails_says_why():
    with pytest.raises(RuntimeError, match="FileNotFoundError"):
        in_child(os.stat, "/nowhere")


def test_plan_compares_the_smallest_with_the_largest_that_pandas_can_take():
    plan = Plan(tuple(SIZES[name] for name in ("50M", "1M", "10M")), 1, True, print)
    assert (plan.smallest.name, plan.largest.name) == ("1M", "10M")


def test_cases_have_names_of_their_own():
    assert len({case.name for case in CASES}) == len(CASES)


def test_a_case_replaces_its_own_results_and_leaves_the_others(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text("# Head\n<!-- results -->\n### Second\n\nkept\n<!-- /results -->\nfoot\n", encoding="utf-8")
    first, second = (Case(name, name, lambda plan: iter(())) for name in ("First", "Second"))
    for value in (11, 12):
        part = report.section(first, [Row("What", "1M", value, "×", at_least(10), "why")], "python -m bench")
        report.write({first: part}, (first, second), page)
    text = page.read_text(encoding="utf-8")
    assert "| What | 1M | 12 × | ≥ 10 × | met | why |" in text
    assert "11 ×" not in text
    assert text.index("### First") < text.index("### Second\n\nkept")
    assert text.endswith("<!-- /results -->\nfoot\n")


@pytest.mark.parametrize(
    "way", [Naive, lambda account: Naive(account, "fetchall"), Whole], ids=["df", "fetchall", "whole"]
)
def test_naive_cost_is_quantity_times_the_price_that_was_valid(tmp_path, way):
    account = tmp_path / "account.duckdb"
    tables = {
        "system.billing.usage": [usage(10, start="2026-01-01 23:00"), usage(10, start="2026-01-02 00:00")],
        "system.billing.list_prices": [price("0.5", until="2026-01-02 00:00"), price("0.6", since="2026-01-02 00:00")],
    }
    write_account(account, tables)
    cost = way(account).by(Period(date(2026, 1, 1), date(2026, 1, 3)), ["product"])
    assert cost.to_dict("records") == [{"product": "JOBS", "list_cost": pytest.approx(11)}]


@pytest.mark.parametrize("every", [True, False])
def test_pandas_gives_the_answer_of_the_ledger(demo, every):
    """Else a ratio would compare two questions."""
    view = Filters(Period(TODAY - 30 * DAY, TODAY))
    table = jobs(demo.warehouse, view, demo.as_of)
    assert table.comparison
    top = table.jobs[table.jobs["vm_cost"] > 0].iloc[0]
    ids = (str(top["workspace_id"]), str(top["job_id"]))
    naive = SameAnswer(demo.folder.current(), every=every)
    answers = {
        "product": (naive.spend(view.period, ["product"]), spend(demo.warehouse, view, ("product",))),
        "jobs": (naive.jobs(view.period, window(view, table.comparison), table.comparison.previous), table),
        "job": (naive.job(view.period, window(view, None), *ids), job(demo.warehouse, view, demo.as_of, *ids)),
    }
    for what, (theirs, ours) in answers.items():
        assert agreement(beside(what, theirs, ours)).endswith("the same"), what


def test_answers_that_differ_are_told_apart():
    ours, theirs = pd.DataFrame({"cost": [1.0, 2.0]}), pd.DataFrame({"cost": [3.3]})
    assert agreement([(theirs, ours, ("cost",))]) == "not the same: cost off by 10.00%"


def test_discount_of_pandas_takes_the_first_rule_that_matches():
    days = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-02-01"])
    rows = pd.DataFrame({"sku_name": ["JOBS_X", "JOBS_X", "SQL"], "product": ["JOBS", "JOBS", "SQL"], "day": days})
    rules = pd.DataFrame(
        [("all", None, 0.1, "2026-01-01", 1), ("sku_pattern", "^JOBS_", 0.2, "2026-02-01", 2)],
        columns=["match_kind", "match_value", "discount_share", "valid_from", "position"],
    ).assign(valid_from=lambda found: pd.to_datetime(found["valid_from"]), valid_to=pd.NaT)
    assert discount(rows, rules).tolist() == [0.1, 0.2, 0.1]

"""The harness itself: figures, turns, processes, the naive way, the page it writes."""

import os
import sys
from datetime import date
from types import ModuleType

import pytest

from bench import report
from bench.case import Case, Plan, Row, at_least, at_most, figure
from bench.cases import CASES
from bench.data import SIZES
from bench.measure import in_child, in_turns, peak_mb
from bench.naive import Naive
from lib.spend.period import Period
from tests.account import price, usage, write_account


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


@pytest.mark.parametrize("how", ["df", "fetchall"])
def test_naive_cost_is_quantity_times_the_price_that_was_valid(tmp_path, how):
    account = tmp_path / "account.duckdb"
    tables = {
        "system.billing.usage": [usage(10, start="2026-01-01 23:00"), usage(10, start="2026-01-02 00:00")],
        "system.billing.list_prices": [price("0.5", until="2026-01-02 00:00"), price("0.6", since="2026-01-02 00:00")],
    }
    write_account(account, tables)
    cost = Naive(account, how).by(Period(date(2026, 1, 1), date(2026, 1, 3)), ["product"])
    assert cost.to_dict("records") == [{"product": "JOBS", "list_cost": pytest.approx(11)}]

"""Usage rows and priorities on the command line, and the parts of the overview that are arithmetic."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pandas as pd
import pytest

from lib.config import load
from lib.context import Context
from lib.demo import DemoSpec
from lib.explorer.overview import overview
from lib.explorer.priorities import priorities, scored
from lib.explorer.records import records
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.spend.projection import month_end

OCTOBER = Filters(Period(date(2026, 10, 1), date(2026, 11, 1)))


def test_pages_of_usage_rows_hold_each_row_once_and_add_up(demo: Context) -> None:
    found, ids, cost = records(demo.warehouse, OCTOBER, sku="JOBS_COMPUTE", limit=4000), [], D(0)
    for offset in range(0, found.records, 4000):
        page = records(demo.warehouse, OCTOBER, sku="JOBS_COMPUTE", limit=4000, offset=offset).rows.to_pylist()
        ids += [row["record_id"] for row in page]
        cost += sum((row["cost"] or D(0) for row in page), D(0))
    assert len(ids) == len(set(ids)) == found.records > 0
    assert found.cost is not None
    assert abs(cost - found.cost) < D("1e-6")
    assert found.per_record == found.cost / found.records


def test_priorities_join_at_one_grain(demo: Context) -> None:
    found = priorities(demo.warehouse, OCTOBER)
    whole = overview(demo.warehouse, OCTOBER, demo.as_of)
    assert found.workspaces["total_cost"].sum() == pytest.approx(whole.total_cost)
    assert found.owners["total_cost"].sum() == pytest.approx(whole.total_cost)
    assert found.workspaces["statements"].sum() == found.owners["statements"].sum()
    assert found.workspaces["runs"].sum() == found.owners["runs"].sum()
    assert found.workspaces["score"].is_monotonic_decreasing


def test_the_score_is_what_it_says() -> None:
    facts = pd.DataFrame(
        {
            "key": ["a", "b", "c"], "total_cost": [100.0, 50.0, float("nan")], "failure_cost": [0.0, 10.0, 0.0],
            "failed_statements": [0, 0, 5], "slow_statements": [0, 0, 5], "spilling_statements": [float("nan")] * 3,
        }
    )  # fmt: skip
    assert scored(facts)[["key", "score"]].values.tolist() == [["b", 50.0], ["a", 40.0], ["c", 30.0]]


def test_the_month_is_projected_from_its_complete_days() -> None:
    as_of = AsOf(date(2026, 1, 1), date(2026, 11, 19), date(2026, 11, 20))
    daily = {date(2026, 11, day): 10.0 for day in range(1, 19)} | {date(2026, 11, 19): 1.0, date(2026, 10, 31): 99.0}
    found = month_end(daily, as_of)
    assert found is not None
    assert (found.spent, found.days_used, found.total) == (180.0, 18, 300.0)
    assert found.method == "18 complete days, and their mean for the other 12 days of the month"
    assert month_end({}, AsOf(None, None, date(2026, 11, 20))) is None


def test_of_two_who_want_a_demo_only_the_first_makes_it(tmp_path: Path) -> None:
    spec = DemoSpec(seed=1, today=date(2026, 11, 20), days=60, scale=0.01)
    contexts = [Context(load(source="demo", home=tmp_path)) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda context: context.make_demo(spec, if_missing=True), contexts))
    assert sorted(done is None for done in made) == [False, True]
    assert len(list(tmp_path.glob("demo/account-*.duckdb"))) == 1

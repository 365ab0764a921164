"""The flat list of runs is what the cards above it say, whatever narrows the view and whatever it is sorted by."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from lib.jobs.runs import LARGEST_PAGE, SORTS, WORDS, many, runs
from lib.jobs.table import chosen_keys, jobs
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import DAY, Period
from lib.warehouse.embedded import EmbeddedWarehouse
from lib.warehouse.frames import total
from lib.warehouse.store import DatabaseFolder
from tests.queries.demo_account import SPEC, some_job, whole_period

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def warehouse(varied: DatabaseFolder) -> Iterator[EmbeddedWarehouse]:
    engine = EmbeddedWarehouse(varied.path)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def view(varied: DatabaseFolder) -> Filters:
    """The second half of the account: runs cross both of its edges."""
    whole = whole_period(varied)
    return Filters(Period(whole.start + whole.days // 2 * DAY, whole.end - 3 * DAY))


@pytest.mark.parametrize(
    "narrowed",
    [{}, {"job_name": "A"}, {"result": "FAILED"}, {"cost_min": Decimal(5)}, {"cost_max": Decimal(5), "result": "SUCCEEDED"},
     {"serverless": "serverless"}, {"serverless": "classic"}, {"tag": "team"}, {"tag": "team="}, {"base": "contract"},
     {"products": ("JOBS",)}, {"currency": "EUR"}, {"result": "SKIPPED"}],
    ids=str,
)  # fmt: skip
def test_the_list_is_what_the_cards_say(warehouse: EmbeddedWarehouse, view: Filters, narrowed: dict) -> None:
    filters = replace(view, **narrowed)
    shown = jobs(warehouse, filters, AsOf(view.period.start, view.period.last, SPEC.today))
    listed = runs(warehouse, filters, chosen_keys(shown.jobs, filters), "-started_at", LARGEST_PAGE)
    assert listed.num_rows == many(shown)
    assert total(listed, "period_cost") == total(shown.rows, "runs_cost")
    by_job: dict[str, int] = {}
    for row in listed.to_pylist():
        key = f"{row['workspace_id']}/{row['job_id']}"
        by_job[key] = by_job.get(key, 0) + 1
    counted = shown.jobs.assign(all=shown.jobs["runs"] + shown.jobs["skipped_runs"]).query("all > 0")
    assert by_job == {f"{r.workspace_id}/{r.job_id}": r.all for r in counted.itertuples()}


def test_a_person_and_a_workspace(warehouse: EmbeddedWarehouse, view: Filters, varied: DatabaseFolder) -> None:
    one = some_job(varied)
    for narrowed in ({"owners": (one["owner"],)}, {"workspaces": (one["workspace_id"],)}):
        test_the_list_is_what_the_cards_say(warehouse, view, narrowed)


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_goes_through_all_pages_and_missing_values_come_last(
    warehouse: EmbeddedWarehouse, view: Filters, sort: str
) -> None:
    for order in (sort, f"-{sort}"):
        pages = [runs(warehouse, view, None, order, 400, offset).to_pylist() for offset in range(0, 2400, 400)]
        rows = [row for page in pages for row in page]
        assert len({(row["workspace_id"], row["run_id"]) for row in rows}) == len(rows)
        values = [row["job_name"] or row["job_id"] if sort == "job_name" else row[sort] for row in rows]
        there = [value.lower() if sort in WORDS else value for value in values if value is not None]
        assert there == sorted(there, reverse=order.startswith("-"))
        assert None not in values[: len(there)]

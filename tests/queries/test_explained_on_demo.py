"""What "How is this computed?" shows adds up to the figure, whatever narrows the view."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from lib.clusters.fleet import fleet, sums, window
from lib.explain.explain import Part, explain
from lib.explorer.by import spend
from lib.explorer.overview import overview
from lib.explorer.records import records
from lib.jobs.job import job
from lib.jobs.table import job_keys, jobs
from lib.spend.compare import AsOf
from lib.spend.filters import UNTAGGED, Filters
from lib.spend.period import Period
from lib.statements.thresholds import thresholds
from lib.statements.warehouse import warehouse_view
from lib.warehouse.embedded import EmbeddedWarehouse
from lib.warehouse.frames import total
from lib.warehouse.store import DatabaseFolder
from tests.queries.demo_account import SPEC, whole_period

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Demo:
    warehouse: EmbeddedWarehouse
    period: Period
    as_of: AsOf


@pytest.fixture(scope="module")
def demo(varied: DatabaseFolder) -> Iterator[Demo]:
    folder = varied
    period = whole_period(folder)
    warehouse = EmbeddedWarehouse(folder.path)
    yield Demo(warehouse, period, AsOf(period.start, period.last, SPEC.today))
    warehouse.close()


def together(demo: Demo, filters: Filters, figure: str, part: Part = Part()) -> float:
    """The sum of all prices and machines of an explanation."""
    found = explain(demo.warehouse, filters, demo.as_of, figure, part=part)
    cost = "contract_cost" if filters.base == "contract" else "list_cost"
    dbu = found.price_rows[cost].sum() if len(found.price_rows) else 0.0
    vm = found.machine_rows["vm_cost"].sum() if len(found.machine_rows) else 0.0
    return float(dbu) + float(vm)


VIEWS = [
    {}, {"base": "contract"}, {"currency": "EUR"}, {"products": ("JOBS",)}, {"serverless": "classic"}, {"tag": "team"},
    {"tag": "team="}, {"tag": UNTAGGED},
]  # fmt: skip


@pytest.mark.parametrize("narrowed", VIEWS, ids=str)
def test_the_total_and_the_jobs(demo: Demo, narrowed: dict) -> None:
    filters = Filters(demo.period, **narrowed)
    whole = spend(demo.warehouse, filters, ("product",)).frame["total_cost"].sum()
    assert together(demo, filters, "total_cost") == pytest.approx(whole, abs=0.001)
    listed = jobs(demo.warehouse, filters, demo.as_of)
    assert together(demo, filters, "jobs_cost", Part("job")) == pytest.approx(
        float(listed.cards.total_cost or 0), abs=0.001
    )
    some = listed.jobs.head(3)
    assert together(demo, filters, "jobs_cost", Part("job", tuple(job_keys(some)))) == pytest.approx(
        some["total_cost"].sum(), abs=0.001
    )


def test_usage_without_any_tag_is_what_the_overview_says(demo: Demo) -> None:
    view = Filters(demo.period)
    untagged = replace(view, tag=UNTAGGED)
    said = overview(demo.warehouse, view, demo.as_of).untagged_cost
    assert spend(demo.warehouse, untagged, ("owner",)).frame["total_cost"].sum() == pytest.approx(said)
    listed = records(demo.warehouse, untagged)
    assert listed.cost == total(spend(demo.warehouse, untagged, ("product",)).rows, "cost")


def test_a_job_on_its_page_is_the_whole_job(demo: Demo) -> None:
    filters = Filters(demo.period, products=("SQL",))
    row = jobs(demo.warehouse, replace(filters, products=()), demo.as_of).jobs.iloc[0]
    shown = job(demo.warehouse, filters, demo.as_of, row["workspace_id"], row["job_id"])
    part = Part("job", (f"{row['workspace_id']}/{row['job_id']}",), whole=True)
    assert together(demo, filters, "job_cost", part) == pytest.approx(shown.total_cost, abs=0.001)
    assert together(demo, filters, "vm_cost", part) == pytest.approx(shown.vm_cost or 0.0, abs=0.001)


def test_clusters_and_warehouses_of_their_own_days(demo: Demo) -> None:
    filters = Filters(demo.period)
    over = window(filters, demo.as_of, ())
    known = fleet(demo.warehouse, over).clusters
    days = Period(over.start, over.end)
    keys = tuple(f"{w}/{c}" for w, c in zip(known["workspace_id"], known["cluster_id"], strict=True))
    whole = Part("cluster", keys, period=days, whole=True)
    assert together(demo, filters, "cluster_cost", whole) == pytest.approx(sums(known).month_cost, abs=0.001)
    wanted = known.sort_values("total_cost", ascending=False).iloc[0]
    one = replace(whole, keys=(f"{wanted['workspace_id']}/{wanted['cluster_id']}",))
    assert together(demo, filters, "cluster_cost", one) == pytest.approx(wanted["total_cost"], abs=0.001)
    rows = spend(demo.warehouse, filters, ("workspace", "warehouse")).frame
    dearest = rows[rows["key2"].notna()].sort_values("cost", ascending=False).iloc[0]
    shown = warehouse_view(demo.warehouse, filters, demo.as_of, thresholds(), dearest["key1"], dearest["key2"])
    part = Part("warehouse", (f"{dearest['key1']}/{dearest['key2']}",), whole=True)
    assert together(demo, shown.filters, "warehouse_cost", part) == pytest.approx(shown.cost, abs=0.001)


def test_usage_rows_of_a_sku(demo: Demo) -> None:
    filters = Filters(demo.period)
    found = records(demo.warehouse, filters, sku="serverless", limit=1)
    assert together(demo, filters, "usage_cost", Part(sku="serverless")) == pytest.approx(
        float(found.cost or 0), abs=0.001
    )

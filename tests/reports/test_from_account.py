"""From usage rows to paper: the report of a small account says what the ledger says."""

from decimal import Decimal

import pytest

from lib.jobs.job import job
from lib.jobs.table import jobs, trend
from lib.reports.job import job_report
from lib.reports.jobs import jobs_export, jobs_report
from lib.reports.pdf import render
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.warehouse.asof import as_of
from tests.account import DAY, Account, node_minutes, price, run_slice, usage
from tests.reports.reading import pages

PERIOD = Period(DAY.replace(day=1), DAY.replace(day=20))
MINE = {"job_id": "j1", "job_run_id": "r1", "cluster_id": "c1"}


@pytest.fixture(scope="module")
def account(tmp_path_factory) -> Account:
    tables = {
        "system.billing.usage": [
            usage("12.345678", **MINE),
            usage("-2.5", record_type="RETRACTION", **MINE),
            usage(7, start="2026-06-12 10:00", sku_name="UNKNOWN_SKU", job_id="j2", job_run_id="r2"),
            usage(40, start="2026-06-13 10:00", job_id="j3", job_run_id="r3", is_serverless=True),
        ],
        "system.billing.list_prices": [price("0.15")],
        "system.lakeflow.job_run_timeline": [
            run_slice("2026-06-10 10:00", "2026-06-10 10:50"),
            run_slice("2026-06-12 10:00", "2026-06-12 10:30", "TIMED_OUT", job_id="j2", run_id="r2"),
            run_slice("2026-06-13 10:00", "2026-06-13 10:30", "FAILED", job_id="j3", run_id="r3"),
        ],
        "system.compute.node_timeline": node_minutes("2026-06-10 10:00", 50),
    }
    return Account(tmp_path_factory.mktemp("account"), tables)


@pytest.mark.parametrize("base", ["list", "contract"])
def test_jobs_report_equals_the_ledger(account, base):
    filters = Filters(PERIOD, base=base)
    known = as_of(account.warehouse, PERIOD.end)
    view = jobs(account.warehouse, filters, known)
    trends = trend(account.warehouse, filters, ["ws1/j1", "ws1/j3"])
    text = " ".join(pages(render(jobs_report(view, filters, trends=trends))))
    cost = Decimal("0.15") * (Decimal("12.345678") - Decimal("2.5") + 40)
    assert view.cards.dbu_cost == cost
    assert formatting.money(view.cards.total_cost, "USD") in text
    assert formatting.money(cost, "USD") in text
    assert "Usage of 7 units has no price." in text
    frame, _ = jobs_export(view)
    assert sum((amount for amount in frame["dbu_cost"].dropna()), Decimal(0)) == cost


@pytest.mark.parametrize("job_id", ["j1", "j2", "j3"])
def test_job_report_equals_its_row(account, job_id):
    filters = Filters(PERIOD)
    known = as_of(account.warehouse, PERIOD.end)
    view = job(account.warehouse, filters, known, "ws1", job_id)
    text = " ".join(pages(render(job_report(view, filters))))
    whole = view.totals["total_cost"]
    assert (formatting.money(whole, "USD") if whole is not None else "unpriced") in text
    assert job_id.replace("j", "r") in text


def test_a_period_without_jobs_is_one_calm_page(account):
    filters = Filters(Period(DAY.replace(month=1), DAY.replace(month=2)))
    view = jobs(account.warehouse, filters, as_of(account.warehouse, PERIOD.end))
    assert "No job ran or cost anything" in " ".join(pages(render(jobs_report(view, filters))))

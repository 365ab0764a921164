"""The Jobs page and a job on paper: the same figures as on screen."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lib.reports.job import job_report
from lib.reports.jobs import jobs_export, jobs_report
from lib.reports.pdf import render
from lib.reports.tables import to_csv
from lib.reports.words import filters_in_words
from lib.spend import formatting
from lib.spend.filters import Filters
from tests.reports import views
from tests.reports.reading import pages, squeezed


@pytest.fixture(scope="module")
def jobs() -> str:
    return " ".join(pages(render(jobs_report(views.jobs_view(), views.FILTERS, source="Demo account"))))


@pytest.fixture(scope="module")
def job() -> str:
    return " ".join(pages(render(job_report(views.job_view(), views.FILTERS, source="Demo account"))))


def test_cover_says_what_the_figures_stand_on(jobs):
    for words in (
        "1–30 June 2026, UTC",
        "production-eu, analytics",
        "<etl>",
        "List prices, USD",
        "Demo account",
        "28 June 2026",
    ):
        assert words in jobs


def test_card_total_line_and_rows_agree(jobs):
    total = views.jobs_view().cards.total_cost
    assert jobs.count(formatting.money(total, "USD")) == 2
    table = jobs_report(views.jobs_view(), views.FILTERS).tables[0]
    assert sum(
        (Decimal(str(cost)) for cost in table.frame["total_cost"] if cost != "unpriced · 7\xa0DBU"), Decimal(0)
    ).quantize(Decimal("1e-9")) == total.quantize(Decimal("1e-9"))


def test_every_job_is_on_paper(jobs):
    assert all(squeezed(name) in squeezed(jobs) for name in views.NAMES)


def test_unpriced_usage_is_said_and_is_no_zero(jobs):
    assert "Usage of 7 units has no price." in jobs
    assert jobs.count("unpriced · 7 DBU") == 2


def test_a_job_without_a_past_is_new(jobs):
    assert " new " in jobs


def test_estimates_and_bills_are_told_apart(jobs):
    assert "VM cost (billed and estimated)" in jobs
    assert "VM cost is taken from the cloud bill." in jobs
    assert "VM cost marked estimated is node time × a published VM price" in jobs


def test_shared_compute_is_named_and_not_in_the_total(jobs):
    assert "estimated at $5.50" in jobs


def test_rows_over_a_threshold_are_marked():
    table = jobs_report(views.jobs_view(), views.FILTERS).tables[0]
    assert table.frame.loc[table.frame[table.marked], "display_name"].tolist() == list(views.NAMES[:2])


def test_sparklines_come_with_trends():
    table = jobs_report(views.jobs_view(), views.FILTERS, trends={"100/11": [1.0, 2.0, 1.5]}).tables[0]
    assert [column.name for column in table.columns if column.kind == "trend"] == ["trend"]
    assert table.frame["trend"].iloc[0] == [1.0, 2.0, 1.5]


def test_no_jobs_is_a_page_that_says_so():
    text = pages(
        render(jobs_report(views.jobs_view(empty=True), views.FILTERS, workspace_names={"100": "production-eu"}))
    )
    assert len(text) == 1
    assert "No job ran or cost anything in this period with these filters." in text[0]
    assert "production-eu, 200" in text[0]


def test_export_is_exact_and_in_the_order_of_the_table():
    view = views.jobs_view()
    frame, columns = jobs_export(view)
    assert frame["job_id"].tolist() == view.jobs["job_id"].tolist()
    assert frame["dbu_cost"].iloc[0] == Decimal("1234.567890123456")
    assert b"1234.567890123456" in to_csv(frame, columns)


def test_job_has_its_runs_parts_and_totals(job):
    assert all(f"{9_000_000 + index}" in job for index in range(40))
    for words in ("$137.00", "$92.00", "PREMIUM_JOBS_SERVERLESS_COMPUTE_EU", "<check>", "Timed out", "60 % succeeded"):
        assert words in job
    assert formatting.money(Decimal("3.375") * 40, "USD") in job
    assert "$2.00 of the total is usage that names no run." in job


def test_job_shows_no_filters_that_do_not_reach_it(job):
    assert "Job name contains" not in job


def test_job_without_runs_renders():
    text = " ".join(pages(render(job_report(views.job_view(0), views.FILTERS))))
    assert "No run of this job is in the period." in text


def test_filters_in_words_name_everything_that_narrows():
    full = Filters(
        views.JUNE, base="contract", workspaces=("1",), products=("SQL",), owners=("ana",), serverless="classic",
        tag="team=", job_name="x", result="TIMED_OUT", cost_min=Decimal(5), cost_max=Decimal(7),
    )  # fmt: skip
    assert dict(filters_in_words(full, {"1": "prod"})) == {
        "Period": "1–30 June 2026, UTC",
        "Workspace": "prod",
        "Product": "SQL warehouses",
        "Owner": "ana",
        "Compute": "Classic",
        "Tag": "without team",
        "Job name contains": "x",
        "Result": "Timed out",
        "Cost from": "$5.00",
        "Cost to": "$7.00",
    }


def test_who_does_not_compare_gets_no_change():
    text = " ".join(pages(render(jobs_report(views.jobs_view(), replace(views.FILTERS, compare=None)))))
    assert "Compared with" not in text
    assert "Change" not in text


def test_shares_of_shared_compute_are_slices_but_not_in_the_total(job):
    assert "Share of all-purpose clusters (estimated)" in job
    assert "$137 total, without shares" in job

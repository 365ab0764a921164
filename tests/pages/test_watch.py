"""The pages that watch: they say what they found, keep what people decide, and survive what people type."""

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from lib.config import load
from lib.context import Context
from lib.spend.budget import Plan
from lib.store import watch as stored
from tests.pages.conftest import Open, card, table, texts

NOW = datetime(2026, 11, 20, tzinfo=timezone.utc)


@pytest.fixture
def store(home):
    made = Context(load(source="files", home=home)).store
    yield made
    made.close()


def test_forecast_says_how_much_and_how_sure(app: Open):
    at = app("forecast")
    assert card(at, "Next 30 days").value.startswith("$")
    assert (
        card(at, "Held by the 95 % band").value.endswith("%")
        or card(at, "Held by the 95 % band").value == "not assessed"
    )
    assert any("Chosen and measured" in caption.value for caption in at.caption)
    assert table(at, "steps")["rows"]
    products = table(at, "movers")
    assert "Jobs" in texts(products, "What")


def test_forecast_of_one_job_and_without_it(app: Open):
    at = app("forecast", kind="job", series="job:j1@ws1", without="job:j1@ws1", ahead="7")
    assert card(at, "What if").value == "$0"
    assert "$" in card(at, "Next 7 days").value


@pytest.mark.parametrize(
    "params",
    [
        {"kind": "nothing"},
        {"kind": "job", "series": "job:none@ws1"},
        {"ahead": "5"},
        {"without": "x"},
        {"factor": "-1"},
    ],
)
def test_forecast_survives_any_address(app: Open, params):
    assert not app("forecast", **params).error


def test_anomalies_lists_or_says_that_all_is_quiet(app: Open):
    at = app("anomalies", period="last_90")
    drawn = table(at, "anomalies")
    assert drawn["rows"] or "out of line" in drawn["empty"]
    assert card(at, "Critical").value.isdigit()


def test_an_unknown_anomaly_is_said(app: Open):
    at = app("anomaly", anomaly="nothing")
    assert any("not in the period" in text.value for text in at.markdown)


def test_a_budget_shows_its_burn_down(app: Open, store):
    made = stored.save_budget(store, stored.Budget("Whole", "total", Plan(Decimal(100))), "ann", NOW)
    try:
        at = app("budgets")
        drawn = table(at, "budgets")
        assert texts(drawn, "Budget") == ["Whole"]
        assert table(at, "crossings")["rows"]
        assert any(button.label == "New budget" for button in at.button)
    finally:
        stored.end_budget(store, stored.get_budget(store, made.id), "ann", NOW)


def test_without_budgets_the_page_says_what_one_is_for(app: Open):
    at = app("budgets")
    assert any("No budget yet" in text.value for text in at.markdown)


def test_a_budget_of_what_nobody_used_claims_nothing(app: Open, store):
    made = stored.save_budget(store, stored.Budget("Ghost", "tag:team=nobody", Plan(Decimal(100))), "ann", NOW)
    try:
        drawn = table(app("budgets"), "budgets")
        assert texts(drawn, "Verdict") == ["No usage seen"]
        assert "$0.00" not in str(drawn["rows"])
    finally:
        stored.end_budget(store, stored.get_budget(store, made.id), "ann", NOW)


def test_a_view_becomes_a_report(app: Open):
    at = app("reports", plan="new", kind="explorer", by="job", then="workspace", product="JOBS")
    assert at.selectbox(key="report-kind-new").value == "explorer"
    assert at.selectbox(key="report-by-new").value == "job"
    assert at.multiselect(key="report-products-new").value == ["JOBS"]

"""Every filter: a choice changes the address and the figures, and the address alone does the same."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open, card, table, texts


def choose(at: AppTest, kind: str, key: str, value: object) -> AppTest:
    """Set one control of the bar and run the page."""
    control = getattr(at, kind)(key=f"wide-{key}")
    getattr(control, "set_value", None)(value) if kind != "button_group" else control.select(value)
    at.run()
    assert not at.exception
    return at


CHOICES = [
    ("selectbox", "period", "last_7", {"period": "last_7"}),
    ("multiselect", "workspace", ["ws2"], {"workspace": "ws2"}),
    ("multiselect", "product", ["JOBS"], {"product": "JOBS"}),
    ("multiselect", "owner", ["etl-robot"], {"owner": "etl-robot"}),
    ("text_input", "name", "SMALL_1", {"name": "SMALL_1"}),
    ("selectbox", "tag_key", "team", {"tag": "team"}),
    ("selectbox", "result", "FAILED", {"result": "FAILED"}),
    ("number_input", "cost_min", 20.0, {"cost_min": "20"}),
    ("number_input", "cost_max", 1.0, {"cost_max": "1"}),
    ("selectbox", "currency", "EUR", {"currency": "EUR"}),
]
JOBS_LEFT = {
    "period": "4", "workspace": "60", "product": "64", "owner": "1", "name": "10", "tag_key": "1", "result": "2",
    "cost_min": "3", "cost_max": "60", "currency": "64",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "key", "value", "params"), CHOICES, ids=[choice[1] for choice in CHOICES])
def test_a_choice_and_its_address_show_the_same(app: Open, kind, key, value, params):
    chosen = choose(app("jobs"), kind, key, value)
    assert dict(chosen.query_params) == params
    linked = app("jobs", **params)
    assert card(chosen, "Jobs").value == card(linked, "Jobs").value == JOBS_LEFT[key]
    assert card(chosen, "Total cost").value == card(linked, "Total cost").value


@pytest.mark.parametrize("serverless", ["serverless", "classic"])
def test_compute_splits_the_jobs_in_two(app: Open, serverless):
    assert card(app("jobs", serverless=serverless), "Jobs").value == {"serverless": "60", "classic": "4"}[serverless]


def test_two_workspaces_split_the_total(app: Open):
    shares = [table(app("jobs", workspace=[key]), "jobs")["total"]["cells"][2]["text"] for key in ("ws1", "ws2")]
    whole = table(app("jobs"), "jobs")["total"]["cells"][2]["text"]
    # each is rounded to the cent on its own
    assert sum(float(share.strip("$")) for share in shares) == pytest.approx(float(whole.strip("$")), abs=0.011)


def test_custom_days_are_chosen_inclusive_and_linked_half_open(app: Open):
    at = choose(app("jobs"), "selectbox", "period", "custom")
    at.date_input(key="wide-dates").set_value((date(2026, 6, 1), date(2026, 6, 3))).run()
    assert dict(at.query_params) == {"period": "custom", "from": "2026-06-01", "to": "2026-06-04"}
    assert card(at, "Runs").value == "12"


def test_without_comparison_no_change_is_shown(app: Open):
    at = app("jobs")
    at.toggle(key="wide-compare").set_value(False).run()
    assert dict(at.query_params) == {"compare": "no"}
    assert card(at, "Total cost").delta == ""
    assert "Change" not in [column["label"] for column in table(at, "jobs")["columns"]]


def test_a_tag_can_be_a_value_or_be_missing(app: Open):
    assert texts(table(app("jobs", tag="team=data"), "jobs"), "Job") == ["nightly_etl"]
    assert "nightly_etl" not in texts(table(app("jobs", tag="team="), "jobs"), "Job")


@pytest.mark.parametrize("name", ["%", "_%", "'", '"'])
def test_a_name_is_text_not_a_pattern(app: Open, name):
    assert card(app("jobs", name=name), "Jobs").value == "0"


def test_a_chip_removes_its_filter(app: Open):
    at = app("jobs", workspace=["ws1"], name="etl")
    chip = next(button for button in at.button if button.label.startswith("Workspace"))
    chip.click().run()
    assert dict(at.query_params) == {"name": "etl"}


def test_all_filters_can_be_cleared_at_once(app: Open):
    at = app("jobs", period="last_14", workspace=["ws1"], name="etl")
    at.button(key="chip-clear").click().run()
    assert dict(at.query_params) == {"period": "last_14"}


def test_both_layouts_of_the_bar_say_the_same(app: Open):
    at = app("jobs", product="JOBS", name="etl")
    assert at.multiselect(key="narrow-product").value == at.multiselect(key="wide-product").value == ["JOBS"]
    at.text_input(key="narrow-name").set_value("small").run()
    assert at.query_params["name"] == ["small"] or at.query_params["name"] == "small"
    assert at.text_input(key="wide-name").value == "small"


def test_a_choice_starts_the_table_over_and_keeps_its_order(app: Open):
    at = app("jobs", jobs_page="2", jobs_sort="display_name")
    choose(at, "multiselect", "workspace", ["ws2"])
    assert dict(at.query_params) == {"jobs_sort": "display_name", "workspace": "ws2"}


def test_weeks_and_months_add_up_to_the_same(app: Open):
    for grain in ("day", "week", "month"):
        at = app("overview", grain=grain)
        chart = at.get("echarts_chart")[0].proto
        assert f"Cost by {grain}" in str(chart)


def test_usage_rows_are_paged_and_filtered_by_sku(app: Open):
    first, last = app("records"), app("records", usage_page="999")
    count = int(card(first, "Usage rows").value)
    assert count == 242
    assert table(first, "usage")["pages"]["words"] == "1–50 of 242"
    assert table(last, "usage")["pages"]["words"] == "201–242 of 242"
    assert card(app("records", sku="sql_pro"), "Usage rows").value == "31"

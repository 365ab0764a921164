"""Every page runs, says what it should, and survives what people type."""

from pathlib import Path

import pytest

from lib.ui.frame import PAGES
from tests.pages.conftest import ROOT, Open, card, forget, opener, said, table, texts, total
from tests.pages.small import HOSTILE, LONG, UNICODE, make, tables

IDS = {
    "job": {"workspace_id": "ws1", "job_id": "j1"},
    "run": {"workspace_id": "ws1", "job_id": "j1", "run_id": "j1-r45"},
    "cluster": {"workspace_id": "ws1", "cluster_id": "c1"},
    "policy": {"policy_id": "p1"},
    "warehouse": {"warehouse_id": "wh1"},
    "fingerprint": {"fingerprint": "0123456789abcdef", "shape": "none"},
}


def test_every_file_in_pages_is_in_the_menu_and_back():
    assert {entry.file for entry in PAGES} == {path.stem for path in (ROOT / "pages").glob("*.py")}


@pytest.mark.parametrize("page", [entry.file for entry in PAGES])
def test_every_page_runs_without_an_error(app: Open, page):
    at = app(page, **IDS.get(page, {}))
    assert not at.error
    assert at.title


def test_pages_are_short():
    assert all(len(path.read_text("utf-8").splitlines()) <= 100 for path in (ROOT / "pages").glob("*.py"))


def test_overview_says_how_much_and_where_it_went(app: Open):
    at = app()
    products = table(at, "top-product")
    assert texts(products, "Product") == ["Jobs", "SQL warehouses", "All-purpose compute", "Model serving"]
    # 30 days × 6 DBU × $0.70 − 2 × $0.70; 30 × 3 × $0.55; 7 DBU have no price
    assert texts(products, "Cost")[1:] == ["$124.60", "$49.50", "unpriced · 7\N{NO-BREAK SPACE}DBU"]
    assert card(at, "Unpriced").value == "7\N{NO-BREAK SPACE}DBU"
    assert texts(table(at, "top-workspace"), "Name") == ["prod", "dev", "ws9"]


def test_overview_shows_the_same_total_everywhere(app: Open):
    at = app()
    overview = card(at, "Total cost")
    explorer = total(table(app("explorer"), "explorer"), "Total cost")
    workspaces = total(table(app("workspaces"), "workspaces"), "Cost in the period")
    assert explorer == workspaces
    assert explorer.replace("$", "\\$") in overview.help


def test_jobs_total_equals_the_cards_to_the_cent(app: Open):
    at = app("jobs")
    drawn = table(at, "jobs")
    assert total(drawn, "Total").replace("$", "\\$") in card(at, "Total cost").help
    assert total(drawn, "Runs") == card(at, "Runs").value == "180"
    assert total(drawn, "Job") == "64 jobs"


def test_jobs_are_sorted_paged_and_each_is_there_once(app: Open):
    first, second = table(app("jobs"), "jobs"), table(app("jobs", jobs_page="2"), "jobs")
    names = texts(first, "Job") + texts(second, "Job")
    assert len(names) == len(set(names)) == 64
    assert first["pages"]["words"] == "1–50 of 64"
    cheapest = table(app("jobs", jobs_sort="total_cost"), "jobs")
    assert texts(cheapest, "Job")[0] == "small_00"


def test_runs_of_all_jobs_are_listed_sorted_and_paged(app: Open):
    at = app("jobs", view="runs", name="etl", over="1.5")
    drawn = table(at, "all-runs")
    assert drawn["pages"] is None
    assert len(drawn["rows"]) == 30
    assert total(drawn, "Started (UTC)") == "30 runs"
    assert total(drawn, "In the period").replace("$", "\\$") in card(at, "Total cost").help
    assert [row["cells"][0].get("flag") for row in drawn["rows"]] == ["high"] * 30
    assert drawn["rows"][0]["href"].startswith("run?name=etl&over=1.5&workspace_id=ws1&job_id=j1&run_id=")
    assert drawn["rows"][0]["cells"][1]["href"] == "job?name=etl&over=1.5&workspace_id=ws1&job_id=j1"
    by_cost = texts(table(app("jobs", view="runs", **{"all-runs_sort": "total_cost"}), "all-runs"), "Whole cost")
    assert by_cost == sorted(by_cost)
    last = table(app("jobs", view="runs", **{"all-runs_page": "99"}), "all-runs")
    assert last["pages"]["links"][-1]["current"]
    assert last["rows"]


def test_jobs_over_a_threshold_are_marked(app: Open):
    rows = table(app("jobs", period="last_14", over="40", rise="0.2"), "jobs")["rows"]
    flags = {row["cells"][0]["text"]: row["cells"][0].get("flag") for row in rows}
    assert flags["nightly_etl"] == "high · rising"
    assert flags["small_59"] is None


def test_what_runs_with_one_result_cost_is_not_compared_with_all_runs_before(app: Open):
    at = app("jobs", period="last_14", result="FAILED")
    assert "not compared" in said(at)
    assert "Change" not in [column["label"] for column in table(at, "jobs")["columns"]]
    assert not card(at, "Total cost").delta


def test_estimated_vm_cost_is_labelled(app: Open):
    drawn = table(app("jobs"), "jobs")
    cell = drawn["rows"][0]["cells"][[column["label"] for column in drawn["columns"]].index("VM cost")]
    assert cell["estimate"]
    assert cell["hover"].startswith("Estimated")


def test_a_job_opens_with_the_view_carried_along(app: Open):
    row = table(app("jobs", period="last_14"), "jobs")["rows"][0]
    assert row["href"] == "job?period=last_14&workspace_id=ws1&job_id=j1"


def test_a_job_says_what_it_costs_and_how_it_ran(app: Open):
    at = app("job", **IDS["job"])
    assert at.title[0].value == "nightly\\_etl"
    runs = table(at, "runs")
    assert len(runs["rows"]) == 30
    assert texts(runs, "Result").count("Failed") == 6
    assert total(runs, "In the period").replace("$", "\\$") in card(at, "Total cost").help
    assert "6 of 30 failed" in said(at)


@pytest.mark.parametrize(
    ("part", "key", "first"), [("skus", "skus", "PREMIUM_JOBS_COMPUTE"), ("tasks", "tasks", "load")]
)
def test_a_part_of_the_cost_opens(app: Open, part, key, first):
    drawn = table(app("job", part=part, **IDS["job"]), key)
    assert drawn["rows"][0]["cells"][0]["text"] == first


def test_a_click_on_a_slice_opens_its_part(app: Open):
    at = app("job", part="tasks", **IDS["job"])
    at.session_state["split-job"] = {"selection": {"selected": [{"series_index": 0, "data_indices": [0]}]}}
    at.run()
    assert at.query_params["part"] == "skus"


def test_a_click_on_a_run_opens_it(app: Open):
    at = app("job", **IDS["job"])
    at.session_state["chart-history"] = {"selection": {"selected": [{"series_index": 0, "data_indices": [0]}]}}
    at.run()
    assert at.title[0].value == "Run of 2026-05-21 04\\:00 UTC"


def test_a_run_goes_down_to_the_usage_rows(app: Open):
    at = app("run", **IDS["run"])
    assert total(table(at, "usage"), "Cost") == "$2.25"
    assert texts(table(at, "run-tasks"), "Task") == ["extract", "load"]
    assert texts(table(at, "run-attempts"), "Result") == ["Failed"]
    assert texts(table(at, "run-clusters"), "Cluster") == ["job-etl"]
    assert "Failed" in [element.proto.body for element in at.get("badge")] or "Failed" in said(at)


def test_explorer_splits_by_two_dimensions(app: Open):
    drawn = table(app("explorer", by="owner", then="product"), "explorer")
    assert drawn["columns"][0]["label"] == "Owner"
    assert "ana@example.com" in texts(drawn, "Owner")


def test_explorer_opens_a_node_by_click(app: Open):
    at = app("explorer")
    at.session_state["tree-treemap"] = {"selection": {"points": [{"id": "SQL"}]}}
    at.run()
    assert texts(table(at, "explorer"), "Product") == ["SQL warehouses"]
    assert "All › SQL warehouses" in said(at)


def test_trust_lists_at_least_twelve_checks(app: Open):
    at = app("trust")
    counts = [int(card(at, label).value) for label in ("Critical", "Warning", "Not assessed", "OK")]
    assert sum(counts) >= 12
    assert counts[0] == 0
    assert "GRANT SELECT ON TABLE system.query.history" in said(at)


def test_a_link_about_a_source_marks_its_row_on_trust(app: Open):
    def marked(**address: str) -> dict[str, str]:
        drawn = table(app("trust", **address), "sources")
        return {row["cells"][0]["text"]: row["cells"][0]["flag"] for row in drawn["rows"] if row["mark"]}

    assert marked() == {}
    assert marked(source="system.billing.usage") == {"system.billing.usage": "Asked for"}
    assert marked(source="system.no.such") == {}


def test_workspaces_show_also_those_only_the_bill_knows(app: Open):
    drawn = table(app("workspaces"), "workspaces")
    assert dict(zip(texts(drawn, "Workspace"), texts(drawn, "Status"), strict=True))["ws9"] == "Not listed"


def test_settings_list_every_setting_with_its_variable(app: Open):
    assert "LAKELEDGER_HOME" in texts(table(app("settings"), "settings"), "Variable")


@pytest.mark.parametrize("name", [HOSTILE, LONG, UNICODE])
def test_names_are_text_wherever_they_are_shown(app: Open, name):
    cells = [row["cells"][0] for row in table(app("jobs"), "jobs")["rows"]]
    assert name in {cell.get("hover", cell["text"]) for cell in cells} | {cell["text"] for cell in cells}


def test_markup_in_a_name_does_nothing_on_its_page(app: Open):
    at = app("job", workspace_id="ws1", job_id="j3")
    assert at.title[0].value.startswith("\\<b\\>bold\\</b\\> \\& \\$x\\$ \\[link\\](javascript\\:alert")


@pytest.mark.parametrize("page", ["overview", "jobs", "explorer", "trust", "workspaces"])
def test_wrong_addresses_say_so_and_show_the_default(app: Open, page):
    at = app(page, period="bogus", workspace=["zzz"], base="net", currency="XXX")
    assert {"period", "workspace", "base", "currency"} <= set(at.warning[0].value.replace("*", "").split()) | {
        word.strip(":") for word in at.warning[0].value.replace("*", "").split()
    }
    assert at.selectbox(key="wide-period").value == "last_30"


def test_reversed_dates_are_refused_in_words(app: Open):
    at = app("jobs", period="custom", from_="2026-06-30", to="2026-06-01")
    assert "holds no day" in at.warning[0].value
    assert card(at, "Jobs").value == "64"


@pytest.mark.parametrize(
    ("page", "ids"),
    [
        ("job", {"workspace_id": "ws1", "job_id": "'; DROP TABLE usage; --"}),
        ("job", {"workspace_id": "nowhere", "job_id": "j1"}),
        ("run", {"workspace_id": "ws1", "job_id": "j1", "run_id": "<script>"}),
    ],
)
def test_unknown_ids_say_so_and_offer_a_way_back(app: Open, page, ids):
    at = app(page, **ids)
    assert "There is no" in at.info[0].value
    assert "<script>" not in at.info[0].value
    assert [link.proto.label for link in at.get("page_link") if link.proto.label == "All jobs"]


@pytest.mark.parametrize("page", ["job", "run"])
def test_an_address_without_ids_leads_back(app: Open, page):
    assert "names no" in app(page).info[0].value


def test_no_matching_rows_are_a_designed_state(app: Open):
    at = app("jobs", name="%")
    assert "No job matches these filters" in said(at)
    assert card(at, "Jobs").value == "0"


def test_another_currency_stands_alone(app: Open):
    at = app("overview", currency="EUR")
    assert card(at, "Total cost").value == "€95.58"


@pytest.mark.slow
def test_an_account_without_rows_looks_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make(tmp_path, **{name: [] for name in tables()})
    for page in ("overview", "jobs", "explorer", "trust", "workspaces", "settings"):
        at = next(opener(tmp_path, monkeypatch))(page)
        assert not at.error, (page, at.error)
    forget()


def test_no_data_at_all_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    at = next(opener(tmp_path, monkeypatch))("overview")
    assert "There is no data yet" in said(at)
    assert "python -m lib import DIR" in said(at)
    forget()

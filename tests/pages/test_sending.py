"""“Send this view by itself” on pages of lists: the report it leads to holds what the page held."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.pages.conftest import Open, card, opener

pytestmark = pytest.mark.slow


@pytest.fixture
def app(demo_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Open]:
    monkeypatch.setenv("LAKELEDGER_STORE_URL", f"sqlite:///{tmp_path / 'state.db'}")
    for open_page in opener(demo_home, monkeypatch):
        monkeypatch.setenv("LAKELEDGER_SOURCE", "demo")
        yield open_page


@pytest.mark.parametrize(
    ("page", "params", "kind", "narrow", "figure"),
    [
        ("overview", {}, "executive", "", "Total cost"),
        ("queries", {}, "queries", "view=fingerprints", "Warehouses"),
        ("query_findings", {}, "query_findings", "view=all", "Saves in 30 days"),
        ("clusters", {"idle": "yes", "q": "a"}, "clusters", "idle=yes&q=a", "30 days"),
        ("clusters", {"fleet_sort": "-idle_cost", "as": "cards"}, "clusters", "sort=-idle_cost&as=cards", "30 days"),
        ("sql_warehouses", {"state": "RUNNING"}, "sql_warehouses", "state=RUNNING", "30 days"),
        ("recommendations", {"state": "all"}, "recommendations", "state=all", "Saves in 30 days"),
    ],
)
def test_the_report_of_a_page_has_its_figure(
    app: Open, page: str, params: dict[str, str], kind: str, narrow: str, figure: str
) -> None:
    at = app(page, period="last_30", **params)
    shown = card(at, figure).value.replace("\\", "")
    links = [link.proto for link in at.get("page_link") if link.proto.label == "Send this view by itself"]
    assert len(links) == 1
    query = {name: values[-1] for name, values in parse_qs(links[0].query_string).items()}
    assert (query["plan"], query["kind"], parse_qs(query.get("narrow", ""))) == ("new", kind, parse_qs(narrow))
    at = app("reports", **query)
    assert at.selectbox(key="report-kind-new").value == kind
    if narrow:
        assert parse_qs(at.text_input(key=f"report-list-new-{kind}").value) == parse_qs(narrow)
    at.button(key="report-look").click().run()
    assert [error.value for error in (*at.error, *at.exception)] == []
    total = card(at, "Total").value
    assert shown == total or shown.endswith(f" to {total}")

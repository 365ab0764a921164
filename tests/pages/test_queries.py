"""The pages about queries on the small demo account: figures belong together, rows lead somewhere."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open, card, opener, said, table, texts, total

pytestmark = pytest.mark.slow


@pytest.fixture
def demo_app(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    for open_page in opener(demo_home, monkeypatch):
        monkeypatch.setenv("LAKELEDGER_SOURCE", "demo")
        yield open_page


def follow(open_page: Open, drawn: dict, row: int = 0) -> AppTest:
    """The page that a row of a table opens."""
    address = urlparse(drawn["rows"][row]["href"])
    return open_page(address.path.strip("./"), **{name: values[-1] for name, values in parse_qs(address.query).items()})


def test_queries_lead_to_a_fingerprint_and_on_to_a_statement(demo_app: Open) -> None:
    at = demo_app("queries", period="last_30")
    assert card(at, "Statements").value != "0"
    listed = table(at, "fingerprints")
    assert total(listed, "What it is").endswith("fingerprints")
    fingerprint = follow(demo_app, listed)
    assert texts(listed, "Runs")[0] == card(fingerprint, "Runs").value
    statement = follow(demo_app, table(fingerprint, "runs"), 3)
    assert card(statement, "Result").value in ("Finished", "Failed", "Canceled")
    assert "sister run" in said(statement)


def test_a_warehouse_is_replayed_to_its_recorded_time(demo_app: Open) -> None:
    warehouse = follow(demo_app, table(demo_app("sql_warehouses", period="last_30"), "sql-warehouses"))
    assert "off what was recorded" in said(warehouse), "within a percent, else nothing is said about other settings"
    assert card(warehouse, "Cost").value.startswith("$")


def test_findings_open_with_method_and_evidence(demo_app: Open) -> None:
    at = demo_app("query_findings", period="last_30")
    listed = table(at, "query-findings")
    assert len(listed["rows"]) > 3
    opened = follow(demo_app, {"rows": [{"href": "query_findings" + listed["rows"][0]["href"]}]})
    assert "Saves" in said(opened)


def test_an_address_without_an_id_leads_back(demo_app: Open) -> None:
    assert "names nothing" in said(demo_app("statement"))

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


def test_patterns_have_a_text_and_lead_to_their_fingerprint_or_say_that_there_is_none(demo_app: Open) -> None:
    drawn = table(demo_app("queries", period="last_30", view="rollup", by="pattern"), "rollup")
    names = texts(drawn, "What")
    assert "without a text" in names, "a workspace of the demo encrypts its statements"
    assert not [name for name in names if name.casefold() in ("nan", "none", "")]
    for name, row in zip(names, drawn["rows"], strict=True):
        assert bool(row["href"]) == (name != "without a text")
    pattern = follow(demo_app, {"rows": [row for row in drawn["rows"] if row["href"]]})
    assert int(card(pattern, "Runs").value.replace(",", "")) > 0


def test_an_owner_sees_their_own_part_and_no_figure_of_everybody(demo_app: Open) -> None:
    everybody = demo_app("queries", period="last_30", view="cost")
    assert card(everybody, "Warehouses").value.startswith("$")
    owner = next(name for name in texts(table(everybody, "top-cost"), "Who") if name)
    mine = demo_app("queries", period="last_30", view="cost", owner=owner)
    assert [card(mine, label).value for label in ("Warehouses", "Idle")] == ["not split", "not split"]
    assert card(mine, "Used").value.startswith("$")
    assert set(texts(table(mine, "top-cost"), "Who")) == {owner}
    assert "not split by owner" in said(mine)


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

"""Every query through the connector gives the rows that the embedded engine gives: live, and from the Delta ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from lib.config import load
from lib.context import Context
from lib.demo.workspace import Running
from lib.demo.workspace.warehouses import WAREHOUSE
from lib.errors import SourceError
from lib.ledger.relations import NAMES
from lib.queries.catalogue import load as catalogue
from lib.spend.period import Period
from lib.statements.views import views
from lib.warehouse import Warehouse
from lib.warehouse.databricks.known import SMALL
from lib.warehouse.embedded import EmbeddedWarehouse
from tests.queries.samples import samples
from tests.same import assert_same

PERIOD = Period(date(2026, 10, 20), date(2026, 11, 20))
WHOLE = Period(date(2026, 8, 1), date(2026, 12, 1))
"""All days of the account: what is remembered for every page is about all of them."""
CATALOGUE = catalogue()


@dataclass
class Both:
    """The same account through two engines, from the ledger and without one."""

    connector: dict[bool, Warehouse]
    embedded: dict[bool, Warehouse]


@pytest.fixture(scope="module")
def both(running: Running, filled: str, demo_home: Path) -> Iterator[Both]:
    given = {"source": "databricks", "host": running.host, "token": running.token_of("demo@lakeledger.example")}
    given |= {"warehouse_id": WAREHOUSE, "ca_file": running.ca_file}
    live = Context(load(**given))
    stored = Context(load(**given, ledger_schema=filled))
    yield Both(
        {False: live.warehouse, True: stored.warehouse},
        {stored: EmbeddedWarehouse(demo_home / "demo", None if stored else frozenset()) for stored in (False, True)},
    )
    live.connected.close()
    stored.connected.close()


ASKED = [name for name in CATALOGUE.names if not name.startswith("base/")]
RUNS = [(name, False) for name in ASKED] + [
    (name, True) for name in CATALOGUE.names if NAMES & {*CATALOGUE.uses(CATALOGUE[name]), CATALOGUE[name].short_name}
]
"""Live: what pages ask, which reads every relation. From the ledger: what the ledger has a part in."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "stored"), RUNS, ids=lambda value: {True: "ledger", False: "live"}.get(value, value))
def test_the_connector_gives_the_embedded_engines_rows(name: str, stored: bool, both: Both) -> None:
    query = CATALOGUE[name]
    values = samples(query, WHOLE if name in SMALL and not stored else PERIOD)[0]
    expected = both.embedded[stored].fetch(query, values)
    try:
        assert_same(both.connector[stored].fetch(query, values), expected)
    except SourceError:
        # the demo loads no account prices: where nothing else is read, that is said instead of nothing being shown
        assert expected.num_rows == 0


def test_the_landing_page_gives_the_same_rows(both: Both) -> None:
    for name in ("spend/by_overview", "overview/groups", "names/span", "names/workspaces"):
        values = samples(CATALOGUE[name], PERIOD)[0]
        assert_same(both.connector[True].fetch(name, values), both.embedded[True].fetch(name, values))


@pytest.mark.slow
def test_the_published_views_can_be_made_and_repeat_no_cost(running: Running, filled: str) -> None:
    """What `setup --views` prints runs as it is; the cost of the views is that of the ledger's tables."""
    stored = Context(
        load(
            source="databricks", host=running.host, token=running.token_of("demo@lakeledger.example"), warehouse_id=WAREHOUSE,
            ca_file=running.ca_file, ledger_schema=filled,
        )
    )  # fmt: skip
    writing = stored.connected.writing()
    sums = {}
    for view in views(filled, "USD"):
        writing.sender.send(view.statement, reads=False)
        text = f"SELECT COUNT(*) AS n, SUM(list_cost) AS cost FROM {view.name}"
        sums[view.name.rpartition(".")[2]] = writing.sender.send(text).to_pylist()[0]
    ledger = (
        f"SELECT SUM(list_cost) AS cost FROM {filled}.statement_cost_daily "
        "WHERE currency = 'USD' AND usage_date >= DATE_SUB(CURRENT_DATE(), 90)"
    )
    bill = ledger.replace("statement_cost_daily", "warehouse_hours") + " AND resource_kind = 'warehouse'"
    (used,) = writing.sender.send(ledger).to_pylist()
    (billed,) = writing.sender.send(bill).to_pylist()
    assert set(sums) == {"query_performance", "query_cost_attribution", "query_optimisation_opportunities"}
    if used["cost"] is not None:
        assert sums["query_performance"]["n"] > 0
        assert 0 < sums["query_performance"]["cost"] <= used["cost"]
        assert sums["query_cost_attribution"]["cost"] >= billed["cost"]
    stored.connected.close()

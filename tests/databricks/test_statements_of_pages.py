"""What opening a page costs: every page of the menu and every page behind it, in a process that knows nothing yet."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.config import load, settings
from lib.context import Context
from lib.demo.workspace import Running
from lib.demo.workspace.warehouses import WAREHOUSE
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.statements.shapes import fingerprints
from lib.ui import session
from lib.ui.frame import PAGES
from tests.pages.conftest import ROOT

pytestmark = pytest.mark.slow

MOST = 6
LIVE = ("overview", "queries", "fingerprint", "warehouse", "trust")
"""Pages of the most parts; the others ask less."""
Cold = Callable[[str], AppTest]


@pytest.fixture(scope="module")
def context(running: Running, filled: str) -> Iterator[Context]:
    """What reads the ledger in the workspace."""
    given = {"source": "databricks", "host": running.host, "token": running.token, "ca_file": running.ca_file}
    context = Context(load(**given, warehouse_id=WAREHOUSE, ledger_schema=filled))
    yield context
    context.connected.close()


@pytest.fixture(scope="module")
def things(context: Context, filled: str) -> dict[str, dict[str, str]]:
    """Something to show on each page that shows one thing."""
    schema = f"`main`.`{filled.partition('.')[2]}`"

    def one(text: str) -> dict[str, str]:
        warehouse = context.connected.writing()
        rows = warehouse.sender.send(text).to_pylist()
        return {name: str(value) for name, value in rows[0].items()}

    run = one(
        f"SELECT workspace_id, job_id, run_id FROM {schema}.job_run_cost WHERE run_id IS NOT NULL"
        " AND usage_date < DATE'2026-11-18' ORDER BY usage_date DESC, run_id LIMIT 1"
    )
    statement = one(
        "SELECT workspace_id, statement_id, CAST(CAST(start_time AS DATE) AS STRING) AS day FROM system.query.history"
        " WHERE start_time < TIMESTAMP'2026-11-18' ORDER BY start_time DESC, statement_id LIMIT 1"
    )
    filters = Filters(Period(date(2026, 11, 1), date(2026, 11, 21)))
    shape = fingerprints(context.warehouse, filters, context.as_of).table.iloc[0]
    policy = context.connected.own_client().cluster_policies.list()
    return {
        "job": {name: run[name] for name in ("workspace_id", "job_id")},
        "run": run,
        "statement": statement,
        "fingerprint": {"fingerprint": shape["fingerprint"], "shape": shape["shapes"][0]},
        "cluster": one("SELECT workspace_id, cluster_id FROM system.compute.clusters ORDER BY cluster_id LIMIT 1"),
        "warehouse": one(
            "SELECT workspace_id, warehouse_id FROM system.compute.warehouses ORDER BY warehouse_id LIMIT 1"
        ),
        "policy": {"policy_id": next(iter(policy)).policy_id or ""},
    }


def forget() -> None:
    """As in a process that has just begun."""
    session._process().connected.close()
    settings.cache_clear()
    st.cache_resource.clear()


@pytest.fixture
def cold(
    request: pytest.FixtureRequest,
    things: dict[str, dict[str, str]],
    filled: str,
    workspace: Running,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Cold]:
    known = {
        "SOURCE": "databricks", "HOST": workspace.host, "TOKEN": workspace.token, "CA_FILE": str(workspace.ca_file),
        "WAREHOUSE_ID": WAREHOUSE, "HOME": str(tmp_path_factory.mktemp("home")),
    }  # fmt: skip
    if request.node.callspec.params["how"] == "ledger":
        known["SCHEMA"] = filled
    for name, value in known.items():
        monkeypatch.setenv(f"LAKELEDGER_{name}", value)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(session, "PATIENCE", 60.0)
    settings.cache_clear()
    st.cache_resource.clear()
    yield lambda page: opened(page, things.get(page, {}))
    forget()


def opened(page: str, params: dict[str, str]) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    at.switch_page(f"pages/{page}.py")
    for name, value in params.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception
    return at


def executed(workspace: Running) -> list[str]:
    return [statement.splitlines()[0] for statement in workspace.statements()]


@pytest.mark.parametrize(("how", "page"), [("ledger", entry.file) for entry in PAGES] + [("live", p) for p in LIVE])
def test_a_cold_page_costs_at_most_six_statements_and_a_warm_one_none(
    how: str, page: str, cold: Cold, workspace: Running
) -> None:
    workspace.forget()
    cold(page)
    asked = executed(workspace)
    assert len(asked) <= MOST, "\n".join(asked)
    workspace.forget()
    cold(page)
    assert executed(workspace) == []

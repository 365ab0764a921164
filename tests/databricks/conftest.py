"""The Databricks engine over the loopback workspace: real connector, real SDK, TLS, a process of its own."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lib.access import Role, Viewer
from lib.config import load, settings
from lib.context import Context
from lib.demo.workspace import Running
from lib.demo.workspace.state import ADMIN
from lib.demo.workspace.warehouses import WAREHOUSE
from tests.workspace.conftest import clean_environment, impatient, only_loopback, running, workspace

__all__ = ["clean_environment", "impatient", "only_loopback", "running", "workspace"]

Made = Callable[..., Context]
DBA = Viewer(ADMIN, role=Role.ADMIN)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture, impatient: None) -> None:
    """The connector formats every reply for a debug log that nobody reads."""
    logging.getLogger("databricks.sql").setLevel(logging.WARNING)


@pytest.fixture(scope="session")
def filled(running: Running) -> str:
    """A schema with a ledger in it. Only to read."""
    schema = "main.filled"
    given = {"source": "databricks", "host": running.host, "token": running.token, "ca_file": running.ca_file}
    context = Context(load(**given, warehouse_id=WAREHOUSE, ledger_schema=schema))
    writing = context.connected.writing()
    writing.sender.send(f"CREATE SCHEMA {schema}", reads=False)
    done = context.refresh()
    assert done.full
    assert not done.differences
    context.connected.close()
    return schema


@pytest.fixture
def databricks(workspace: Running) -> Iterator[Made]:
    """`databricks(statement_timeout=5)`: a context that reads the workspace as its admin, closed at the end."""
    made: list[Context] = []

    def make(who: str = ADMIN, **values: Any) -> Context:
        given = {
            "source": "databricks",
            "host": workspace.host,
            "token": workspace.token_of(who),
            "warehouse_id": WAREHOUSE,
            "ca_file": workspace.ca_file,
        }
        context = Context(load(**given | values), viewer=Viewer(who, role=Role.ADMIN))
        made.append(context)
        return context

    yield make
    for context in made:
        context.connected.close()
    settings.cache_clear()

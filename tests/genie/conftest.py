"""A loopback workspace without tables, in a thread; the real SDK talks to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.demo.workspace import Running, start
from lib.genie.applying import Applied, Applier
from lib.genie.model import Space
from lib.genie.planning import Plan, make
from lib.genie.state import StateFile
from lib.workspace.genie import GenieClient


@pytest.fixture(scope="package")
def running() -> Iterator[Running]:
    with start(None) as workspace:
        known = next(iter(workspace.state()["things"]["warehouses"].values()))
        workspace.put(things={"warehouses": {name: {**known, "id": name, "name": name} for name in WAREHOUSES}})
        yield workspace


WAREHOUSES = ("0123456789abcdef", "fedcba9876543210", "w", "w1", "w2")


@pytest.fixture
def workspace(running: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Running]:
    """The workspace without spaces, and nothing of the machine's own Databricks settings."""
    import os

    for name in list(os.environ):
        if name.startswith(("DATABRICKS_", "LAKELEDGER_", "GENIE_")):
            monkeypatch.delenv(name)
    (tmp_path / "databrickscfg").touch()
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "databrickscfg"))
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    for space in running.state()["things"].get("spaces", {}).values():
        running.put(things={"spaces": {space["space_id"]: {**space, "trashed": True}}})
    running.forget()
    yield running
    running.no_faults()


Client = Callable[..., GenieClient]


@pytest.fixture
def client(workspace: Running) -> Client:
    """`client()` is the admin's; `client("somebody@…")` somebody else's. Waiting is not waited for."""

    def make_client(name: str | None = None, **more: object) -> GenieClient:
        token = workspace.token_of(name) if name else workspace.token
        more.setdefault("sleep", lambda seconds: None)
        return GenieClient(workspace.host, {"token": token, "auth_type": "pat"}, **more)

    return make_client


class Project:
    """Spaces, a state file and a workspace: plans and applies."""

    def __init__(self, genie: GenieClient, folder: Path) -> None:
        self.genie = genie
        self.state = StateFile(folder / ".genie-forge.json")

    def plan(self, *spaces: Space, **more: object) -> Plan:
        return make(spaces, self.state.entries("dev"), self.genie, **more)

    def apply(self, *spaces: Space, **more: object) -> Applied:
        return self.run(self.plan(*spaces, **more))

    def run(self, plan: Plan) -> Applied:
        return Applier(self.genie, self.state, who="tests").apply(plan)


@pytest.fixture
def project(client: Client, tmp_path: Path) -> Project:
    return Project(client(), tmp_path)

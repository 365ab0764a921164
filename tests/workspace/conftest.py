"""A loopback workspace over the small demo account, in its own process with TLS, and the real clients to it."""

import gc
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from databricks import sql
from databricks.sdk import WorkspaceClient
from databricks.sdk.core import Config
from databricks.sql.auth import retry
from databricks.sql.client import Connection

from lib.demo.workspace import Running, start
from lib.demo.workspace.state import ADMIN
from lib.demo.workspace.warehouses import WAREHOUSE
from tests.workspace.loopback_only import only_loopback

__all__ = ["only_loopback"]

Connect = Callable[..., Connection]
Client = Callable[..., WorkspaceClient]


@pytest.fixture(scope="session")
def running(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One workspace a session."""
    with start(demo_home / "demo", tls=True, process=True, home=tmp_path_factory.mktemp("workspace")) as workspace:
        yield workspace
        gc.collect()  # connections nobody closed end their sessions now, while somebody answers


@pytest.fixture
def workspace(running: Running, clean_environment: None) -> Iterator[Running]:
    """The workspace with an empty record; what a test changed in its behaviour is undone."""
    running.forget()
    before = running.options()
    yield running
    running.no_faults()
    running.options(**before)


@pytest.fixture
def clean_environment(running: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own Databricks settings; the workspace's certificate is trusted."""
    import os

    for name in list(os.environ):
        if name.startswith(("DATABRICKS_", "LAKELEDGER_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "none"))
    (tmp_path / "none").touch()
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.ca_file))
    forget_warehouses()


def forget_warehouses() -> None:
    """The connector remembers in its process which warehouses refused Thrift."""
    from databricks.sql.backend import reyden_warehouse_cache

    reyden_warehouse_cache.clear_cache()


@pytest.fixture
def connect(workspace: Running) -> Iterator[Connect]:
    """`connect("somebody@…")` opens a connection with the real connector; closed at the end."""
    with ExitStack() as stack:

        def open_(name: str = ADMIN, *, warehouse_id: str | None = None, **more: Any) -> Connection:
            address = urlsplit(workspace.host)
            if "credentials_provider" not in more and "access_token" not in more:
                more["access_token"] = workspace.token_of(name)
            connection = sql.connect(
                server_hostname=address.hostname,
                http_path=f"/sql/1.0/warehouses/{warehouse_id or WAREHOUSE}",
                _port=workspace.port,
                _tls_trusted_ca_file=str(workspace.ca_file),
                _retry_delay_max=5,
                _retry_stop_after_attempts_count=2,
                enable_telemetry=False,
                **more,
            )
            stack.callback(connection.close)
            return connection

        yield open_


@pytest.fixture
def client(workspace: Running) -> Client:
    """`client("somebody@…")` makes a real SDK client; values go to its Config."""

    def make(name: str = ADMIN, **more: Any) -> WorkspaceClient:
        if not more.keys() & {"client_id", "token"}:
            more["token"] = workspace.token_of(name)
        return WorkspaceClient(config=Config(host=workspace.host, retry_timeout_seconds=5, **more))

    return make


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connector's waits between attempts, a tenth of what they are."""
    hurried = SimpleNamespace(**vars(time) | {"sleep": lambda seconds: time.sleep(seconds / 10)})
    monkeypatch.setattr(retry, "time", hurried)


@pytest.fixture
def trust(workspace: Running) -> ssl.SSLContext:
    """For requests without a client."""
    return ssl.create_default_context(cafile=str(workspace.ca_file))

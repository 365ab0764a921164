"""Opens one connection: whose it is, where to, and every option that production needs."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lib.errors import SettingsError

if TYPE_CHECKING:
    from databricks.sql.client import Connection

Headers = Callable[[], dict[str, str]]
"""Gives the headers that sign a request, renewed when they must be."""
APP = "lakeledger"
USER_AGENT = "Lakeledger/0.1.0"
TAG = "lakeledger"
"""Begins the comment of every statement: how own statements are found in the query history."""


@dataclass(frozen=True)
class SignIn:
    """One identity as connections need it."""

    key: str
    """Names the identity in pools and caches: no two people have the same."""
    headers: Callable[[], Headers] = field(repr=False, compare=False)
    """Called once a connection; the headers it gives, once a request. May talk to the workspace."""
    principal: str = ""
    """The name that a GRANT gives the identity; empty when it is not known."""


@dataclass(frozen=True)
class Endpoint:
    """Where a SQL warehouse answers, and how to talk to it."""

    host: str
    """The workspace's URL; `http://` only for a loopback."""
    warehouse_id: str
    ca_file: Path | None = None
    cloud_fetch: bool = True
    statement_timeout: int = 60
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)
    """More arguments for the connector."""


def connect(endpoint: Endpoint, sign_in: SignIn) -> "Connection":
    """A new session on the warehouse. Raises what the connector raises; `failures` says what it means."""
    from databricks import sql

    # every reply is formatted for this logger, bytes and all, whether or not anybody reads it
    logging.getLogger("databricks.sql").setLevel(logging.WARNING)
    headers = sign_in.headers()
    return sql.connect(
        **address(endpoint),
        http_path=f"/sql/1.0/warehouses/{endpoint.warehouse_id}",
        credentials_provider=_Provider(headers),
        session_configuration={"STATEMENT_TIMEOUT": str(endpoint.statement_timeout), "TIMEZONE": "UTC"},
        query_tags={"app": APP},
        user_agent_entry=USER_AGENT,
        use_cloud_fetch=endpoint.cloud_fetch,
        enable_telemetry=False,
        _retry_delay_max=5,
        _retry_stop_after_attempts_count=2,
        _retry_stop_after_attempts_duration=60,
        **({"_tls_trusted_ca_file": str(endpoint.ca_file)} if endpoint.ca_file else {}),
        **endpoint.extra,
    )


def address(endpoint: Endpoint) -> dict[str, Any]:
    """The connector's arguments for a host: it takes name and port apart, and plain HTTP only as a whole address.

    >>> address(Endpoint("https://localhost:8620", "w1"))
    {'server_hostname': 'localhost', '_port': 8620}
    """
    parts = urlsplit(endpoint.host)
    if not parts.hostname:
        raise SettingsError(f"{endpoint.host!r} is no address of a workspace.", remedy="Write https://<workspace>.")
    named: dict[str, Any] = {"server_hostname": parts.hostname}
    if parts.scheme == "http":
        if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SettingsError("Plain http is for this machine only.", place=endpoint.host, remedy="Use https.")
        return named | {"_connection_uri": f"{endpoint.host}/sql/1.0/warehouses/{endpoint.warehouse_id}"}
    return named | ({"_port": parts.port} if parts.port else {})


class _Provider:
    """What the connector calls once for a function that it calls for each request."""

    def __init__(self, headers: Headers) -> None:
        self._headers = headers

    def __call__(self) -> Headers:
        return self._headers

    def auth_type(self) -> str:
        """The connector asks for it by name."""
        return "lakeledger"

"""Makes the SDK's clients: one for each identity, lazily, because making one already talks to the workspace."""

import socket
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies

from lib.config import trust_own_ca
from lib.errors import Unavailable
from lib.workspace.failures import translated
from lib.workspace.login import Login

if TYPE_CHECKING:
    from pathlib import Path

    from databricks.sdk import WorkspaceClient
    from databricks.sdk.core import Config

RETRY_S = 20
"""How long the SDK repeats what got no answer, 429 or 503."""
HTTP_S = 60
KEPT = 64
"""Clients kept at most; the one used longest ago goes first."""
PRODUCT, VERSION = "lakeledger", "0.1.0"


KNOCK_S = 5


def knock(host: str) -> None:
    """Unavailable when nothing answers at that address: the SDK would find out only after its repeats. Behind a proxy it
    is the proxy's to know."""
    parts = urlsplit(host)
    if not parts.hostname or getproxies().keys() & {"http", "https", "all"}:
        return
    for attempt in (1, 2):
        try:
            socket.create_connection(
                (parts.hostname, parts.port or (80 if parts.scheme == "http" else 443)), KNOCK_S
            ).close()
            return
        except OSError as error:
            if attempt == 2:
                raise Unavailable(
                    "The workspace cannot be reached.",
                    place=host,
                    remedy="Check its address and the network; the app tries again by itself.",
                ) from error
            time.sleep(0.5)


class Clients:
    """The SDK clients of a process, by login. A viewer's client is made anew when their token is another one."""

    def __init__(self, ca_file: "Path | None" = None) -> None:
        self._ca_file = ca_file
        self._kept: OrderedDict[Login, tuple[str | None, WorkspaceClient]] = OrderedDict()
        self._lock = threading.Lock()

    def client(self, login: Login) -> "WorkspaceClient":
        """The client that acts as `login`; Unavailable or SignInError when the workspace says no."""
        token = login.options.get("token")
        with self._lock:
            kept = self._kept.get(login)
            if kept and kept[0] == token:
                self._kept.move_to_end(login)
                return kept[1]
        made = self._make(login)
        with self._lock:
            self._kept[login] = (token, made)
            self._kept.move_to_end(login)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def config(self, login: Login) -> "Config":
        """The client's configuration: what signs the requests of other clients."""
        return self.client(login).config

    def forget(self, login: Login) -> None:
        """Make the next client anew: the sign-in was refused."""
        with self._lock:
            self._kept.pop(login, None)

    def _make(self, login: Login) -> "WorkspaceClient":
        from databricks.sdk import WorkspaceClient
        from databricks.sdk.core import Config

        if self._ca_file:
            trust_own_ca(self._ca_file)
        knock(login.host or "")
        with translated("sign in"):
            config = Config(
                host=login.host,
                product=PRODUCT,
                product_version=VERSION,
                retry_timeout_seconds=RETRY_S,
                http_timeout_seconds=HTTP_S,
                **login.options,
            )
            return WorkspaceClient(config=config)

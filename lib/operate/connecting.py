"""The workspace that can be acted on: one client of the app's own identity for each set of settings."""

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lib.config import platform
from lib.context import Context
from lib.errors import AccessError, SourceError

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

_clients: dict[tuple[object, ...], "Connection"] = {}
_lock = threading.Lock()
RETRY_S = 20
"""How long the SDK repeats what got no answer, 429 or 503: a person waits for it."""


@dataclass(frozen=True)
class Connection:
    """The workspace that can be acted on, as the app's own identity."""

    client: "WorkspaceClient" = field(repr=False)
    workspace_id: str
    host: str
    demo: bool = False
    me: str = ""
    """Name of that identity: what the workspace's own log calls the app."""


def connection(context: Context) -> Connection:
    """The workspace to act on; SourceError where there is none, AccessError where it is hidden from the viewer."""
    if context.settings.source == "files":
        raise SourceError(
            "Acting is not available: the data comes from files, and no workspace is connected.",
            remedy="Set LAKELEDGER_SOURCE to databricks to see states as they are and to start and stop.",
        )
    s = context.settings
    key = (s.source, s.folder.absolute(), s.host, s.profile)
    with _lock:
        if key not in _clients:
            _clients[key] = _connect(context)
        found = _clients[key]
    mine = context.workspaces
    if mine is not None and found.workspace_id not in mine:
        raise AccessError(
            f"{context.viewer.name} may not see the workspace this app is connected to.",
            remedy="An administrator of the app says who sees which workspaces (LAKELEDGER_WORKSPACE_GROUPS).",
        )
    return found


def _connect(context: Context) -> Connection:
    if context.settings.source == "demo":
        return _demo(context)
    from lib.workspace.client import Clients
    from lib.workspace.failures import translated
    from lib.workspace.login import local, of_app

    whose = of_app(platform()) if platform().hosted else local(context.settings, platform())
    client = Clients(context.settings.ca_file).client(whose)
    with translated("find out which workspace this is"):
        me = client.current_user.me().user_name or ""
        return Connection(client, str(client.get_workspace_id()), str(client.config.host), me=me)


def _demo(context: Context) -> Connection:
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.core import Config

    from lib.demo.standing import standing
    from lib.demo.workspace.state import APP

    context.ensure_demo()
    found = standing(context.settings.folder)
    config = Config(
        host=found.host, token=found.token, auth_type="pat", retry_timeout_seconds=RETRY_S, http_timeout_seconds=RETRY_S
    )
    return Connection(WorkspaceClient(config=config), found.workspace_id, found.host, demo=True, me=APP)

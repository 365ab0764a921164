"""The demo's workspace for this machine: one for all processes that use the same home folder.

The first process that needs it starts it in a thread and leaves its address in a file; others find it there. When that
process is gone, the next one starts it anew, from the same state.
"""

import atexit
import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from filelock import FileLock

from lib.warehouse.store import DatabaseFolder

if TYPE_CHECKING:
    from lib.demo.workspace import Running

ADDRESS = "address.json"
PING_S = 2.0
COLD_START_S = 6.0
"""How long a demo cluster takes to start or stop: enough to watch it."""
_started: dict[Path, "Standing"] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Standing:
    """Where the demo's workspace answers, and the token of the app's service principal there."""

    host: str
    token: str = field(repr=False)
    workspace_id: str


def standing(account_folder: Path) -> Standing:
    """The workspace over the demo account in a folder, found or started. Its state is kept beside the account."""
    home = account_folder / f"workspace-{DatabaseFolder(account_folder).current().account.stem}"
    with _lock:
        known = _started.get(home)
        if known is not None:
            return known
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / "starting.lock"):
            found = _found(home) or _start(account_folder, home)
        _started[home] = found
        return found


def _found(home: Path) -> Standing | None:
    try:
        said = json.loads((home / ADDRESS).read_text(encoding="utf-8"))
        known = Standing(said["host"], said["token"], said["workspace_id"])
        ask = Request(f"{known.host}/api/2.0/preview/scim/v2/Me", headers={"Authorization": f"Bearer {known.token}"})
        with urlopen(ask, timeout=PING_S) as reply:
            return known if reply.headers.get("x-databricks-org-id") == known.workspace_id else None
    except (OSError, URLError, ValueError, KeyError):
        return None


def _start(account_folder: Path, home: Path) -> Standing:
    from lib.demo.workspace import start
    from lib.demo.workspace.state import APP, WORKSPACE_ID

    running = start(account_folder, home=home)
    atexit.register(running.close)  # an engine that is open when Python ends complains on stderr
    running.options(cold_start_s=COLD_START_S)
    where, now = _warehouse(running), time.time()
    busy = {"state": "RUNNING", "since": now, "used": now}
    running.put(things={"warehouses": {where: busy}, "running_statements": _statements(where, now)})
    known = Standing(running.host, running.token_of(APP), WORKSPACE_ID)
    file = home / ADDRESS
    file.touch(mode=0o600)
    file.write_text(
        json.dumps({"host": known.host, "token": known.token, "workspace_id": known.workspace_id}), encoding="utf-8"
    )
    return known


def _warehouse(running: "Running") -> str:
    """A warehouse that runs; when all stopped while nobody looked, one that does again."""
    every = list(running.state()["things"]["warehouses"].values())
    return str(([one for one in every if one["state"] == "RUNNING"] or every)[-1]["id"])


def _statements(where: str, now: float) -> dict[str, dict[str, Any]]:
    """Two statements that run on a warehouse since before the demo was started, until somebody cancels them."""
    texts = (
        (
            "01f0d000-0000-1000-8000-00000000a001", 34 * 60, "ana.costa@northwind.example", "Databricks SQL Editor",
            "SELECT a.customer_id, b.product_id FROM main.sales.order_items a CROSS JOIN main.sales.order_items b"
            " WHERE a.note = 'password=Hunter2'",
        ),
        (
            "01f0d000-0000-1000-8000-00000000a002", 100, "otto.berg@northwind.example", "Power BI",
            "SELECT region, SUM(net_amount) AS revenue FROM main.sales.orders_gold GROUP BY region",
        ),
    )  # fmt: skip
    return {
        id_: {
            "id": id_, "text": text, "who": who, "warehouse_id": where, "started": now - since, "state": "RUNNING",
            "statement_type": "SELECT", "client_application": client,
        }
        for id_, since, who, client, text in texts
    }  # fmt: skip

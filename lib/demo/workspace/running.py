"""Starts the workspace: in a thread of this process over plain HTTP or TLS, or as a process of its own."""

import json
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.request import Request as Ask
from urllib.request import urlopen

from lib.demo.workspace import certificates, control
from lib.demo.workspace.faults import Fault
from lib.demo.workspace.state import ADMIN, State
from lib.errors import Unavailable


@dataclass
class Running:
    """A workspace that answers. `with start(…) as workspace:` stops it at the end."""

    host: str
    """With scheme and port, as DATABRICKS_HOST wants it: `https://localhost:8610`."""
    port: int
    token: str
    """The admin's personal access token; `token_of` has others."""
    ca_file: Path | None
    """Certificate authority to trust; None without TLS."""
    control_key: str = field(repr=False)
    _stop: Any = field(default=None, repr=False)
    pid: int | None = None
    """The process, when it is one of its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop it; twice is once."""
        stop, self._stop = self._stop, None
        if stop:
            stop()

    # ── what only tests do ──────────────────────────────────────────────────────────────────────────────────────────

    def fault(self, fault: Fault | None = None, **values: Any) -> None:
        """Let something go wrong: a `Fault`, or its fields."""
        self._call("POST", "faults", asdict(fault or Fault(**values)))

    def no_faults(self) -> None:
        """Nothing goes wrong any more."""
        self._call("DELETE", "faults")

    def faults(self) -> list[dict[str, Any]]:
        """Faults that have not all happened yet."""
        return list(self._call("GET", "faults")["faults"])

    def requests(self, **wanted: str) -> list[dict[str, Any]]:
        """What came in so far; `rpc="ExecuteStatement"`, `path="/api/…"`, `method="POST"`, `who=…` narrow it."""
        found = self._call("GET", "requests")["requests"]
        rpc = wanted.pop("rpc", None)
        return [
            request
            for request in found
            if all(request[name] == value for name, value in wanted.items())
            and (rpc is None or request["note"].get("rpc") == rpc)
        ]

    def statements(self) -> list[str]:
        """Texts of the statements that were executed, in order."""
        return [r["note"]["statement"] for r in self._call("GET", "requests")["requests"] if "statement" in r["note"]]

    def forget(self) -> None:
        """Clear the record."""
        self._call("DELETE", "requests")

    def options(self, **values: Any) -> Mapping[str, Any]:
        """Change how it behaves (`state.OPTIONS`); returns what all were before."""
        return self._call("POST", "options", values)

    def ahead(self, seconds: float) -> None:
        """Let time pass for the workspace."""
        self._call("POST", "clock", {"ahead_s": seconds})

    def token_of(
        self, name: str, *, kind: str = "pat", scopes: tuple[str, ...] = (), ttl_s: float | None = None
    ) -> str:
        """A new token that speaks for a person; `kind="obo"` with `scopes` is one an app's proxy would forward."""
        said = {"name": name, "kind": kind, "scopes": scopes, "ttl_s": ttl_s}
        return str(self._call("POST", "tokens", said)["token"])

    def end_token(self, token: str) -> None:
        """The token has expired, now."""
        self._call("POST", "tokens/end", {"token": token})

    def sessions(self) -> int:
        """How many SQL sessions are open."""
        return int(self._call("GET", "sql")["sessions"])

    def operations(self) -> list[dict[str, Any]]:
        """Statements that run, or whose results are not closed."""
        return list(self._call("GET", "sql")["operations"])

    def drop_sessions(self) -> int:
        """Lose all SQL sessions, as a gateway that restarts does."""
        return int(self._call("DELETE", "sql/sessions")["dropped"])

    def state(self) -> dict[str, Any]:
        """Everything it knows, as a copy."""
        return dict(self._call("GET", "state"))

    def put(self, **values: Any) -> None:
        """Lay values over its state: `things={kind: {id: {…}}}`, `acls={"clusters/1": {name: level}}`, `grants=[…]`."""
        self._call("POST", "state", values)

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        ask = Ask(
            f"{self.host}{control.PREFIX}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={control.KEY_HEADER: self.control_key, "Content-Type": "application/json"},
        )
        trust = ssl.create_default_context(cafile=str(self.ca_file)) if self.ca_file else None
        with urlopen(ask, timeout=60, context=trust) as reply:
            found: dict[str, Any] = json.loads(reply.read())
        return found


def start(
    account_folder: Path | None = None,
    *,
    tls: bool = False,
    port: int = 0,
    home: Path | None = None,
    process: bool = False,
) -> Running:
    """Start a workspace over the account in `account_folder` (None: one without system tables).

    `home`: folder that keeps its state, tables and certificate over restarts; without it they go when it stops.
    `process`: run it as a process of its own, which ends with this one at the latest.
    """
    return _in_process(account_folder, tls, port, home) if process else _in_thread(account_folder, tls, port, home)


def build(account_folder: Path | None, home: Path) -> State:
    """The workspace's state with everything seeded, ready to be served."""
    from lib.demo.workspace.account import Account
    from lib.demo.workspace.families import FAMILIES

    state = State(home / "workspace.json", Account(account_folder) if account_folder else None)
    for family in FAMILIES:
        if hasattr(family, "prepare"):
            family.prepare(state, home)
        name = family.__name__.rpartition(".")[2]
        if name not in state.data["seeded"] and hasattr(family, "seed"):
            family.seed(state)
            state.data["seeded"].append(name)
    state.save()
    return state


def _in_thread(account_folder: Path | None, tls: bool, port: int, home: Path | None) -> Running:
    from lib.demo.workspace.app import App
    from lib.demo.workspace.families import FAMILIES
    from lib.demo.workspace.serving import Server

    temporary = None if home else tempfile.TemporaryDirectory(prefix="workspace-", ignore_cleanup_errors=True)
    where = home or Path(temporary.name)  # type: ignore[union-attr]
    state = build(account_folder, where)
    ca_file = certificates.make(where / "certificates") if tls else None
    trust = certificates.context(where / "certificates") if tls else None
    routes = [route for family in FAMILIES for route in family.ROUTES]
    server = Server(App(state, routes), port, trust, "localhost" if tls else "127.0.0.1")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="workspace", daemon=True)
    thread.start()

    def stop() -> None:
        server.close()
        if state.engine:
            state.engine.close()
        if temporary:
            temporary.cleanup()

    token = next(token for token, said in state.data["tokens"].items() if said["name"] == ADMIN)
    return Running(server.base_url, server.server_address[1], token, ca_file, state.control_key, stop)


def _in_process(account_folder: Path | None, tls: bool, port: int, home: Path | None) -> Running:
    command = [sys.executable, "-m", "lib.demo.workspace", "--port", str(port), *(["--tls"] if tls else [])]
    command += ["--account", str(account_folder)] if account_folder else []
    command += ["--home", str(home)] if home else []
    root = Path(__file__).parents[3]
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,  # it ends when this closes
        stdout=subprocess.PIPE,
        cwd=root,
        text=True,
    )
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        raise Unavailable("The loopback workspace did not start.", place=f"port {port}", remedy="See what it said.")
    said = json.loads(line)

    def stop() -> None:
        with suppress(OSError):
            child.stdin.close()  # type: ignore[union-attr]
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    ca_file = Path(said["ca_file"]) if said["ca_file"] else None
    return Running(said["host"], said["port"], said["token"], ca_file, said["control_key"], stop, child.pid)

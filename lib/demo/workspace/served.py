"""The workspace served for a person: over the demo account, with the environment that a second terminal needs.

One workspace a demo account: its state, tables and certificate are kept in a folder beside the account, and while it
stands the folder also holds the environment as a file, so that another terminal finds it.
"""

import os
import shlex
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from filelock import FileLock, Timeout

from lib.demo.workspace import certificates
from lib.demo.workspace.running import Running, start
from lib.demo.workspace.warehouses import WAREHOUSE
from lib.errors import SourceError, Unavailable
from lib.warehouse.store import DatabaseFolder

START_S = 60.0
"""How long one in the background may take to stand."""


@dataclass(frozen=True)
class Place:
    """Where a served workspace keeps its things."""

    folder: Path

    @property
    def environment(self) -> Path:
        """The `export` lines, while it stands."""
        return self.folder / "environment"

    @property
    def process(self) -> Path:
        """The id of the process that serves."""
        return self.folder / "process"

    @property
    def log(self) -> Path:
        """What one in the background says."""
        return self.folder / "log"

    @property
    def lock(self) -> Path:
        """Held by the one that serves."""
        return self.folder / "serving.lock"


def place_of(account_folder: Path) -> Place:
    """The place for the account that a folder has now; another account gets another place."""
    return Place(account_folder.absolute() / f"served-{DatabaseFolder(account_folder).current().account.stem}")


class Served:
    """`with Served(folder, port, tls) as lines:` it stands, and `lines` are what a second terminal needs."""

    def __init__(self, account_folder: Path, *, port: int, tls: bool) -> None:
        self._account_folder = account_folder
        self._port = port
        self._tls = tls
        self.place = place_of(account_folder)
        self._lock = FileLock(self.place.lock, timeout=0)

    def __enter__(self) -> str:
        self.place.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise Unavailable(
                "The workspace of this demo account is served already.",
                place=str(self.place.folder),
                remedy="Use that one (--detach prints its environment), or end it first.",
            ) from error
        try:
            self._running = start(self._account_folder, tls=self._tls, port=self._port, home=self.place.folder)
        except BaseException as error:
            self._lock.release()
            if isinstance(error, OSError):
                raise Unavailable(
                    f"Nothing can be served on port {self._port}: {error.strerror or error}.",
                    remedy="Choose another with --port, or 0 for any free one.",
                ) from error
            raise
        lines = exports(environment(self._running, self.place.folder))
        self.place.process.write_text(str(os.getpid()), encoding="utf-8")
        fresh = self.place.environment.with_suffix(".tmp")
        fresh.touch(mode=0o600)
        fresh.write_text(lines, encoding="utf-8")
        os.replace(fresh, self.place.environment)
        return lines

    def __exit__(self, *_: object) -> None:
        self.place.environment.unlink(missing_ok=True)
        self.place.process.unlink(missing_ok=True)
        self._running.close()
        self._lock.release()


def environment(running: Running, folder: Path) -> dict[str, str]:
    """What a process needs to use the workspace instead of the demo's own files."""
    found = {
        "LAKELEDGER_SOURCE": "databricks",
        "DATABRICKS_HOST": running.host,
        "DATABRICKS_TOKEN": running.token,
        "LAKELEDGER_WAREHOUSE_ID": WAREHOUSE,
    }
    if running.ca_file is not None:
        found["LAKELEDGER_CA_FILE"] = str(running.ca_file)
        # the SDK's HTTP client reads only this; other programs of that terminal go on trusting what they did
        found["REQUESTS_CA_BUNDLE"] = str(certificates.bundle(running.ca_file, folder / "bundle.pem"))
    return found


def exports(values: Mapping[str, str]) -> str:
    """One `export NAME=value` a line, for any POSIX shell.

    >>> exports({"A": "it's"})
    'export A=\\'it\\'"\\'"\\'s\\'\\n'
    """
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())


def standing(account_folder: Path) -> str | None:
    """The environment of the workspace that is served for this account now, None when none is."""
    place = place_of(account_folder)
    with suppress(OSError):
        lines = place.environment.read_text(encoding="utf-8")
        if _answers(lines):
            return lines
    return None


def _answers(lines: str) -> bool:
    said = dict(word.split("=", 1) for word in shlex.split(lines) if "=" in word)
    ask = Request(
        f"{said['DATABRICKS_HOST']}/api/2.0/preview/scim/v2/Me",
        headers={"Authorization": f"Bearer {said['DATABRICKS_TOKEN']}"},
    )
    ca_file = said.get("LAKELEDGER_CA_FILE")
    trust = ssl.create_default_context(cafile=ca_file) if ca_file else None
    with suppress(OSError), urlopen(ask, timeout=5, context=trust) as reply:
        return bool(reply.status == 200)
    return False


def detached(account_folder: Path, home: Path, *, port: int, tls: bool) -> str:
    """The environment of the workspace that stands; started in the background when none does."""
    lines = standing(account_folder)
    if lines is not None:
        return lines
    place = place_of(account_folder)
    place.folder.mkdir(parents=True, exist_ok=True)
    place.environment.unlink(missing_ok=True)
    command = [sys.executable, "-m", "lib", "demo", "--serve-workspace", "--if-missing", "--port", str(port)]
    command += ["--out", str(home.absolute()), *([] if tls else ["--no-tls"])]
    with place.log.open("w", encoding="utf-8") as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd=Path(__file__).parents[3],
            start_new_session=True,
        )
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if place.environment.exists():
            return place.environment.read_text(encoding="utf-8")
        if child.poll() is not None:
            break
        time.sleep(0.1)
    raise Unavailable("The workspace did not start.", place=str(place.log), remedy="See what it said there.")


def serving_process(account_folder: Path) -> int:
    """The id of the process that serves this account's workspace; SourceError when none does."""
    try:
        return int(place_of(account_folder).process.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError("No workspace is served.", place=str(account_folder)) from error

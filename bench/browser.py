"""The app as a process, and a browser to look at it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'


@dataclass(frozen=True)
class Served:
    """An app that was started."""

    address: str
    started: float
    """`time.perf_counter()` right before."""
    process_id: int


@contextmanager
def served(home: Path, *, server: str = "app.py", around: Mapping[str, str] | None = None) -> Iterator[Served]:
    """`streamlit run app.py` over the demo of `home`, until the end of the block; `around` is laid over its environment.

    With BENCH_LOG set, what the app says goes to the end of that file.
    """
    port = _free_port()
    command = [
        sys.executable, "-m", "streamlit", "run", server, "--server.headless", "true", "--server.port", str(port),
        "--server.address", "127.0.0.1",
    ]  # fmt: skip
    settings = {
        name: value for name, value in os.environ.items() if not name.startswith(("LAKELEDGER_", "DATABRICKS_"))
    }
    with Path(os.environ.get("BENCH_LOG", os.devnull)).open("ab") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=settings | {"LAKELEDGER_HOME": str(home)} | dict(around or {}),
            stdout=log,
            stderr=log,
        )
    try:
        yield Served(f"http://127.0.0.1:{port}", started, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def wait_for(address: str, limit_s: float = 60) -> None:
    """Until the server takes connections."""
    host, port = address.removeprefix("http://").split(":")
    until = time.perf_counter() + limit_s
    while time.perf_counter() < until:
        try:
            socket.create_connection((host, int(port)), 1).close()
            return
        except OSError:
            time.sleep(0.01)
    raise TimeoutError(f"{address} does not answer")


@contextmanager
def browsing() -> Iterator["Page"]:
    """A tab of a fresh browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser.new_page(viewport={"width": 1440, "height": 1000})
        finally:
            browser.close()


def _free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])

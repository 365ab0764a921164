"""The real app in the real browser: one server on the small demo, one Chromium, a fresh page a test."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
SCREENS = Path(__file__).parent / "screens"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'
CHROMIUM = Path("/usr/bin/chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(demo_home: Path) -> Iterator[str]:
    """The address of the app on the small demo account."""
    with serving(demo_home) as address:
        yield address


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The address of an app of its own on the demo account in a home folder, while the block runs."""
    port = free_port()
    environment = os.environ | {"LAKELEDGER_HOME": str(home), "LAKELEDGER_SOURCE": "demo"}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port),
               "--server.address", "127.0.0.1", "--server.headless", "true"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_stcore/health")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def serving_copy(demo_home: Path, home: Path) -> Iterator[str]:
    """The same on a copy of the account, for tests that change its workspace."""
    shutil.copytree(demo_home / "demo", home / "demo", ignore=shutil.ignore_patterns("workspace-*"))
    with serving(home) as address:
        yield address


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(url: str) -> None:
    for _ in range(240):
        try:
            if urllib.request.urlopen(url, timeout=1).status == 200:
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


class App:
    """A page of the app, with the few gestures that tests are made of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.address}/{path}")
        self.settle()

    def settle(self) -> None:
        """Wait until the script has run and what it drew is there."""
        self.page.wait_for_timeout(250)
        self.page.wait_for_selector(IDLE)
        self.page.wait_for_timeout(150)
        assert self.page.locator('[data-testid="stException"]').count() == 0, "a stack trace is on screen"

    def text(self) -> str:
        return self.page.locator('[data-testid="stMain"]').inner_text()

    def card(self, label: str) -> str:
        """The value on a card, and its exact amount where the card shows a short one."""
        card = self.page.locator('[data-testid="stMetric"]').filter(has_text=label).first
        return card.inner_text()

    def table(self, alt: str):  # type: ignore[no-untyped-def]
        return self.page.locator(f'table[aria-label*="{alt}"]').first

    def is_wider_than_the_window(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"))


@contextmanager
def window(chromium: Browser, address: str, height: int = 1000) -> Iterator[App]:
    """A fresh page in a window of its own; no script on it may have failed."""
    context = chromium.new_context(viewport={"width": 1440, "height": height}, accept_downloads=True)
    app = App(context.new_page(), address)
    yield app
    context.close()
    assert app.complaints == []


@pytest.fixture
def app(server: str, chromium: Browser) -> Iterator[App]:
    with window(chromium, server) as app:
        yield app

"""What many tests stand on: a small demo account, made once a run and never changed."""

import gc
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import hypothesis
import pytest

from lib.config import Settings, load, settings
from lib.context import Context
from lib.demo import DemoSpec
from tests.once import copy_of

TODAY = date(2026, 11, 20)
gc.disable()  # until all tests are collected: thousands of them, and none is garbage
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")
"""How busy the machine is says nothing about the code."""
SMALL = DemoSpec(seed=1, today=TODAY, days=75, scale=0.05)


def pytest_collection_finish() -> None:
    """What is there now stays: looking through it for garbage again and again was a tenth of a run."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """A page that runs in a test takes the place of `__main__`; processes that are spawned later would run it again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LAKELEDGER_HOME with the small demo account in it. Only to read."""
    return copy_of("demo-home", lambda home: Context(load(source="demo", home=home)).make_demo(SMALL), tmp_path_factory)


@pytest.fixture
def demo(demo_home: Path) -> Context:
    """The small demo account, ready to be asked."""
    return Context(load(source="demo", home=demo_home))


@pytest.fixture
def demo_settings(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The same by environment, as a process of its own would find it."""
    monkeypatch.setenv("LAKELEDGER_HOME", str(demo_home))
    monkeypatch.setenv("LAKELEDGER_SOURCE", "demo")
    settings.cache_clear()
    yield settings()
    settings.cache_clear()

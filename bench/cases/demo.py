"""How soon there is something to look at."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.case import Case, Plan, Row, at_most
from bench.data import FOLDER, SIZES
from bench.measure import in_child, seconds

OPENED = (
    "the app can be opened: spend, jobs, clusters and the checks are stored, statements and warehouses worked out live"
)


def run(plan: Plan) -> Iterator[Row]:
    plan.say("demo")
    made = in_child(account_alone)
    detail = f"{made.cpu_s:.1f} s of processor, peak {made.peak_mb:.0f} MB"
    yield Row("Default demo account", "250k", made.value, "s", at_most(5), detail)
    for words, goal, means in (
        ("--soon", at_most(5), OPENED),
        ("", None, "all of the ledger is stored; it can be opened as soon"),
    ):
        wall, cpu = command(*words.split())
        yield Row(
            f"`python -m lib demo {words}`".replace(" `", "`"),
            "250k",
            wall,
            "s",
            goal,
            f"{means}; {cpu:.1f} s of processor",
        )


def account_alone() -> float:
    """Seconds to make the default account."""
    from lib.demo import create_account

    with _folder() as folder:
        return seconds(lambda: create_account(Path(folder) / "account.duckdb", SIZES["250k"].spec))


def command(*options: str) -> tuple[float, float]:
    """Seconds of the command from its start to its end, and those of processor."""
    with _folder() as folder:
        began, spent = time.perf_counter(), _children_s()
        subprocess.run(
            [sys.executable, "-m", "lib", "demo", "--out", folder, *options], check=True, stderr=subprocess.DEVNULL
        )
        return time.perf_counter() - began, _children_s() - spent


def _children_s() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _folder() -> tempfile.TemporaryDirectory[str]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=FOLDER)


CASE = Case("demo", "Default demo", run, needs_data=False)

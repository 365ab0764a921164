"""How soon there is something to look at."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.case import Case, Plan, Row, at_most
from bench.data import FOLDER, SIZES
from bench.measure import in_child, seconds


def run(plan: Plan) -> Iterator[Row]:
    plan.say("demo")
    for words, work in (("account", account_alone), ("account and its ledger", account_and_ledger)):
        made = in_child(work)
        detail = f"{made.cpu_s:.1f} s of processor, peak {made.peak_mb:.0f} MB"
        yield Row(f"Default demo {words}", "250k", made.value, "s", at_most(5), detail)


def account_alone() -> float:
    """Seconds to make the default account."""
    from lib.demo import create_account

    with _folder() as folder:
        return seconds(lambda: create_account(Path(folder) / "account.duckdb", SIZES["250k"].spec))


def account_and_ledger() -> float:
    """Seconds of `python -m lib demo`, once it is imported."""
    from lib.config import load
    from lib.context import Context

    with _folder() as folder:
        here = Context(load(source="demo", home=Path(folder)))
        return seconds(lambda: here.make_demo(SIZES["250k"].spec))


def _folder() -> tempfile.TemporaryDirectory[str]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=FOLDER)


CASE = Case("demo", "Default demo", run, needs_data=False)

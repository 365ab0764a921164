"""How soon there is something to look at."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.case import Case, Plan, Row, at_most
from bench.data import FOLDER, SIZES
from bench.measure import in_child, seconds


def run(plan: Plan) -> Iterator[Row]:
    plan.say("demo")
    account = in_child(account_alone)
    yield Row("Default demo account", "250k", account.value, "s", at_most(5), f"peak {account.peak_mb:.0f} MB")
    both = in_child(account_and_ledger)
    yield Row("Default demo account and its ledger", "250k", both.value, "s", at_most(5), f"peak {both.peak_mb:.0f} MB")


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

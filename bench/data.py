"""Accounts to measure on: made once, kept in one folder, used again by the next run."""

import os
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from lib.config import load
from lib.context import Context
from lib.demo import DemoSpec
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.warehouse.remembered import Room

FOLDER = Path(os.environ.get("BENCH_FOLDER", "/tmp/lakeledger-bench"))
TODAY = date(2026, 6, 30)
"""The accounts' own today: figures do not depend on the day of the run."""
EVERY_DAY = Period(date(2020, 1, 1), TODAY + timedelta(days=1))
"""Everything an account holds."""


@dataclass(frozen=True)
class Size:
    """An account, named by its number of usage rows (about)."""

    name: str
    scale: float
    days: int = 180

    @property
    def spec(self) -> DemoSpec:
        """The demo account of this size."""
        return DemoSpec(seed=1, today=TODAY, days=self.days, scale=self.scale)

    @property
    def home(self) -> Path:
        """Where its databases are."""
        return FOLDER / self.name


SIZES = {
    size.name: size
    for size in (Size("20k", 0.08), Size("250k", 1), Size("1M", 4), Size("10M", 40), Size("50M", 80, 450))
}
"""By name. 50M has more days, not only more of everything: the demo account ends at scale 80."""


def context(size: Size) -> Context:
    """The parts over an account of this size, which need not be there yet."""
    return reading(size.home)


def reading(home: Path) -> Context:
    """The parts over the account in a folder. Nothing is remembered, so that every turn reads."""
    made = Context(load(source="demo", home=home), today=lambda: TODAY)
    made.shared.once("room", lambda: Room(0))
    return made


def ready(size: Size) -> None:
    """See that the account of this size and its ledger are there; a ledger of other queries is made again."""
    here = context(size)
    if here.folder.find() is None:
        here.make_demo(size.spec)
    else:
        here.refresh()


def forget(size: Size) -> None:
    """Give the disk back."""
    shutil.rmtree(size.home, ignore_errors=True)


def last(days: int) -> Filters:
    """The view of the last so many days."""
    return Filters(Period(TODAY - timedelta(days=days), TODAY))

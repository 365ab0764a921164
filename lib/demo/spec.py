"""Which demo account: everything its content depends on."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from lib.errors import InputError
from lib.warehouse.ddl import FOLDER as DDL

HERE = Path(__file__).parent


NEWEST = timedelta(hours=8)
"""How far into its `today` an account reaches: its clock stands still there (sql/00_tools.sql)."""


def newest_day(now: datetime) -> date:
    """The newest `today` whose account holds nothing that is still to come.

    >>> newest_day(datetime(2026, 11, 27, 7, 59)), newest_day(datetime(2026, 11, 27, 8, 0))
    (datetime.date(2026, 11, 26), datetime.date(2026, 11, 27))
    """
    return (now - NEWEST).date()


@dataclass(frozen=True)
class DemoSpec:
    """The same values give the same account, row for row."""

    seed: int
    today: date
    """The first day without usage; yesterday is there in part."""
    days: int = 180
    """How many days of history; the planted facts need 60."""
    scale: float = 1.0
    """Grows the number of jobs, clusters, warehouses, people; 1 is about 250,000 usage rows in 180 days."""

    def __post_init__(self) -> None:
        if not 60 <= self.days <= 1000:
            raise InputError(f"A demo of {self.days} days cannot be made.", remedy="Days are from 60 to 1000.")
        if not 0.01 <= self.scale <= 100:
            raise InputError(
                f"A demo of scale {self.scale} cannot be made.",
                remedy="Scale is from 0.01 to 100; for more rows take more days.",
            )

    @property
    def key(self) -> str:
        """A short name for this account and the generator that makes it; another one when either changes."""
        told = f"{self.seed} {self.today.isoformat()} {self.days} {float(self.scale)!r} {_generator()}"
        return hashlib.sha256(told.encode()).hexdigest()[:12]


@cache
def _generator() -> str:
    files = sorted([*(HERE / "sql").glob("*.sql"), *DDL.glob("*.sql")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()

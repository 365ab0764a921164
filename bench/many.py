"""Accounts with many statements and few usage rows: a small demo account, and statements that SQL alone puts beside it."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench.data import FOLDER, TODAY, reading
from lib.context import Context
from lib.demo import DemoSpec
from lib.warehouse.connections import open_memory

SHAPES = 20_000
DAYS = 180
BATCH_DAYS = 10


@dataclass(frozen=True)
class Many:
    """An account, named by its number of statements."""

    name: str
    statements: int

    @property
    def home(self) -> Path:
        """Where its databases are."""
        return FOLDER / f"statements-{self.name}"


ONE_MILLION, TEN_MILLION = Many("1M", 1_000_000), Many("10M", 10_000_000)


def context(many: Many) -> Context:
    """The parts over the account, which need not be there yet."""
    return reading(many.home)


def ready(many: Many) -> None:
    """See that the account and its ledger are there; a ledger of other queries is made again."""
    here = context(many)
    if here.folder.find() is None:
        here.make_demo(DemoSpec(seed=1, today=TODAY, days=DAYS, scale=0.02))
    marker = many.home / "statements"
    if not marker.exists():
        fill(here.folder.current().account, many)
        marker.touch()
    here.refresh()


def fill(account: Path, many: Many) -> None:
    """Write the statements, their warehouses and the bill of those into the account's file."""
    steps = Path(__file__).with_name("statements.sql").read_text(encoding="utf-8")
    preparing, _, batch = steps.partition("PREPARE batch AS\n")
    with duckdb.connect(str(account)) as sole:
        sole.execute("CHECKPOINT")
    con = open_memory()
    try:
        con.execute(f"ATTACH '{account}' AS account")
        values = {"statements": many.statements, "days": DAYS, "today": TODAY, "shapes": SHAPES}
        for name, value in values.items():
            con.execute("CREATE OR REPLACE TEMP TABLE given AS SELECT $value AS value", {"value": value})
            con.execute(f"SET VARIABLE {name} = (SELECT value FROM given)")
        each = many.statements // DAYS
        con.execute(f'SET VARIABLE "each" = {each}')
        con.execute(f"CREATE TEMP TABLE numbers AS SELECT n FROM range({each * DAYS}) AS t(n)")
        con.execute(preparing)
        for start in range(0, DAYS, BATCH_DAYS):
            con.execute(batch, [start, start + BATCH_DAYS])
        con.execute("CHECKPOINT account")
    finally:
        con.close()

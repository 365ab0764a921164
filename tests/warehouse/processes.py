"""Run as a process of its own: `python -m tests.warehouse.processes reads|writes HOME`.

A reader says each generation when it first sees it, a line each, and ends after the last one; a writer waits for a line on
its stdin before some of its generations. Whoever starts them has it in hand that readers see what they must, however busy
the machine is, and in between both run as they like.

Each generation's account has one quantity for all its rows, so a row of another generation would show in the sum.
"""

import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from lib.warehouse.embedded import EmbeddedWarehouse
from lib.warehouse.store import DatabaseFolder
from tests.warehouse.small import CATALOGUE, TEN_DAYS, new_ledger, write_account


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is so; an AssertionError when it never comes."""
    last = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < last, "it never came"
        time.sleep(0.001)


def rows_of(generation: int) -> int:
    """Rows of the account of a generation: a multiple of three, so that each SKU has a third."""
    return 30 * (generation + 1)


def next_generation(folder: DatabaseFolder, generation: int, *, with_ledger: bool = False) -> None:
    """A new account for the folder, in which every row has the quantity `generation`."""
    with folder.writing():
        account = folder.new_file("account")
        write_account(account, rows_of(generation), str(generation))
        folder.point(account=account)
        if with_ledger:
            folder.point(ledger=new_ledger(folder))
        folder.prune()


def read_once(warehouse: EmbeddedWarehouse) -> int:
    """The generation that an answer came from; an AssertionError when the answer fits none."""
    answer = warehouse.fetch("spend/marks", {"sku": "sku1"}).to_pylist()[0]
    generation = answer["records"] // 10 - 1
    assert answer == {
        "records": rows_of(generation) // 3,
        "quantity": Decimal(generation * 10 * (generation + 1)),
        "sku": "sku1",
    }
    return generation


LAST = 12
"""The last generation that is written."""
WAITS = (1, 4, 8, LAST)
"""Generations that are written only when the one before has been seen by every reader."""


def reads(home: Path) -> int:
    """Read until the last generation was seen, and once more; generations never go back."""
    warehouse = EmbeddedWarehouse(home, catalogue=CATALOGUE)
    seen: list[int] = []
    while seen[-2:] != [LAST, LAST]:
        generation = read_once(warehouse)
        if seen[-1:] != [generation]:
            print(generation, flush=True)
        seen.append(generation)
        assert warehouse.fetch("spend/total", TEN_DAYS).num_rows == 1
        time.sleep(0.002)  # the writer needs the processor too
    assert seen == sorted(seen)
    warehouse.close()
    return 0


def writes(home: Path) -> int:
    """Write one generation after the other."""
    for generation in range(1, LAST + 1):
        if generation in WAITS and not sys.stdin.readline():
            return 1
        next_generation(DatabaseFolder(home), generation, with_ledger=generation % 2 == 0)
    return 0


if __name__ == "__main__":
    sys.exit({"reads": reads, "writes": writes}[sys.argv[1]](Path(sys.argv[2])))

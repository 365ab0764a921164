"""Run as a process of its own: `python -m tests.warehouse.processes reads|writes HOME`.

Each generation's account has one quantity for all its rows, so a row of another generation would show in the sum.
"""

import sys
import time
from decimal import Decimal
from pathlib import Path

from lib.warehouse.embedded import EmbeddedWarehouse
from lib.warehouse.store import DatabaseFolder
from tests.warehouse.small import CATALOGUE, TEN_DAYS, new_ledger, write_account


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


def reads(home: Path, seconds: float = 4) -> int:
    """Read until the time is over; generations never go back."""
    warehouse = EmbeddedWarehouse(home, catalogue=CATALOGUE)
    seen, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        seen.append(read_once(warehouse))
        assert warehouse.fetch("spend/total", TEN_DAYS).num_rows == 1
    assert seen == sorted(seen)
    warehouse.close()
    print(len(seen), len(set(seen)))
    return 0


def writes(home: Path, generations: int = 12) -> int:
    """Write one generation after the other."""
    for generation in range(1, generations + 1):
        next_generation(DatabaseFolder(home), generation, with_ledger=generation % 2 == 0)
        time.sleep(0.1)
    return 0


if __name__ == "__main__":
    sys.exit({"reads": reads, "writes": writes}[sys.argv[1]](Path(sys.argv[2])))

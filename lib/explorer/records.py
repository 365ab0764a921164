"""The usage rows themselves, a page at a time, with their prices."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa

from lib.errors import InputError
from lib.spend.filters import Filters
from lib.warehouse import Warehouse

LARGEST_PAGE = 10_000


@dataclass(frozen=True)
class Records:
    """One page of usage rows, and what all of them come to."""

    filters: Filters
    rows: pa.Table
    """As `spend/records` gives them: exact, newest first."""
    offset: int
    records: int
    """All rows that the filters leave."""
    first_day: date | None
    last_day: date | None
    cost: Decimal | None
    """Of all of them, in the filters' base; machines are not usage rows."""
    per_day: Decimal | None
    """Cost ÷ days of the period."""
    per_record: Decimal | None


def records(
    warehouse: Warehouse, filters: Filters, *, sku: str | None = None, limit: int = 50, offset: int = 0
) -> Records:
    """A page of `limit` usage rows from `offset` on; `sku` is a part of the SKU's name."""
    if not 1 <= limit <= LARGEST_PAGE or offset < 0:
        raise InputError(
            f"A page of {limit} rows from {offset} on cannot be shown.",
            remedy=f"Ask for 1 to {LARGEST_PAGE:,} rows, from 0 on.",
        )
    params = filters.params() | {"sku": sku or None}
    page = params | {"page_size": limit, "page_start": offset}
    summary = warehouse.fetch("spend/records_summary", params).to_pylist()[0]
    count, cost = summary["records"], summary["cost"]
    return Records(
        filters=filters,
        rows=warehouse.fetch("spend/records", page),
        offset=offset,
        records=count,
        first_day=summary["first_day"],
        last_day=summary["last_day"],
        cost=cost,
        per_day=None if cost is None else cost / filters.period.days,
        per_record=None if cost is None or not count else cost / count,
    )

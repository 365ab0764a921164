"""How answers leave the command line: exact JSON for machines, tables for people, talk on stderr."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from lib.cli import table
from lib.errors import AppError, InputError
from lib.progress import Progress as Report
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.formatting import NONE, money

Row = Mapping[str, Any]
MEASURES = ("dbus", "list_cost", "cost", "vm_cost", "total_cost")
"""Columns of an answer that add up; quantities of different units do not."""

FILES = {".pdf": "pdf", ".xlsx": "excel", ".csv": "csv"}
WIDE = 220
"""Columns of text where there is no terminal to ask."""
talk = Console(stderr=True)


def plain(value: Any) -> Any:
    """A value as JSON says it: amounts as strings with every digit, times as ISO text in UTC.

    >>> plain(Decimal("12.500000"))
    '12.5'
    """
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return dict(plain(value)) if value and isinstance(value[0], tuple) else [plain(item) for item in value]
    if isinstance(value, float) and value != value:
        return None
    return value


def records(rows: Any) -> list[dict[str, Any]]:
    """The rows of a frame as JSON says them."""
    return [cleaned(row) for row in rows.to_dict("records")]


def cleaned(row: Row) -> dict[str, Any]:
    """A row of a frame as JSON says it: no numpy, no pandas, nothing that is not a value."""
    return {name: plain(_python(value)) for name, value in row.items()}


def _python(value: Any) -> Any:
    if value is None or isinstance(value, list | tuple | dict | str):
        return value
    if hasattr(value, "to_pydatetime"):
        return None if value != value else value.to_pydatetime()
    value = value.item() if hasattr(value, "item") else value
    return None if value != value else value


def amount(value: Decimal | float | None) -> Decimal | None:
    """Money that was worked out in binary, such as a median, as an amount like all others.

    >>> plain(amount(0.1)), amount(None)
    ('0.1', None)
    """
    return None if value is None or value != value else Decimal(repr(value)) if isinstance(value, float) else value


def priced(cost: Decimal | None, quantity: Decimal | None, currency: str) -> str:
    """Money in a cell: a dash where nothing was used, "unpriced" where what was used has no price.

    >>> priced(Decimal("2.5"), Decimal(7), "USD"), priced(None, Decimal(7), "USD"), priced(None, None, "USD")
    ('$2.50', 'unpriced', '—')
    """
    return NONE if cost is None and quantity is None else money(cost, currency)


def usage_row(row: Row, cost: Decimal | None) -> dict[str, Any]:
    """A usage row as the command line gives it: with the measures that every row of spend has."""
    dbus = row["usage_quantity"] if row["usage_unit"] == "DBU" else None
    return {**row, "dbus": dbus, "cost": cost, "vm_cost": None, "total_cost": cost}


def answer(
    rows: Sequence[Row],
    filters: Filters,
    as_of: AsOf,
    *,
    unpriced: Mapping[str, Decimal] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The one JSON object every spend command prints."""
    missing = unpriced_by_unit(rows) if unpriced is None else unpriced
    return {
        "rows": [{name: plain(value) for name, value in row.items()} for row in rows],
        "total": {measure: plain(added(rows, measure)) for measure in MEASURES},
        "unpriced": [{"usage_unit": unit, "usage_quantity": plain(q)} for unit, q in missing.items()],
        "period": {"from": plain(filters.period.start), "to": plain(filters.period.end)},
        "base": filters.base,
        "currency": filters.currency,
        "as_of": plain(as_of.newest_complete_day or as_of.last_day),
        "last_day": plain(as_of.last_day),
    } | more


def added(rows: Iterable[Row], measure: str) -> Decimal | None:
    """The exact sum of a column; None when no row has a value."""
    values = [row[measure] for row in rows if row.get(measure) is not None]
    return sum(values, Decimal(0)) if values else None


def unpriced_by_unit(rows: Iterable[Row]) -> dict[str, Decimal]:
    """Quantity without a price, by unit; units without any are left out."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        unit, quantity = row.get("usage_unit"), row.get("unpriced_quantity")
        if unit and quantity:
            sums[unit] = sums.get(unit, Decimal(0)) + quantity
    return {unit: q for unit, q in sums.items() if q}


def print_json(value: object) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=plain) + "\n")


def print_table(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], total: Sequence[str] | None = None
) -> None:
    """A table on stdout; `lib.cli.table` says how heads begin and what gives way where there is little room."""
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    below = list(rows)
    lines = table.folded(table.columns(heads, [*below, *([total] if total else [])]), console.width)
    shown = [table.drawn(lines, number) for number in range(1 + len(below) + (total is not None))]
    rule = "─" * max(len(line) for row in shown for line in row)
    ends = [rule, *shown.pop()] if total else []
    for text in (title, *shown[0], rule):
        console.print(Text(text, style="bold"), soft_wrap=True)
    sys.stdout.write("".join(f"{line}\n" for line in (*(line for row in shown[1:] for line in row), *ends)))


def kind_of_file(out: Path) -> str:
    """Which of a report's files, `pdf`, `excel` or `csv`, a name asks for; InputError for another ending."""
    if out.suffix not in FILES:
        raise InputError(f"{out} is no report's file.", remedy=f"End it in {', '.join(FILES)}.", place="--out")
    return FILES[out.suffix]


def write_file(out: Path, content: bytes) -> None:
    """Write it, and say so; InputError when that cannot be done."""
    try:
        out.write_bytes(content)
    except OSError as error:
        raise InputError(
            f"Cannot write {out}: {error.strerror}.", remedy="Name a file in a folder that exists.", place="--out"
        ) from error
    say(f"{out} ({len(content) // 1024} KB)")


def say(text: str) -> None:
    """A line of talk on stderr."""
    talk.print(Text(text))


def complain(error: AppError) -> None:
    """What went wrong and what to do, on stderr."""
    where = f"{error.place}: " if error.place else ""
    talk.print(Text(f"error: {where}{error.message}", style="bold red"))
    if error.remedy:
        talk.print(Text(f"  → {error.remedy}"))


@contextmanager
def progress_bar() -> Iterator[Report]:
    """A progress bar on stderr while the block runs; yields what work reports its steps to."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=talk, transient=True, disable=not talk.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda step, done, of: bar.update(task, description=step, completed=done, total=of)

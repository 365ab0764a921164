"""What the answers about statements have in common."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from lib.cli import options
from lib.cli.output import plain
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.statements.overview import SOURCES
from lib.statements.shapes import Narrowed

Source = Annotated[str | None, typer.Option(help=f"{', '.join(SOURCES)}.", rich_help_panel="Filters")]
WarehouseId = Annotated[str | None, typer.Option("--warehouse", help="Warehouse id.", rich_help_panel="Filters")]


def narrowed(warehouse: str | None, source: str | None) -> Narrowed:
    """What `--warehouse` and `--source` leave."""
    return Narrowed(warehouse, None if source is None else options.one_of(source, SOURCES, "--source"))


def answer(rows: Sequence[Any], view: Filters, as_of: AsOf) -> dict[str, Any]:
    """Rows with what they stand on, as JSON says it."""
    return {
        "rows": rows,
        "period": days(view.period),
        "base": view.base,
        "currency": view.currency,
        "as_of": plain(as_of.newest_complete_day or as_of.last_day),
    }


def days(period: Period) -> dict[str, Any]:
    """A period as JSON says it; `to` is the day after the last one."""
    return {"from": plain(period.start), "to": plain(period.end)}


def number(value: float | None) -> float | None:
    """A figure without the noise of binary sums."""
    return None if value is None or value != value else round(float(value), 6)

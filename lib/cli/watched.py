"""What the commands forecast, anomalies and budgets share: options, the account's daily costs, and figures in words."""

from pathlib import Path
from typing import Annotated

import typer

from lib.cli import options
from lib.context import Context
from lib.spend.filters import Filters
from lib.spend.formatting import NONE
from lib.watch.daily import Daily, read
from lib.watch.tag import watched_tag

CsvFile = Annotated[
    Path | None,
    typer.Option("--csv", help="Any CSV file instead of the ledger: first column the day, each other column a series."),
]
Country = Annotated[str | None, typer.Option(help="Holidays of a country (DE) or a part of one (DE-BY).")]
Incomplete = Annotated[
    int, typer.Option(help="With --csv: newest days to leave out because they may still grow.", min=0)
]
Tag = Annotated[
    str | None, typer.Option("--watch-tag", help="Tag key whose values are watched; else the account's usual one.")
]
SameDayOption = Annotated[
    str | None,
    typer.Option("--same-day", help="With --csv: several rows of one day (hours) make their sum, mean or last."),
]
Planned = Annotated[
    list[str] | None,
    typer.Option(
        "--planned", help="With --csv: a planned day, or FIRST..LAST, that teaches nothing and is not judged."
    ),
]


def ledger(
    context: Context, base: str | None, currency: str | None, workspaces: list[str] | None, tag: str | None
) -> Daily:
    """What every watched series cost by day, as the options leave it."""
    until = context.as_of
    key = tag or watched_tag(context.warehouse, until)
    return read(context.warehouse, view_of(context, base, currency, workspaces), until, key)


def view_of(context: Context, base: str | None, currency: str | None, workspaces: list[str] | None) -> Filters:
    """The view that the options ask for."""
    return options.filters(
        context, start=None, end=None, period="last_30", base=base, currency=currency, workspaces=workspaces
    )


def percent(share: float | None, *, sign: bool = False) -> str:
    """A share in words; a dash when it is not known."""
    return NONE if share is None else f"{100 * share:{'+' if sign else ''},.1f} %"

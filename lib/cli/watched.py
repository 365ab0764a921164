"""What the commands forecast and anomalies share: where their series come from, and shares in words."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from lib.cli import options, watch_csv
from lib.context import Context
from lib.spend.formatting import NONE
from lib.watch.daily import Daily, read
from lib.watch.tag import watched_tag
from lib.watch.wide_csv import Wide

CsvFile = Annotated[
    Path | None,
    typer.Option("--csv", help="Any CSV file instead of the ledger: first column the day, each other column a series."),
]
Country = Annotated[str | None, typer.Option(help="Holidays of a country (DE) or a part of one (DE-BY).")]
Planned = Annotated[
    list[str] | None,
    typer.Option(
        "--planned", help="With --csv: a planned day, or FIRST..LAST, that teaches nothing and is not judged."
    ),
]
Incomplete = Annotated[
    int, typer.Option(help="With --csv: newest days to leave out because they may still grow.", min=0)
]
SameDay = Annotated[
    str | None,
    typer.Option("--same-day", help="With --csv: several rows of one day (hours) make their sum, mean or last."),
]
Tag = Annotated[
    str | None, typer.Option("--watch-tag", help="Tag key whose values are watched; else the account's usual one.")
]


@dataclass(frozen=True, kw_only=True)
class Source:
    """What was typed about the series: those of the ledger, or of a CSV file."""

    csv: CsvFile = None
    country: Country = None
    planned: Planned = None
    incomplete: Incomplete = 0
    same_day: SameDay = None
    base: options.Base = None
    currency: options.Currency = None
    workspaces: options.Workspaces = None
    tag: Tag = None

    def ledger(self, context: Context) -> Daily:
        """What every watched series of the ledger cost by day."""
        until = context.as_of
        view = options.filters(context, base=self.base, currency=self.currency, workspaces=self.workspaces)
        return read(context.warehouse, view, until, self.tag or watched_tag(context.warehouse, until))

    def file(self) -> Wide | None:
        """The CSV file, None when the ledger is meant."""
        return None if self.csv is None else watch_csv.complete(self.csv, self.incomplete, self.same_day)


def percent(share: float | None, *, sign: bool = False) -> str:
    """A share in words; a dash when it is not known."""
    return NONE if share is None else f"{100 * share:{'+' if sign else ''},.1f} %"

"""A report, ready to be sent and kept, with its files."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import pandas as pd

from lib.notifications import File
from lib.reports import excel, tables, words
from lib.reports.content import ColumnSpec, Report
from lib.reports.pdf import render
from lib.spend.filters import Filters

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, eq=False)
class Made:
    """A report as values; its files are made when they are asked for."""

    filters: Filters
    content: Report
    frame: pd.DataFrame
    """The rows of its table, with all digits."""
    columns: tuple[ColumnSpec, ...]
    total: Decimal | None
    """The screen's total. None: nothing was used."""
    records: int
    """Rows that it counts."""
    said: str = ""
    """The total in words, where it is not money of a period."""

    @cached_property
    def pdf(self) -> bytes:
        """For people."""
        return render(self.content)

    @cached_property
    def csv(self) -> bytes:
        """For programs."""
        return tables.to_csv(self.frame, self.columns)

    @cached_property
    def excel(self) -> bytes:
        """For people who reckon on; with what the rows stand on."""
        notes = (*self.content.filters_in_words, ("Cost", words.base_words(self.filters)), ("Data", self.content.as_of))
        return excel.to_excel(self.frame, self.columns, self.content.title, notes, currency=self.filters.currency)

    def files(self, name: str, *, pdf: bool, csv: bool, excel: bool) -> tuple[File, ...]:
        """Those that go along with a message."""
        return (
            *([File(f"{name}.pdf", "application/pdf", self.pdf)] if pdf else []),
            *([File(f"{name}.csv", "text/csv", self.csv)] if csv else []),
            *([File(f"{name}.xlsx", EXCEL, self.excel)] if excel else []),
        )

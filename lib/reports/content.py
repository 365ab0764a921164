"""What a report says, as values: no renderer, no database, no clock.

A `Report` holds sections, a section holds blocks (`Cards`, `Chart`, `Table`, `Note`, `Paragraph`) in reading order.
Numbers of charts and tables stay numbers here; a renderer writes them by `lib.reports.cells`. Texts are plain text:
markup in them is shown, not obeyed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

import pandas as pd

Kind = Literal[
    "text",
    "id",
    "date",
    "moment",
    "money",
    "dbus",
    "number",
    "exact",
    "count",
    "percent",
    "change",
    "duration",
    "state",
    "trend",
]
"""How values are meant: percent and change are shares (0.18 is 18 %, a change has a sign), duration seconds, a moment
a UTC time, exact a number with up to six decimals, a trend a list of numbers."""
ChartKind = Literal["stacked_days", "line", "bars", "donut", "run_history"]
Tone = Literal["neutral", "good", "bad"]

BAD_STATES = frozenset({"FAILED", "ERROR", "TIMED_OUT", "CANCELLED", "BLOCKED"})
"""Final states that count as failed in a history of runs."""
NUMERIC: frozenset[Kind] = frozenset({"money", "dbus", "number", "exact", "count", "percent", "change", "duration"})
"""Kinds whose values stand on the right."""


@dataclass(frozen=True)
class ColumnSpec:
    """One column of a table: where its values are, what it is called and how they are meant."""

    name: str
    label: str
    kind: Kind = "text"
    width: float = 0
    """How many times the width of its neighbours a crowded column of names may take; 0 is 1."""
    align: Literal["", "left", "right"] = ""
    """Empty: words left, figures right."""
    missing: str = ""
    """What an empty cell says on paper; empty: "unpriced" for money, a dash for the rest."""
    estimate: bool = False
    """Every value is an estimate: its head says so."""

    @property
    def side(self) -> Literal["left", "right"]:
        """The side its values stand on."""
        return self.align or ("right" if self.kind in NUMERIC else "left")

    @property
    def head(self) -> str:
        """The label, saying so when every value is an estimate."""
        marked = self.estimate and "est" not in self.label.lower()
        return f"{self.label} (est.)" if marked else self.label


def in_files(columns: Sequence[ColumnSpec]) -> list[ColumnSpec]:
    """The columns that a CSV or Excel file holds: a sparkline is a picture of figures that stand elsewhere."""
    return [column for column in columns if column.kind != "trend"]


@dataclass(frozen=True)
class Card:
    """One figure with its name, already in words: `delta` says against what, `note` what it is made of."""

    label: str
    value: str
    delta: str = ""
    note: str = ""
    tone: Tone = "neutral"
    """How the delta is coloured; a rise in cost is never good."""


@dataclass(frozen=True)
class Cards:
    """Cards side by side."""

    cards: tuple[Card, ...]
    columns: int = 0
    """How many stand in a row; 0: as many as fit, as even as can be."""


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart, said without a renderer.

    stacked_days  frame: one row per (x: date, series), y summed; stacked columns by day
    line          frame: one row per (x: date, series)
    bars          frame: one row per x (a name), y: length of its bar, in the frame's order
    donut         frame: one row per x (a name), y: its part of the whole
    run_history   frame: one row per run, x: start time, y: cost, series: final state, y2: duration in seconds
    """

    title: str
    kind: ChartKind
    frame: pd.DataFrame
    x: str
    y: str
    series: str = ""
    format: Kind = "money"
    alt: str = ""
    """One sentence that says what the chart shows; printed under its title."""
    y2: str = ""
    total: Decimal | float | None = None
    """donut: the amount in its middle, when that is not the sum of its parts."""
    caption: str = "total"
    """donut: what that amount is."""
    half: bool = False
    """Two half charts in a row stand side by side."""
    incomplete_since: date | None = None
    """Days from here on are still filling up and are drawn paler."""
    colours: Mapping[str, str] = field(default_factory=dict)
    """Name (of a series, a bar, a slice) → colour, where it has one of its own."""
    previous: pd.DataFrame | None = None
    """stacked_days: one row per day of the period (x) with the total of its counterpart before (y), a thin line."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table: the columns of `columns`, one line per row of `frame`, in the frame's order."""

    title: str
    frame: pd.DataFrame
    columns: tuple[ColumnSpec, ...]
    total: Mapping[str, object] | None = None
    """Values of the last line by column name; a missing name stays blank there."""
    note: str = ""
    total_label: str = "Total"
    marked: str = ""
    """The frame's column that is true for rows that stand out; `note` says why they do."""
    empty: str = "No rows match these filters."


@dataclass(frozen=True)
class Note:
    """A remark that stands out."""

    text: str
    kind: Literal["info", "warning"] = "info"


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


Block = Cards | Chart | Table | Note | Paragraph


@dataclass(frozen=True, eq=False)
class Section:
    """Blocks under one heading; an empty title has no heading."""

    title: str
    blocks: tuple[Block, ...]
    new_page: bool = False


@dataclass(frozen=True, eq=False)
class Report:
    """A whole report. `filters_in_words` are (name, words) pairs such as ("Period", "1–30 June 2026, UTC")."""

    title: str
    subtitle: str = ""
    filters_in_words: tuple[tuple[str, str], ...] = ()
    as_of: str = ""
    source: str = ""
    base_label: str = ""
    currency: str = "USD"
    sections: tuple[Section, ...] = ()
    footnotes: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table of the report, in reading order."""
        return tuple(block for section in self.sections for block in section.blocks if isinstance(block, Table))

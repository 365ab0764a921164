"""What a column of a shown table is: the column of the exports, and what the screen adds to it."""

from dataclasses import dataclass
from typing import Any, Literal

from lib.reports import cells, content

Kind = content.Kind | Literal["spark", "bar", "badge"]
NUMERIC = content.NUMERIC
"""Kinds that are right-aligned and whose first sort puts the largest on top."""
UNSORTED = frozenset({"spark", "bar"})
SEVERITY = {"critical": "critical", "high": "warn", "medium": "info", "low": "plain", "info": "plain"}
"""Tones of badges that say how grave or how worthwhile something is, the same on every page."""

_IN_FILES: dict[str, content.Kind] = {"spark": "trend", "bar": "trend", "badge": "state"}
"""Sparklines and bars are pictures of other columns and stay out of files, as trends do."""


@dataclass(frozen=True)
class Column:
    """One shown column. `name` is the frame's column."""

    name: str
    label: str
    kind: Kind = "text"
    about: str = ""
    """One sentence for the reader who hovers: what it counts, its unit, where it comes from."""
    phone: bool = False
    """Kept on a narrow screen."""
    estimate: bool = False
    """Every value is an estimate and is marked as one."""
    wraps: bool = False
    """Sentences: shown whole, over several lines."""
    missing: str = ""
    """What an empty cell says instead of a dash, or instead of "unpriced" for money."""

    @property
    def spec(self) -> content.ColumnSpec:
        """The same column for a file or a report."""
        kind: Any = _IN_FILES.get(self.kind, self.kind)
        return content.ColumnSpec(self.name, self.label, kind, missing=self.missing, estimate=self.estimate)


def cell(value: Any, column: Column, currency: str) -> str:
    """The text of one value, as everywhere."""
    return cells.cell(value, column.spec, currency)

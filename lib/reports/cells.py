"""How one value of a table is written on paper: by `lib.spend.formatting`, as on screen."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from lib.reports.content import NUMERIC, ColumnSpec, Kind
from lib.spend import formatting


def cell(value: Any, column: ColumnSpec, currency: str) -> str:
    """The words of one value; a word among figures, such as "new", stays a word.

    >>> cell(3, ColumnSpec("c", "Cost", "money"), "USD"), cell(None, ColumnSpec("c", "Cost", "money"), "USD")
    ('$3.00', 'unpriced')
    >>> cell(0.183, ColumnSpec("c", "Change", "change"), "USD"), cell(None, ColumnSpec("o", "Owner"), "USD")
    ('+18.3\\xa0%', '—')
    """
    if is_missing(value):
        return column.missing or (formatting.UNPRICED if column.kind == "money" else formatting.NONE)
    if isinstance(value, str) and column.kind in NUMERIC:
        return value
    return formatting.money(value, currency) if column.kind == "money" else _WRITERS[column.kind](value)


def is_missing(value: Any) -> bool:
    """True for None, NaN, NaT; never for a list of numbers."""
    return not isinstance(value, (list, tuple)) and not hasattr(value, "__array__") and formatting.missing(value)


def exact_sum(values: Iterable[Any]) -> Decimal:
    """The sum of the values that are there, without rounding; 0 for none."""
    return sum((formatting.exact(value) for value in values if not formatting.missing(value)), Decimal(0))


def in_utc(value: datetime) -> datetime:
    """The moment in UTC, without saying so: neither CSV nor Excel has a zone."""
    return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)


def _state(value: Any) -> str:
    return "OK" if value in ("ok", "OK") else str(value).replace("_", " ").capitalize()


def _plain(value: Any) -> str:
    """Text as it is; a time or a date in a column of text as in any table."""
    if isinstance(value, datetime):
        return formatting.moment(value)
    return formatting.day(value) if isinstance(value, date) else str(value)


def _day(value: Any) -> str:
    return formatting.day(value) if isinstance(value, date) else str(value)


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    "text": _plain,
    "id": _plain,
    "state": _state,
    "date": _day,
    "moment": _plain,
    "dbus": formatting.dbus,
    "number": formatting.number,
    "exact": formatting.digits,
    "count": formatting.count,
    "percent": formatting.percent,
    "change": lambda share: formatting.percent(share, plus=True),
    "duration": formatting.duration,
    "trend": lambda values: " ".join(str(value) for value in values),
}

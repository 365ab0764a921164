"""The values a statement's named parameters get: those its text uses, of the types its head declares."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from lib.errors import QueryError
from lib.queries.catalogue import Query
from lib.queries.query import PERIOD_PARAMS
from lib.queries.types import SqlType

_PYTHON: dict[str, tuple[type, ...]] = {
    "STRING": (str,),
    "BOOLEAN": (bool,),
    "TINYINT": (int,),
    "SMALLINT": (int,),
    "INT": (int,),
    "BIGINT": (int,),
    "FLOAT": (float, int),
    "DOUBLE": (float, int),
    "DECIMAL": (Decimal, int),
    "DATE": (date,),
    "TIMESTAMP": (datetime,),
    "ARRAY": (list, tuple),
}

Known = str | bool | None
Form = tuple[tuple[str, Known], ...]
"""What is known of parameters before they have values, by name: None, a word that the text mentions, `OTHER`, True for any
other value."""
OTHER = "\0"
"""A word that the text does not mention."""


def bind(query: Query, markers: Iterable[str], params: Mapping[str, object]) -> dict[str, object]:
    """A value for each marker of the text, and none besides: engines refuse both too few and too many.

    None stands for "not given" whatever the type. A value of another type than the head declares is a QueryError,
    because each engine would read it in its own way.
    """
    types = {column.name: column.type for column in query.params}
    bound: dict[str, object] = {}
    for name in markers:
        if name not in params:
            raise QueryError(f"There is no value for the parameter {name}.", place=query.place, remedy=_hint(name))
        value = params[name]
        if name in types and not _fits(value, types[name]):
            raise QueryError(f"The parameter {name} is {types[name]}, not {value!r}.", place=query.place)
        bound[name] = list(value) if isinstance(value, tuple) else value
    return bound


def form_of(values: Mapping[str, object], mentioned: Collection[str]) -> Form:
    """The form of these values for a text that mentions such words.

    >>> form_of({"since": None, "dim": "day", "base": "list", "owners": ["a"]}, {"day", "week"})
    (('base', '\\x00'), ('dim', 'day'), ('owners', True), ('since', None))
    """
    return tuple((name, _known(values[name], mentioned)) for name in sorted(values))


def _known(value: object, mentioned: Collection[str]) -> Known:
    if isinstance(value, str):
        return value if value in mentioned else OTHER
    return None if value is None else True


def _fits(value: object, type_: SqlType) -> bool:
    if value is None:
        return True
    too_special = {"BOOLEAN": datetime, "DATE": datetime}.get(type_.name, bool)  # a bool is an int, a datetime a date
    if isinstance(value, too_special):
        return False
    if not isinstance(value, _PYTHON.get(type_.name, (object,))):
        return False
    return type_.name != "ARRAY" or all(_fits(item, type_.parts[0]) for item in value)  # type: ignore[attr-defined]


def _hint(name: str) -> str:
    if name in PERIOD_PARAMS:
        return "A relation it reads needs the period and the currency; pass all three."
    return "Pass None where nothing was chosen."

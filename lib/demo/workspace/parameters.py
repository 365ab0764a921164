"""Values of named parameters: a type's name and a text on the wire, a Python value for the engine."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timezone
from decimal import Decimal, InvalidOperation

from lib.demo.workspace.sql_errors import SqlRefusal

MOST = 256


def value_of(type_text: str, text: str | None, items: Sequence[object] = ()) -> object:
    """The value a parameter of this type has; SqlRefusal when text and type do not fit.

    `items`: values of the parts of an ARRAY, already read.
    """
    name = type_text.upper().partition("(")[0].partition("<")[0].strip()
    if name == "ARRAY":
        return list(items)
    if name not in _READERS:
        raise SqlRefusal("UNSUPPORTED_DATATYPE", f'Unsupported data type "{type_text}".', "0A000")
    if text is None or name == "VOID":
        return None
    try:
        return _READERS[name](text)
    except (ValueError, InvalidOperation) as error:
        raise SqlRefusal(
            "CAST_INVALID_INPUT", f'The value \'{text}\' of the type "STRING" cannot be cast to "{name}".', "22018"
        ) from error


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _instant(text: str) -> datetime:
    value = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)


def _boolean_or_value_error(text: str) -> bool:
    try:
        return _boolean(text)
    except KeyError as error:
        raise ValueError(text) from error


_READERS: Mapping[str, Callable[[str], object]] = {
    "STRING": str,
    "BOOLEAN": _boolean_or_value_error,
    "TINYINT": int,
    "SMALLINT": int,
    "INT": int,
    "BIGINT": int,
    "FLOAT": float,
    "DOUBLE": float,
    "DECIMAL": Decimal,
    "DATE": date.fromisoformat,
    "TIMESTAMP": _instant,
    "TIMESTAMP_NTZ": datetime.fromisoformat,
    "VOID": lambda text: None,
}

"""What has to happen to a table of the ledger so that it has the columns that this version of the app wants."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.queries.types import SqlType, parse_type

_WHOLE = {"TINYINT": 3, "SMALLINT": 5, "INT": 10, "BIGINT": 20}
"""Integer types from the narrow to the wide → digits a decimal needs to hold them all, as Delta counts them."""


@dataclass(frozen=True)
class Migration:
    """What is done to one table; nothing, when it already is what it should be."""

    lacking: Mapping[str, str]
    """Columns that are added → their types."""
    widened: Mapping[str, str]
    """Columns whose type is changed in place: no row is rewritten → the wider types."""
    rebuilt: bool = False
    """A type that cannot be changed in place: the table is replaced by an empty one of the same name, and filled anew.

    Its versions stay, so that readers of the published state go on reading the rows as they were.
    """


def migration(there: Mapping[str, str], wanted: Mapping[str, str]) -> Migration:
    """From columns and types that a table has to those that it should have; columns nobody wants any more stay.

    >>> migration({"a": "int"}, {"a": "BIGINT", "b": "DATE"})
    Migration(lacking={'b': 'DATE'}, widened={'a': 'BIGINT'}, rebuilt=False)
    >>> migration({"a": "string"}, {"a": "BIGINT"}).rebuilt
    True
    """
    lacking = {name: type_ for name, type_ in wanted.items() if name not in there}
    changed = {name: type_ for name, type_ in wanted.items() if name in there and not same(there[name], type_)}
    if any(not wider(there[name], type_) for name, type_ in changed.items()):
        return Migration({}, {}, rebuilt=True)
    return Migration(lacking, changed)


def same(one: str, other: str) -> bool:
    """Do two texts spell one type?

    >>> same("decimal(38,10)", "DECIMAL(38, 10)")
    True
    """
    found = _parsed(one)
    return found is not None and found == _parsed(other)


def wider(narrow: str, wide: str) -> bool:
    """Can Delta change one type into the other without rewriting rows?

    >>> wider("decimal(14,10)", "DECIMAL(20,12)"), wider("decimal(14,10)", "DECIMAL(14,12)")
    (True, False)
    """
    before, after = _parsed(narrow), _parsed(wide)
    if before is None or after is None:
        return False
    if before.name in _WHOLE and after.name in _WHOLE:
        return _WHOLE[before.name] <= _WHOLE[after.name]
    if before.name in _WHOLE and after.name == "DECIMAL":
        return after.digits[0] - after.digits[1] >= _WHOLE[before.name]
    if before.name == after.name == "DECIMAL":
        whole = after.digits[0] - after.digits[1] >= before.digits[0] - before.digits[1]
        return whole and after.digits[1] >= before.digits[1]
    return (before.name, after.name) == ("FLOAT", "DOUBLE")


def _parsed(text: str) -> SqlType | None:
    """The type, None for one that the product does not know: somebody else changed the table."""
    try:
        return parse_type(text.upper() if "<" not in text else text)
    except ValueError:
        return None

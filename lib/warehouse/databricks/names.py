"""What tables are called on Databricks, and what stands for one that is not there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

Columns = tuple[tuple[str, str], ...]
"""(column name, Databricks type) in order."""


@dataclass(frozen=True)
class Names:
    """How one identity's statements name their tables."""

    schema: str | None
    """Catalog and schema of the ledger, None in live mode."""
    columns: Mapping[str, Columns] = field(hash=False)
    """Every table the product reads → its columns."""
    external: Mapping[str, str] = field(hash=False, default_factory=dict)
    """`external.<table>` → the owner's table."""
    reference: Mapping[str, "pa.Table"] = field(hash=False, default_factory=dict)
    """Reference tables, to be written into statements in live mode."""
    references_stored: bool = False
    versions: Mapping[str, int] = field(hash=False, default_factory=dict)
    """Table of the ledger → the version of it that belongs to the published state; others are read as they are now."""

    def mapping(self, missing: frozenset[str]) -> "Mapped":
        """The names, with an empty relation for each missing table."""
        return Mapped(self, missing)

    def empty(self, table: str) -> str:
        """A relation with the table's columns and no rows."""
        listed = ", ".join(f"CAST(NULL AS {type_}) AS {quoted(name)}" for name, type_ in self.columns[table])
        return f"(SELECT {listed} WHERE FALSE)"


@dataclass(frozen=True)
class Mapped:
    """A `NameMap`: name as written → Databricks' spelling, None to leave it."""

    names: Names
    missing: frozenset[str]

    def __call__(self, parts: tuple[str, ...]) -> str | None:
        """The spelling of one name."""
        names, written = self.names, ".".join(parts)
        match parts:
            case ("system", _, _):
                return names.empty(written) if written in self.missing and written in names.columns else None
            case ("external", _):
                own = names.external.get(written)
                return names.empty(written) if own is None or written in self.missing else dotted(own)
            case ("reference", table):
                if names.references_stored and names.schema:
                    return self._stored(f"reference_{table}")
                return literal(names.reference[table])
            case ("ledger", table) if names.schema:
                return dotted(f"{names.schema}.{table}")
            case (relation,) if names.schema:
                return self._stored(relation)
        return None

    def _stored(self, table: str) -> str:
        """A table of the ledger, at the version that was published."""
        version = self.names.versions.get(table)
        at = "" if version is None else f" VERSION AS OF {int(version)}"
        return dotted(f"{self.names.schema}.{table}") + at


def dotted(name: str) -> str:
    """A dotted name with each part quoted.

    >>> dotted("main.lakeledger.spend_daily")
    '`main`.`lakeledger`.`spend_daily`'
    """
    return ".".join(map(quoted, name.split(".")))


def quoted(part: str) -> str:
    """One part of a name, quoted."""
    return "`" + part.replace("`", "``") + "`"


def literal(table: "pa.Table") -> str:
    """A small table as a relation written out: typed values, every text escaped."""
    columns = [(name, spelled_type(field.type)) for name, field in zip(table.column_names, table.schema, strict=True)]
    if table.num_rows == 0:
        return "(SELECT " + ", ".join(f"CAST(NULL AS {type_}) AS {quoted(n)}" for n, type_ in columns) + " WHERE FALSE)"
    rows = ", ".join(
        f"({', '.join(map(value, row))})"
        for row in zip(*(table.column(n).to_pylist() for n, _ in columns), strict=True)
    )
    listed = ", ".join(f"CAST({quoted(name)} AS {type_}) AS {quoted(name)}" for name, type_ in columns)
    given = ", ".join(quoted(name) for name, _ in columns)
    return f"(SELECT {listed} FROM VALUES {rows} AS given({given}))"


def value(given: object) -> str:
    """One value as Databricks SQL writes it.

    >>> value("it's ^a\\\\.b$")
    "'it\\\\'s ^a\\\\\\\\.b$'"
    """
    match given:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if given else "FALSE"
        case int() | Decimal():
            return format(given, "f") if isinstance(given, Decimal) else str(given)
        case float():
            return f"{given!r}D" if "e" in repr(given) else f"CAST({given!r} AS DOUBLE)"
        case date():
            return f"DATE'{given.isoformat()}'"
    text = str(given).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{text}'"


def spelled_type(type_: "pa.DataType") -> str:
    """The Databricks type of an Arrow column of reference data."""
    import pyarrow as pa

    if pa.types.is_decimal(type_):
        return f"DECIMAL({type_.precision},{type_.scale})"
    if pa.types.is_floating(type_):
        return "DOUBLE"
    if pa.types.is_integer(type_):
        return "BIGINT"
    if pa.types.is_date(type_):
        return "DATE"
    return "BOOLEAN" if pa.types.is_boolean(type_) else "STRING"


def missing_of(tables: Iterable[str], missing: frozenset[str], external: Mapping[str, str]) -> tuple[str, ...]:
    """Which of the tables are missing: refused ones, and owner's tables that are not configured."""
    return tuple(sorted(t for t in tables if t in missing or (t.startswith("external.") and t not in external)))

"""Decides how a table's row is read from a file's columns: the values, and the checks that find what is lost."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb

from lib.files.convert import convert
from lib.files.opened import Opened, SourceColumn
from lib.files.report import Problem
from lib.files.rules import Rule
from lib.files.scalars import Converted, Unfit, either
from lib.files.schema import Column, Table
from lib.queries.types import SqlType
from lib.warehouse.types import duckdb_type

_EXAMPLES = {
    "BOOLEAN": "true or false", "DATE": "a date such as 2026-01-31", "TIMESTAMP": "a time such as 2026-01-31T23:00:00Z",
    "STRING": "an exact id", "MAP": "a JSON object", "ARRAY": "a JSON array",
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """A column's values that cannot be taken over."""

    column: str
    bad: str
    """SQL condition on the prepared relation."""
    given: str
    """SQL of the value as the file has it."""
    message: str
    """What is wrong with `{value}`."""
    remedy: str


@dataclass
class Reading:
    """How one file is read into one table."""

    prepared: dict[str, str] = field(default_factory=dict)
    """Name → expression worked out once a row, before values and checks."""
    values: list[str] = field(default_factory=list)
    """One expression for each column of the table, in its order."""
    checks: list[Check] = field(default_factory=list)
    rounding: list[str] = field(default_factory=list)
    """Conditions under which a number of the row loses decimals."""
    extra: list[str] = field(default_factory=list)
    """Columns, and fields of structs, that the table does not have."""
    absent: list[str] = field(default_factory=list)
    """Columns that the file does not have."""
    problems: list[Problem] = field(default_factory=list)

    def source(self, relation: str) -> str:
        """The file's rows with what was prepared."""
        if not self.prepared:
            return relation
        more = ", ".join(f"{expression} AS {name}" for name, expression in self.prepared.items())
        return f"(SELECT *, {more} FROM {relation})"

    @property
    def bad(self) -> str:
        """True for a row that cannot be taken over."""
        return _flag(check.bad for check in self.checks)

    @property
    def rounded(self) -> str:
        """True for a row with a number that has more decimals than its column."""
        return _flag(self.rounding)


def read(con: duckdb.DuckDBPyConnection, opened: Opened, table: Table, rule: Rule) -> Reading:
    """How `opened` becomes rows of `table`; whatever stands against it is in `problems`."""
    reading = Reading()
    given = {column.name.lower(): column for column in opened.columns}
    for column in table.columns:
        source = given.pop(column.name, None)
        if source is None:
            reading.values.append(f"CAST(NULL AS {column.duckdb})")
            if column.name in rule.required:
                reading.problems.append(_missing(opened, column.name, table, list(given)))
            else:
                reading.absent.append(column.name)
        else:
            _take(con, opened, reading, column, source, required=column.name in rule.required)
    reading.extra = [*given, *reading.extra]
    return reading


def _take(
    con: duckdb.DuckDBPyConnection,
    opened: Opened,
    reading: Reading,
    column: Column,
    source: SourceColumn,
    *,
    required: bool,
) -> None:
    def bind(expression: str) -> str:
        name = f"lakeledger_parsed_{len(reading.prepared)}"
        reading.prepared[name] = expression
        return name

    try:
        converted = convert(source.sql, source.type, column.type, bind)
    except Unfit:
        if not _is_empty(con, opened, source):
            reading.problems.append(_wrong_type(opened, column, source))
        converted = Converted(f"CAST(NULL AS {column.duckdb})")
    reading.values.append(converted.value)
    reading.extra += [f"{column.name}.{name}" for name in converted.extra]
    if converted.rounded:
        reading.rounding.append(converted.rounded)
    if converted.bad:
        wanted, remedy = _wanted(column.type), _remedy(column.type, source)
        reading.checks.append(Check(column.name, converted.bad, source.sql, f"{{value}} is not {wanted}.", remedy))
    if required:
        empty = (
            f"{source.sql} IS NULL" if not converted.bad else f"({converted.value}) IS NULL AND NOT ({converted.bad})"
        )
        reading.checks.append(Check(column.name, empty, "NULL", "The value is empty, but every row needs one.",
                                    "Leave the row out or fill it in."))  # fmt: skip


def _is_empty(con: duckdb.DuckDBPyConnection, opened: Opened, source: SourceColumn) -> bool:
    """Whether the column holds NULL only: data frames give such columns any type."""
    found = con.execute(f"SELECT count({source.sql}) FROM {opened.relation}", opened.params).fetchone()
    return bool(found == (0,))


def _missing(opened: Opened, column: str, table: Table, others: list[str]) -> Problem:
    known = {known.name for known in table.columns}
    unknown = ", ".join(name for name in others if name not in known)
    return Problem(
        opened.file.label, f"The column {column} is missing, and no row of {table.name} can do without it.",
        "Export it too." + (f" Columns that are not known: {unknown}." if unknown else ""), column=column,
    )  # fmt: skip


def _wrong_type(opened: Opened, column: Column, source: SourceColumn) -> Problem:
    return Problem(
        opened.file.label, f"The column is {_short(str(source.type))}, which cannot become {_short(str(column.type))}.",
        f"Export the column as {_short(str(column.type))}.", column=column.name,
    )  # fmt: skip


def _wanted(type_: SqlType) -> str:
    if type_.name == "STRUCT":
        return f"a JSON object with fields such as {', '.join(type_.fields[:3])}"
    if type_.name in ("DECIMAL", "DOUBLE", "FLOAT"):
        return f"a number that fits {type_}"
    return _EXAMPLES.get(type_.name, f"a whole number that fits {duckdb_type(type_)}")


def _remedy(type_: SqlType, source: SourceColumn) -> str:
    if type_.parts and source.type.id == "varchar":
        return "Write nested columns with to_json(…)."
    if type_.name in ("DECIMAL", "DOUBLE", "FLOAT"):
        return "Write it with a decimal point and without currency or thousands separators."
    if type_.name == "STRING":
        return "Export ids as text: a column of floats has lost their last digits."
    return "Correct the value or export the column again."


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _flag(conditions: Iterable[str]) -> str:
    return f"coalesce({either(*conditions) or 'false'}, false)"

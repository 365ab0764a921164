"""The tables an import can fill, with their columns as DuckDB types them."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from duckdb.sqltypes import DuckDBPyType

import lib
from lib.files.sql import name_sql
from lib.queries.types import SqlType, parse_type, split_outside_brackets

DDL_FOLDER = Path(lib.__file__).parent / "demo" / "tables"
"""The DDL of every table, one file a table: the truth for all engines."""

_DDL = re.compile(r"CREATE TABLE\s+([\w.]+)\s*\((.*)\)\s*(?:COMMENT\s+'.*')?\s*;?\s*$", re.DOTALL)
_COMMENT = re.compile(r"COMMENT\s+'(?:[^'\\]|\\.)*'")
_SCALARS = {"STRING": "VARCHAR", "TIMESTAMP": "TIMESTAMPTZ", "INT": "INTEGER", "BINARY": "BLOB"}


@dataclass(frozen=True)
class Column:
    """One column: its name, its Databricks type and the DuckDB type that stands for it."""

    name: str
    type: SqlType
    duckdb: DuckDBPyType


@dataclass(frozen=True)
class Table:
    """One table an import can fill."""

    name: str
    """`system.billing.usage`, `external.databricks_job_spends`."""
    columns: tuple[Column, ...]
    ddl: str
    """The file's text: part of what tells whether a file was read before in the same way."""

    @property
    def sql_name(self) -> str:
        """Schema and table, quoted; DuckDB keeps the catalog name `system` to itself."""
        schema, table = self.name.removeprefix("system.").split(".")
        return f"{name_sql(schema)}.{name_sql(table)}"

    @property
    def create_sql(self) -> str:
        """The statement that makes the empty table, without the word CREATE TABLE and its name."""
        return "(" + ", ".join(f"{name_sql(column.name)} {column.duckdb}" for column in self.columns) + ")"


@cache
def known_tables() -> dict[str, Table]:
    """Every table by name."""
    tables = (_read(path) for path in sorted(DDL_FOLDER.glob("*.sql")))
    return {table.name: table for table in tables}


def _read(path: Path) -> Table:
    text = path.read_text(encoding="utf-8").strip()
    match = _DDL.match(text)
    if match is None:
        raise ValueError(f"{path} is not one CREATE TABLE statement")
    columns = split_outside_brackets(_COMMENT.sub("", match[2]))
    return Table(match[1], tuple(_column(column) for column in columns), text)


def _column(text: str) -> Column:
    name, _, type_text = text.strip().partition(" ")
    sql_type = parse_type(" ".join(type_text.split()))
    return Column(name.strip("`"), sql_type, DuckDBPyType(duckdb_type(sql_type)))


def duckdb_type(sql_type: SqlType) -> str:
    """DuckDB's spelling; field names are quoted because one of them is `default`."""
    parts = [duckdb_type(part) for part in sql_type.parts]
    match sql_type.name:
        case "ARRAY":
            return f"{parts[0]}[]"
        case "MAP":
            return f"MAP({parts[0]}, {parts[1]})"
        case "STRUCT":
            fields = (f"{name_sql(name)} {part}" for name, part in zip(sql_type.fields, parts, strict=True))
            return f"STRUCT({', '.join(fields)})"
    return _SCALARS.get(sql_type.name, str(sql_type))

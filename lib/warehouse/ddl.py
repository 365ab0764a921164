"""The shape of every table the product reads, from the DDL files in `tables/`.

One file a table, Databricks dialect: the single truth for the embedded database, the Spark tests, the column
check of queries and the type check of imported files.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lib.queries.types import SqlType, parse_type, split_outside_brackets
from lib.warehouse.types import duckdb_column

FOLDER = Path(__file__).parent / "tables"
_TABLE = re.compile(r"CREATE TABLE\s+([\w.]+)\s*\((.*)\)\s*(?:COMMENT\s+'(?:[^'\\]|\\.)*')?\s*;?\s*$", re.DOTALL)
_COMMENT = re.compile(r"COMMENT\s+'(?:[^'\\]|\\.)*'")


@dataclass(frozen=True)
class TableDdl:
    """One table: its Databricks name, its DDL text, its columns in order."""

    name: str
    """With the catalog: `system.billing.usage`, `external.databricks_job_spends`."""
    text: str
    """The `CREATE TABLE` statement, Databricks dialect."""
    types: tuple[tuple[str, SqlType], ...]
    """(column name, type) in table order."""

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """(column name, Databricks type) in table order."""
        return tuple((name, str(type_)) for name, type_ in self.types)

    @property
    def duckdb_name(self) -> str:
        """Schema and table, quoted, without the catalog `system` (a reserved name in DuckDB)."""
        schema, table = self.name.removeprefix("system.").split(".")
        return f'"{schema}"."{table}"'

    @property
    def duckdb_columns(self) -> str:
        """The column list of a `CREATE TABLE` statement for DuckDB: quoted names, TIMESTAMP as TIMESTAMPTZ."""
        return "(" + ", ".join(duckdb_column(name, type_) for name, type_ in self.types) + ")"

    @property
    def duckdb_text(self) -> str:
        """The `CREATE TABLE` statement for DuckDB."""
        return f"CREATE TABLE {self.duckdb_name} {self.duckdb_columns}"


@cache
def ddl() -> tuple[TableDdl, ...]:
    """All tables, by name."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.sql")))


@cache
def duckdb_statements() -> tuple[str, ...]:
    """The statements that create all schemas and all (empty) tables in a DuckDB database."""
    schemas = sorted({table.duckdb_name.split(".")[0] for table in ddl()})
    return (*(f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in schemas), *(t.duckdb_text for t in ddl()))


def _read(path: Path) -> TableDdl:
    text = path.read_text(encoding="utf-8").strip()
    match = _TABLE.match(text)
    if match is None:
        raise ValueError(f"{path} is not one CREATE TABLE statement")
    columns = split_outside_brackets(_COMMENT.sub("", match[2]))
    return TableDdl(match[1], text, tuple(_column(column) for column in columns))


def _column(text: str) -> tuple[str, SqlType]:
    name, _, type_text = text.strip().partition(" ")
    return name.strip("`"), parse_type(" ".join(type_text.split()))

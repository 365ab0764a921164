"""The tables an import can fill, with their columns as DuckDB types them."""

from dataclasses import dataclass
from functools import cache

from duckdb.sqltypes import DuckDBPyType

from lib.queries.types import SqlType
from lib.warehouse.ddl import TableDdl, ddl
from lib.warehouse.types import duckdb_type


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
    sql_name: str = ""
    """Schema and table, quoted; DuckDB keeps the catalog name `system` to itself."""
    create_sql: str = ""
    """The statement that makes the empty table, without the word CREATE TABLE and its name."""


@cache
def known_tables() -> dict[str, Table]:
    """Every table by name."""
    return {table.name: _fillable(table) for table in ddl()}


def _fillable(table: TableDdl) -> Table:
    columns = tuple(Column(name, type_, DuckDBPyType(duckdb_type(type_))) for name, type_ in table.types)
    return Table(table.name, columns, table.text, table.duckdb_name, table.duckdb_columns)

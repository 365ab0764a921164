"""The shape of every table the product reads, from the DDL files in `tables/`.

One file a table, Databricks dialect: the single truth for the embedded database, the Spark tests, the column
check of queries and the type check of imported files.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

FOLDER = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class TableDdl:
    """One table: its Databricks name, its DDL text, its columns in order."""

    name: str
    """With the catalog: `system.billing.usage`, `external.databricks_job_spends`."""
    text: str
    """The `CREATE TABLE` statement, Databricks dialect."""
    columns: tuple[tuple[str, str], ...]
    """(column name, Databricks type) in table order."""
    duckdb_text: str
    """The `CREATE TABLE` statement for DuckDB: no catalog, quoted names, TIMESTAMP as TIMESTAMPTZ."""

    @property
    def duckdb_name(self) -> str:
        """Schema and table, quoted, without the catalog `system` (a reserved name in DuckDB)."""
        return _without_catalog(self.name)


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
    statement = sqlglot.parse_one(text, dialect="databricks")
    columns = tuple(
        (column.name, column.args["kind"].sql(dialect="databricks"))
        for column in statement.find_all(exp.ColumnDef)
        if isinstance(column.parent, exp.Schema)
    )
    table = statement.find(exp.Table)
    assert table is not None, path
    name = ".".join(part.name for part in table.parts)
    return TableDdl(name, text, columns, _in_duckdb(statement, name))


def _in_duckdb(statement: exp.Expr, name: str) -> str:
    plain = statement.copy()
    plain.set("properties", None)
    for comment in list(plain.find_all(exp.ColumnConstraint)):
        comment.pop()
    schema = plain.this
    schema.set("this", exp.to_table(name.removeprefix("system.")))
    return plain.sql(dialect="duckdb", identify=True, pretty=True)


def _without_catalog(name: str) -> str:
    schema, table = name.removeprefix("system.").split(".")
    return f'"{schema}"."{table}"'

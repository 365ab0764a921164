"""An account with every table and no rows: what a statement is checked against before it meets data."""

from functools import cache
from pathlib import Path

from lib.ledger.reference import tables as reference_tables
from lib.ledger.relations import NAMES
from lib.queries.catalogue import load
from lib.warehouse.connections import open_writable
from lib.warehouse.ddl import ddl, duckdb_statements
from lib.warehouse.names import remap
from lib.warehouse.store import DatabaseFolder
from lib.warehouse.writer import EmbeddedWriter


def write_empty_account(home: Path) -> DatabaseFolder:
    """The account and its ledger, both empty, in the folder `home`."""
    folder = DatabaseFolder(home)
    account, ledger = folder.new_file("account"), folder.new_file("ledger")
    with open_writable(account) as con:
        for statement in duckdb_statements():
            con.execute(statement)
        con.execute("CREATE SCHEMA meta; CREATE TABLE meta.tables (table_name TEXT, loaded BOOLEAN)")
    with EmbeddedWriter(account, ledger) as writer:
        for name, rows in reference_tables(None, None).items():
            writer.replace_table(f"reference.{name}", rows.slice(0, 0))
        for name in NAMES:
            writer.create_table(load().relations[name])
    folder.point(account=account, ledger=ledger)
    return folder


@cache
def column_schema() -> dict[str, dict[str, dict[str, str]]]:
    """Schema → table → column → Databricks type, of system tables, reference tables and all base relations."""
    schema: dict[str, dict[str, dict[str, str]]] = {"ledger": {}, "reference": {}}
    for table in ddl():
        database, name = table.name.removeprefix("system.").split(".")
        schema.setdefault(database, {})[name] = dict(table.columns)
    for name, rows in reference_tables(None, None).items():
        schema["reference"][name] = dict.fromkeys(rows.column_names, "STRING")
    for name, relation in load().relations.items():
        schema["ledger"][name] = {column.name: str(column.type) for column in relation.returns}
    return schema


def two_part_names(text: str) -> str:
    """The text with its tables named as in `column_schema`."""
    return remap(text, lambda parts: ".".join(f"`{part}`" for part in ("ledger", *parts)[-2:]))

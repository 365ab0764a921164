"""Writes the demo account: a DuckDB file with every system table, made by SQL alone.

`sql/` holds the steps in order. Variety comes from hashing, never from chance, so that a figure in a test, a
screenshot or a bug report can be had again.
"""

import os
from pathlib import Path
from typing import Unpack

import duckdb

from lib.demo.spec import HERE, DemoSpec
from lib.errors import SourceError
from lib.progress import Progress, quiet
from lib.warehouse.connections import Limits, attach, open_memory
from lib.warehouse.ddl import ddl, duckdb_statements

ABSENT = frozenset(
    {
        "external.cloud_costs",
        "external.databricks_job_spends",
        "system.billing.account_prices",
        "system.billing.attributed_usage",
        "system.billing.cloud_infra_cost",
    }
)
"""Tables this account has no data of, as most accounts: "not assessed", never zero."""

ROW_GROUP = 61_440
"""Half of what is usual: all threads have work to the end of a table, and less is left for the commit, which one does alone."""

STEPS = tuple(sorted((HERE / "sql").glob("*.sql")))


def create_account(
    path: Path,
    spec: DemoSpec,
    progress: Progress = quiet,
    **limits: Unpack[Limits],
) -> None:
    """Write the account of `spec` to `path`, replacing what is there; until it is complete, `path` is untouched."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open_memory(**limits) as connection:
            attach(connection, unfinished, "account", writable=True, row_group=ROW_GROUP)
            connection.execute(
                "USE account; SET write_buffer_row_group_count = 1"
            )  # more waits in memory for no time won
            _generate(connection, spec, progress)
        os.replace(unfinished, path)
    except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
        raise SourceError(
            "The demo account could not be written", remedy="Check free disk space and memory.", place=str(path)
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _generate(connection: duckdb.DuckDBPyConnection, spec: DemoSpec, progress: Progress) -> None:
    total = len(STEPS) + 1
    progress("tables", 0, total)
    connection.execute("BEGIN")  # one transaction: the file is written once, not a log first
    for statement in duckdb_statements():
        connection.execute(statement)
    _set_variables(connection, spec)
    for done, step in enumerate(STEPS, start=1):
        progress(step.stem.partition("_")[2], done, total)
        connection.execute(step.read_text(encoding="utf-8"))
    _record_tables(connection)
    connection.execute("COMMIT")
    progress("ready", total, total)


def _set_variables(connection: duckdb.DuckDBPyConnection, spec: DemoSpec) -> None:
    connection.execute(
        "CREATE TEMP TABLE spec AS SELECT $seed::BIGINT AS seed, $today::DATE AS today, $days::INT AS days,"
        " $scale::DOUBLE AS scale",
        {"seed": spec.seed, "today": spec.today, "days": spec.days, "scale": spec.scale},
    )
    for name in ("seed", "today", "days", "scale"):
        connection.execute(f"SET VARIABLE {name} = (SELECT {name} FROM spec)")


def _record_tables(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "CREATE TABLE meta.tables"
        ' (table_name VARCHAR, loaded BOOLEAN, "rows" BIGINT, loaded_at TIMESTAMPTZ, origin VARCHAR)'
    )
    for table in ddl():
        connection.execute(
            "INSERT INTO meta.tables SELECT $name, $loaded, count(*), moment(getvariable('now_s')), 'demo'"
            f" FROM {table.duckdb_name}",
            {"name": table.name, "loaded": table.name not in ABSENT},
        )

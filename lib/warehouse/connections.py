"""Opens DuckDB the one way we use it: UTC, no network, no extensions fetched on the fly."""

import tempfile
import uuid
import warnings
from pathlib import Path
from typing import TypedDict, Unpack

import duckdb

from lib.errors import SourceError

# true, and cheaper than the second planning that the other way costs
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result")

Config = dict[str, str | bool | int | float | list[str]]
_ALWAYS: Config = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # what a statement of this size freed goes back to the system; without it the process keeps up to eight times as much
    "allocator_flush_threshold": "16MB",
}


class Limits(TypedDict, total=False):
    """What an engine may take; DuckDB's own limits where nothing is said."""

    threads: int | None
    memory_limit: str | None


def open_writable(path: Path, **limits: Unpack[Limits]) -> duckdb.DuckDBPyConnection:
    """A database file to write; it is made when it is not there. Nobody else can open it until it is closed."""
    con = duckdb.connect(str(path), config=_config(limits))
    con.execute("SET TimeZone='UTC'")
    return con


def open_memory(**limits: Unpack[Limits]) -> duckdb.DuckDBPyConnection:
    """An empty in-memory database, to attach files to."""
    # two engines that spill into one folder overwrite each other's files
    spill: Config = {"temp_directory": str(Path(tempfile.gettempdir()) / f"lakeledger-{uuid.uuid4().hex}")}
    con = duckdb.connect(":memory:", config=_config(limits) | spill)
    con.execute("SET TimeZone='UTC'")
    # DuckDB 2.0.0: with it, some joins of millions of rows end in "INTERNAL Error: dict-surviving cache"; without it no
    # statement here is slower
    con.execute("SET disabled_optimizers='partitioned_execution'")
    return con


def attach(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    *,
    writable: bool = False,
    logged: bool = False,
    row_group: int | None = None,
) -> None:
    """Make the file's tables known as catalog `name`; a SourceError when it cannot be opened.

    A writable file is taken for one that nobody uses before it is whole: what was committed is in it from a checkpoint
    on, or when it is detached. `logged`: from the commit on, which costs a log written beside it.
    `row_group`: rows that a new file's tables compress, write and read at a time, a multiple of 2048.
    """
    options = [] if writable else ["READ_ONLY"]
    if writable and not logged:
        options.append("RECOVERY_MODE no_wal_writes")
    if row_group:
        options.append(f"ROW_GROUP_SIZE {row_group}")
    mode = f" ({', '.join(options)})" if options else ""
    literal = str(path).replace("'", "''")
    try:
        con.execute(f"ATTACH '{literal}' AS {name}{mode}")
    except duckdb.Error as error:
        raise SourceError(
            f"The file {path.name} cannot be opened: {str(error).splitlines()[0]}",
            place=str(path.parent),
            remedy="Make the account again if another version of Lakeledger wrote it.",
        ) from error


def attach_ledger(con: duckdb.DuckDBPyConnection, ledger: Path, base: Path | None, *, writable: bool = False) -> None:
    """The ledger as catalog `book`, over the `base` it stands on; a reader sees no difference."""
    if base is not None:
        attach(con, base, "base")
    attach(con, ledger, "book", writable=writable)


def lock_down(con: duckdb.DuckDBPyConnection) -> None:
    """From here on no statement reaches a file that is not attached, or changes a setting but how much memory there is."""
    con.execute("SET enable_external_access=false")
    con.execute("SET allowed_configs=['memory_limit']")
    con.execute("SET lock_configuration=true")


def tables_of(con: duckdb.DuckDBPyConnection, catalog: str) -> frozenset[str]:
    """`schema.table` of every table and view in a catalog."""
    rows = con.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = $catalog UNION ALL "
        "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE database_name = $catalog AND NOT internal",
        {"catalog": catalog},
    )
    return frozenset(name for (name,) in rows.fetchall())


def _config(limits: Limits) -> Config:
    given: Config = {name: limit for name, limit in limits.items() if isinstance(limit, int | str) and limit}
    return _ALWAYS | given

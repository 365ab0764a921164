"""Opens a Parquet file: its columns and types are in the file."""

import duckdb

from lib.files.layout import DataFile
from lib.files.opened import ROW_NUMBER, UNREADABLE, Opened, Refused, SourceColumn, head_of, refused, unreadable
from lib.files.sql import name_sql, one_path

_MAGIC = b"PAR1"
_AGAIN = "Download or export it again."


def open_parquet(con: duckdb.DuckDBPyConnection, file: DataFile) -> Opened:
    """The file as DuckDB can read it; Refused when it is no whole Parquet file."""
    _check_ends(file)
    params: dict[str, object] = {"path": one_path(file.path.absolute())}
    # old writers mark texts as bytes
    options = "binary_as_string=true, hive_partitioning=false"
    relation = f"read_parquet($path, {options})"
    try:
        found = con.sql(f"SELECT * FROM {relation}", params=params)
        columns = tuple(
            SourceColumn(name, name_sql(name), type_) for name, type_ in zip(found.columns, found.types, strict=True)
        )
    except duckdb.Error as error:
        raise refused(file, f"The Parquet file is damaged: {what_duckdb_says(error)}", _AGAIN) from error
    numbered = (
        f"(SELECT *, file_row_number + 1 AS {ROW_NUMBER} FROM read_parquet($path, {options}, file_row_number=true))"
    )
    return Opened(file, columns, relation, params, numbered)


def what_duckdb_says(error: duckdb.Error) -> str:
    """The first line of an error without its class."""
    return str(error).strip().splitlines()[0].partition("Error: ")[2] or str(error)


def _check_ends(file: DataFile) -> None:
    head = head_of(file, 64)
    try:
        with file.path.open("rb") as stream:
            stream.seek(-len(_MAGIC), 2)
            end = stream.read()
    except UNREADABLE as error:
        raise Refused([unreadable(file, error)]) from error
    if head.startswith(b"PARE") or end == b"PARE":
        raise refused(file, "The Parquet file is encrypted.", "Export it without encryption.")
    if not head.startswith(_MAGIC):
        raise refused(
            file, "This is not a Parquet file, whatever its name says.", "If it is CSV, rename it to end in .csv."
        )
    if end != _MAGIC:
        raise refused(file, "The Parquet file is cut off: its end is missing.", _AGAIN)

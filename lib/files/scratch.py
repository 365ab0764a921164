"""Room for one import to work in: a folder and a database connection, both gone afterwards."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from lib.errors import SourceError
from lib.warehouse.connections import Limits, attach, open_memory

_PREFIX = ".import-"
_ABANDONED_S = 86_400


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A new folder in `parent`, removed afterwards; those that a killed import left behind a day ago go too."""
    parent.mkdir(parents=True, exist_ok=True)
    for old in parent.glob(f"{_PREFIX}*"):
        if time.time() - old.stat().st_mtime > _ABANDONED_S:
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=parent, ignore_cleanup_errors=True) as path:
        yield Path(path)


@contextmanager
def scratch_connection(folder: Path, limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with an empty writable catalog `stage` in `folder`, where it also puts what memory does not hold."""
    con = open_memory(**limits)
    try:
        con.execute("SET temp_directory = $path", {"path": str(folder / "spill")})
        attach(con, folder / "stage.duckdb", "stage", writable=True)
        yield con
    except duckdb.OutOfMemoryException as error:
        raise SourceError(
            "The import needs more memory than it may take.",
            remedy="Raise LAKELEDGER_MEMORY_LIMIT, or import fewer files at a time.",
            place=str(folder.parent),
        ) from error
    except duckdb.IOException as error:
        raise SourceError(
            f"The account's files cannot be written: {error}",
            remedy="Check the space and the rights of the disk.",
            place=str(folder.parent),
        ) from error
    finally:
        con.close()

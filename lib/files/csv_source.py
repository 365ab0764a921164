"""Opens a CSV file: which character separates, escapes and means NULL is read off the file itself.

Spark escapes quotes with a backslash and leaves NULL empty; Databricks' own downloads double quotes and write `null`;
spreadsheets in much of Europe separate by `;`.
"""

import csv
import io
import re

from duckdb.sqltypes import VARCHAR

from lib.files.layout import DataFile
from lib.files.opened import ROW_NUMBER, LineFinder, Opened, Refused, SourceColumn, head_of, refused
from lib.files.report import Problem
from lib.files.schema import Table
from lib.files.sql import one_path

SAMPLE_BYTES = 1 << 20
MAX_LINE_BYTES = 16 << 20
REJECTS = "rejected_rows"
"""Table in which DuckDB notes the records it could not read."""
REJECTS_LIMIT = 1000
_SEPARATORS = (",", ";", "\t")
_QUOTED = re.compile(r'"(?:[^"\\]|""|\\.)*"', re.DOTALL)
_BACKSLASHED = re.compile(r'\\"[^"]')
_DOUBLED = re.compile(r'[^,;\t\r\n"]""[^,;\t\r\n"]')


def open_csv(file: DataFile, table: Table) -> Opened:
    """The file as DuckDB can read it, every column as text; Refused when it has no usable header."""
    head = head_of(file, SAMPLE_BYTES)
    if head.startswith(b"PAR1"):
        raise refused(file, "This is a Parquet file, not CSV.", "Rename it to end in .parquet.")
    if head.startswith(b"\x1f\x8b"):
        raise refused(file, "This is a compressed file.", "Rename it to end in .csv.gz.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:1000]:
        raise refused(file, "The file is not UTF-8 text.", "Save it as CSV UTF-8.")
    text = head.decode("utf-8-sig", errors="replace")
    separator, header, header_lines = _header(file, text, table)
    sample = "\n".join(line for line in text.splitlines()[header_lines:] if line)
    backslash = bool(_BACKSLASHED.search(sample)) and not _DOUBLED.search(sample)
    null = _null_word(sample, separator)
    columns = tuple(SourceColumn(name, f"c{place}", VARCHAR) for place, name in enumerate(header))
    relation = _relation(len(header), header_lines, separator, "\\" if backslash else '"', null, gzip=file.is_gzip)
    return Opened(
        file, columns, relation, {"path": one_path(file.path.absolute())},
        numbered=f"(SELECT *, row_number() OVER () AS {ROW_NUMBER} FROM {relation})",
        notes=(f"{null} without quotes is read as NULL",) if null else (),
        lines=LineFinder(file, header_lines, backslash, blank_is_record=len(header) == 1),
    )  # fmt: skip


def _header(file: DataFile, text: str, table: Table) -> tuple[str, list[str], int]:
    """The separator under which most columns of the table are found, the names, and how many lines they take."""
    known = {column.name for column in table.columns}
    best: tuple[int, str, list[str], int] = (0, ",", [], 1)
    for separator in _SEPARATORS:
        names, lines = _first_record(text, separator)
        best = max(best, (len(known & set(names)), separator, names, lines), key=lambda found: found[0])
    if best[0] == 0:
        first = text.lstrip().splitlines()[0][:60]
        raise refused(
            file,
            f"The first line names no column of {table.name}: {first!r}.",
            f"The file must begin with a line of column names, such as {', '.join(sorted(known)[:4])}.",
        )
    _, separator, names, lines = best
    twice = sorted({name for name in names if name in known and names.count(name) > 1})
    if twice:
        problem = "The header has this column more than once."
        raise Refused([Problem(file.label, problem, "Remove all but one.", column=name, line=lines) for name in twice])
    return separator, names, lines


def _first_record(text: str, separator: str) -> tuple[list[str], int]:
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        record = next((record for record in reader if record), [])
    except csv.Error:
        return [], 1
    return [name.strip().lower() for name in record], reader.line_num


def _null_word(sample: str, separator: str) -> str | None:
    """The word this file writes for NULL; None when it leaves NULL empty, as most do.

    A file that never leaves a field empty and has a bare `null` means NULL by it.
    """
    plain = _QUOTED.sub('""', sample)
    edge = re.escape(separator)
    if re.search(rf"(^|{edge})({edge}|$)", plain, re.MULTILINE):
        return None
    found = re.search(rf"(?:^|{edge})(null|NULL|\\N)(?={edge}|\r?$)", plain, re.MULTILINE)
    return found[1] if found else None


def _relation(width: int, skip: int, separator: str, escape: str, null: str | None, *, gzip: bool) -> str:
    """Everything in here comes from closed sets; the path is a parameter."""
    names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    nulls = f"['', '{null}']" if null else "['']"
    return (
        f"read_csv($path, auto_detect=false, header=false, skip={skip}, delim='{separator}', quote='\"', "
        f"escape='{escape}', nullstr={nulls}, allow_quoted_nulls=false, columns={{{names}}}, "
        f"compression='{'gzip' if gzip else 'none'}', hive_partitioning=false, "
        # left to itself DuckDB takes sixteen longest lines of memory a thread
        f"max_line_size={MAX_LINE_BYTES}, buffer_size={2 * MAX_LINE_BYTES}, "
        f"store_rejects=true, rejects_table='{REJECTS}', rejects_limit={REJECTS_LIMIT})"
    )

"""Finds the places of what is wrong in a file: which line or row, which column, which value."""

import duckdb

from lib.files.csv_source import REJECTS, REJECTS_LIMIT
from lib.files.layout import DataFile
from lib.files.opened import ROW_NUMBER, Opened
from lib.files.parquet_source import what_duckdb_says
from lib.files.reading import Check, Reading
from lib.files.report import Problem

EXAMPLES = 20
"""Bad values shown of one file; the others are counted."""
_SHOWN_LETTERS = 60
_REJECTED = {
    "MISSING COLUMNS": "The row has fewer fields than the header.",
    "TOO MANY COLUMNS": "The row has more fields than the header.",
    "UNQUOTED VALUE": "A quote is opened and not closed, or closed in the middle of a field.",
    "LINE SIZE OVER MAXIMUM": "The row is longer than 16 MB; a quote may be missing.",
    "INVALID ENCODING": "The row is not UTF-8 text.",
}
_REJECT_REMEDY = "Correct the line, or export again: a field with separators, quotes or line breaks needs quotes."
_DAMAGED_GZIP = ("The compressed file is damaged or cut off.", "Download or export it again.")


def problems_in(con: duckdb.DuckDBPyConnection, opened: Opened, reading: Reading, *, has_bad: bool) -> list[Problem]:
    """What is wrong with a file's rows, in the order of the file; call it right after the file was read."""
    rejected, lines, more_rejected = _rejected(con, opened)
    bad, more_bad = _bad_values(con, opened, reading, lines) if has_bad else ([], 0)
    problems = sorted([*rejected, *bad], key=lambda problem: problem.line or problem.row or 0)
    more = len(problems[EXAMPLES:]) + more_rejected + more_bad
    del problems[EXAMPLES:]
    if more:
        least = "at least " if len(lines) >= REJECTS_LIMIT else ""
        problems.append(Problem(opened.file.label, f"And {least}{more:,} more bad values or rows in this file.",
                                "Correct the first ones, or the export, and import again."))  # fmt: skip
    return problems


def engine_problem(file: DataFile, error: duckdb.Error) -> Problem:
    """The problem of a file that DuckDB gives up on; what is not the file's fault rises again."""
    said = what_duckdb_says(error)
    if isinstance(error, duckdb.OutOfMemoryException) or "write" in said.lower():
        raise error
    if "GZIP" in said.upper():
        return Problem(file.label, *_DAMAGED_GZIP)
    if "invalid state" in said:
        return Problem(file.label, "The file mixes kinds of line ends, or has a quote too many.", "Export it again.")
    return Problem(file.label, f"The file cannot be read: {said}", "Download or export it again.")


def _rejected(con: duckdb.DuckDBPyConnection, opened: Opened) -> tuple[list[Problem], set[int], int]:
    """Records of a CSV file that DuckDB could not split into fields, all lines they start on, and how many are left."""
    if opened.lines is None:
        return [], set(), 0
    found = con.execute(
        f"SELECT line_byte_position, any_value(error_type), any_value(csv_line) FROM {REJECTS} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    # DuckDB counts bytes from 1, and takes blank lines before a record for its beginning
    lines = opened.lines.lines_at([offset - 1 + len(text) - len(text.lstrip("\r\n")) for offset, _, text in found])
    problems = [
        Problem(opened.file.label, f"{_REJECTED.get(kind, 'The row is not CSV.')} It begins {_shown(text)}.",
                _REJECT_REMEDY, line=line)
        for line, (_, kind, text) in zip(lines, found[:EXAMPLES], strict=False)
    ]  # fmt: skip
    return problems, set(lines), len(found) - len(problems)


def _bad_values(
    con: duckdb.DuckDBPyConnection, opened: Opened, reading: Reading, rejected: set[int]
) -> tuple[list[Problem], int]:
    """The first values that cannot be taken over, and how many more there are."""
    source = reading.source(opened.numbered)
    counts = ", ".join(f"count(*) FILTER (WHERE {check.bad})" for check in reading.checks)
    totals = con.execute(f"SELECT {counts} FROM {source}", opened.params).fetchone() or ()
    found: list[tuple[int, str | None, Check]] = []
    for check, total in zip(reading.checks, totals, strict=True):
        if total:
            rows = con.execute(
                f"SELECT {ROW_NUMBER}, left(CAST({check.given} AS VARCHAR), {_SHOWN_LETTERS + 1}) FROM {source} "
                f"WHERE {check.bad} ORDER BY 1 LIMIT {EXAMPLES}", opened.params,
            ).fetchall()  # fmt: skip
            found += [(row, value, check) for row, value in rows]
    shown = sorted(found, key=lambda item: item[0])[:EXAMPLES]
    lines = opened.lines.lines_of({row for row, _, _ in shown}, rejected) if opened.lines else {}
    problems = [
        Problem(opened.file.label, check.message.replace("{value}", _shown(value)), check.remedy, column=check.column,
                line=lines.get(row), row=None if opened.lines else row)
        for row, value, check in shown
    ]  # fmt: skip
    return problems, sum(totals) - len(shown)


def _shown(value: str | None) -> str:
    text = " ".join((value or "").split())
    return f'"{text}"' if len(text) <= _SHOWN_LETTERS else f'"{text[: _SHOWN_LETTERS - 1]}…"'

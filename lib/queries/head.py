"""The head comment of a query file: what it answers, what one row is, its parameters and result columns.

-- One or more sentences on what it answers.
-- Row: (workspace_id, job_id)          `Row: one` when there is a single row
-- Params: start_date DATE, end_date DATE      or `Params: none`
-- Returns: workspace_id STRING, job_id STRING,
--   list_cost DECIMAL(38,12)
-- Source: where its rule comes from; may be left out
-- Narrows: job, currency    relations that are worked out for it leave out what is of other jobs; may be left out
-- Live: spend_rows      of a base relation: whose rows it sums up; what is worked out reads those; may be left out
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from lib.errors import QueryError
from lib.queries.types import SqlType, parse_type, split_outside_brackets

_KEYS = ("Row", "Params", "Returns", "Source", "Narrows", "Live")
_KEY = re.compile(r"(\w+):\s*(.*)$")
_NAMED = re.compile(r"(\w+)\s+(\S.*)$", re.DOTALL)
_EXAMPLE = {
    "Row": "`-- Row: (workspace_id, job_id)` or `-- Row: one`",
    "Params": "`-- Params: start_date DATE, end_date DATE` or `-- Params: none`",
    "Returns": "`-- Returns: usage_date DATE, list_cost DECIMAL(38,12)`",
}


@dataclass(frozen=True)
class Column:
    """A named, typed column of a result, or parameter of a statement."""

    name: str
    type: SqlType


@dataclass(frozen=True)
class Head:
    """What a head comment says."""

    about: str
    row: tuple[str, ...]
    """Columns that together name one row; () when there is a single row."""
    params: tuple[Column, ...]
    returns: tuple[Column, ...]
    source: str
    narrows: tuple[str, ...]
    """What relations are narrowed to for this query."""
    live: str
    """The relation whose rows this one sums up; "" for none."""
    lines: int
    """How many lines of the file the head fills."""


@dataclass
class _Section:
    line: int
    text: str


def parse_head(text: str, place: str) -> Head:
    """Read the head of a file's text; a QueryError names `place` and the line."""
    sections, count = _sections(text, place)
    for key in _KEYS[:3]:
        if key not in sections:
            _fail(f"The head has no `{key}:` line.", place, 1, f"Add {_EXAMPLE[key]}.")
    if not sections["about"].text:
        _fail("The head does not say what the query answers.", place, 1, "Start with a sentence.")
    returns = _columns("Returns", sections["Returns"], place)
    if not returns:
        _fail("A query returns at least one column.", place, sections["Returns"].line, f"Write {_EXAMPLE['Returns']}.")
    return Head(
        about=sections["about"].text,
        row=_row(sections["Row"], returns, place),
        params=_columns("Params", sections["Params"], place),
        returns=returns,
        source=sections["Source"].text if "Source" in sections else "",
        narrows=tuple(sections["Narrows"].text.split(", ")) if "Narrows" in sections else (),
        live=sections["Live"].text if "Live" in sections else "",
        lines=count,
    )


def _sections(text: str, place: str) -> tuple[dict[str, _Section], int]:
    """Key → its text with continuation lines joined; and the number of head lines."""
    found, key, number = {"about": _Section(1, "")}, "about", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("--"):
            number -= 1
            break
        said = line[2:]
        match = _KEY.match(said.strip())
        if match and match[1] in _KEYS and not said.startswith("  "):
            key = _next_key(key, match[1], place, number)
            found[key] = _Section(number, match[2].strip())
        elif key in ("about", "Source") or said.startswith("  "):
            found[key].text = f"{found[key].text} {said.strip()}".strip()
        else:
            _fail(
                f"A line after `{key}:` is neither a key nor indented.",
                place,
                number,
                f"Indent it by two spaces after `--`, or start it with one of {', '.join(_KEYS)}.",
            )
    return found, number


def _next_key(before: str, key: str, place: str, line: int) -> str:
    order = ("about", *_KEYS)
    if order.index(key) <= order.index(before):
        _fail(f"`{key}:` stands after `{before}:`.", place, line, f"The order is {', '.join(_KEYS)}, each once.")
    return key


def _columns(key: str, section: _Section, place: str) -> tuple[Column, ...]:
    if section.text == "none":
        return ()
    columns = tuple(_column(key, piece, place, section.line) for piece in split_outside_brackets(section.text))
    names = [column.name for column in columns]
    for name in names:
        if names.count(name) > 1:
            _fail(f"`{key}:` names {name} twice.", place, section.line, "Name it once.")
    return columns


def _column(key: str, piece: str, place: str, line: int) -> Column:
    match = _NAMED.match(piece)
    if not match:
        _fail(f"{piece!r} in `{key}:` is not `name TYPE`.", place, line, f"Write {_EXAMPLE[key]}.")
    try:
        return Column(match[1], parse_type(match[2]))
    except ValueError as error:
        _fail(
            f"{match[1]} in `{key}:` has no type we know: {error}.",
            place,
            line,
            "Use a Databricks type such as STRING, BIGINT, DATE or DECIMAL(38,12).",
        )


def _row(section: _Section, returns: tuple[Column, ...], place: str) -> tuple[str, ...]:
    if section.text == "one":
        return ()
    if not (section.text.startswith("(") and section.text.endswith(")")):
        _fail(f"`Row: {section.text}` is no key.", place, section.line, f"Write {_EXAMPLE['Row']}.")
    key = tuple(name.strip() for name in section.text[1:-1].split(","))
    for name in key:
        if name not in {column.name for column in returns}:
            _fail(
                f"`Row:` names {name!r}, which the query does not return.",
                place,
                section.line,
                "Name only columns of `Returns:`.",
            )
    return key


def _fail(message: str, place: str, line: int, remedy: str) -> NoReturn:
    raise QueryError(message, place=f"{place}:{line}", remedy=remedy)

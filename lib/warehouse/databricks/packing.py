"""Several queries in one statement: each becomes a column that holds its rows as an array of structs.

A warehouse answers the parts side by side, as scalar subqueries that know nothing of each other, and sends one row.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.queries.head import Column
from lib.queries.tokens import Token, tokenise
from lib.warehouse.databricks.names import quoted

if TYPE_CHECKING:
    import pyarrow as pa

PLACE = "lakeledger_place"
"""A part's own order, for one that is sorted: an array does not promise to keep it."""
MOST_PARTS = 24
MOST_TEXT = 500_000
_HEAD = re.compile(r"\A/\*.*?\*/\s*", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """One query as it would be sent by itself."""

    name: str
    text: str
    values: Mapping[str, object]
    returns: Sequence[Column]


def pack(parts: Sequence[Part]) -> tuple[str, dict[str, object]]:
    """One statement for all parts, and its values: every parameter gets the number of its part."""
    columns: list[str] = []
    values: dict[str, object] = {}
    for number, part in enumerate(parts):
        body = _numbered(_HEAD.sub("", part.text), number)
        values |= {f"p{number}_{name}": value for name, value in part.values.items()}
        fields = ", ".join(f"'{column.name}', q.{quoted(column.name)}" for column in part.returns)
        if is_sorted(part.text):
            body = f"SELECT s.*, MONOTONICALLY_INCREASING_ID() AS {PLACE} FROM (\n{body}\n) AS s"
            fields += f", '{PLACE}', q.{PLACE}"
        columns.append(f"(SELECT COLLECT_LIST(NAMED_STRUCT({fields})) FROM (\n{body}\n) AS q) AS part_{number}")
    names = " + ".join(part.name for part in parts)
    return f"/* lakeledger: {names} */\nSELECT\n" + ",\n".join(columns), values


def unpack(rows: "pa.Table", parts: Sequence[Part]) -> "list[pa.Table]":
    """The parts' own tables, out of the statement's one row."""
    import pyarrow as pa

    found = []
    for number in range(len(parts)):
        packed = rows.column(f"part_{number}").combine_chunks()
        structs = pa.concat_arrays(packed.chunks).flatten() if isinstance(packed, pa.ChunkedArray) else packed.flatten()
        table = pa.Table.from_struct_array(structs)
        if PLACE in table.column_names:
            table = table.sort_by(PLACE).drop_columns([PLACE])
        found.append(table)
    return found


def is_sorted(text: str) -> bool:
    """Has the query itself, and not only one inside it, an order?

    >>> is_sorted("SELECT a FROM t ORDER BY a"), is_sorted("SELECT RANK() OVER (ORDER BY a) FROM t")
    (True, False)
    """
    depth, before = 0, ""
    for token in tokenise(text):
        word = token.upper
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth == 0 and word == "BY" and before == "ORDER":
            return True
        before = word
    return False


def groups(parts: Sequence[Part]) -> list[list[int]]:
    """Which parts go out together: not too many, and not more text than a warehouse likes to plan."""
    found: list[list[int]] = []
    size = 0
    for number, part in enumerate(parts):
        if not found or len(found[-1]) == MOST_PARTS or size + len(part.text) > MOST_TEXT:
            found.append([])
            size = 0
        found[-1].append(number)
        size += len(part.text)
    return found


def _numbered(text: str, number: int) -> str:
    pieces, done = [], 0
    for token in _markers(text):
        pieces += [text[done : token.start], f":p{number}_{token.text[1:]}"]
        done = token.end
    return "".join([*pieces, text[done:]])


def _markers(text: str) -> list[Token]:
    return [token for token in tokenise(text) if token.kind == "marker"]

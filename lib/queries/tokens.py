"""What words a Databricks SQL text is made of, and which of them name tables and parameters.

A tokeniser of our own: the catalogue needs only words, names and markers with their places, and reading those must
not cost the import of a SQL parser. A test compares it with sqlglot's on every query of the catalogue.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["word", "quoted", "string", "number", "marker", "symbol"]

_PIECES = re.compile(
    r"""
      (?P<skip>    \s+ | --[^\n]* | /\*.*?\*/ )
    | (?P<string>  [rR](?:'[^']*'|"[^"]*") | '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" )
    | (?P<quoted>  `(?:[^`]|``)*` )
    | (?P<word>    [A-Za-z_]\w* )
    | (?P<number>  (?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[A-Za-z]* )
    | (?P<marker>  (?<![\w)\]`'":]):[A-Za-z_]\w* )
    | (?P<symbol>  :: | <=> | \|> | -> | => | <> | != | <= | >= | == | \|\| | . )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One word of a text; `start` and `end` are half-open offsets into it."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The word in capitals, "" for anything that is not a plain word."""
        return self.text.upper() if self.kind == "word" else self.text if self.kind == "symbol" else ""

    @property
    def name(self) -> str:
        """The identifier this token spells, in lower case; "" when it is none."""
        if self.kind == "word":
            return self.text.lower()
        return self.text[1:-1].replace("``", "`").lower() if self.kind == "quoted" else ""


class TableName(NamedTuple):
    """A name in table position: `parts` in lower case, and the half-open range of the text it fills."""

    parts: tuple[str, ...]
    start: int
    end: int


def tokenise(text: str) -> list[Token]:
    """The words of `text` in order, without comments and blanks."""
    return [
        Token(match.lastgroup, match.group(), *match.span())  # type: ignore[arg-type]
        for match in _PIECES.finditer(text)
        if match.lastgroup != "skip"
    ]


def line_of(text: str, offset: int) -> int:
    """The line, counted from 1, that `offset` is on."""
    return text.count("\n", 0, offset) + 1


def column_of(text: str, offset: int) -> int:
    """The column, counted from 1, of `offset` in its line."""
    return offset - text.rfind("\n", 0, offset)


def markers(tokens: Sequence[Token]) -> dict[str, int]:
    """Parameter name → offset of its first `:name` marker."""
    found: dict[str, int] = {}
    for token in tokens:
        if token.kind == "marker":
            found.setdefault(token.text[1:], token.start)
    return found


def cte_names(tokens: Sequence[Token]) -> dict[str, int]:
    """Name of each common table expression, at any depth → offset of its definition."""
    found: dict[str, int] = {}
    for position, token in enumerate(tokens):
        if token.name and position and tokens[position - 1].upper in ("WITH", "RECURSIVE", ","):
            after = _past_group(tokens, position + 1)
            if _upper(tokens, after) == "AS" and _upper(tokens, after + 1) == "(":
                found.setdefault(token.name, token.start)
    return found


_ENDS_FROM = frozenset(
    ("WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "QUALIFY", "WINDOW", "UNION", "INTERSECT", "EXCEPT", "MINUS",
     "CLUSTER", "DISTRIBUTE", "SORT", "VIEW", ";", "|>")
)  # fmt: skip
_STILL_EXPECTING = frozenset(("LATERAL", "STREAM", "ONLY", "TABLE"))


@dataclass
class _Level:
    """What is known inside one pair of parentheses while walking a text."""

    selects: bool = True
    """FROM starts a FROM clause here; inside `EXTRACT(YEAR FROM ts)` it does not."""
    in_from: bool = False
    expecting: bool = False
    """The next name is a table."""


@dataclass
class _Walk:
    levels: list[_Level] = field(default_factory=lambda: [_Level()])

    def step(self, token: Token, before: str) -> bool:
        """Move past `token`; True when it starts a name in table position."""
        level, word = self.levels[-1], token.upper
        if word == "(":
            in_from = level.expecting
            level.expecting = False
            self.levels.append(_Level(selects=in_from, in_from=in_from, expecting=in_from))
        elif word == ")":
            self.levels = self.levels[:-1] or [_Level()]
        elif word in ("SELECT", "WITH"):
            level.selects, level.in_from, level.expecting = True, False, False
        elif word == "FROM" and before != "DISTINCT":
            level.in_from = level.expecting = level.selects
        elif word == "JOIN":
            level.in_from = level.expecting = True
        elif word == ",":
            level.expecting = level.in_from
        elif word in _ENDS_FROM:
            level.in_from = level.expecting = False
        elif level.expecting and word not in _STILL_EXPECTING:
            level.expecting = False
            return bool(token.name)
        return False


def table_names(tokens: Sequence[Token]) -> Iterator[TableName]:
    """Every name that stands where a table may stand: after FROM, JOIN, or a comma of a FROM clause.

    Names of common table expressions are among them; table functions (`range(…)`) are not.
    """
    walk, before, position = _Walk(), "", 0
    while position < len(tokens):
        token = tokens[position]
        if walk.step(token, before):
            if token.upper == "VALUES" and _upper(tokens, position + 1) != ".":
                rows = _past_rows(tokens, position + 1)
                if rows > position + 1:
                    before, position = "", rows
                    continue
            name, position = _dotted(tokens, position)
            if _upper(tokens, position) != "(":
                yield name
            before = ""
            continue
        before, position = token.upper, position + 1


def _dotted(tokens: Sequence[Token], position: int) -> tuple[TableName, int]:
    """The dotted name that starts at `position`, and the position after it."""
    parts, start = [tokens[position].name], tokens[position].start
    while _upper(tokens, position + 1) == "." and position + 2 < len(tokens) and tokens[position + 2].name:
        position += 2
        parts.append(tokens[position].name)
    return TableName(tuple(parts), start, tokens[position].end), position + 1


def _past_rows(tokens: Sequence[Token], position: int) -> int:
    """The position after the rows of a VALUES that begin here: groups or single values between commas."""
    end = position
    while position < len(tokens):
        after = _past_group(tokens, position)
        if after == position and tokens[position].kind not in ("number", "string", "marker"):
            return end
        end = position = max(after, position + 1)
        if _upper(tokens, position) != ",":
            return end
        position += 1
    return end


def _past_group(tokens: Sequence[Token], position: int) -> int:
    """The position after the parenthesised group that starts here, or `position` when none does."""
    if _upper(tokens, position) != "(":
        return position
    depth = 0
    for index in range(position, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[index].upper, 0)
        if depth == 0:
            return index + 1
    return len(tokens)


def _upper(tokens: Sequence[Token], position: int) -> str:
    return tokens[position].upper if position < len(tokens) else ""

"""A statement's text read once: tokens, tree, and where each part stands."""

import logging
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, zip_longest
from typing import Any, TypeVar

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

logging.getLogger("sqlglot").setLevel(logging.ERROR)
DATABRICKS = Dialect.get_or_raise("databricks")
Node = TypeVar("Node", bound=exp.Expression)

PLAIN = frozenset(
    {"SHOW", "DESCRIBE", "DESC", "SET", "USE", "GRANT", "REVOKE", "REFRESH", "OPTIMIZE", "VACUUM", "ANALYZE", "CALL", "MSCK",
     "FSCK", "REORG", "RESTORE", "COMMENT", "CACHE", "UNCACHE", "CLEAR", "RESET", "LIST", "ADD", "EXPLAIN", "ALTER", "DROP",
     "TRUNCATE", "COPY", "CONVERT", "APPLY", "REPAIR", "SYNC", "DECLARE", "EXECUTE", "UNDROP", "DENY", "GENERATE"}
)  # fmt: skip
"""First words of statements that hold no query worth reading; sqlglot keeps some of them as plain text."""


@dataclass(frozen=True)
class Unreadable:
    """A statement that could not be read: nothing is said about it."""

    line: int
    column: int
    reason: str


class Parsed:
    """One statement as rules look at it. Offsets count characters of the whole text, from 0."""

    def __init__(self, text: str, tokens: Sequence[Token], tree: exp.Expression) -> None:
        self.text = text
        self.tokens = tokens
        self.tree = tree

    @cached_property
    def _by_type(self) -> dict[type, list[exp.Expression]]:
        found: dict[type, list[exp.Expression]] = {}
        for node in self.tree.walk():
            found.setdefault(type(node), []).append(node)
        return found

    def all(self, *kinds: type[Node]) -> Iterator[Node]:
        """Every node of exactly one of the kinds."""
        for kind in kinds:
            yield from self._by_type.get(kind, ())  # type: ignore[misc]

    @cached_property
    def ctes(self) -> dict[str, exp.CTE]:
        """Common table expressions by lower-case name, at any depth."""
        return {cte.alias.lower(): cte for cte in self.all(exp.CTE)}

    def is_table(self, source: Any) -> bool:
        """A stored table or view, not a common table expression, subquery or function."""
        if not isinstance(source, exp.Table) or not isinstance(source.this, exp.Identifier):
            return False
        return bool(source.db) or source.name.lower() not in self.ctes

    def offset(self, node: exp.Expression) -> int:
        """Where a node begins: the first of its parts that has a place."""
        return min(_places(node), default=self.tokens[0].start)

    def end(self, node: exp.Expression) -> int:
        """Where the last part of a node begins that has a place."""
        return max(_places(node), default=self.tokens[0].start)

    def call(self, node: exp.Expression) -> int:
        """Where a function call or cast begins: the place of its name, which the tree does not always keep."""
        first = min((part for part in node.walk() if _own_place(part) is not None), key=_own_place, default=None)
        if first is None:
            return self.tokens[0].start
        steps, part = 0, first
        while part is not node and part is not None:
            part = part.parent  # type: ignore[assignment]
            steps += isinstance(part, exp.Func | exp.Cast) and _own_place(part) is None
        place = next(n for n, token in enumerate(self.tokens) if token.start >= _own_place(first))
        while steps and place >= 2:
            place -= 1
            if self.tokens[place].token_type is TokenType.L_PAREN:
                place, steps = place - 1, steps - 1
        return self.tokens[place].start

    def word_before(self, offset: int, *kinds: TokenType) -> int:
        """The last word of the kinds that begins before `offset`; `offset` itself when there is none."""
        found = offset
        for token in self.tokens:
            if token.start >= offset:
                break
            if token.token_type in kinds:
                found = token.start
        return found

    def word_after(self, offset: int, *kinds: TokenType) -> int:
        """The first word of the kinds at or after `offset`; `offset` itself when there is none."""
        return next((t.start for t in self.tokens if t.start >= offset and t.token_type in kinds), offset)

    @cached_property
    def _selects(self) -> dict[int, int]:
        """id of a SELECT node → offset of its word."""
        nodes = sorted(self.all(exp.Select), key=lambda node: (self._first_of_select(node), node.depth))
        words = [token.start for token in self.tokens if token.token_type is TokenType.SELECT]
        if len(nodes) != len(words):
            return {}
        return {id(node): start for node, start in zip(nodes, words, strict=True)}

    def _first_of_select(self, node: exp.Select) -> int:
        parts = [value for key, value in node.args.items() if key not in ("with_", "with") and value]
        flat = [item for part in parts for item in (part if isinstance(part, list) else [part])]
        places = [place for item in flat if isinstance(item, exp.Expression) for place in _places(item)]
        return min(places, default=self.tokens[0].start)

    def select_word(self, node: exp.Select) -> int:
        """Where the word SELECT of a node stands."""
        first = self._first_of_select(node)
        return self._selects.get(id(node), self.word_before(first, TokenType.SELECT))

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(place + 1 for place, sign in enumerate(self.text) if sign == "\n")]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


def _own_place(node: exp.Expression) -> Any:
    return node.meta.get("start") if node._meta else None


def _places(node: exp.Expression) -> list[int]:
    return [part.meta["start"] for part in node.walk() if part._meta and "start" in part.meta]


def read(text: str) -> list[Parsed | Unreadable]:
    """Each statement of a text, in order. What cannot be read is said so, and hides none of the others."""
    if not text.strip():
        return []
    try:
        tokens = DATABRICKS.tokenize(text)
    except (SqlglotError, RecursionError) as error:
        return [Unreadable(1, 1, f"The text cannot be read: {_said(error)}")]
    return [_statement(text, part) for part in _statements(tokens)]


BLOCKS = frozenset({"IF", "WHILE", "LOOP", "FOR", "REPEAT"})
"""Words after END that end a block whose beginning is not counted."""


def _statements(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The parts between semicolons; a script (BEGIN … END) is one part, whatever stands in it."""
    part: list[Token] = []
    depth = 0
    for token, after in zip_longest(tokens, tokens[1:]):
        depth = _depth(depth, part, token, after)
        if token.token_type is TokenType.SEMICOLON and not depth:
            if part:
                yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part


def _depth(depth: int, part: Sequence[Token], token: Token, after: Token | None) -> int:
    """How many blocks of a script are open after a token: BEGIN and CASE to their END; `END IF` and the like do not count."""
    if not depth:
        return int(_begins_script(part, token, after))
    if token.token_type is TokenType.END:
        return depth - (after is None or after.text.upper() not in BLOCKS)
    opens = token.token_type in (TokenType.BEGIN, TokenType.CASE) and part[-1].token_type is not TokenType.END
    return depth + opens


def _begins_script(part: Sequence[Token], token: Token, after: Token | None) -> bool:
    """BEGIN at the start, after a label, or as the body of CREATE PROCEDURE; not BEGIN TRANSACTION, and no column."""
    if token.token_type is not TokenType.BEGIN or after is None or after.token_type is TokenType.SEMICOLON:
        return False
    starts = not part or part[-1].text == ":" or (part[0].text.upper() == "CREATE" and part[-1].text.upper() == "AS")
    return starts and after.text.upper() != "TRANSACTION"


def _statement(text: str, tokens: list[Token]) -> Parsed | Unreadable:
    first = tokens[0]
    at = max(first.col - len(first.text) + 1, 1)
    if any(token.token_type is TokenType.SEMICOLON for token in tokens):
        return Unreadable(first.line, at, "Scripts (BEGIN … END) are not read.")
    if _is_template(tokens):
        return Unreadable(first.line, at, "This is a template: what it becomes can be read, not the template.")
    try:
        trees = DATABRICKS.parser().parse(tokens, text)
    except SqlglotError as error:
        problems = getattr(error, "errors", None) or [{}]
        line, column = problems[0].get("line") or first.line, problems[0].get("col") or first.col
        column -= max(len(problems[0].get("highlight") or "") - 1, 0)
        return Unreadable(line, max(column, 1), f"This is not SQL that we can read: {_said(error)}")
    except RecursionError:
        return Unreadable(first.line, at, "The statement is nested too deeply to be read.")
    tree = trees[0] if trees else None
    loose = isinstance(
        tree, exp.Command | exp.Condition | exp.Alias
    )  # any word reads as a column, two as one with a name
    if tree is None or (loose and first.text.upper() not in PLAIN):
        return Unreadable(first.line, at, "The statement uses syntax that we cannot read.")
    return Parsed(text, tokens, tree)


def _is_template(tokens: Sequence[Token]) -> bool:
    """`{{ … }}` or `{% … %}` stands in it, outside of strings and comments."""
    return any(
        one.token_type is TokenType.BLOCK_START
        or (one.token_type is TokenType.L_BRACE and two.token_type is TokenType.L_BRACE and two.start == one.end + 1)
        for one, two in pairwise(tokens)
    )


def _said(error: BaseException) -> str:
    problems = getattr(error, "errors", None)
    said = problems[0].get("description") if problems else str(error)
    first = (said or type(error).__name__).split(". Line")[0].split(" but got <Token")[0]
    return " ".join(first.split())[:160].rstrip(".") + "."

"""A query as the bans look at it: its text, its words, its syntax tree, and what is known about its names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlglot import exp

from lib.queries.bans.kinds import Kind
from lib.queries.tokens import Token


class Finding(NamedTuple):
    """A place that breaks a ban: the node or word, what is wrong, what to write instead."""

    where: exp.Expression | Token
    message: str
    remedy: str


@dataclass(frozen=True)
class Statement:
    """One statement, read both as words and as a tree."""

    text: str
    tokens: tuple[Token, ...]
    tree: exp.Expression
    kinds: Mapping[str, Kind]
    """Column name → kind of number, where the text or a relation's head tells."""
    columns: Mapping[str, frozenset[str]]
    """Columns of each relation and common table expression, by its bare name."""

    def calls(self) -> Iterator[tuple[Token, tuple[tuple[Token, ...], ...]]]:
        """Every function call: the name's word, and the words of each argument."""
        for position, token in enumerate(self.tokens[:-1]):
            after_dot = position > 0 and self.tokens[position - 1].text == "."
            if token.kind == "word" and self.tokens[position + 1].text == "(" and not after_dot:
                yield token, tuple(_arguments(self.tokens[position + 1 :]))

    def offset_of(self, where: exp.Expression | Token) -> int:
        """Where in the text a node or word starts."""
        if isinstance(where, Token):
            return where.start
        starts = [node.meta["start"] for node in where.walk() if "start" in node.meta]
        if starts:
            return int(min(starts))
        return self.offset_of(where.parent) if where.parent else 0


def _arguments(tokens: Iterable[Token]) -> Iterator[tuple[Token, ...]]:
    """The words between the commas of the parentheses that open here."""
    depth, current = 0, list[Token]()
    for token in tokens:
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if depth == 0:
            break
        if depth == 1 and token.text == ",":
            yield tuple(current)
            current = []
        elif depth > 1 or token.text != "(":
            current.append(token)
    if current:
        yield tuple(current)


def within(node: exp.Expression) -> Iterator[exp.Expression]:
    """The node and everything below it that belongs to the same SELECT."""
    yield from node.walk(prune=lambda below: below is not node and isinstance(below, exp.Query))


def ancestors(node: exp.Expression) -> Iterator[exp.Expression]:
    """What the node stands in, innermost first, up to and without its SELECT."""
    above = node.parent
    while above is not None and not isinstance(above, exp.Query):
        yield above
        above = above.parent

"""Which columns tables are partitioned or clustered by, as the own statements say: CREATE, ALTER and OPTIMIZE."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lib.queries.tokens import Token, tokenise

Keys = Mapping[str, frozenset[str]]
"""Table in lower case → its partition and cluster columns."""
_BEFORE_NAME = {"TABLE", "OPTIMIZE", "IF", "NOT", "EXISTS"}
_CLAUSES = (("PARTITIONED", "BY"), ("CLUSTER", "BY"), ("ZORDER", "BY"))


def keys_of(texts: Iterable[str]) -> Keys:
    """The keys that these statements give to tables; what they do not speak of is not known.

    >>> keys_of(["CREATE TABLE a.b (x INT, day DATE) PARTITIONED BY (day)", "OPTIMIZE a.c ZORDER BY (at, `k`)"])["a.c"]
    frozenset({'at', 'k'})
    """
    found: dict[str, set[str]] = {}
    for text in texts:
        tokens = tokenise(text)
        table = _table(tokens)
        columns = set(_columns(tokens)) if table else set()
        if columns:
            found.setdefault(table, set()).update(columns)
    return {table: frozenset(columns) for table, columns in found.items()}


def _table(tokens: Sequence[Token]) -> str:
    """The table that a CREATE, ALTER, REPLACE or OPTIMIZE names; "" for another statement."""
    if not tokens or tokens[0].upper not in ("CREATE", "ALTER", "REPLACE", "OPTIMIZE"):
        return ""
    place = next((n for n, token in enumerate(tokens[:6]) if token.upper in ("TABLE", "OPTIMIZE")), None)
    if place is None:
        return ""
    while place < len(tokens) and tokens[place].upper in _BEFORE_NAME:
        place += 1
    parts = []
    while place < len(tokens) and tokens[place].name:
        parts.append(tokens[place].name)
        if place + 1 >= len(tokens) or tokens[place + 1].text != ".":
            break
        place += 2
    return ".".join(parts)


def _columns(tokens: Sequence[Token]) -> Iterator[str]:
    """The names in PARTITIONED BY (…), CLUSTER BY (…) and ZORDER BY (…); a typed one gives its name."""
    for place in range(len(tokens) - 2):
        clause = (tokens[place].upper, tokens[place + 1].upper)
        if clause not in _CLAUSES or tokens[place + 2].text != "(":
            continue
        first = True
        for token in tokens[place + 3 :]:
            if token.text == ")":
                break
            if first and token.name:
                yield token.name
            first = token.text == ","

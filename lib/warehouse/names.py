"""Puts an engine's table names into a statement, by place in the text: everything else stays as it is written."""

from collections.abc import Callable

from lib.queries.tokens import cte_names, table_names, tokenise

NameMap = Callable[[tuple[str, ...]], str | None]
"""Name as written, its parts in lower case → the engine's spelling, None to leave it."""


def remap(text: str, names: NameMap) -> str:
    """`text` with each table name replaced by what `names` says; common table expressions are left alone."""
    tokens = tokenise(text)
    ctes = cte_names(tokens)
    pieces, done = [], 0
    for found in table_names(tokens):
        if len(found.parts) == 1 and found.parts[0] in ctes:
            continue
        new = names(found.parts)
        if new is not None:
            pieces += [text[done : found.start], new]
            done = found.end
    return "".join([*pieces, text[done:]])


def embedded_name(parts: tuple[str, ...]) -> str | None:
    """The embedded engine's name: the account's tables in catalog `account`, ours in `book`.

    >>> embedded_name(("system", "query", "history"))
    '`account`.`query`.`history`'
    >>> embedded_name(("spend_daily",))
    '`book`.`ledger`.`spend_daily`'
    """
    match parts:
        case ("system", schema, table):
            return _quoted("account", schema, table)
        case ("external", table):
            return _quoted("account", "external", table)
        case (("reference" | "ledger") as schema, table):
            return _quoted("book", schema, table)
        case (relation,):
            return _quoted("book", "ledger", relation)
    return None


def _quoted(*parts: str) -> str:
    return ".".join(f"`{part}`" for part in parts)

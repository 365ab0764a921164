"""ORDER BY of the whole result, without LIMIT."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokens import TokenType

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, has_limit, outermost, text_of


def find(parsed: Parsed) -> Iterator[Found]:
    """The outermost query sorts all its rows."""
    query = outermost(parsed)
    order = query.args.get("order") if query is not None else None
    if query is None or order is None or has_limit(query):
        return
    if not (query.args.get("from_") or query.args.get("from")) and isinstance(query, exp.Select):
        return
    written = not isinstance(parsed.tree, exp.Query)
    small = isinstance(query, exp.Select) and query.args.get("group") is not None
    yield Found(
        parsed.word_before(parsed.offset(order), TokenType.ORDER_BY),
        Priority.LOW if small else Priority.MEDIUM,
        "A table keeps no order: the sort is thrown away."
        if written
        else "The whole result is sorted, however many rows it has.",
        "Leave ORDER BY out; OPTIMIZE or CLUSTER BY arranges a table."
        if written
        else "Add LIMIT, or sort where the rows are shown.",
        _unsorted(parsed) if written else None,
    )


def _unsorted(parsed: Parsed) -> str:
    tree = parsed.tree.copy()
    inner = tree.expression
    while isinstance(inner, exp.Subquery):
        inner = inner.this
    inner.set("order", None)
    return text_of(tree)


RULE = Rule(
    "order-without-limit",
    "ORDER BY without LIMIT",
    "A global sort exchanges all rows between the workers and ends in a single order, which few readers look through.",
    "low",
    find,
)

"""ORDER BY inside a subquery or common table expression, where it has no effect."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokens import TokenType

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, has_limit, outermost, text_of


def find(parsed: Parsed) -> Iterator[Found]:
    """Sorted queries that are not the outermost and have no LIMIT."""
    top = outermost(parsed)
    for query in parsed.all(exp.Select, exp.Union):
        order = query.args.get("order")
        if order is None or query is top or has_limit(query) or query.args.get("offset"):
            continue
        if any(isinstance(p, exp.AggFunc | exp.ArrayAgg) for p in query.find_all(exp.ArrayAgg)):
            continue
        copy = parsed.tree.copy()
        twin = _twin(parsed.tree, query, copy)
        twin.set("order", None)
        yield Found(
            parsed.word_before(parsed.offset(order), TokenType.ORDER_BY),
            Priority.LOW,
            "The order of a subquery is lost in the query around it.",
            "Leave this ORDER BY out.",
            text_of(copy) if _keeps_rows(query) else None,
        )


def _keeps_rows(query: exp.Expression) -> bool:
    """Nothing outside depends on the order: no LIMIT or order-sensitive aggregate above it."""
    above = query.parent
    while above is not None:
        if isinstance(above, exp.Select) and (
            has_limit(above) or any(above.find_all(exp.ArrayAgg, exp.First, exp.Last, exp.GroupConcat, exp.Window))
        ):
            return False
        above = above.parent
    return True


def _twin(tree: exp.Expression, node: exp.Expression, copy: exp.Expression) -> exp.Expression:
    for ours, theirs in zip(tree.walk(), copy.walk(), strict=True):
        if ours is node:
            return theirs
    raise LookupError("node is not part of the tree")


RULE = Rule(
    "order-in-subquery",
    "ORDER BY inside a subquery",
    "Rows are sorted for nobody: the outer query does not keep the order.",
    "low",
    find,
)

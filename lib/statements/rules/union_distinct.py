"""UNION where UNION ALL would do."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokens import TokenType

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, text_of


def find(parsed: Parsed) -> Iterator[Found]:
    """Every UNION that removes duplicates; a rewrite where it is certain that there are none, or that they do not matter."""
    for union in parsed.all(exp.Union):
        if not union.args.get("distinct"):
            continue
        harmless = _removed_anyway(union)
        told_apart = _told_apart(union.left, union.right)
        sure = harmless or (told_apart and _distinct_rows(union.left) and _distinct_rows(union.right))
        copy = None
        if sure:
            copy = parsed.tree.copy()
            twin = next(t for o, t in zip(parsed.tree.walk(), copy.walk(), strict=True) if o is union)
            twin.set("distinct", False)
        yield Found(
            parsed.word_before(_first(parsed, union.right), TokenType.UNION),
            Priority.MEDIUM if sure or told_apart else Priority.LOW,
            "UNION compares all rows of both sides to remove duplicates"
            + (
                ", which cannot occur here."
                if told_apart
                else ", which the query around it does again."
                if harmless
                else "."
            ),
            "Write UNION ALL." if sure else "Write UNION ALL if the two sides cannot hold the same row.",
            text_of(copy) if copy is not None else None,
        )


def _first(parsed: Parsed, side: exp.Expression) -> int:
    inner = side
    while isinstance(inner, exp.Subquery | exp.SetOperation):
        inner = inner.this
    return parsed.select_word(inner) if isinstance(inner, exp.Select) else parsed.offset(side)


def _removed_anyway(union: exp.Union) -> bool:
    """The nearest query above it removes duplicates of the same rows, or only asks whether a value is in them."""
    above = union.parent
    while isinstance(above, exp.Subquery) and isinstance(above.parent, exp.SetOperation | exp.Subquery):
        above = above.parent
    return isinstance(above, exp.Union) and bool(above.args.get("distinct")) and not (union.args.get("limit"))


def _told_apart(left: exp.Expression, right: exp.Expression) -> bool:
    """Some column is a different constant on each side."""
    left, right = left.unnest(), right.unnest()
    if not (isinstance(left, exp.Select) and isinstance(right, exp.Select)):
        return False
    for one, other in zip(left.expressions, right.expressions, strict=False):
        a, b = one.unalias(), other.unalias()
        if (
            isinstance(a, exp.Literal)
            and isinstance(b, exp.Literal)
            and a.is_string
            and b.is_string
            and a.this != b.this
        ):
            return True
    return False


def _distinct_rows(side: exp.Expression) -> bool:
    """One side holds no row twice: DISTINCT, or grouped by columns that it all shows, or a single aggregated row."""
    select = side.unnest()
    if not isinstance(select, exp.Select) or select.find(exp.Explode, exp.Posexplode, exp.Unnest):
        return False
    if select.args.get("distinct"):
        return True
    group = select.args.get("group")
    shown = {item.unalias().sql() for item in select.expressions}
    if group is not None:
        keys = group.expressions
        return (
            bool(keys)
            and all(isinstance(k, exp.Column) and k.sql() in shown for k in keys)
            and {k for k, v in group.args.items() if v} <= {"expressions"}
        )
    return (
        bool(select.expressions)
        and all(isinstance(i.unalias(), exp.AggFunc | exp.Literal) for i in select.expressions)
        and any(isinstance(i.unalias(), exp.AggFunc) for i in select.expressions)
    )


RULE = Rule(
    "union-distinct",
    "UNION where UNION ALL may do",
    "Removing duplicates shuffles all rows of both sides and keeps them in memory.",
    "low",
    find,
)

"""DISTINCT where nothing can be there twice, or where it does not matter."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokens import TokenType

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, aggregates, text_of


def find(parsed: Parsed) -> Iterator[Found]:
    """DISTINCT over grouped keys, single rows, membership tests and UNION; MIN and MAX of DISTINCT."""
    for select in parsed.all(exp.Select):
        distinct = select.args.get("distinct")
        if distinct is None or distinct.args.get("on"):
            continue
        reason = _reason(select)
        if reason:
            yield Found(
                parsed.word_after(parsed.select_word(select), TokenType.DISTINCT),
                Priority.MEDIUM,
                reason,
                "Leave DISTINCT out.",
                _without(parsed, select),
            )
    for call in parsed.all(exp.Min, exp.Max):
        if isinstance(call.this, exp.Distinct):
            at = parsed.word_before(parsed.offset(call.this), TokenType.DISTINCT)
            yield Found(
                at,
                Priority.LOW,
                "The smallest and the largest value are the same with and without DISTINCT.",
                "Leave DISTINCT out.",
            )


def _reason(select: exp.Select) -> str:
    if select.args.get("limit") or select.args.get("offset") or select.find(exp.Explode, exp.Posexplode, exp.Unnest):
        return ""
    group = select.args.get("group")
    shown = {item.unalias().sql() for item in select.expressions}
    if (
        (
            group is not None
            and {k for k, v in group.args.items() if v} <= {"expressions"}
            and not select.args.get("windows")
        )
        and group.expressions
        and all(isinstance(k, exp.Column) and k.sql() in shown for k in group.expressions)
    ):
        return "The rows are grouped by columns that are all shown: none is there twice."
    if group is None and aggregates(select) and all(isinstance(i.unalias(), exp.AggFunc) for i in select.expressions):
        return "An aggregate without GROUP BY is a single row."
    if isinstance(select.parent, exp.Exists):
        return "EXISTS asks whether there is a row; how many does not matter."
    above = select.parent
    if isinstance(above, exp.Subquery) and isinstance(above.parent, exp.In):
        return "IN asks whether the value is there; how often does not matter."
    if isinstance(above, exp.Union) and above.args.get("distinct"):
        return "UNION removes duplicates of both sides anyway."
    return ""


def _without(parsed: Parsed, select: exp.Select) -> str:
    copy = parsed.tree.copy()
    twin = next(theirs for ours, theirs in zip(parsed.tree.walk(), copy.walk(), strict=True) if ours is select)
    twin.set("distinct", None)
    return text_of(copy)


RULE = Rule(
    "redundant-distinct",
    "DISTINCT without effect",
    "Removing duplicates that are not there still shuffles all rows.",
    "low",
    find,
)

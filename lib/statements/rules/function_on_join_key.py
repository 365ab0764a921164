"""A join key wrapped in a function."""

from collections.abc import Iterator

from sqlglot import exp

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.function_on_filter import TEXTS, TIMES
from lib.statements.rules.rule import Rule, conjuncts


def find(parsed: Parsed) -> Iterator[Found]:
    """Equalities of ON where one side is a function of a column."""
    for join in parsed.all(exp.Join):
        for part in conjuncts(join.args.get("on")):
            if not isinstance(part, exp.EQ | exp.NullSafeEQ) or not (
                part.left.find(exp.Column) and part.right.find(exp.Column)
            ):
                continue
            for side in (part.left, part.right):
                if isinstance(side, (*TIMES, *TEXTS)):
                    yield Found(
                        parsed.call(side),
                        Priority.MEDIUM,
                        "The join key is worked out row by row.",
                        "Store the key in the form it is joined by, in the same type on both sides.",
                    )


RULE = Rule(
    "function-on-join-key",
    "Function on a join key",
    "Neither the statistics of the column nor its order help, and rows of the other side cannot be filtered early.",
    "medium",
    find,
)

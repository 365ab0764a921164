"""Joins whose condition has no equality of keys: OR, inequalities, constants."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokens import TokenType

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, conjuncts, is_constant, qualifiers, written_condition


def find(parsed: Parsed) -> Iterator[Found]:
    """Conditions that no hash join can use."""
    for join in parsed.all(exp.Join):
        on = written_condition(parsed, join)
        if on is None or any(_equates(part) for part in conjuncts(on)):
            continue
        said = (
            "The join condition is always the same: every row meets every row."
            if is_constant(on)
            else "OR joins the keys: no single key can be looked up."
            if on.find(exp.Or)
            else "The join compares without equality: each row is held against every row of the other side."
        )
        yield Found(
            _condition(parsed, join, on),
            Priority.HIGH,
            said,
            "Add an equality of keys, or split an OR into two joins with UNION ALL.",
        )


def _condition(parsed: Parsed, join: exp.Join, on: exp.Expression) -> int:
    """Where the condition begins; constants such as TRUE have no place of their own."""
    word = parsed.word_after(parsed.offset(join.this), TokenType.ON)
    after = next((token.start for token in parsed.tokens if token.start > word), word)
    return parsed.offset(on) if on.find(exp.Column) else after


def _equates(part: exp.Expression) -> bool:
    if not isinstance(part, exp.EQ | exp.NullSafeEQ) or not (
        part.left.find(exp.Column) and part.right.find(exp.Column)
    ):
        return False
    left, right = qualifiers(part.left), qualifiers(part.right)
    return not left or not right or left != right


RULE = Rule(
    "join-without-equality",
    "Join without an equality",
    "Without equal keys the engine loops over all pairs of rows.",
    "medium",
    find,
)

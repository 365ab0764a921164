"""Regular expressions in filters and joins."""

from collections.abc import Iterator

from sqlglot import exp

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import SEARCH, Rule


def find(parsed: Parsed) -> Iterator[Found]:
    """RLIKE, REGEXP and regexp_like that decide which rows stay."""
    for test in parsed.all(exp.RegexpLike, exp.RegexpILike):
        if test.find_ancestor(*SEARCH) is not None:
            yield Found(
                parsed.offset(test),
                Priority.LOW,
                "A regular expression is tried on every row.",
                "Use =, IN or LIKE 'x%' where they say the same, or filter by another column first.",
            )


RULE = Rule(
    "regex-filter",
    "Regular expression as filter",
    "Matching takes CPU for each row, and no file can be skipped.",
    "low",
    find,
)

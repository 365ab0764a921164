"""LIKE with a pattern that starts with a wildcard."""

from collections.abc import Iterator

from sqlglot import exp

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import SEARCH, Rule


def find(parsed: Parsed) -> Iterator[Found]:
    """Searches that can begin anywhere in the text."""
    for test in parsed.all(exp.Like, exp.ILike):
        pattern = test.expression
        if test.find_ancestor(*SEARCH) is None or not (isinstance(pattern, exp.Literal) and pattern.is_string):
            continue
        if pattern.this[:1] in ("%", "_"):
            yield Found(
                parsed.offset(test),
                Priority.LOW,
                "The pattern starts with a wildcard: every value is searched.",
                "Start the pattern with letters, keep what is searched for in a column of its own, or use a search index.",
            )


RULE = Rule(
    "leading-wildcard",
    "LIKE '%…'",
    "No file can be skipped, and every text is searched from each position.",
    "medium",
    find,
)

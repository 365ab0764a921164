"""IN with hundreds of values."""

from collections.abc import Iterator

from sqlglot import exp

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule

LONG = 500


def find(parsed: Parsed) -> Iterator[Found]:
    """Lists of at least 500 values."""
    for test in parsed.all(exp.In):
        if len(test.expressions) >= LONG:
            yield Found(
                parsed.offset(test),
                Priority.MEDIUM,
                f"{len(test.expressions)} values are listed in the text.",
                "Put the values into a table, and join it.",
            )


RULE = Rule(
    "long-in-list",
    "Very long IN list",
    "The text is parsed, planned and sent to every worker, each time anew.",
    "low",
    find,
)

"""Functions that keep a result out of the result cache."""

from collections.abc import Iterator

from sqlglot import exp

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, gives_rows

CLOCKS = (exp.CurrentTimestamp, exp.Rand, exp.Uuid)


def find(parsed: Parsed) -> Iterator[Found]:
    """Clocks with seconds, chance and new ids, in queries that are shown to somebody."""
    if not gives_rows(parsed) or not any(parsed.is_table(table) for table in parsed.all(exp.Table)):
        return
    for call in parsed.all(*CLOCKS):
        yield Found(
            parsed.offset(call) if call.meta.get("start") is not None else _word(parsed, call),
            Priority.LOW,
            "The answer is new each time: the result cache is never used.",
            "Compare with current_date() or a fixed time where the minute does not matter.",
        )


def _word(parsed: Parsed, call: exp.Expression) -> int:
    names = {"now", "current_timestamp", "rand", "random", "uuid"}
    later = [token.start for token in parsed.tokens if token.text.lower() in names]
    same = list(parsed.all(*CLOCKS))
    place = next((n for n, node in enumerate(same) if node is call), 0)
    return later[min(place, len(later) - 1)] if later else 0


RULE = Rule(
    "not-cacheable",
    "Result that cannot be cached",
    "Each opening of a dashboard works the answer out again.",
    "low",
    find,
)

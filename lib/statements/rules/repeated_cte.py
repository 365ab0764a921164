"""A common table expression that is used several times."""

from collections.abc import Iterator

from sqlglot import exp

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, aggregates


def find(parsed: Parsed) -> Iterator[Found]:
    """Named steps that read tables and stand in FROM or JOIN more than once."""
    for name, cte in parsed.ctes.items():
        body = cte.this
        uses = sum(
            1
            for table in parsed.all(exp.Table)
            if not table.db and table.name.lower() == name and table.find_ancestor(exp.CTE) is not cte
        )
        if uses < 2 or not any(parsed.is_table(table) for table in body.find_all(exp.Table)):
            continue
        heavy = bool(body.find(exp.Join, exp.Group, exp.Window, exp.Union)) or (
            isinstance(body, exp.Select) and aggregates(body)
        )
        yield Found(
            parsed.offset(cte.args["alias"]),
            Priority.MEDIUM if heavy else Priority.LOW,
            f"{cte.alias} is used {uses} times, and may be worked out {uses} times.",
            "Put it into a temporary view that is cached or a table, or ask its questions in one pass.",
        )


RULE = Rule(
    "repeated-cte",
    "Step worked out several times",
    "A named step is no stored result: where the plan cannot share it, its tables are read again for each use.",
    "medium",
    find,
)

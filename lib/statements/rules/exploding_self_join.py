"""A table joined with itself on a key that is not unique."""

from collections.abc import Iterator

from sqlglot import exp

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, conjuncts, sources


def find(parsed: Parsed) -> Iterator[Found]:
    """Self joins with an equality and an inequality: pairs of the rows of each key."""
    for select in parsed.all(exp.Select):
        seen: set[str] = set()
        first, *_ = [*sources(select), None]
        if isinstance(first, exp.Table):
            seen.add(_full(first))
        for join in select.args.get("joins") or ():
            table, on = join.this, join.args.get("on")
            if isinstance(table, exp.Table) and parsed.is_table(table):
                kinds = {type(part) for part in conjuncts(on)}
                if _full(table) in seen and exp.EQ in kinds and kinds & {exp.LT, exp.GT, exp.LTE, exp.GTE, exp.NEQ}:
                    yield Found(
                        parsed.offset(table),
                        Priority.MEDIUM,
                        f"{table.name} is paired with itself: a key with n rows makes about n × n / 2 pairs.",
                        "Use a window function, collect the rows of a key with COLLECT_SET, or reduce them first.",
                    )
                seen.add(_full(table))


def _full(table: exp.Table) -> str:
    return ".".join(part.name.lower() for part in table.parts)


RULE = Rule(
    "exploding-self-join",
    "Exploding self join",
    "Pairs grow with the square of the rows of a key, and are shuffled and spilled.",
    "high",
    find,
)

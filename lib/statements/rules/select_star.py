"""SELECT * from stored tables."""

from collections.abc import Iterator

from sqlglot import exp

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, has_limit, sources


def find(parsed: Parsed) -> Iterator[Found]:
    """Stars in select lists over tables; not in EXISTS, not over common table expressions that name their columns."""
    for select in parsed.all(exp.Select):
        if isinstance(select.parent, exp.Exists) or not any(parsed.is_table(source) for source in sources(select)):
            continue
        for item in select.expressions:
            star = (
                item
                if isinstance(item, exp.Star)
                else item.this
                if isinstance(item, exp.Column) and item.is_star
                else None
            )
            if star is None or not _reads_table(parsed, select, item):
                continue
            bounded = has_limit(select) or select.args.get("where")
            yield Found(
                parsed.offset(item),
                Priority.MEDIUM if bounded else Priority.HIGH,
                "SELECT * reads every column of the table.",
                "Name the columns that are used.",
            )


def _reads_table(parsed: Parsed, select: exp.Select, item: exp.Expression) -> bool:
    if not isinstance(item, exp.Column):
        return True
    wanted = item.table.lower()
    return any(parsed.is_table(s) and s.alias_or_name.lower() == wanted for s in sources(select))


RULE = Rule(
    "select-star",
    "SELECT * on stored tables",
    "Tables are stored by column: a column that is not named is not read, moved or cached.",
    "low",
    find,
)

"""The latest record of each key by ROW_NUMBER() = 1."""

from collections.abc import Iterator

from sqlglot import exp

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule


def find(parsed: Parsed) -> Iterator[Found]:
    """ROW_NUMBER() with an order, kept where it equals 1: in QUALIFY or in the query around it."""
    for window in parsed.all(exp.Window):
        if not isinstance(window.this, exp.RowNumber) or not window.args.get("partition_by"):
            continue
        if _in_qualify(window) or _named_and_kept(parsed, window):
            yield Found(
                _word(parsed, window),
                Priority.LOW,
                "All rows of each key are sorted to keep one of them.",
                "Use MAX_BY(STRUCT(columns), order column) with GROUP BY; or keep a table of the newest records.",
            )


def _word(parsed: Parsed, window: exp.Window) -> int:
    names = [token.start for token in parsed.tokens if token.text.upper() == "ROW_NUMBER"]
    inside = parsed.offset(window)
    return max((start for start in names if start <= inside), default=inside)


def _is_one(test: exp.Expression | None) -> bool:
    if not isinstance(test, exp.EQ | exp.LTE):
        return False
    return any(isinstance(side, exp.Literal) and side.this == "1" for side in (test.left, test.right))


def _in_qualify(window: exp.Window) -> bool:
    return window.find_ancestor(exp.Qualify) is not None and _is_one(window.parent)


def _named_and_kept(parsed: Parsed, window: exp.Window) -> bool:
    alias = window.parent
    if not isinstance(alias, exp.Alias):
        return False
    name = alias.alias.lower()
    return any(
        isinstance(column.parent, exp.EQ | exp.LTE) and _is_one(column.parent) and column.name.lower() == name
        for column in parsed.all(exp.Column)
    )


RULE = Rule(
    "latest-by-row-number",
    "Latest record by ROW_NUMBER",
    "A window sorts every row of the table, an aggregate keeps one row a key.",
    "medium",
    find,
)

"""Rows of a table fetched without a filter and without LIMIT."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokens import TokenType

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, aggregates, gives_rows, has_limit, outermost, sources


def find(parsed: Parsed) -> Iterator[Found]:
    """A result made of all rows of a table, sent to the reader."""
    query = outermost(parsed)
    if not gives_rows(parsed) or not isinstance(query, exp.Select) or has_limit(query):
        return
    reads = sources(query)
    if len(reads) != 1 or not parsed.is_table(reads[0]) or reads[0].args.get("sample"):
        return
    if any(query.args.get(part) for part in ("where", "group", "having", "qualify", "distinct")) or aggregates(query):
        return
    yield Found(
        parsed.word_after(parsed.select_word(query), TokenType.SELECT),
        Priority.MEDIUM,
        "All rows of the table are sent to the reader.",
        "Add LIMIT while looking around, or a WHERE for the rows that are needed.",
    )


RULE = Rule(
    "preview-without-limit",
    "Whole table fetched",
    "The table is read to its end, and the warehouse is held while the rows are fetched.",
    "low",
    find,
)

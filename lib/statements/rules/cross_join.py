"""Joins of every row with every row."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokens import TokenType

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, aggregates, conjuncts, qualifiers, written_condition


def find(parsed: Parsed) -> Iterator[Found]:
    """CROSS JOIN, JOIN without condition and comma joins, unless WHERE links them or one side is a single row."""
    for join in parsed.all(exp.Join):
        select = join.parent
        if (
            written_condition(parsed, join) is not None
            or join.args.get("using")
            or join.args.get("method")
            or not isinstance(select, exp.Select)
        ):
            continue
        if (
            not isinstance(join.this, exp.Table | exp.Subquery)
            or _single_row(parsed, join.this)
            or _from_is_single(parsed, select)
        ):
            continue
        if isinstance(join.this, exp.Table) and not isinstance(join.this.this, exp.Identifier):
            continue
        if _linked(select, join.this.alias_or_name.lower()):
            continue
        at = parsed.offset(join.this)
        word = parsed.word_before(at, TokenType.CROSS, TokenType.JOIN, TokenType.COMMA, TokenType.INNER)
        if any(t.start == word and t.token_type is TokenType.JOIN for t in parsed.tokens):
            word = _start_of_join(parsed, word)
        yield Found(
            word,
            Priority.HIGH,
            f"{_name(join.this)} is joined without a condition: every row meets every row.",
            "Join with ON and the keys, or make one side a single row.",
        )


def _start_of_join(parsed: Parsed, word: int) -> int:
    kinds = (TokenType.CROSS, TokenType.INNER, TokenType.LEFT, TokenType.RIGHT, TokenType.FULL, TokenType.OUTER)
    start = word
    for token in reversed([t for t in parsed.tokens if t.start < word]):
        if token.token_type not in kinds:
            break
        start = token.start
    return start


def _name(source: exp.Expression) -> str:
    return source.alias_or_name or "A subquery"


def _single_row(parsed: Parsed, source: exp.Expression) -> bool:
    query: exp.Expression | None = source
    if isinstance(source, exp.Table) and not source.db and source.name.lower() in parsed.ctes:
        query = parsed.ctes[source.name.lower()]
    while isinstance(query, exp.Subquery | exp.CTE):
        query = query.this
    if not isinstance(query, exp.Select):
        return False
    limit = query.args.get("limit")
    one = limit is not None and isinstance(limit.expression, exp.Literal) and limit.expression.this == "1"
    return (
        one
        or (aggregates(query) and not query.args.get("group"))
        or not (query.args.get("from_") or query.args.get("from"))
    )


def _from_is_single(parsed: Parsed, select: exp.Select) -> bool:
    first = select.args.get("from_") or select.args.get("from")
    return first is not None and len(select.args.get("joins") or ()) == 1 and _single_row(parsed, first.this)


def _linked(select: exp.Select, name: str) -> bool:
    """WHERE compares a column of this relation with one of another, or cannot be told apart."""
    where = select.args.get("where")
    for part in conjuncts(where.this if where else None):
        if isinstance(part, exp.EQ | exp.NullSafeEQ | exp.GT | exp.GTE | exp.LT | exp.LTE | exp.Between | exp.In):
            names = qualifiers(part)
            bare = sum(1 for column in part.find_all(exp.Column) if not column.table)
            if (name in names and len(names) > 1) or bare > 1 or (bare and names):
                return True
    return False


RULE = Rule(
    "cross-join",
    "Cross join",
    "The rows of both sides are multiplied: a thousand by a million makes a billion.",
    "medium",
    find,
)

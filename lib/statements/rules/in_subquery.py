"""IN and NOT IN with a subquery."""

from collections.abc import Iterator

from sqlglot import exp, parse_one

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, conjuncts, sources, text_of


def find(parsed: Parsed) -> Iterator[Found]:
    """Membership tests against the result of a query."""
    for test in parsed.all(exp.In):
        if test.args.get("query") is None:
            continue
        negated = isinstance(test.parent, exp.Not)
        yield Found(
            parsed.offset(test),
            Priority.MEDIUM if negated else Priority.LOW,
            "NOT IN must look for NULL in the whole list: it cannot be a plain anti join."
            if negated
            else "IN with a subquery is a join in disguise.",
            "Use NOT EXISTS, or LEFT ANTI JOIN, and decide what a NULL means."
            if negated
            else "Use EXISTS or LEFT SEMI JOIN: the rows that match are found once.",
            None if negated else _exists(parsed, test),
        )


def _exists(parsed: Parsed, test: exp.In) -> str | None:
    """`x IN (SELECT y FROM t)` as EXISTS, where it filters rows: NULLs drop the row either way."""
    where = test.find_ancestor(exp.Where)
    query = test.args["query"].this
    if where is None or not any(part is test for part in conjuncts(where.this)) or not isinstance(query, exp.Select):
        return None
    if len(query.expressions) != 1 or {k for k, v in query.args.items() if v} - {
        "kind",
        "expressions",
        "from_",
        "from",
        "where",
    }:
        return None
    outer, inner = test.this, query.expressions[0]
    reads = sources(query)
    # names must stay unmistakable once the subquery is correlated
    if not (isinstance(outer, exp.Column) and outer.table and isinstance(inner, exp.Column) and len(reads) == 1):
        return None
    if not isinstance(reads[0], exp.Table) or reads[0].alias_or_name.lower() == outer.table.lower():
        return None
    copy = parsed.tree.copy()
    twin = next(theirs for ours, theirs in zip(parsed.tree.walk(), copy.walk(), strict=True) if ours is test)
    select = query.copy()
    name = reads[0].alias_or_name
    column = exp.column(inner.this.copy(), table=inner.args.get("table") or exp.to_identifier(name))
    select.set("expressions", [exp.Literal.number(1)])
    select = select.where(exp.EQ(this=column, expression=outer.copy()))
    exists = parse_one(f"EXISTS ({select.sql(dialect='databricks')})", dialect="databricks")
    twin.replace(exists)
    return text_of(copy)


RULE = Rule(
    "in-subquery", "IN with a subquery", "A long list is built, deduplicated and sent to every worker.", "low", find
)

"""A filter on a grouping key in HAVING."""

from collections.abc import Iterator

from sqlglot import exp

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, conjuncts, text_of


def find(parsed: Parsed) -> Iterator[Found]:
    """Conditions of HAVING that only read grouping columns."""
    for having in parsed.all(exp.Having):
        select = having.parent
        group = select.args.get("group") if isinstance(select, exp.Select) else None
        if group is None or {k for k, v in group.args.items() if v} > {"expressions"}:
            continue
        renamed = {item.alias.lower() for item in select.expressions if isinstance(item, exp.Alias)}
        keys = {
            key.sql() for key in group.expressions if isinstance(key, exp.Column) and key.name.lower() not in renamed
        }
        for part in conjuncts(having.this):
            columns = list(part.find_all(exp.Column))
            if columns and not part.find(exp.AggFunc, exp.Query) and all(column.sql() in keys for column in columns):
                yield Found(
                    parsed.offset(part),
                    Priority.LOW,
                    "Rows are grouped first and filtered by their key afterwards.",
                    "Move the condition to WHERE.",
                    _moved(parsed, select, part),
                )


def _moved(parsed: Parsed, select: exp.Select, part: exp.Expression) -> str:
    copy = parsed.tree.copy()
    pairs = list(zip(parsed.tree.walk(), copy.walk(), strict=True))
    twin = next(theirs for ours, theirs in pairs if ours is select)
    rest = [p.copy() for p in conjuncts(select.args["having"].this) if p is not part]
    twin.set("having", exp.Having(this=exp.and_(*rest)) if rest else None)
    twin.where(part.copy(), copy=False)
    return text_of(copy)


RULE = Rule(
    "having-on-key",
    "HAVING instead of WHERE",
    "Rows that are thrown away are still read, shuffled and grouped.",
    "low",
    find,
)

"""What a rule is, and the questions that several rules ask of a tree."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.tokens import TokenType

from lib.statements.finding import Found
from lib.statements.parsed import Parsed


@dataclass(frozen=True)
class Rule:
    """One thing that is looked for in the text of a statement."""

    name: str
    title: str
    why: str
    """Why it costs."""
    effort: str
    """low, medium or high."""
    find: Callable[[Parsed], Iterator[Found]]


SEARCH = (exp.Where, exp.Having, exp.Join, exp.Qualify)


def outermost(parsed: Parsed) -> exp.Query | None:
    """The query that makes the statement's result: itself, or that of CREATE … AS and INSERT."""
    tree = parsed.tree
    if isinstance(tree, exp.Create | exp.Insert):
        tree = tree.expression
    while isinstance(tree, exp.Subquery):
        tree = tree.this
    return tree if isinstance(tree, exp.Select | exp.SetOperation) else None


def gives_rows(parsed: Parsed) -> bool:
    """The statement sends its rows to whoever asked, instead of writing them."""
    return isinstance(parsed.tree, exp.Select | exp.SetOperation | exp.Subquery)


def sources(select: exp.Select) -> list[exp.Expression]:
    """What a SELECT reads: its FROM and each joined relation."""
    first = select.args.get("from_") or select.args.get("from")
    joins = [join.this for join in select.args.get("joins") or ()]
    return [*([first.this] if first else []), *joins]


def conjuncts(condition: exp.Expression | None) -> Iterator[exp.Expression]:
    """The parts of a condition that are joined by AND."""
    if condition is None:
        return
    if isinstance(condition, exp.And):
        yield from conjuncts(condition.left)
        yield from conjuncts(condition.right)
    elif isinstance(condition, exp.Paren):
        yield from conjuncts(condition.this)
    else:
        yield condition


def qualifiers(node: exp.Expression) -> set[str]:
    """Table names or aliases that the columns below a node carry."""
    return {column.table.lower() for column in node.find_all(exp.Column) if column.table}


def aggregates(select: exp.Select) -> bool:
    """The select list aggregates, windows not counted."""
    for item in select.expressions:
        for call in item.find_all(exp.AggFunc):
            if not isinstance(call.parent, exp.Window) and call.find_ancestor(exp.Select) is select:
                return True
    return False


def has_limit(query: exp.Query) -> bool:
    """The query says how many rows it wants."""
    return bool(query.args.get("limit") or query.args.get("fetch"))


def text_of(tree: exp.Expression) -> str:
    """A changed tree as Databricks SQL."""
    return tree.sql(dialect="databricks", pretty=True)


def written_condition(parsed: Parsed, join: exp.Join) -> exp.Expression | None:
    """The condition of ON; None where the parser put TRUE in the place of a missing one."""
    on = join.args.get("on")
    if not isinstance(on, exp.Boolean):
        return on
    inside = parsed.end(join.this)
    words = (token for token in parsed.tokens if token.start > inside and token.token_type is not TokenType.R_PAREN)
    after = next(words, None)
    return on if after is not None and after.token_type is TokenType.ON else None


def is_constant(node: exp.Expression) -> bool:
    """Literals, casts and functions of literals, parameters: no column and no query in it."""
    return not any(isinstance(part, exp.Column | exp.Query | exp.Star) for part in node.walk())

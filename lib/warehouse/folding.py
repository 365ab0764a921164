"""A statement for one question: conditions on parameters that are known beforehand are worked out, and fall away.

A text of the catalogue answers many questions: filters that may be set, dimensions to choose from. DuckDB reads, binds
and plans all of it each time, which on a ledger takes longer than the answer itself.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from lib.warehouse.params import Form, Known

_PLAIN = re.compile(r"[\w ./-]*")
_CHAIN = (exp.And, exp.Or, exp.Paren)


def fold(statement: exp.Expression, form: Form) -> exp.Expression:
    """The statement that gives the same rows for all values of this form, with less to read. Changes `statement`."""
    root, known = exp.Paren(this=statement), dict(form)
    for node in reversed(list(statement.walk())):  # parts before the whole
        rule = _RULES.get(type(node))
        new = rule(node, known) if rule else None
        if new is not None:
            node.replace(new)
    for clause in list(root.find_all(exp.Where, exp.Having, exp.Qualify)):
        if _is(clause.this, True):
            clause.pop()
    for select in root.find_all(exp.Select):
        _drop_empty_joins(select)
    _drop_unread_steps(root)
    return root.this


def _and(node: exp.And, _: Mapping[str, Known]) -> exp.Expression | None:
    return _joined(node, neutral=True)


def _or(node: exp.Or, _: Mapping[str, Known]) -> exp.Expression | None:
    return _joined(node, neutral=False)


def _joined(node: exp.And | exp.Or, *, neutral: bool) -> exp.Expression | None:
    left, right = node.left, node.right
    if _is(left, not neutral) or _is(right, neutral):
        return left
    return right if _is(left, neutral) or _is(right, not neutral) else None


def _not(node: exp.Not, _: Mapping[str, Known]) -> exp.Expression | None:
    inner = node.this
    if isinstance(inner, exp.Boolean):
        return exp.Boolean(this=not inner.this)
    return inner if isinstance(inner, exp.Null) else None


def _paren(node: exp.Paren, _: Mapping[str, Known]) -> exp.Expression | None:
    return node.this if isinstance(node.this, exp.Boolean | exp.Null) else None


def _is_null(node: exp.Is, known: Mapping[str, Known]) -> exp.Expression | None:
    if isinstance(node.this, exp.Placeholder) and node.this.name in known and isinstance(node.expression, exp.Null):
        return exp.Boolean(this=known[node.this.name] is None)
    return None


def _equal(node: exp.EQ | exp.NEQ, known: Mapping[str, Known]) -> exp.Expression | None:
    return _compared(node, [node.expression], known, same=isinstance(node, exp.EQ))


def _in(node: exp.In, known: Mapping[str, Known]) -> exp.Expression | None:
    return _compared(node, node.expressions, known) if node.expressions else None


def _compared(
    node: exp.Expression, words: Sequence[exp.Expression], known: Mapping[str, Known], *, same: bool = True
) -> exp.Expression | None:
    """Is the known word one of these?"""
    word = _word(node.this, known)
    if word is True or not all(map(_is_plain, words)):
        return None
    if word is None:
        return exp.Boolean(this=False) if _only_filters(node) else exp.Null()
    return exp.Boolean(this=(word in [one.name for one in words]) is same)


def _word(node: exp.Expression, known: Mapping[str, Known]) -> Known:
    """The word that stands here, `OTHER` and None included; True when that is not known."""
    if isinstance(node, exp.Placeholder):
        return known.get(node.name, True)
    if isinstance(node, exp.Coalesce) and len(node.expressions) == 1 and _is_plain(node.expressions[0]):
        word = _word(node.this, known)
        return node.expressions[0].name if word is None else word
    return True


def _case(node: exp.Case, known: Mapping[str, Known]) -> exp.Expression | None:
    branches, otherwise = node.args["ifs"], node.args.get("default")
    if node.this is None:
        return _chosen(node, branches, otherwise)
    word = _word(node.this, known)
    if word is True or not all(_is_plain(branch.this) for branch in branches):
        return None
    for branch in branches:
        branch.set("this", exp.Boolean(this=word == branch.this.name))
    return _chosen(node, branches, otherwise)


def _if(node: exp.If, _: Mapping[str, Known]) -> exp.Expression | None:
    return None if isinstance(node.parent, exp.Case) else _chosen(node, [node], node.args.get("false"))


def _chosen(
    node: exp.Expression, branches: Sequence[exp.If], otherwise: exp.Expression | None
) -> exp.Expression | None:
    """What a CASE comes to when some of its conditions are known.

    A bare literal or NULL keeps one other value beside it where nothing else gives it its type; that also keeps it from
    being read as the number of a column.
    """
    open_ = [branch for branch in branches if not (_is(branch.this, False) or isinstance(branch.this, exp.Null))]
    certain = next((n for n, branch in enumerate(open_) if _is(branch.this, True)), None)
    if certain is not None:
        open_, otherwise = open_[:certain], open_[certain].args["true"]
    if len(open_) == len(branches):
        return None
    if open_:
        return exp.Case(ifs=[exp.If(this=one.this, true=one.args["true"]) for one in open_], default=otherwise)
    if not isinstance(otherwise, exp.Literal | exp.Null | exp.Boolean | None) or _has_type(node):
        return otherwise or exp.Null()
    values = [branch.args["true"] for branch in branches] + [node.args.get("default") or node.args.get("false")]
    typed = next((v for v in values if v is not None and not isinstance(v, exp.Null) and v is not otherwise), None)
    if typed is None:
        return otherwise or exp.Null()
    return exp.Case(ifs=[exp.If(this=exp.Boolean(this=False), true=typed)], default=otherwise)


def _filter(node: exp.Filter, _: Mapping[str, Known]) -> exp.Expression | None:
    return node.this if _is(node.expression.this, True) else None


_RULES: dict[type[exp.Expression], Callable[..., exp.Expression | None]] = {
    exp.And: _and,
    exp.Case: _case,
    exp.EQ: _equal,
    exp.Filter: _filter,
    exp.If: _if,
    exp.In: _in,
    exp.Is: _is_null,
    exp.NEQ: _equal,
    exp.Not: _not,
    exp.Or: _or,
    exp.Paren: _paren,
}


def _is(node: exp.Expression, value: bool) -> bool:
    return isinstance(node, exp.Boolean) and node.this is value


def _is_plain(node: exp.Expression) -> bool:
    """A word in quotes that is spelled as it is."""
    return node.is_string and _PLAIN.fullmatch(node.name) is not None


def _only_filters(node: exp.Expression) -> bool:
    """Does it only matter whether `node` is true? Then NULL is as good as FALSE."""
    above = node.parent
    while isinstance(above, _CHAIN):
        node, above = above, above.parent
    if isinstance(above, exp.If):
        return node.arg_key == "this" and not (isinstance(above.parent, exp.Case) and above.parent.this)
    return isinstance(above, exp.Where | exp.Having | exp.Qualify | exp.Join)


def _has_type(node: exp.Expression) -> bool:
    """Does what stands around `node` say its type? A CAST does, and the head does for a column of the answer."""
    above = node.parent
    while isinstance(above, exp.Coalesce | exp.Paren):
        above = above.parent
    if not isinstance(above, exp.Alias):
        return isinstance(above, exp.Cast)
    select = above.parent
    if (
        not isinstance(select, exp.Select)
        or not isinstance(select.parent, exp.Paren)
        or select.parent.parent is not None
    ):
        return False
    group = select.args.get("group")
    return group is None or above.alias not in [column.name for column in group.find_all(exp.Column)]


def _drop_empty_joins(select: exp.Select) -> None:
    """Take out outer joins that bring no row, when their columns are read where a NULL may stand."""
    empty = [join for join in select.args.get("joins") or () if join.side == "LEFT" and _is(join.args.get("on"), False)]
    if not empty or select.is_star:
        return
    parts = [
        part
        for name in ("expressions", "joins", "where", "group", "having", "qualify")
        for part in _parts(select, name)
    ]
    columns = [column for part in parts for column in part.find_all(exp.Column)]
    own = {item.alias for item in select.expressions}
    if any(not column.table and column.name not in own for column in columns):
        return
    for join in empty:
        read = [column for column in columns if column.table == join.alias_or_name]
        if all(map(_has_type, read)):
            for column in read:
                column.replace(exp.Null())
            join.pop()


def _parts(select: exp.Select, name: str) -> Sequence[exp.Expression]:
    part = select.args.get(name)
    return part if isinstance(part, list) else [part] if part is not None else []


def _drop_unread_steps(root: exp.Expression) -> None:
    """Take out common table expressions that nothing reads any more."""
    while True:
        read = {table.name.lower() for table in root.find_all(exp.Table) if not table.db}
        unread = [step for step in root.find_all(exp.CTE) if step.alias.lower() not in read]
        if not unread:
            return
        for step in unread:
            with_ = step.parent
            step.pop()
            if with_ is not None and not with_.expressions:
                with_.pop()

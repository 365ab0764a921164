"""Fingerprints: which statements are the same but for literals, comments, case, whitespace, lengths of lists and aliases.

A text is first cut down to its template by one regular expression that knows strings, comments, quoted names and
numbers: two texts with one template are the same tokens with other literals. The fingerprint is worked out from the
template's tree, once for each template, and remembered; that makes a million statements a matter of seconds.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp
from sqlglot.errors import SqlglotError

from lib.statements.parsed import DATABRICKS

VERSION = "1"
"""Part of every stored fingerprint's recipe: another way of making them is another number."""
LENGTH = 16
_LEXEMES = re.compile(
    r"""(?P<comment>--[^\n]*|/\*(?!\+).*?(?:\*/|\Z))"""
    r"""|(?P<string>(?:(?<![\w`])[rxb])?(?:'(?:[^'\\]|\\.|'')*(?:'|\\?\Z)|"(?:[^"\\]|\\.|"")*(?:"|\\?\Z)))"""
    r"""|(?P<name>`(?:[^`]|``)*`)"""
    r"""|(?P<number>(?<![\w$.:?])(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?(?:bd|[lsydf])?(?![\w.]))"""
    r"""|(?P<space>\s+)""",
    re.DOTALL | re.IGNORECASE,
)
_STANDS_FOR = {"space": " ", "comment": " ", "string": "'?'", "number": "0"}
_SIGNS = re.compile(r"\s*([(),;=<>+*/|-])\s*")
_LIST = re.compile(r"\?(?:,\?)+")


@dataclass(frozen=True)
class Shape:
    """What a statement is, apart from its values."""

    fingerprint: str
    """16 hexadecimal digits."""
    template: str
    """The normalised statement, `?` for each literal or list of them."""
    by_tree: bool
    """False when the text could not be parsed: then aliases count, and lists of other lengths differ."""


def fingerprint(text: str) -> str:
    """The fingerprint of a statement's text; an empty text has none ("").

    >>> fingerprint("SELECT a FROM t WHERE b IN (1, 2)") == fingerprint("select x.a from T as x where x.b in (7) -- so")
    True
    >>> fingerprint("SELECT a FROM t1") == fingerprint("SELECT a FROM t2")
    False
    """
    return shape(text).fingerprint


def shape(text: str) -> Shape:
    """Fingerprint and template of a statement."""
    return _shape(template(text))


_TOUCHING = re.compile(r"'\?'(?:'\?')+")
"""Strings that touch: one that was cut off right behind another. Together they read as a single one."""


def template(text: str) -> str:
    """The text with each string as `'?'` and each number as `0`, without comments, and with single spaces.

    >>> template("SELECT  a, 'it''s' -- b\\n FROM `my t` WHERE n > 1.5e3 /* x */")
    "SELECT a, '?' FROM `my t` WHERE n > 0"
    """
    told = _TOUCHING.sub("'?'", _LEXEMES.sub(_normal, text))
    return " ".join(told.split()).strip(" ;")


def _normal(match: re.Match[str]) -> str:
    return _STANDS_FOR.get(match.lastgroup or "", match[0])


@lru_cache(maxsize=50_000)
def _shape(cut: str) -> Shape:
    if not cut:
        return Shape("", "", True)
    told = _by_tree(cut)
    if told is not None:
        return Shape(_hash(told), told, True)
    told = _by_words(cut)
    return Shape(_hash(told), told, False)


def _by_tree(text: str) -> str | None:
    """The shape of a text from its tree; None when it has none. The same for a text and its template."""
    try:
        trees = [tree for tree in DATABRICKS.parser().parse(DATABRICKS.tokenize(text), text) if tree is not None]
    except (SqlglotError, RecursionError):
        return None
    if not trees or any(isinstance(tree, exp.Command) for tree in trees):
        return None
    return "; ".join(_canonical(tree) for tree in trees)


def _by_words(cut: str) -> str:
    """The template in lower case, a list of literals as one: for what the parser cannot read."""
    said = re.sub(r"(?<![\w.])0(?![\w.])|'\?'", "?", cut.replace("`", "").lower())
    return _LIST.sub("?", _SIGNS.sub(r"\1", said))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def _canonical(tree: exp.Expression) -> str:
    """The tree as text that is the same for all statements of its shape."""
    _fold_values(tree)
    for node in tree.walk():
        node.comments = None
        if isinstance(node, exp.Identifier):
            node.set("this", str(node.this).lower())
            node.set("quoted", False)
        elif isinstance(node, exp.Literal):
            node.set("this", "?")
            node.set("is_string", False)
    _rename_sources(tree)
    _rename_columns(tree)
    return tree.sql(dialect="databricks", comments=False, normalize_functions="lower")


def _fold_values(tree: exp.Expression) -> None:
    """Lists of literals, and rows of VALUES, stand there once."""
    for node in list(tree.find_all(exp.In, exp.Array, exp.Values)):
        items = node.expressions
        if len(items) > 1 and all(_is_value(item) for item in items):
            node.set("expressions", items[:1])


def _is_value(node: exp.Expression) -> bool:
    """A literal, also with a sign or as DATE '…', or a row of them; NULL, TRUE and parameters too."""
    if isinstance(node, exp.Neg | exp.Cast | exp.Paren):
        return _is_value(node.this)
    if isinstance(node, exp.Tuple):
        return all(_is_value(item) for item in node.expressions)
    return isinstance(node, exp.Literal | exp.Null | exp.Boolean | exp.Placeholder | exp.Parameter)


_SCOPES = (exp.Select, exp.Merge, exp.Update, exp.Delete)


def _rename_sources(tree: exp.Expression) -> None:
    """Steps become s1, s2, …, and what a query reads r1, r2, …, by order; where it reads one thing, without a prefix."""
    steps: dict[str, str] = {}
    for cte in tree.find_all(exp.CTE):
        steps.setdefault(cte.alias, f"s{len(steps) + 1}")
    scopes: dict[int, dict[str, str]] = {}
    alone: set[int] = set()
    number = 0
    sources: list[exp.Expression] = []
    for scope in tree.find_all(*_SCOPES, bfs=False):
        read = _read_by(scope)
        names: dict[str, str] = {}
        for source in read:
            number += 1
            if source.alias_or_name:
                names.setdefault(source.alias_or_name, f"r{number}")
        scopes[id(scope)] = names
        sources += read
        if isinstance(scope, exp.Select) and len(read) == 1 and not scope.args.get("laterals"):
            alone.add(id(scope))
    for column in list(tree.find_all(exp.Column)):
        if column.table and not column.args.get("db"):
            _rename_prefix(column, scopes, alone)
    for scope in tree.find_all(*_SCOPES, bfs=False):
        for source in _read_by(scope):
            own = scopes[id(scope)].get(source.alias_or_name)
            inner = source.args.get("alias")
            if isinstance(source, exp.Table) and not source.args.get("db") and source.name in steps:
                source.set("this", exp.to_identifier(steps[source.name]))
            if inner is not None and inner.args.get("columns"):
                inner.set("this", exp.to_identifier(own))
            elif own is not None:
                source.set("alias", None if id(scope) in alone else exp.TableAlias(this=exp.to_identifier(own)))
    for cte in tree.find_all(exp.CTE):
        cte.args["alias"].set("this", exp.to_identifier(steps[cte.alias]))


def _read_by(scope: exp.Expression) -> list[exp.Expression]:
    """Tables and subqueries that a query reads or writes, in order."""
    first = scope.args.get("from_") or scope.args.get("from")
    found = [scope.args.get("using"), first.this if first is not None else None]
    if not isinstance(scope, exp.Select):
        found.insert(0, scope.this)
    found += [join.this for join in scope.args.get("joins") or ()]
    if first is not None and isinstance(first.this, exp.Table):
        found += [join.this for join in first.this.args.get("joins") or ()]
    return [source for source in found if isinstance(source, exp.Table | exp.Subquery)]


def _rename_prefix(column: exp.Column, scopes: dict[int, dict[str, str]], alone: set[int]) -> None:
    scope: exp.Expression | None = column
    nearest = True
    while scope is not None:
        scope = scope.parent
        if scope is None or id(scope) not in scopes:
            continue
        own = scopes[id(scope)].get(column.table)
        if own is not None:
            bare = nearest and id(scope) in alone
            column.set("table", None if bare else exp.to_identifier(own))
            return
        nearest = False


def _rename_columns(tree: exp.Expression) -> None:
    """Names given to columns become c1, c2, …; those that nobody uses go."""
    used = {column.name for column in tree.find_all(exp.Column)}
    names: dict[str, str] = {}
    for alias in list(tree.find_all(exp.Alias, bfs=False)):
        if alias.alias in used:
            names.setdefault(alias.alias, f"c{len(names) + 1}")
        elif isinstance(alias.parent, exp.Select):
            alias.replace(alias.this)
    for alias in tree.find_all(exp.Alias):
        alias.set("alias", exp.to_identifier(names.get(alias.alias, alias.alias)))
    for column in tree.find_all(exp.Column):
        if column.name in names:
            column.set("this", exp.to_identifier(names[column.name]))

"""Which kind of number an expression is (or whether it is a map), as far as its text tells.

Decimals are where engines part: Spark divides them to six digits, DuckDB to doubles; Spark cuts where DuckDB rounds.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from sqlglot import exp

from lib.queries.types import SqlType

Kind = Literal["double", "integer", "decimal", "map", "unknown"]

_INTEGERS = frozenset(("TINYINT", "SMALLINT", "INT", "BIGINT"))
_COUNTS = (
    exp.Count,
    exp.CountIf,
    exp.TimestampDiff,
    exp.DateDiff,
    exp.UnixMillis,
    exp.UnixSeconds,
    exp.StrToUnix,
    exp.Length,
    exp.ArraySize,
    exp.RowNumber,
    exp.Rank,
    exp.Extract,
    exp.Hour,
    exp.Minute,
    exp.Year,
)
_DOUBLES = (
    exp.Quantile,
    exp.PercentileCont,
    exp.Median,
    exp.Stddev,
    exp.StddevPop,
    exp.StddevSamp,
    exp.Variance,
    exp.VariancePop,
    exp.Sqrt,
    exp.Exp,
    exp.Ln,
    exp.Pow,
)
_SAME = (
    exp.Paren,
    exp.Neg,
    exp.Abs,
    exp.Sum,
    exp.Max,
    exp.Min,
    exp.Round,
    exp.Filter,
    exp.Window,
    exp.Lag,
    exp.Lead,
    exp.Alias,
    exp.ApproxQuantile,
)


def kind_of_type(type_: SqlType) -> Kind:
    """The kind of a declared column."""
    if type_.name in ("DOUBLE", "FLOAT"):
        return "double"
    if type_.name in ("DECIMAL", "MAP"):
        return "decimal" if type_.name == "DECIMAL" else "map"
    return "integer" if type_.name in _INTEGERS else "unknown"


def kind_of(node: exp.Expression | None, names: Mapping[str, Kind]) -> Kind:
    """The kind of an expression; `names` holds the kinds of columns."""
    match node:
        case None:
            return "unknown"
        case exp.Literal():
            return _of_literal(node)
        case exp.Cast():
            return _of_cast(node)
        case exp.Column():
            return _of_column(node, names)
        case exp.Floor() | exp.Ceil():
            return "integer"
        case exp.Avg():
            inner = kind_of(node.this, names)
            return "double" if inner == "integer" else inner
        case exp.Div() | exp.SafeDivide():
            inner = _together((node.this, node.expression), names)
            return "double" if inner == "integer" else inner
        case exp.Mul() | exp.Add() | exp.Sub() | exp.Mod():
            return _together((node.this, node.expression), names)
        case exp.Coalesce() | exp.Greatest() | exp.Least():
            return _together((node.this, *node.expressions), names)
        case exp.Nullif():
            return kind_of(node.this, names)
        case exp.MapFromEntries():
            return "map"
        case exp.If():
            return _together((node.args.get("true"), node.args.get("false")), names)
        case exp.Case():
            branches = [branch.args.get("true") for branch in node.args["ifs"]]
            return _together([b for b in (*branches, node.args.get("default")) if b is not None], names)
    if isinstance(node, _COUNTS):
        return "integer"
    if isinstance(node, _DOUBLES):
        return "double"
    return kind_of(node.this, names) if isinstance(node, _SAME) else "unknown"


def kinds_of_outputs(tree: exp.Expression, known: Mapping[str, Kind]) -> dict[str, Kind]:
    """Kinds of the text's own column names; a name that is two kinds is unknown. `known` holds those of relations."""
    names = dict(known)
    for _ in range(3):  # a step of a WITH clause may build on the step before it
        found: dict[str, set[Kind]] = {}
        for alias in tree.find_all(exp.Alias):
            if isinstance(alias.parent, exp.Select):
                found.setdefault(alias.alias.lower(), set()).add(kind_of(alias.this, names))
        for name, kinds in found.items():
            names[name] = kinds.pop() if len(kinds) == 1 else "unknown"
    return names


def _of_literal(node: exp.Literal) -> Kind:
    if node.is_string:
        return "unknown"
    if "e" in node.name.lower():
        return "double"
    return "decimal" if "." in node.name else "integer"


def _of_cast(node: exp.Cast) -> Kind:
    if node.to.is_type("double", "float"):
        return "double"
    if node.to.is_type("decimal"):
        return "decimal"
    return "integer" if node.to.is_type(*(name.lower() for name in _INTEGERS)) else "unknown"


def _of_column(node: exp.Column, names: Mapping[str, Kind]) -> Kind:
    parts = [part.name.lower() for part in node.parts]
    if "pricing" in parts or parts[-1] == "usage_quantity":
        return "decimal"
    if parts[-1] == "custom_tags":
        return "map"
    return names.get(parts[-1], "unknown") if len(parts) <= 2 else "unknown"


def _together(nodes: Iterable[exp.Expression | None], names: Mapping[str, Kind]) -> Kind:
    """Doubles win over decimals, decimals over the rest."""
    kinds = {kind_of(node, names) for node in nodes if not isinstance(node, exp.Null)}
    order: tuple[Kind, ...] = ("map", "double", "decimal", "unknown")
    return next((kind for kind in order if kind in kinds), "integer")

"""What DuckDB reads differently after sqlglot has translated a Databricks statement, set right on the syntax tree.

Each repair is pinned by a line in tests/spark/battery that real Spark answers too. Constructs that cannot be
repaired are banned by `lib/queries/lint.py`.
"""

import re
from collections.abc import Callable
from functools import cache

import sqlglot
from sqlglot import exp

FUNCTIONS: dict[tuple[str, int], str] = {
    ("array_repeat", 2): "REPEAT([$a], $b)",
    ("array_union", 2): "LIST_FILTER($a || $b, LAMBDA x, i : LIST_POSITION($a || $b, x) = i)",
    ("arrays_overlap", 2): "LIST_HAS_ANY($a, $b)",
    ("bround", 1): "ROUND_EVEN($a, 0)",
    ("bround", 2): "ROUND_EVEN($a, $b)",
    ("btrim", 1): "TRIM($a)",
    ("btrim", 2): "TRIM($a, $b)",
    ("every", 1): "BOOL_AND($a)",
    ("isnotnull", 1): "($a IS NOT NULL)",
    ("isnull", 1): "($a IS NULL)",
    ("nullifzero", 1): "NULLIF($a, 0)",
    ("pmod", 2): "((($a % $b) + $b) % $b)",
    ("regexp", 2): "REGEXP_MATCHES($a, $b)",
    ("some", 1): "BOOL_OR($a)",
    # UTC is all there is: without a calendar of time zones these are ten times as fast
    ("timestamp_micros", 1): "MAKE_TIMESTAMPTZ(CAST($a AS BIGINT))",
    ("timestamp_millis", 1): "MAKE_TIMESTAMPTZ(CAST($a AS BIGINT) * 1000)",
    ("timestamp_seconds", 1): "TO_TIMESTAMP($a)",
    ("try_sum", 1): "SUM($a)",
    ("weekday", 1): "(ISODOW($a) - 1)",
    ("zeroifnull", 1): "COALESCE($a, 0)",
}
"""Functions sqlglot does not know: (name, number of arguments) → DuckDB expression over $a, $b, …"""

NODES: dict[type[exp.Expression], tuple[str, tuple[str, ...]]] = {
    # a value that occurs, as Spark gives; DuckDB's sketch makes one up between two
    exp.ApproxQuantile: ("QUANTILE_DISC($a, $b)", ("this", "quantile")),
    exp.Quantile: ("QUANTILE_CONT($a, $b)", ("this", "quantile")),
    exp.ArrayDistinct: ("LIST_FILTER($a, LAMBDA x, i : LIST_POSITION($a, x) = i)", ("this",)),
    exp.ArrayPosition: (
        "IF($a IS NULL OR $b IS NULL, NULL, COALESCE(LIST_POSITION($a, $b), 0))",
        ("this", "expression"),
    ),
    # 0 where no row is left; DuckDB's own says NULL
    exp.CountIf: ("COUNT(CASE WHEN $a THEN 1 END)", ("this",)),
    exp.ArrayToString: ("IF($a IS NULL, NULL, COALESCE(ARRAY_TO_STRING($a, $b), ''))", ("this", "expression")),
    exp.BitwiseCount: ("CAST(BIT_COUNT(CAST($a AS BIGINT)) AS INT)", ("this",)),
    exp.DayOfWeek: ("(DAYOFWEEK($a) + 1)", ("this",)),
    exp.Dayname: ("LEFT(DAYNAME($a), 3)", ("this",)),
    exp.Monthname: ("LEFT(MONTHNAME($a), 3)", ("this",)),
    exp.Flatten: ("IF(LIST_POSITION($a, NULL) IS NULL, FLATTEN($a), NULL)", ("this",)),
    exp.IsNan: ("COALESCE(ISNAN($a), FALSE)", ("this",)),
    exp.Ln: ("CASE WHEN $a > 0 THEN LN($a) END", ("this",)),
    exp.MapContainsKey: ("LIST_CONTAINS(MAP_KEYS($a), $b)", ("this", "key")),
    # seconds that are over; EPOCH alone is a double
    exp.StrToUnix: ("CAST(TRUNC(EPOCH($a)) AS BIGINT)", ("this",)),
    exp.UnixSeconds: ("CAST(FLOOR(EPOCH($a)) AS BIGINT)", ("this",)),
}
"""Functions sqlglot knows and translates wrongly: node → DuckDB expression over these of its parts."""


def repair(statement: exp.Expression) -> exp.Expression:
    """The statement with every known difference set right, innermost parts first. Changes `statement`."""
    root = exp.Paren(this=statement)
    for node in reversed(list(statement.walk())):
        new = _repaired(node)
        if new is not None:
            node.replace(new)
    for step in root.find_all(exp.CTE):
        if _is_view(step.this):
            step.set("materialized", False)
    return root.this


_WORK = ("joins", "group", "distinct", "having", "qualify", "windows", "order", "limit", "laterals")


def _is_view(query: exp.Expression) -> bool:
    """Columns and rows of one stored table and nothing else: a step that is read twice would be copied with all its columns."""
    first = query.args.get("from_") or query.args.get("from")
    return (
        isinstance(query, exp.Select)
        and first is not None
        and isinstance(first.this, exp.Table)
        and bool(first.this.args.get("db"))
        and not any(query.args.get(name) for name in _WORK)
        and not any(item.find(exp.AggFunc, exp.Window, exp.Explode) for item in query.expressions)
    )


def _repaired(node: exp.Expression) -> exp.Expression | None:
    """What stands in the place of `node`, None when it is right as it is."""
    if type(node) in NODES:
        template, parts = NODES[type(node)]
        return _filled(template, *(node.args[part] for part in parts))
    rule = _RULES.get(type(node))
    return rule(node) if rule else None


def _function(node: exp.Anonymous) -> exp.Expression | None:
    template = FUNCTIONS.get((node.name.lower(), len(node.expressions)))
    return _filled(template, *node.expressions) if template else None


def _elapsed(node: exp.TimestampDiff) -> exp.Expression:
    """Whole units that passed, where DATE_DIFF counts the boundaries between."""
    unit = exp.Literal.string(node.text("unit").lower())
    return _filled("DATE_SUB($a, $b, $c)", unit, node.expression, node.this)


def _newest(node: exp.ArgMax) -> exp.Expression:
    """The value beside the greatest key, even when that value is NULL."""
    return _filled("ARG_MAX_NULL($a, $b)", node.this, _nulls_smallest(node.expression))


def _oldest(node: exp.ArgMin) -> exp.Expression:
    return _filled("ARG_MIN_NULL($a, $b)", node.this, _nulls_smallest(node.expression))


def _nulls_smallest(key: exp.Expression) -> exp.Expression:
    """A struct that orders as in Spark, where NULL is less than any value; in DuckDB it is greater."""
    if not isinstance(key, exp.Struct):
        return key
    fields = []
    for number, part in enumerate(key.expressions):
        value = part.expression if isinstance(part, exp.PropertyEQ) else part
        known = exp.Is(this=value.copy(), expression=exp.Not(this=exp.Null()))
        fields += [_field(f"known_{number}", known), _field(f"value_{number}", value.copy())]
    return exp.Struct(expressions=fields)


def _field(name: str, value: exp.Expression) -> exp.Expression:
    return exp.PropertyEQ(this=exp.to_identifier(name), expression=value)


def _date(node: exp.Expression) -> exp.Expression | None:
    """A date moved by days or months stays a date."""
    return exp.cast(node.copy(), "date")


def _extract(node: exp.Extract) -> exp.Expression | None:
    if node.name.upper() in ("DOW", "DAYOFWEEK"):
        return _filled("(DAYOFWEEK($a) + 1)", node.expression)
    return None


def _exists(node: exp.Exists) -> exp.Expression | None:
    """`exists(array, x -> …)`; EXISTS (SELECT …) is another thing of the same name."""
    if node.args.get("expression") is None:
        return None
    return _filled("(LEN(LIST_FILTER($a, $b)) > 0)", node.this, node.expression)


def _months(node: exp.MonthsBetween) -> exp.Expression:
    """To 8 digits, as documented."""
    return exp.Round(this=node.copy(), decimals=exp.Literal.number(8))


def _zoned(node: exp.Cast) -> exp.Expression | None:
    """Times always carry a zone: sqlglot drops it in `to_timestamp`."""
    if node.to.is_type("timestamp"):
        node.set("to", exp.DataType.build("timestamptz", dialect="duckdb"))
    return None


def _cast(node: exp.Cast) -> exp.Expression | None:
    """`CAST(FLOOR(POW(2, n)) AS BIGINT)`, a bit of a number, as the shift that it is: doubles take five times as long."""
    inner = node.this
    power = inner.this if isinstance(inner, exp.Floor) else None
    if node.to.is_type("bigint") and isinstance(power, exp.Pow) and power.this.name == "2":
        return _filled("(CAST(1 AS BIGINT) << $a)", power.expression)
    return _zoned(node)


def _truncated(node: exp.TimestampTrunc) -> exp.Expression | None:
    """Hours and less of a UTC time, without the calendar of time zones, which takes ten times as long."""
    unit = node.text("unit").upper()
    if unit not in ("HOUR", "MINUTE", "SECOND"):
        return None
    template = "MAKE_TIMESTAMPTZ(EPOCH_US(DATE_TRUNC($a, MAKE_TIMESTAMP(EPOCH_US($b)))))"
    return _filled(template, exp.Literal.string(unit), node.this)


def _escaped(node: exp.Like | exp.ILike) -> exp.Expression | None:
    r"""`\%` in a pattern is a percent sign; in DuckDB only when ESCAPE says so."""
    pattern = node.expression
    if isinstance(node.parent, exp.Escape) or not pattern.is_string or "\\" not in pattern.name:
        return None
    return exp.Escape(this=node.copy(), expression=exp.Literal.string("\\"))


def _references(node: exp.RegexpReplace) -> None:
    r"""Groups are `$1` in Spark's replacement and `\1` in DuckDB's."""
    replacement = node.args.get("replacement")
    if isinstance(replacement, exp.Literal):
        replacement.set("this", re.sub(r"\$(\d)", r"\\\1", replacement.name))


_RULES: dict[type[exp.Expression], Callable[..., exp.Expression | None]] = {
    exp.AddMonths: _date,
    exp.Anonymous: _function,
    exp.ArgMax: _newest,
    exp.ArgMin: _oldest,
    exp.Cast: _cast,
    exp.DateFromUnixDate: _date,
    exp.Exists: _exists,
    exp.Extract: _extract,
    exp.ILike: _escaped,
    exp.Like: _escaped,
    exp.MonthsBetween: _months,
    exp.RegexpReplace: _references,
    exp.TimestampDiff: _elapsed,
    exp.TimestampTrunc: _truncated,
    exp.TsOrDsAdd: _date,
}


def _filled(template: str, *arguments: exp.Expression) -> exp.Expression:
    """A DuckDB expression with `$a`, `$b`, … replaced by the arguments."""
    values = dict(zip("abcd", arguments, strict=False))
    tree = exp.Paren(this=_template(template).copy())
    for hole in list(tree.find_all(exp.Placeholder, exp.Parameter)):
        hole.replace(values[hole.name].copy())
    return tree.this


@cache
def _template(text: str) -> exp.Expression:
    return sqlglot.parse_one(text, dialect="duckdb")

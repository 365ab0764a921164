"""A filter that wraps the column in a function, so that files cannot be skipped."""

from collections.abc import Iterator

from sqlglot import exp

from lib.statements.finding import Found, Priority
from lib.statements.parsed import Parsed
from lib.statements.rules.rule import Rule, is_constant, sources, text_of

COMPARES = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)
TIMES = (
    exp.TsOrDsToDate,
    exp.Date,
    exp.Year,
    exp.Month,
    exp.Day,
    exp.TimestampTrunc,
    exp.DateTrunc,
    exp.TimeToStr,
    exp.Quarter,
    exp.Week,
    exp.Extract,
    exp.StrToDate,
    exp.TsOrDsAdd,
    exp.DateAdd,
    exp.DateSub,
    exp.DayOfWeek,
    exp.DayOfYear,
    exp.Hour,
    exp.TimeToUnix,
    exp.UnixToTime,
)
TEXTS = (
    exp.Lower,
    exp.Upper,
    exp.Trim,
    exp.Substring,
    exp.Concat,
    exp.Coalesce,
    exp.Cast,
    exp.TryCast,
    exp.Replace,
    exp.Length,
    exp.Anonymous,
    exp.Left,
    exp.Right,
    exp.Add,
    exp.Sub,
    exp.Mul,
    exp.Div,
    exp.Round,
    exp.Abs,
    exp.Floor,
    exp.Ceil,
    exp.RegexpReplace,
    exp.RegexpExtract,
)


def find(parsed: Parsed) -> Iterator[Found]:
    """Comparisons in WHERE of a function over one column with a constant."""
    for where in parsed.all(exp.Where):
        if not isinstance(where.parent, exp.Select | exp.Delete | exp.Update):
            continue
        for part in where.find_all(*COMPARES):
            if part.find_ancestor(exp.Where) is not where or (isinstance(part, exp.In) and part.args.get("query")):
                continue
            wrapped = _wrapped(part)
            if wrapped is None:
                continue
            by_time = _is_time(wrapped)
            yield Found(
                parsed.call(wrapped),
                Priority.MEDIUM if by_time else Priority.LOW,
                "The column is compared only after a function: files cannot be skipped by its range.",
                "Compare the column itself with a range of constants."
                if by_time
                else "Compare the column itself; store a cleaned copy of it when it must be changed first.",
                _range(parsed, part, wrapped),
                _column(where.parent, wrapped),
            )


def _column(query: exp.Expression | None, wrapped: exp.Expression) -> str:
    """`table.column`, where the query says which table the column is of."""
    column = wrapped.find(exp.Column)
    if column is None or not isinstance(query, exp.Select):
        return ""
    read = [source for source in sources(query) if isinstance(source, exp.Table)]
    mine = [source for source in read if not column.table or source.alias_or_name.lower() == column.table.lower()]
    if len(mine) != 1 or (not column.table and len(sources(query)) != 1):
        return ""
    return ".".join(part.name for part in (*mine[0].parts, column.this)).lower()


def _wrapped(part: exp.Expression) -> exp.Expression | None:
    sides = [part.this, part.expression] if isinstance(part, exp.Binary) else [part.this]
    others = (
        [part.expression, part.this]
        if isinstance(part, exp.Binary)
        else [part.args.get("low"), part.args.get("high")]
        if isinstance(part, exp.Between)
        else part.expressions
    )
    for place, side in enumerate(sides):
        rest = others[place : place + 1] if isinstance(part, exp.Binary) else others
        side = side.unnest() if isinstance(side, exp.Paren) else side
        if (
            isinstance(side, (*TIMES, *TEXTS))
            and len(list(side.find_all(exp.Column))) == 1
            and not side.find(exp.Query, exp.AggFunc)
        ) and all(other is None or is_constant(other) for other in rest):
            return side
    return None


def _is_time(node: exp.Expression) -> bool:
    if isinstance(node, exp.Cast | exp.TryCast):
        return node.to.this in (exp.DataType.Type.DATE, exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPTZ)
    return isinstance(node, TIMES)


def _range(parsed: Parsed, part: exp.Expression, wrapped: exp.Expression) -> str | None:
    """`CAST(c AS DATE) = DATE 'd'` as a half-open range: the same rows for a date or timestamp column."""
    day = isinstance(wrapped, exp.TsOrDsToDate | exp.Date) or (
        isinstance(wrapped, exp.Cast) and wrapped.to.this is exp.DataType.Type.DATE
    )
    if not (day and isinstance(part, exp.EQ) and isinstance(wrapped.this, exp.Column)):
        return None
    constant = part.expression if part.this is wrapped else part.this
    if not (
        isinstance(constant, exp.Cast)
        and constant.to.this is exp.DataType.Type.DATE
        and isinstance(constant.this, exp.Literal)
    ):
        return None
    copy = parsed.tree.copy()
    twin = next(theirs for ours, theirs in zip(parsed.tree.walk(), copy.walk(), strict=True) if ours is part)
    column, first = wrapped.this, constant.sql(dialect="databricks")
    name = column.sql(dialect="databricks")
    from sqlglot import parse_one

    twin.replace(parse_one(f"({name} >= {first} AND {name} < {first} + INTERVAL 1 DAY)", dialect="databricks"))
    return text_of(copy)


RULE = Rule(
    "function-on-filter",
    "Filter that cannot skip files",
    "Files are skipped by the lowest and highest value of a column; a function over it hides both, so all files are read.",
    "low",
    find,
)

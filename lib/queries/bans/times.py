"""Dates and times whose type or text differs between engines."""

from collections.abc import Iterator

from sqlglot import exp

from lib.queries.bans.statement import Finding, Statement, ancestors

_DAYS_OR_MORE = ("DAY", "DAYS", "WEEK", "WEEKS", "MONTH", "MONTHS", "QUARTER", "QUARTERS", "YEAR", "YEARS")
_TIME_NAMES = ("_time", "_timestamp", "_at")
_TIME_NODES = (exp.TimestampTrunc, exp.CurrentTimestamp, exp.TimestampAdd, exp.Interval)


def moved_date(statement: Statement) -> Iterator[Finding]:
    """`date + INTERVAL 3 DAYS` as a result: a DATE in Spark, a TIMESTAMP in DuckDB."""
    for interval in statement.tree.find_all(exp.Interval):
        if interval.text("unit").upper() in _DAYS_OR_MORE and isinstance(interval.parent, exp.Add | exp.Sub):
            around = list(ancestors(interval.parent))
            if not any(isinstance(a, exp.Predicate | exp.Cast | exp.GenerateSeries | exp.WindowSpec) for a in around):
                yield Finding(
                    interval.parent,
                    "A date moved by an interval is a TIMESTAMP in DuckDB.",
                    "date_add or date_sub, or CAST the result AS DATE (or AS TIMESTAMP).",
                )


def series_of_days(statement: Statement) -> Iterator[Finding]:
    """sequence() of dates makes timestamps in DuckDB; without a step it may count down in Spark only."""
    for series in statement.tree.find_all(exp.GenerateSeries):
        step = series.args.get("step")
        if step is None and not _counts_up(series):
            yield Finding(
                series,
                "sequence() without a step counts down in Spark and is empty in DuckDB.",
                "Give the step as third argument.",
            )
        unit = step.text("unit").upper() if isinstance(step, exp.Interval) else ""
        if unit in _DAYS_OR_MORE and not isinstance(series.parent, exp.Cast):
            yield Finding(
                series, "sequence() of dates makes timestamps in DuckDB.", "CAST(sequence(…) AS ARRAY<DATE>)."
            )


def _counts_up(series: exp.GenerateSeries) -> bool:
    start, end = series.args["start"], series.args["end"]
    return all(isinstance(part, exp.Literal) for part in (start, end)) and float(start.name) <= float(end.name)


def subtracted_times(statement: Statement) -> Iterator[Finding]:
    """`date - date` is an interval in Spark and a number in DuckDB."""
    for node in statement.tree.find_all(exp.Sub):
        if _is_time(node.this) and _is_time(node.expression):
            yield Finding(
                node, "One time is taken from another.", "timestampdiff(SECOND, a, b), or datediff(end, start)."
            )


def _is_time(node: exp.Expression) -> bool:
    match node:
        case exp.Column():
            return bool(node.name.lower().endswith((*_TIME_NAMES, "_date", "_day")))
        case exp.Cast():
            return bool(node.to.is_type("date", "timestamp", "timestamptz"))
        case exp.Paren() | exp.Max() | exp.Min() | exp.Coalesce() | exp.Greatest() | exp.Least():
            return any(_is_time(part) for part in (node.this, *node.expressions))
    return isinstance(node, exp.TimestampTrunc | exp.TsOrDsAdd | exp.LastDay)


def elapsed_months(statement: Statement) -> Iterator[Finding]:
    """From 31 May to 30 June Spark counts no month, DuckDB one."""
    for node in statement.tree.find_all(exp.TimestampDiff):
        if node.text("unit").upper() in ("MONTH", "QUARTER", "YEAR"):
            yield Finding(node, "Months between ends of months differ.", "Count days, or use months_between.")


def fraction_of_second(statement: Statement) -> Iterator[Finding]:
    """extract(SECOND) has a fraction in Spark, none in DuckDB."""
    for node in statement.tree.find_all(exp.Extract):
        if node.name.upper() in ("SECOND", "SECONDS", "EPOCH"):
            yield Finding(node, f"extract({node.name}) differs.", "second(t), or unix_millis(t).")


def interval_span(statement: Statement) -> Iterator[Finding]:
    """INTERVAL … DAY TO SECOND has no counterpart in DuckDB."""
    for node in statement.tree.find_all(exp.IntervalSpan):
        yield Finding(node, "DuckDB has no interval of two units.", "Add two intervals of one unit each.")


def text_of_time(statement: Statement) -> Iterator[Finding]:
    """CAST(timestamp AS STRING): DuckDB adds the zone."""
    for node in statement.tree.find_all(exp.Cast):
        named = isinstance(node.this, exp.Column) and node.this.name.lower().endswith(_TIME_NAMES)
        if node.to.is_type("text", "varchar") and (named or isinstance(node.this, _TIME_NODES)):
            yield Finding(node, "A time becomes text, which DuckDB writes with its zone.", "date_format(t, '…').")


def quoted_format(statement: Statement) -> Iterator[Finding]:
    """A format with literal text in quotes keeps the quotes in DuckDB."""
    for node in statement.tree.find_all(exp.TimeToStr, exp.StrToTime):
        if "'" in node.text("format"):
            yield Finding(node, "The quotes of the format would be printed.", "concat() the parts instead.")

"""Reports of pages that are one table: the Explorer, anomalies, budgets and the forecast, as the pages show them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from lib.context import Context
from lib.explorer.by import spend
from lib.reporting.made import Made
from lib.reporting.plan import ReportPlan
from lib.reports import words
from lib.reports.content import Block, Card, Cards, Chart, ColumnSpec, Note, Report, Section, Table
from lib.reports.executive import forecast_chart
from lib.spend import formatting, palette
from lib.spend.anomaly import KIND_WORDS
from lib.spend.filters import Filters
from lib.store.watch import all_budgets, all_marks, planned_events
from lib.watch import desk
from lib.watch.budgets import all_standings, counts, plan_words
from lib.watch.daily import WORDS, Daily, parse_key, read
from lib.watch.days_off import calendar
from lib.watch.outlook import outlook, steps
from lib.watch.tag import watched_tag
from lib.watch.tell import Told, with_marks

NOTHING = "Nothing was used in this period with these filters. A longer period or fewer filters may show more."
ON_PAPER = 200
"""Rows of a table on paper; the files hold all."""
BARS = 12
SPEND = (
    ColumnSpec("list_cost", "List cost", "money"),
    ColumnSpec("cost", "DBU cost", "money"),
    ColumnSpec("vm_cost", "VM cost", "money", missing="none"),
    ColumnSpec("total_cost", "Total cost", "money"),
    ColumnSpec("dbus", "DBUs", "dbus"),
)
ANOMALIES = (
    ColumnSpec("day", "Since", "date"),
    ColumnSpec("name", "What", width=2),
    ColumnSpec("of", "Kind of series"),
    ColumnSpec("severity", "Severity", "state"),
    ColumnSpec("kind", "What happened"),
    ColumnSpec("expected", "Expected", "money", missing=formatting.NONE),
    ColumnSpec("value", "Was", "money", missing=formatting.NONE),
    ColumnSpec("impact", "In all", "money"),
    ColumnSpec("why", "Mostly"),
    ColumnSpec("state", "State"),
)
BUDGETS = (
    ColumnSpec("name", "Budget", width=2),
    ColumnSpec("of", "For"),
    ColumnSpec("amount", "Amount", "money"),
    ColumnSpec("period", "Period"),
    ColumnSpec("spent", "Spent", "money", missing=formatting.NONE),
    ColumnSpec("share", "Of budget", "percent"),
    ColumnSpec("end", "Expected end", "money", estimate=True, missing="not assessed"),
    ColumnSpec("runs_out", "Runs out", "date", missing="lasts"),
    ColumnSpec("verdict", "Verdict"),
)
AHEAD = (
    ColumnSpec("day", "Day", "date"),
    ColumnSpec("mean", "Expected", "money", estimate=True),
    ColumnSpec("low", "95 % from", "money"),
    ColumnSpec("high", "95 % to", "money"),
)
HORIZON = 30


def paper(context: Context, filters: Filters, title: str, blocks: Sequence[Block], *notes: str) -> Report:
    """A report of one section, with what it stands on."""
    until = context.as_of
    return Report(
        title=title,
        subtitle=formatting.period_words(filters.period.start, filters.period.end),
        filters_in_words=words.filters_in_words(filters),
        as_of=words.as_of_words(until, filters),
        source=context.settings.source,
        base_label=words.base_words(filters),
        currency=filters.currency,
        sections=(Section("", tuple(blocks)),),
        footnotes=words.footnotes(filters, "", *notes),
    )


def explorer(context: Context, plan: ReportPlan, filters: Filters) -> Made:
    """Spend by one or two dimensions; its total is the Explorer's."""
    dims = (plan.by, plan.then) if plan.then else (plan.by,)
    rows = spend(context.warehouse, filters, dims).rows.to_pandas()
    if rows.empty:
        rows = rows.assign(total_cost=pd.Series(dtype=object))
    else:
        money = ["dbus", "list_cost", "cost", "vm_cost"]
        keys = ["key1", "name1", "key2", "name2", "workspace_id"]
        rows = rows.groupby(keys, dropna=False, sort=False)[money].agg(exact).reset_index()
        rows["total_cost"] = [exact(pair) for pair in zip(rows["cost"], rows["vm_cost"], strict=True)]
        rows = rows.sort_values("total_cost", ascending=False, na_position="last", ignore_index=True, key=_floats)
    for number, dim in enumerate(dims, 1):
        pairs = zip(rows[f"key{number}"], rows[f"name{number}"], strict=True)
        rows[f"label{number}"] = [_label(dim, key, name) for key, name in pairs]
    names = tuple(ColumnSpec(f"label{number}", dim_words(dim), width=2) for number, dim in enumerate(dims, 1))
    total = exact(rows["total_cost"])
    on_paper = [column for column in SPEND if column.name != "list_cost" or filters.base != "list"]
    blocks: list[Block]
    if total is None:
        blocks = [Note(NOTHING)]
    else:
        ranked = rows.groupby("label1", sort=False)["total_cost"].agg(exact).dropna().reset_index()
        top = ranked.sort_values("total_cost", ascending=False, key=_floats).head(BARS)
        by_product = zip(rows["label1"], rows["key1"], strict=True) if plan.by == "product" else ()
        colours = {label: palette.product(None if formatting.missing(key) else str(key)) for label, key in by_product}
        blocks = [
            Cards((Card("Total cost", formatting.money(total, filters.currency)), Card("Rows", str(len(rows))))),
            Chart(f"The costliest by {dim_words(plan.by).lower()}", "bars", top, "label1", "total_cost",
                  colours=colours),
            Table(
                f"By {' and '.join(dim_words(dim).lower() for dim in dims)}", rows.head(ON_PAPER), (*names, *on_paper),
                total={"total_cost": total} | {name: exact(rows[name]) for name in ("list_cost", "cost", "vm_cost", "dbus")},
                note=rest(len(rows)),
            ),
        ]  # fmt: skip
    title = f"Spend by {' and '.join(dim_words(dim).lower() for dim in dims)}"
    return Made(filters, paper(context, filters, title, blocks), rows, (*names, *SPEND), total, len(rows))


def dim_words(dim: str) -> str:
    """A dimension's name."""
    if dim.startswith("tag:"):
        return f"Tag {dim.removeprefix('tag:')}"
    return WORDS.get(dim, {"serverless": "Compute"}.get(dim, dim.capitalize()))


def _label(dim: str, key: Any, name: Any) -> str:
    if formatting.missing(key):
        return f"no {dim.removeprefix('tag:')}"
    return formatting.product(str(key)) if dim == "product" else str(key if formatting.missing(name) else name)


def exact(values: Any) -> Decimal | None:
    """The exact sum of what is known; None when nothing is."""
    known = [
        value if isinstance(value, Decimal) else Decimal(repr(float(value)))
        for value in values
        if not formatting.missing(value)
    ]
    return sum(known, Decimal(0)) if known else None


def _floats(values: pd.Series) -> pd.Series:
    return values.map(lambda value: float("nan") if formatting.missing(value) else float(value)).astype(float)


def rest(count: int) -> str:
    """What a table on paper leaves to the files; "" when it leaves nothing."""
    return f"The first {ON_PAPER} of {count:,} rows; the files hold all." if count > ON_PAPER else ""


def told_of(context: Context, filters: Filters, *, usual_of: str = "") -> tuple[Daily, tuple[Told, ...]]:
    """Anomalies that began in the period, with what people said about them. usual_of: by whose limits."""
    store, until = context.store, context.as_of
    daily = read(context.warehouse, filters, until, watched_tag(context.warehouse, until))
    limits = desk.sensitivity(store, usual_of)
    found = desk.judged(daily, filters.period.start, limits, planned_events(store), context.settings.holidays)
    told = with_marks(found.told, desk.marks_of(all_marks(store, until.today)))
    return daily, tuple(one for one in told if one.day < filters.period.end)


def anomalies(context: Context, _: ReportPlan, filters: Filters) -> Made:
    """What was out of line in the period; its total is what the rises cost beyond what was expected, all days together."""
    daily, told = told_of(context, filters)
    rows = pd.DataFrame(
        [
            {
                "day": one.day, "name": one.name, "of": WORDS[one.key.kind], "severity": one.thing.severity,
                "kind": KIND_WORDS[one.thing.kind], "expected": one.thing.expected, "value": one.thing.value,
                "impact": one.thing.impact, "why": one.mostly or formatting.NONE, "state": one.state,
            }
            for one in told
        ],
        columns=[column.name for column in ANOMALIES],
    )  # fmt: skip
    total = None if not daily.keys else exact([max(one.thing.impact, 0) for one in told]) or Decimal(0)
    by = {severity: int((rows["severity"] == severity).sum()) for severity in ("critical", "high", "medium")}
    counts = [Card(severity.capitalize(), str(number)) for severity, number in by.items()]
    blocks: list[Block] = [Note(NOTHING)] if total is None else [
        Cards(tuple(counts)),
        Table("Anomalies, newest first", rows.head(ON_PAPER), ANOMALIES, note=rest(len(rows)),
              empty="Nothing was out of line in this period."),
    ]  # fmt: skip
    how = "What is expected of a day is told by its own past: weekday, level, spread (docs/statistics.md)."
    return Made(filters, paper(context, filters, "Anomalies", blocks, how), rows, ANOMALIES, total, len(rows))


def budgets(context: Context, _: ReportPlan, filters: Filters) -> Made:
    """How budgets stand on the day of the report; its total is what was spent of those in the report's currency."""
    until = context.as_of
    mine = [budget for budget in all_budgets(context.store) if budget.currency == filters.currency]
    found = all_standings(
        mine, lambda whole, tag: read(context.warehouse, whole, until, tag), filters.period,
        watched_tag(context.warehouse, until), until.today, calendar(context.store, context.settings.holidays),
    )  # fmt: skip
    rows = pd.DataFrame(
        [
            {
                "name": one.budget.name, "of": WORDS["total"] if one.key.kind == "total" else one.name,
                "amount": one.budget.plan.amount, "period": plan_words(one.budget.plan),
                "spent": one.status.spent + one.status.incomplete if one.seen else None,
                "share": float(one.status.share) if one.seen else None, "end": one.status.end,
                "runs_out": one.status.runs_out if one.seen else "not assessed", "verdict": one.verdict,
            }
            for one in found
        ],
        columns=[column.name for column in BUDGETS],
    )  # fmt: skip
    total = exact(rows["spent"])
    by = counts(found)
    cards = [
        Card(name, str(by[state])) for name, state in (("Over", "over"), ("Will go over", "at risk"), ("Within", "ok"))
    ]
    blocks: list[Block] = [Note("No budget was made in this currency yet.")] if not found else [
        Cards(tuple(cards)),
        Table("Budgets, the most strained first", rows, BUDGETS),
    ]  # fmt: skip
    how = "The expected end is what was spent and the mean of what comes; it is an estimate."
    return Made(filters, paper(context, filters, "Budgets", blocks, how), rows, BUDGETS, total, len(rows))


def forecast(context: Context, plan: ReportPlan, filters: Filters) -> Made:
    """The next 30 days of one series; its total is their sum, the card on the page."""
    until = context.as_of
    daily = read(context.warehouse, filters, until, watched_tag(context.warehouse, until))
    key = parse_key(plan.series)
    if key not in daily.numbers:
        empty = pd.DataFrame(columns=[column.name for column in AHEAD])
        return Made(filters, paper(context, filters, "Forecast", [Note(NOTHING)]), empty, AHEAD, None, 0)
    look = outlook(daily, key, HORIZON, calendar=calendar(context.store, context.settings.holidays))
    rows = pd.DataFrame(steps(look.made, look.next_day, "day"), columns=["day", "mean", "low", "high"])
    total = Decimal(repr(round(float(look.made.total[0]), 6)))
    band = [
        formatting.money_short(float(edge[0]), filters.currency)
        for edge in (look.made.total_low95, look.made.total_high95)
    ]
    cards = [Card(f"Next {HORIZON} days", formatting.money(total, filters.currency), note=f"{band[0]} to {band[1]}")]
    if look.month:
        month = f"{look.month.month.start:%B} will come to"
        cards.append(Card(month, formatting.money(look.month.total, filters.currency)))
    blocks: list[Block] = [Cards(tuple(cards)), forecast_chart(look), Table("Day by day", rows, AHEAD)]
    name = WORDS["total"] if key.kind == "total" else look.name
    how = "The band holds 95 of 100 such days, as measured on the series' own past; docs/statistics.md."
    return Made(filters, paper(context, filters, f"Forecast: {name}", blocks, how), rows, AHEAD, total, len(rows))

"""The month on paper, for those who answer for it: cost, why, what comes, what could be saved, and whether to believe it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pandas as pd

from lib.explorer.overview import Overview
from lib.recommendations.model import Recommendation, Savings
from lib.reports import words
from lib.reports.content import Block, Card, Cards, Chart, ColumnSpec, Note, Report, Section, Table
from lib.spend import formatting, palette
from lib.trust.check import Verdict
from lib.trust.trust import Trust
from lib.watch.outlook import Outlook
from lib.watch.tell import Told

MOVERS = 10
TOP = 15
ODD = 12
NOTHING = "Nothing was used in this month. A report of another month, or fewer filters, may show more."
MOVED = (
    ColumnSpec("name", "Job", width=2),
    ColumnSpec("previous_cost", "Before", "money", missing=formatting.NONE),
    ColumnSpec("recent_cost", "Now", "money", missing=formatting.NONE),
    ColumnSpec("change", "Change", "money"),
    ColumnSpec("contribution", "Of the change", "percent", missing=formatting.NONE),
)
ANOMALIES = (
    ColumnSpec("day", "Day", "date"),
    ColumnSpec("name", "What", width=2),
    ColumnSpec("severity", "Severity", "state"),
    ColumnSpec("value", "Cost", "money"),
    ColumnSpec("expected", "Expected", "money"),
    ColumnSpec("why", "Most of it", width=2),
)
SAVINGS = (
    ColumnSpec("title", "What to do", width=3),
    ColumnSpec("object", "Object", width=2),
    ColumnSpec("low", "Saves from", "money", missing="not assessed"),
    ColumnSpec("high", "To", "money", missing="not assessed"),
    ColumnSpec("sure", "Confidence"),
)
CHECKS = (
    ColumnSpec("name", "Check", width=2),
    ColumnSpec("verdict", "Verdict", "state"),
    ColumnSpec("said", "What was found", width=3),
)


@dataclass(frozen=True)
class Saved:
    """What was found that could be saved, and what was."""

    open: int
    """Open recommendations."""
    could: Sequence[Savings]
    """Of 30 days, by currency."""
    largest: Sequence[Recommendation]
    """Open ones by what they would save, the largest first."""
    verified: Decimal | None
    """Saving of 30 days that later bills show; None when nothing was carried out yet."""


def executive_report(
    view: Overview,
    trusted: Trust,
    ahead: Outlook | None,
    told: Sequence[Told],
    saved: Saved | None,
    *,
    source: str = "",
) -> Report:
    """One page that says it all, then the details behind it. `saved`: None where savings are not assessed."""
    filters = view.filters
    first: list[Block] = [Cards(_cards(view, trusted, ahead, saved))]
    unpriced = [formatting.unpriced(quantity, unit) for unit, quantity in view.unpriced.items()]
    if unpriced:
        first.append(Note(f"In no total: {' and '.join(unpriced)}.", "warning"))
    sections = [Section("", (*first, *([Note(NOTHING)] if view.total_cost is None else _trend(view, ahead))))]
    if view.total_cost is not None:
        sections += [
            Section("What moved, and what costs most", (_movers(view), _top(view))),
            Section("What was out of line", (_anomalies(told),)),
            Section("What could be saved, and what was", _savings(saved)),
        ]
    sections.append(Section("Can it be believed", (_checks(trusted),)))
    return Report(
        title="The month in cost",
        subtitle=formatting.period_words(filters.period.start, filters.period.end),
        filters_in_words=words.filters_in_words(filters),
        as_of=words.as_of_words(view.as_of, filters),
        source=source,
        base_label=words.base_words(filters),
        currency=filters.currency,
        sections=tuple(sections),
        footnotes=words.footnotes(
            filters,
            "estimated" if view.vm_cost else "",
            "The forecast is the mean of what comes, with the band that holds 95 of 100 days; docs/statistics.md measures it.",
            "Savings are of 30 days, from each thing's own usage; one thing counts once.",
        ),
    )


def _cards(view: Overview, trusted: Trust, ahead: Outlook | None, saved: Saved | None) -> tuple[Card, ...]:
    currency = view.filters.currency
    delta, tone = words.change_words(view.change, view.comparison, currency)
    cards = [
        Card(
            "Total cost",
            formatting.money(view.total_cost, currency) if view.total_cost is not None else "none",
            delta,
            tone=tone,
        ),
        Card("Jobs, the most expensive", _first(view)),
    ]
    if ahead is not None and ahead.month is not None:
        month = ahead.month
        band = f"{formatting.money_short(month.low, currency)} to {formatting.money_short(month.high, currency)}"
        cards.append(
            Card(f"{month.month.start:%B} will come to", formatting.money_short(month.total, currency), note=band)
        )
    if saved is None:
        cards.append(Card("Could be saved", "not assessed"))
    else:
        most = [
            f"{formatting.money_short(s.low, s.currency)} to {formatting.money_short(s.high, s.currency)}"
            for s in saved.could
        ]
        done = "" if saved.verified is None else f"verified: {formatting.money_short(saved.verified, currency)}"
        found = formatting.plural(saved.open, "recommendation")
        cards.append(Card("Could be saved in 30 days", " and ".join(most) or "nothing found", note=done or found))
    counts = trusted.counts()
    fine = f"{counts[Verdict.OK]} of {len(trusted.checked)} checks are fine"
    cards.append(Card("Data trust", trusted.verdict.words, note=fine))
    return tuple(cards)


def _first(view: Overview) -> str:
    jobs = view.top["job"].rows
    if jobs.empty:
        return "none"
    row = jobs.iloc[0]
    name = formatting.middle(str(row["name"] or row["key"]), 24)
    return f"{name}: {formatting.money_short(row['total_cost'], view.filters.currency)}"


def _trend(view: Overview, ahead: Outlook | None) -> list[Block]:
    days = view.daily.groupby(["usage_date", "product"], as_index=False)["total_cost"].sum()
    colours = {formatting.product(name): palette.product(name) for name in days["product"].unique()}
    days["product"] = [formatting.product(name) for name in days["product"]]
    blocks: list[Block] = [
        Chart(
            "Cost by day", "stacked_days", days, "usage_date", "total_cost", "product",
            incomplete_since=view.as_of.complete_until, colours=colours,
        )
    ]  # fmt: skip
    if ahead is not None:
        blocks.append(forecast_chart(ahead))
    return blocks


def forecast_chart(ahead: Outlook) -> Chart:
    """Past, mean and band as lines, with the measured error and coverage of the method."""
    past = ahead.past[-60:]
    begin = ahead.next_day - timedelta(days=len(past))
    parts = [("Cost", begin, past), ("Forecast", ahead.next_day, ahead.made.mean[0]),
             ("95 % low", ahead.next_day, ahead.made.low95[0]), ("95 % high", ahead.next_day, ahead.made.high95[0])]  # fmt: skip
    rows = [
        {"day": first + timedelta(days=number), "part": name, "cost": float(value)}
        for name, first, values in parts
        for number, value in enumerate(values)
    ]
    error, held = float(ahead.made.backtest.relative[0]), float(ahead.made.backtest.coverage[0])
    measured = f"Its mean error a day was {formatting.percent(error)} when tried on the past" if error == error else ""
    measured += f"; {formatting.percent(held)} of those days lay in the band." if measured and held == held else ""
    colours = {
        "Cost": palette.BLUE,
        "Forecast": palette.COST_PARTS["vm"],
        "95 % low": palette.OTHER,
        "95 % high": palette.OTHER,
    }
    return Chart(
        f"The next {ahead.horizon} days",
        "line",
        pd.DataFrame(rows),
        "day",
        "cost",
        "part",
        alt=measured,
        colours=colours,
    )


def _movers(view: Overview) -> Table:
    listed = view.movers.get("job")
    moved = (
        listed.rows.head(MOVERS).copy() if listed else pd.DataFrame(columns=["key", *(column.name for column in MOVED)])
    )
    moved["name"] = moved["name"].fillna(moved["key"])
    shares = moved["contribution"].astype(float).abs()
    columns = MOVED if not shares.gt(1).any() else MOVED[:-1]  # parts of a sum that nearly cancels out say nothing
    return Table("Jobs that changed most", moved, columns, empty="No job can be compared with days before.")


def _top(view: Overview) -> Table:
    top = view.top["job"].rows.head(TOP).copy()
    top["name"] = top["name"].fillna(top["key"])
    columns = (
        ColumnSpec("name", "Job", width=2),
        ColumnSpec("dbu_cost", "DBU cost", "money"),
        ColumnSpec("vm_cost", "VM cost", "money", missing="none"),
        ColumnSpec("total_cost", "Total cost", "money"),
        ColumnSpec("share", "Share of all", "percent"),
    )
    return Table("Most expensive jobs", top, columns, empty="No job cost anything.")


def _anomalies(told: Sequence[Told]) -> Table:
    rows = [
        {
            "day": one.day, "name": one.name, "severity": one.thing.severity, "value": one.thing.value,
            "expected": one.thing.expected, "why": one.mostly or formatting.NONE,
        }
        for one in told[:ODD]
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["day", "name", "severity", "value", "expected", "why"])
    return Table("Anomalies of the month", frame, ANOMALIES, empty="Nothing was out of line in this month.")


def _savings(saved: Saved | None) -> tuple[Block, ...]:
    if saved is None:
        return (Note("Savings are not assessed: recommendations cannot be read here."),)
    rows = [
        {
            "title": one.title,
            "object": one.object_name,
            "low": one.saving_low,
            "high": one.saving_high,
            "sure": one.confidence,
        }
        for one in saved.largest[:TOP]
    ]
    frame = pd.DataFrame(rows, columns=[column.name for column in SAVINGS])
    found = Table(
        "Open recommendations, by what they would save in 30 days", frame, SAVINGS, empty="Nothing to save was found."
    )
    if saved.verified is None:
        return found, Note("Nothing was carried out yet, so no saving is verified by later bills.")
    currency = saved.could[0].currency if saved.could else "USD"
    return found, Note(f"Verified by later bills: {formatting.money(saved.verified, currency)} in 30 days.")


def _checks(trusted: Trust) -> Table:
    rows = [
        {"name": one.check.title, "verdict": one.finding.verdict.words, "said": one.finding.evidence}
        for one in trusted.checked
    ]
    return Table("Data trust", pd.DataFrame(rows), CHECKS)

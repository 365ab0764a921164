"""The page Budgets: cards, the list, a burn-down, and the form."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from lib.context import utc_now
from lib.errors import AppError, InputError
from lib.spend import formatting, palette
from lib.spend.budget import DEFAULT_THRESHOLDS, SPANS, Plan, Threshold, parse_thresholds
from lib.spend.filters import Filters
from lib.store import watch as stored
from lib.store.watch import Budget
from lib.ui import address, cards, session, theme, watching, words
from lib.ui.charts import bands, draw
from lib.ui.columns import Column
from lib.ui.table import Row, Table
from lib.watch.budgets import Standing, all_standings, counts, plan_words, suggestion
from lib.watch.daily import KINDS, WORDS, Daily, Key, parse_key, read

BASES = {"actual": "", "forecast": " by forecast"}
COLUMNS = (
    Column("name", "Budget", phone=True),
    Column("verdict", "Verdict", "badge", phone=True),
    Column("of", "For"),
    Column("amount", "Amount", "money"),
    Column("spent", "Spent", "money", "Days that may still grow included", missing=formatting.NONE),
    Column("share", "Of budget", "percent", phone=True),
    Column("bar", "", "bar"),
    Column("end", "Expected end", "money", "At the end of the period", estimate=True, missing="not assessed"),
    Column("end_share", "At the end", "percent", missing="not assessed"),
    Column("runs_out", "Runs out", "date", "The first day on which it will be (or was) used up", missing="lasts"),
    Column("period", "Period"),
)
CROSSINGS = (
    Column("at", "Threshold", phone=True),
    Column("amount", "Amount", "money"),
    Column("state", "State", "badge", phone=True),
    Column("day", "Day", "date", "When it was reached, or will be", phone=True, missing="not reached"),
)


def standings(filters: Filters) -> list[Standing]:
    """Every budget in force, in its own currency and prices, whatever the page's filters narrow."""
    until = session.as_of()
    return all_standings(
        stored.all_budgets(session.context().store), lambda whole, tag: session.ask(read, whole, until, tag),
        watching.timeless(filters).period, watching.watched_tag(), until.today,
        watching.calendar(),
    )  # fmt: skip


def summary(found: Sequence[Standing]) -> list[cards.Card]:
    """How many stand how."""
    by = counts(found)
    promised = [one for one in found if one.budget.plan.commitment]
    unused = sum(one.verdict == "will not be used up" for one in promised)
    return [
        cards.count("Budgets", len(found)),
        cards.count("Over", by["over"]),
        cards.count("Will go over", by["at risk"], about="By the forecast"),
        cards.count("Within", by["ok"]),
        *([cards.count("Commitments", len(promised), chip=f"{unused} will not be used up")] if promised else []),
    ]


def listed(found: Sequence[Standing], params: address.Params) -> Table:
    """The budgets; a row opens its burn-down below."""
    rows = pd.DataFrame(
        [
            {
                "id": one.budget.id,
                "name": one.budget.name,
                "of": one.name if one.key.kind != "total" else WORDS["total"],
                "sub": "" if one.key.kind == "total" else WORDS[one.key.kind],
                "amount": float(one.budget.plan.amount),
                "currency": one.budget.currency,
                "period": plan_words(one.budget.plan),
                "spent": float(one.status.spent + one.status.incomplete) if one.seen else np.nan,
                "share": float(one.status.share) if one.seen else np.nan,
                "bar": min(float(one.status.share), 1.0),
                "end": one.status.end if one.status.end is not None else np.nan,
                "end_share": one.status.end_share if one.status.end_share is not None else np.nan,
                "runs_out": one.status.runs_out if one.seen else "not assessed",
                "verdict": one.verdict,
                "tone": one.tone,
            }
            for one in found
        ],
        columns=["id", "name", "of", "sub", "amount", "currency", "period", "spent", "share", "bar", "end", "end_share",
                 "runs_out", "verdict", "tone"],
    )  # fmt: skip

    def extra(row: Row, column: Column) -> Mapping[str, Any]:
        if column.name == "verdict":
            return {"badge": row["tone"], "text": str(row["verdict"]).capitalize()}
        if column.name == "of":
            return {"sub": row["sub"]}
        if column.name in ("amount", "spent", "end") and not formatting.missing(row[column.name]):
            return {"text": formatting.money(row[column.name], row["currency"])}
        return {}

    return Table(
        rows, COLUMNS, found[0].budget.currency if found else "USD", "budgets", "Budgets, the most strained first",
        link=lambda row: address.here(params, budget=row["id"]), extra=extra, empty="There is no budget yet.",
    )  # fmt: skip


def burn_down(one: Standing) -> None:
    """What was spent and what comes, against an even pace and the budget; a single day has no course to draw."""
    status, currency = one.status, one.budget.currency
    if len(status.points) < 2:
        return
    past = [point for point in status.points if point.spent is not None]
    ahead = [point for point in status.points if point.expected is not None]
    days = [point.day for point in status.points]
    lines = [
        bands.Line([p.day for p in past], [p.spent or 0 for p in past], "Spent"),
        bands.Line(days, [p.even for p in status.points], "Even pace", theme.current().muted, "dot"),
        bands.Line(days, [float(one.budget.plan.amount)] * len(days), "Budget", "#D55E00", "solid"),
    ]
    shown = []
    if len(ahead) > 1 and status.end_low is not None and status.end_high is not None and status.end is not None:
        lines.insert(
            1, bands.Line([p.day for p in ahead], [p.expected or 0 for p in ahead], "Expected", palette.BLUE, "dash")
        )
        reach = [(p.expected or 0) - (ahead[0].expected or 0) for p in ahead]
        whole = reach[-1] or 1.0
        shown.append(
            bands.Band(
                [p.day for p in ahead],
                [(p.expected or 0) - (status.end - status.end_low) * r / whole for p, r in zip(ahead, reach, strict=True)],
                [(p.expected or 0) + (status.end_high - status.end) * r / whole for p, r in zip(ahead, reach, strict=True)],
                "95 %",
            )
        )  # fmt: skip
    alt = f"Burn-down of the budget {one.budget.name}: {one.verdict}."
    draw.plot(bands.figure(lines, shown, currency, theme.current()), key="burn-down", alt=alt, height=320)


def sentence(one: Standing) -> str:
    """How it stands, in one sentence."""
    status, currency = one.status, one.budget.currency
    spent = formatting.money(status.spent + status.incomplete, currency)
    said = f"{spent} of {formatting.money(one.budget.plan.amount, currency)} spent"
    if status.end is not None and status.days_left:
        said += f"; {formatting.money(status.end, currency)} expected at the end"
    if status.runs_out:
        said += f"; used up on {status.runs_out}" if status.state == "over" else f"; runs out on {status.runs_out}"
    notes = []
    if not one.seen:
        notes.append("nothing of it was used in the days that were read: check what the budget is for")
    if status.incomplete:
        notes.append(f"{formatting.money(status.incomplete, currency)} of it on days that may still grow")
    if one.before_history:
        notes.append(
            f"{formatting.plural(one.before_history, 'day')} of the period lie before the data that is there, and are not in it"
        )
    if one.error is not None:
        notes.append(f"the forecast's days were off by {formatting.percent(one.error)} in the past")
    return said + "." + (f" {words.sentence('; '.join(notes))}." if notes else "")


def crossings(one: Standing) -> Table:
    """Its thresholds and whether they are reached."""
    rows = pd.DataFrame(
        [
            {
                "at": formatting.percent(crossing.threshold.share) + BASES[crossing.threshold.basis],
                "amount": float(crossing.threshold.share * one.budget.plan.amount),
                "state": "reached" if crossing.crossed else "not reached",
                "day": crossing.day,
            }
            for crossing in one.status.crossings
        ],
        columns=["at", "amount", "state", "day"],
    )  # fmt: skip

    def extra(row: Row, column: Column) -> Mapping[str, Any]:
        if column.name == "state":
            return {"badge": "warn" if row["state"] == "reached" else "plain", "text": str(row["state"]).capitalize()}
        return {}

    return Table(rows, CROSSINGS, one.budget.currency, "crossings", "Thresholds", bare=True, extra=extra)


@st.dialog("Budget", width="medium")
def form(costs: Daily, budget: Budget | None = None) -> None:
    """Make a budget or change one."""
    plan = budget.plan if budget else None
    name = st.text_input("Name", budget.name if budget else "", max_chars=120, placeholder="Data platform, Team web …")
    key = _what_for(costs, parse_key(budget.series) if budget else None)
    start = str(plan.amount) if plan else str(suggestion(costs, key))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        amount = st.text_input(f"Amount, {budget.currency if budget else costs.currency}", start, width=180)
        span = st.selectbox(
            "Period", SPANS, SPANS.index(plan.span) if plan else 1, format_func=str.capitalize, width=160
        )
    days: Any = ()
    if span == "custom":
        today = session.as_of().today
        days = st.date_input(
            "Days", value=(plan.first_day, plan.last_day) if plan and plan.first_day else (today.replace(day=1), today)
        )
    lines = st.text_input(
        "Thresholds, %",
        _typed(plan.thresholds if plan else DEFAULT_THRESHOLDS),
        help="f behind a number: reached by the forecast",
    )
    bases = {"list": "List prices", "contract": "Contract prices"}
    base = st.segmented_control(
        "Counted at", list(bases), default=budget.base if budget else session.view().filters.base,
        format_func=bases.__getitem__, required=True,
    )  # fmt: skip
    commitment = st.checkbox(
        "An amount that was promised (commitment)", plan.commitment if plan else False,
        help="Such as a Databricks commit: it is to be used up, and the question is when",
    )  # fmt: skip
    owner = st.text_input("Owner", budget.owner if budget else session.viewer().name, max_chars=200)
    note = st.text_input("Note", budget.note if budget else "", max_chars=300)
    if st.button("Keep budget", type="primary", disabled=not name.strip()):
        try:
            made = replace(
                _read(
                    budget, name.strip(), key, amount, span, days, lines, commitment, owner.strip(), note.strip(), costs
                ),
                base=base or "list",
            )
            saved = stored.save_budget(session.context().store, made, session.viewer().name, utc_now())
        except AppError as error:
            st.error(words.plain(f"{error.message} {error.remedy}"))
            return
        st.query_params["budget"] = saved.id
        st.toast("Kept", icon=":material/check:")
        st.rerun()


def _what_for(costs: Daily, now: Key | None) -> Key:
    kinds = [kind for kind in KINDS if any(key.kind == kind for key in costs.keys)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            "For",
            kinds,
            kinds.index(now.kind) if now and now.kind in kinds else 0,
            format_func=WORDS.__getitem__,
            width=180,
        )
        if kind == "total":
            return Key("total")
        keys = watching.ranked(costs, str(kind))
        if now and now.kind == kind and now not in keys:
            keys = [now, *keys]
        if not keys:
            return Key("total")
        chosen = st.selectbox(
            "Which", keys, keys.index(now) if now in keys else 0, format_func=lambda key: watching.name_of(costs, key)
        )
    return chosen or Key("total")


def _read(
    budget: Budget | None, name: str, key: Key, amount: str, span: Any, days: Any, lines: str, commitment: bool, owner: str,
    note: str, costs: Daily,
) -> Budget:  # fmt: skip
    try:
        exact = Decimal(amount.replace(",", "").strip())
    except InvalidOperation as error:
        raise InputError(f"{amount!r} is not an amount.", remedy="Write it like 12500.") from error
    pair: tuple[date | None, date | None] = (
        (days[0], days[1]) if isinstance(days, tuple) and len(days) == 2 else (None, None)
    )
    plan = Plan(exact, span, pair[0], pair[1], parse_thresholds(lines), commitment)
    if budget:
        return replace(budget, name=name, series=key.text, plan=plan, owner=owner, note=note)
    return Budget(name, key.text, plan, costs.currency, session.view().filters.base, owner, note)


def _typed(thresholds: Sequence[Threshold]) -> str:
    return ", ".join(f"{(t.share * 100).normalize():f}" + ("f" if t.basis == "forecast" else "") for t in thresholds)

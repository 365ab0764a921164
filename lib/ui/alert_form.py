"""The form of an alert rule: the fields its kind reads, and a trial on days gone by before it is saved."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from lib.alerting.rounds import try_out
from lib.alerting.rules import drop_rule, save_rule
from lib.alerts import words as alert_words
from lib.alerts.kinds import KINDS
from lib.alerts.rule import BUDGET_STEPS, OBJECTS, SEVERITIES, STEPS, Rule, parse
from lib.alerts.trial import Trial
from lib.config import settings
from lib.context import utc_now
from lib.errors import AppError
from lib.reports.content import ColumnSpec
from lib.spend import formatting
from lib.store.alerts import RuleRow
from lib.store.watch import all_budgets
from lib.ui import export, intent, session, watching, words
from lib.ui.columns import Column
from lib.ui.table import Table

WINDOWS = {"day": "Day", "week": "Week", "month": "Month"}
TOLD = (
    Column("day", "Day", "date", phone=True),
    Column("name", "What", phone=True),
    Column("figure", "Figure", phone=True),
    Column("limit", "Limit"),
    Column("severity", "Severity"),
)
FIGURES = (
    ColumnSpec("value", "Figure", "exact"),
    ColumnSpec("threshold", "Limit", "exact"),
    ColumnSpec("unit", "Unit"),
)
"""Figure and limit of an alert in files: on screen they are words, with their unit."""
AGAINST = {"usual": "The median of the four before", "previous": "The one before"}
TOGETHER = "Everything together"


def draw(row: RuleRow | None, back: Callable[[], None]) -> None:
    """The form of a rule, or of a new one."""
    if row is not None and intent.taken("alert-drop") is not None:
        drop_rule(session.context(), row, utc_now())
        st.toast(words.plain(f"“{row.name}” is gone; its history stays"), icon=":material/check:")
        back()
        st.rerun()
    rule = parse(
        row.body if row else {"name": "New rule", "kind": "spend", "percent": 0.5, "currency": settings().currency}
    )
    if intent.pressed("All rules", "alert-back", icon=":material/arrow_back:", type="tertiary"):
        back()
        st.rerun()
    with st.container(border=True):
        st.markdown(f"### {words.plain(row.name) if row else 'New alert rule'}")
        values, mine = _fields(rule, row)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Try it on the past 90 days", icon=":material/history:", key="alert-try", on_click=intent.remember,
                args=("alert-try",),
            )  # fmt: skip
            st.button(
                "Save this rule", icon=":material/save:", type="primary", key="alert-save", on_click=intent.remember,
                args=("alert-save",),
            )  # fmt: skip
            if row is not None:
                with st.popover("Delete …", icon=":material/delete:"):
                    st.markdown(words.plain(f"“{row.name}” is not looked at any more. Its history stays."))
                    st.button("Delete this rule", key="alert-drop", on_click=intent.remember, args=("alert-drop",))
    trying, saving = intent.taken("alert-try") is not None, intent.taken("alert-save") is not None
    try:
        if trying or saving:
            made = parse(values)
            if trying:
                with st.spinner("Looking at 90 days …"):
                    _tried(made, try_out(session.context(), made, user=_whose(row, mine)))
            else:
                save_rule(session.context(), made, utc_now(), old=row, everybody=not mine)
                st.toast("Saved: it is looked at after every refresh", icon=":material/check:")
                back()
                st.rerun()
    except AppError as error:
        st.error(words.plain(f"{error.message}  {error.remedy}"), icon=":material/error:")


def _whose(row: RuleRow | None, mine: bool) -> str:
    return row.user if row else session.viewer().name if mine else ""


def _fields(rule: Rule, row: RuleRow | None) -> tuple[dict[str, Any], bool]:
    """What the person has set: a rule's values, and whether the rule is theirs alone."""
    key = row.id if row else "new"
    left, right = st.columns(2)
    name = left.text_input("Name", value=rule.name if row else "", key=f"alert-name-{key}", max_chars=120)
    kind = KINDS[
        right.selectbox(
            "Kind", list(KINDS), index=list(KINDS).index(rule.kind), format_func=lambda k: KINDS[k].title,
            key=f"alert-kind-{key}",
        )
    ]  # fmt: skip
    st.caption(kind.about)
    values: dict[str, Any] = {"name": name, "kind": kind.name, "currency": rule.currency, "base": rule.base}
    asked = [field for field in kind.fields if field not in ("steps",)]
    for column, field in zip(st.columns(max(len(asked), 1)), asked, strict=False):
        with column:
            values[field] = _field(field, rule, key, kind.name)
    with st.expander("Narrow it", icon=":material/filter_alt:"):
        values |= _narrowed(rule, key)
    with st.expander("Who hears of it, and how often", icon=":material/outgoing_mail:", expanded=bool(rule.channels)):
        values |= _told(rule, key, kind.steps if kind.steps != STEPS else STEPS)
    first, second, third = st.columns(3)
    values["severity"] = first.selectbox(
        "Severity at the first step", SEVERITIES, index=SEVERITIES.index(rule.severity), key=f"alert-severity-{key}",
        help="Each further step is one level more severe",
    )  # fmt: skip
    values["enabled"] = second.toggle("Switched on", value=rule.enabled, key=f"alert-on-{key}")
    values["highlight"] = second.toggle("Shown on the overview", value=rule.highlight, key=f"alert-highlight-{key}")
    mine = third.toggle(
        "Mine alone", value=bool(row and row.user), disabled=row is not None, key=f"alert-mine-{key}",
        help="Else everybody's: an administrator's to change",
    )  # fmt: skip
    return values, mine


def _field(field: str, rule: Rule, key: str, kind: str) -> Any:
    name = f"alert-{field}-{key}-{kind}"
    if field == "amount":
        label = (
            "From this amount" if kind not in ("anomaly", "idle", "untagged", "job_change") else "Only from this amount"
        )
        value = st.number_input(
            f"{label} ({rule.currency})", min_value=0.0, value=None if rule.amount is None else float(rule.amount),
            step=50.0, format="%.2f", key=name, placeholder="no amount",
        )  # fmt: skip
        return None if value is None else f"{value:.2f}"
    if field == "percent":
        label = "From this share without it (%)" if kind == "untagged" else "From this rise (%)"
        value = st.number_input(
            label, min_value=0.0, value=None if rule.percent is None else rule.percent * 100, step=5.0, format="%.0f",
            key=name, placeholder="no share",
        )  # fmt: skip
        return value / 100 if value else None
    if field == "hours":
        return (
            st.number_input("From so many hours", min_value=0.0, value=rule.hours or 24.0, step=1.0, key=name) or None
        )
    if field == "window":
        return st.selectbox(
            "Over a", list(WINDOWS), index=list(WINDOWS).index(rule.window), format_func=WINDOWS.__getitem__, key=name
        )
    if field == "against":
        return st.selectbox(
            "Compared with",
            list(AGAINST),
            index=list(AGAINST).index(rule.against),
            format_func=AGAINST.__getitem__,
            key=name,
        )
    if field == "by":
        known = ["", *OBJECTS, *(f"tag:{tag}" for tag in session.options().tags)]
        known += [rule.by] if rule.by not in known else []
        return st.selectbox("Each", known, index=known.index(rule.by), format_func=lambda by: by or TOGETHER, key=name)
    if kind == "budget":
        names = {"": "All budgets"} | {budget.id: budget.name for budget in all_budgets(session.context().store)}
        names |= {rule.subject: rule.subject} if rule.subject not in names else {}
        return st.selectbox(
            "Budget", list(names), index=list(names).index(rule.subject), format_func=names.__getitem__, key=name
        )
    tags = list(dict.fromkeys((*session.options().tags, *([rule.subject] if rule.subject else []))))
    return st.selectbox(
        "Tag key", tags, index=tags.index(rule.subject) if rule.subject else None, key=name, accept_new_options=True
    )


def _narrowed(rule: Rule, key: str) -> dict[str, Any]:
    options = session.options()
    left, right = st.columns(2)
    names = dict(options.workspaces)
    return {
        "workspaces": left.multiselect(
            "Workspaces", list({*names, *rule.workspaces}), default=list(rule.workspaces),
            format_func=lambda w: names.get(w) or w, placeholder="All", key=f"alert-workspaces-{key}",
        ),
        "products": right.multiselect(
            "Products", list({*options.products, *rule.products}), default=list(rule.products),
            format_func=formatting.product, placeholder="All", key=f"alert-products-{key}",
        ),
        "owners": left.multiselect(
            "Owners", list({*options.owners, *rule.owners}), default=list(rule.owners), placeholder="All",
            key=f"alert-owners-{key}",
        ),
        "object_name": right.text_input("Name contains", value=rule.object_name, key=f"alert-object-{key}"),
        "tag": left.text_input("Tag (KEY or KEY=VALUE)", value=rule.tag or "", key=f"alert-tag-{key}").strip() or None,
        "team": right.text_input(
            f"For one team (value of the tag {watching.watched_tag()})", value=rule.team, key=f"alert-team-{key}",
            help="Only what carries it is watched, and the team hears of it (Routes)",
        ).strip(),
    }  # fmt: skip


def _told(rule: Rule, key: str, steps: tuple[float, ...]) -> dict[str, Any]:
    channels = list({*session.context().channels, *rule.channels})
    left, right = st.columns(2)
    if not channels:
        left.caption("No channel is set up (LAKELEDGER_CHANNELS, docs/messages.md): the alert shows in the app only.")
    chosen = left.multiselect(
        "Channels", channels, default=list(rule.channels), placeholder="In the app only", key=f"alert-channels-{key}"
    )
    people = right.text_input(
        "Recipients, by comma",
        value=", ".join(rule.recipients),
        key=f"alert-people-{key}",
        help="For channels such as mail",
    )
    default = rule.steps or (BUDGET_STEPS if rule.kind == "budget" else steps)
    told_at = left.text_input(
        "Told again at these multiples of the limit", value=", ".join(f"{step:g}" for step in default),
        key=f"alert-steps-{key}-{steps}",
    )  # fmt: skip
    cooldown = right.number_input(
        "Hours of quiet for the same thing and severity", min_value=0.0, value=float(rule.cooldown_hours), step=1.0,
        format="%.0f", key=f"alert-cooldown-{key}",
    )  # fmt: skip
    return {
        "channels": chosen,
        "recipients": [person.strip() for person in people.split(",") if person.strip()],
        "steps": [part.strip() for part in told_at.split(",") if part.strip()],
        "cooldown_hours": cooldown,
        "to_owner": left.toggle(
            "Also to whom it belongs",
            value=rule.to_owner,
            key=f"alert-owner-{key}",
            help="Its owner, else its team, else the default: see Routes",
        ),
        "tell_resolved": right.toggle("Also when it is over", value=rule.tell_resolved, key=f"alert-over-{key}"),
    }


def _tried(rule: Rule, tried: Trial) -> None:
    """What a trial said, in words, by day and one by one."""
    st.info(words.plain(f"{tried.words()}  {tried.untold}"), icon=":material/history:")
    if not tried.told:
        return
    rows = [
        {
            "day": one.day, "name": one.reading.group.name, "severity": one.severity,
            "figure": alert_words.figure(one.reading.value, one.reading.unit, rule.currency),
            "limit": alert_words.figure(one.reading.limit, one.reading.unit, rule.currency),
            **figures(one.reading.value, one.reading.limit, one.reading.unit),
        }
        for one in reversed(tried.told)
    ]  # fmt: skip
    listed = Table(pd.DataFrame(rows), TOLD, rule.currency, "alert-trial", "What would have been told", page_size=25)
    export.listed(listed, name="alert-trial", columns=in_files(TOLD))


def in_files(columns: Sequence[Column]) -> tuple[ColumnSpec, ...]:
    """A table of alerts as files have it."""
    shown = [column for column in columns if column.name not in ("limit", "where")]
    return tuple(spec for c in shown for spec in (FIGURES if c.name == "figure" else (c.spec,)))


def figures(value: str | Decimal, limit: str | Decimal, unit: str) -> dict[str, Any]:
    """The values of `FIGURES`."""
    return {"value": Decimal(value), "threshold": Decimal(limit), "unit": unit}

"""The page of alerts: the inbox, one alert, the rules, and the history."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.access import Role
from lib.alerting import closing
from lib.alerting.places import Place, place_of
from lib.alerting.rounds import round_of_alerts
from lib.alerting.rules import hide, hides, may_answer, visible_alerts, visible_rules
from lib.alerts import inbox
from lib.alerts import words as alert_words
from lib.alerts.machine import OPEN as OPEN_STATES
from lib.alerts.rule import SEVERITIES, Rule, parse
from lib.context import utc_now
from lib.errors import AppError
from lib.reports.content import ColumnSpec
from lib.spend import formatting
from lib.store import alerts as kept
from lib.store.alerts import HistoryRow, RuleRow, StateRow
from lib.ui import (
    address,
    alert_form,
    alert_routes,
    alert_series,
    cards,
    export,
    intent,
    session,
    states,
    table,
    watching,
    words,
)
from lib.ui.columns import SEVERITY, Column
from lib.ui.table import Row, Table, onward

VIEWS = {"inbox": "Inbox", "rules": "Rules", "history": "History", "routes": "Routes"}
OPEN = (
    Column("name", "What", phone=True),
    Column("status", "Status", "badge", phone=True),
    Column("severity", "Severity", "badge"),
    Column("figure", "Figure", phone=True, about="Below, the limit"),
    Column("period", "Period"),
    Column("since", "Since (UTC)", "moment"),
    Column("where", "Look at it", about="The thing itself, over the days of the alert"),
)
RULES = (
    Column("name", "Rule", phone=True),
    Column("what", "What it watches", wraps=True, phone=True),
    Column("severity", "Severity", "badge"),
    Column("channels", "Told through", missing="the app only"),
    Column("whose", "Whose"),
    Column("open", "Open", "count"),
    Column("enabled", "State", "badge", phone=True),
)
HISTORY = (
    Column("at", "At (UTC)", "moment", phone=True),
    Column("group", "What", phone=True, about="Below, the rule"),
    Column("happened", "Happened", "badge", phone=True),
    Column("figure", "Figure", about="Below, the limit"),
    Column("period", "Period"),
    Column("who", "Who", missing="the app"),
    Column("note", "Note", wraps=True, missing=formatting.NONE),
)
TONES = SEVERITY | {
    "firing": "critical", "acknowledged": "warn", "muted": "plain", "resolved": "ok", "fired": "critical",
    "escalated": "critical", "waiting": "info", "unmuted": "info", "on": "ok", "off": "plain",
}  # fmt: skip


def draw() -> None:
    """The whole page below its title."""
    _done()
    params = table.address_now()
    reader = address.Reader(params)
    rules = visible_rules(session.context())
    chosen, edited = reader.one("rule", str, ""), reader.one("edit", str, "")
    if edited:
        alert_form.draw(rules.get(edited), _back)
        return
    found = visible_alerts(session.context())
    if chosen:
        _one(rules.get(chosen), reader.one("group", str, ""), muting=reader.one("act", str, "") == "mute")
        return
    _summary(found, rules)
    view, row = _view(reader.one("show", str, "inbox"))
    if view == "inbox":
        _inbox(found, rules, params, row)
    elif view == "rules":
        _rules(found, rules, params, row)
    elif view == "history":
        _history(rules, row)
    else:
        alert_routes.draw(row)


def _summary(found: list[StateRow], rules: Mapping[str, RuleRow]) -> None:
    counts = {status: sum(state.status == status for state in found) for status in ("firing", "acknowledged", "muted")}
    on = sum(rule.enabled for rule in rules.values())
    cards.draw(
        [
            cards.count("Firing", counts["firing"], about="Nobody looks after these yet"),
            cards.count("Acknowledged", counts["acknowledged"], about="Somebody looks after these"),
            cards.count("Muted", counts["muted"], about="Silent until their day"),
            cards.count("Rules", on, chip=f"{len(rules) - on} off" if on < len(rules) else ""),
        ],
        key="alerts",
    )


def _view(shown: str) -> tuple[str, DeltaGenerator]:
    """Which of the lists is shown, and the end of the row above it, where its files go."""
    view = shown if shown in VIEWS else "inbox"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        choice = st.segmented_control(
            "Show", list(VIEWS), format_func=VIEWS.__getitem__, default=view, label_visibility="collapsed",
            key="alerts-show", required=True,
        )  # fmt: skip
        row = st.container(horizontal=True, width="content")
        with row:
            st.button(
                "Look at all rules now", icon=":material/sync:", key="alerts-run", on_click=intent.remember,
                args=("alerts-run",), help="As the scheduler does; messages that are due go to the outbox",
            )  # fmt: skip
            if intent.pressed("New rule", "alerts-new", icon=":material/add:", type="primary"):
                st.query_params["edit"] = "new"
                st.rerun()
    if choice and choice != view:
        st.query_params["show"] = choice
        st.rerun()
    return view, row


def _inbox(found: list[StateRow], rules: Mapping[str, RuleRow], params: address.Params, above: DeltaGenerator) -> None:
    if not found:
        if rules:
            states.empty(
                "Nothing fires", next_step="Rules are looked at after every refresh.", icon=":material/check_circle:"
            )
        else:
            states.empty(
                "There are no alert rules yet",
                next_step="Make one: a rule can be tried on the past 90 days before it is saved.",
                icon=":material/notifications:",
            )
        return
    rows = []
    for state in found:
        rule = parse(rules[state.rule_id].body)
        place = _place(rule, state)
        rows.append(
            {
                "name": state.group_name, "rule": rule.name, "status": state.status, "group": state.group_key,
                "rule_id": state.rule_id, "severity": rule.severity_at(max(int(state.body["level"]), 1)),
                "figure": _figure(state.value, state.unit, rule), "limit": _figure(state.threshold, state.unit, rule),
                **alert_form.figures(state.value, state.threshold, state.unit), "period": state.body["period"],
                "since": datetime.fromisoformat(state.body["since"]) if state.body["since"] else None,
                "where": place.label, "href": place.address,
            }
        )  # fmt: skip
    status, severity = ("firing", "acknowledged", "muted"), SEVERITIES[::-1]
    rows.sort(key=lambda row: (status.index(row["status"]), severity.index(row["severity"])))
    frame = pd.DataFrame(rows)
    export.listed(Table(
            frame, OPEN, "USD", "open-alerts", "Open alerts, those that fire first", extra=_look, page_size=25,
            link=lambda row: address.link("alerts", params, rule=row["rule_id"], group=row["group"]),
        ), name="alerts", row=above, columns=(*alert_form.in_files(OPEN), ColumnSpec("rule", "Rule")))  # fmt: skip


def _rules(found: list[StateRow], rules: Mapping[str, RuleRow], params: address.Params, above: DeltaGenerator) -> None:
    if not rules:
        states.empty("There are no alert rules yet", next_step="“New rule” makes one.", icon=":material/notifications:")
        return
    rows = []
    for row in rules.values():
        rule = parse(row.body)
        rows.append(
            {
                "id": row.id, "name": row.name, "what": alert_words.what(rule), "severity": rule.severity,
                "channels": ", ".join(rule.channels) or None, "whose": row.user or "everybody's",
                "open": sum(state.rule_id == row.id for state in found), "enabled": "on" if row.enabled else "off",
            }
        )  # fmt: skip
    export.listed(Table(
            pd.DataFrame(rows), RULES, "USD", "alert-rules", "Alert rules by name", extra=_badges, page_size=25,
            link=lambda row: address.link("alerts", params, edit=row["id"]),
        ), name="alert-rules", row=above)  # fmt: skip


def _history(rules: Mapping[str, RuleRow], above: DeltaGenerator) -> None:
    past = [row for row in kept.past(session.context().store) if row.rule_id in rules or _sees_all()]
    if not past:
        states.empty("Nothing has happened yet", next_step="What fires, is told, muted or over is listed here.")
        return
    _past(past, rules, row=above)


def _past(
    past: list[HistoryRow], rules: Mapping[str, RuleRow], *, title: str = "", row: DeltaGenerator | None = None
) -> None:
    rows = []
    for event in past:
        known = rules.get(event.rule_id)
        rule = parse(known.body) if known else None
        rows.append(
            {
                "at": event.at, "group": event.group_name or "All spend", "rule": event.rule_name,
                "happened": event.happened, "figure": _figure(event.value, event.unit, rule),
                "limit": _figure(event.threshold, event.unit, rule), "period": event.period,
                **alert_form.figures(event.value, event.threshold, event.unit),
                "who": event.who or None,
                "note": event.note or None,
            }
        )  # fmt: skip
    export.listed(
        Table(
            pd.DataFrame(rows),
            HISTORY,
            "USD",
            "alert-history",
            "What happened, newest first",
            extra=_badges,
            page_size=25,
        ),
        name="alert-history",
        title=title,
        row=row,
        columns=(*alert_form.in_files(HISTORY), ColumnSpec("rule", "Rule")),
    )


def _figure(value: str, unit: str, rule: Rule | None) -> str:
    return alert_words.figure(Decimal(value), unit, rule.currency if rule else "USD")


def _place(rule: Rule, state: StateRow) -> Place:
    """Where the thing of an alert is shown."""
    whose = rule.of_team(watching.watched_tag()) if rule.team else rule
    return place_of(whose, state.group_key, state.body["period"] or "", Decimal(state.value), Decimal(state.threshold))


def _look(row: Row, column: Column) -> dict[str, Any]:
    if column.name == "name":
        return {"sub": row["rule"]}
    return {"href": row["href"]} if column.name == "where" else _badges(row, column)


def _badges(row: Row, column: Column) -> dict[str, Any]:
    if column.name == "group":
        return {"sub": row["rule"]}
    if column.name == "figure":
        return {"sub": f"limit {row['limit']}"}
    return {"badge": TONES.get(str(row[column.name]), "plain")} if column.kind == "badge" else {}


def _one(row: RuleRow | None, group: str, *, muting: bool) -> None:
    """One alert: how it stands, what happened to it, and what can be done about it."""
    params = table.address_now()
    st.page_link(
        "pages/alerts.py", label="All alerts", icon=":material/arrow_back:", query_params=address.carried(params)
    )
    if row is None:
        states.empty("This alert's rule is not there any more", next_step="Its history is under History.")
        return
    rule = parse(row.body)
    store = session.context().store
    state = next((s for s in kept.states_of(store, rule=row.id) if s.group_key == group), None)
    with st.container(border=True):
        name = state.group_name if state else group or "All spend"
        st.markdown(f"### {words.plain(name)}")
        st.caption(words.plain(f"{rule.name} · {alert_words.what(rule)}"))
        if state:
            figure, limit = (_figure(value, state.unit, rule) for value in (state.value, state.threshold))
            said = f"**{words.plain(figure)}** against a limit of {words.plain(limit)}"
            st.markdown(f"{said}: {state.status}, {words.plain(state.body['period'] or 'no period yet')}.")
            if state.body["by"]:
                until = state.body["muted_until"]
                ends = f", until {until[:10]}" if state.status == "muted" and until else ""
                reason = f": {state.body['reason']}" if state.body["reason"] else ""
                st.caption(words.plain(f"{state.status.capitalize()} by {state.body['by']}{ends}{reason}"))
        _acts(row, group, state, muting=muting)
        alert_series.draw(rule, group, state)
        with st.container(horizontal=True, vertical_alignment="center"):
            if state:
                place = _place(rule, state)
                st.page_link(
                    f"pages/{place.page}.py",
                    label=place.label,
                    icon=":material/open_in_new:",
                    query_params=place.params,
                )
            st.page_link(
                "pages/alerts.py", label="Open its rule", icon=":material/rule:", query_params=onward(edit=row.id)
            )
            st.toggle(
                "On my Overview", value=not hides(session.context(), row.id), disabled=not rule.highlight,
                key="alert-overview", on_change=_show, args=(row.id,),
                help="For you alone" if rule.highlight else "The rule itself keeps it off everybody's Overview",
            )  # fmt: skip
    past = kept.past(store, rule=row.id, group=group)
    if past:
        _past(past, {row.id: row}, title="What happened")


def _acts(row: RuleRow, group: str, state: StateRow | None, *, muting: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if state and state.status == "firing":
            st.button(
                "Acknowledge: I look after it", icon=":material/visibility:", type="primary", key="alert-ack",
                on_click=intent.remember, args=("alert-ack", row.id, group),
            )  # fmt: skip
        if state and state.status in OPEN_STATES:
            st.button(
                "Resolve: it is over", icon=":material/check_circle:", key="alert-resolve", on_click=intent.remember,
                args=("alert-resolve", row.id, group), help="Quiet until it grows or a new period begins",
            )  # fmt: skip
        if state and state.status == "muted":
            st.button(
                "Hear of it again", icon=":material/notifications_active:", key="alert-unmute", on_click=intent.remember,
                args=("alert-unmute", row.id, group),
            )  # fmt: skip
    fold = st.expander("Mute it until a day", icon=":material/notifications_off:", expanded=muting)
    with fold, st.form("alert-mute", border=False):
        today = utc_now().date()
        st.date_input(
            "Told again from", value=today + timedelta(days=7), min_value=today + timedelta(days=1),
            max_value=today + timedelta(days=365), key="alert-until",
        )  # fmt: skip
        st.text_input("Why it may be ignored until then", key="alert-reason", max_chars=400)
        st.form_submit_button("Mute this alert", on_click=intent.remember, args=("alert-mute", row.id, group))


def _done() -> None:
    """Do what a press asked for, once."""
    context, who, now = session.context(), session.viewer().name, utc_now()
    try:
        if asked := intent.taken("alert-ack"):
            _may(asked[0])
            inbox.acknowledge(context.store, asked[0], asked[1], who, now)
            st.toast("Acknowledged: it is yours", icon=":material/check:")
        if asked := intent.taken("alert-resolve"):
            _may(asked[0])
            closed = closing.resolve(context, asked[0], asked[1], who, now)
            st.toast(
                "Resolved: it is over" + (", and its incident is closed" if closed else ""), icon=":material/check:"
            )
        if asked := intent.taken("alert-unmute"):
            _may(asked[0])
            inbox.unmute(context.store, asked[0], asked[1], who, now)
            st.toast("You hear of it again", icon=":material/check:")
        if asked := intent.taken("alert-mute"):
            _may(asked[0])
            until = datetime.combine(st.session_state["alert-until"], time(), timezone.utc)
            inbox.mute(context.store, asked[0], asked[1], who, now, until, st.session_state["alert-reason"])
            st.toast(f"Muted until {until:%Y-%m-%d}", icon=":material/check:")
        if intent.taken("alerts-run") is not None:
            session.viewer().require(Role.OPERATOR, "look at all alert rules")
            with st.spinner("Looking at every rule …"):
                st.toast(
                    words.plain(round_of_alerts(context, now).words() or "There is no rule yet"),
                    icon=":material/check:",
                )
    except AppError as error:
        st.error(words.plain(f"{error.message} {error.remedy}"), icon=":material/error:")


def _may(rule: str) -> None:
    may_answer(session.context(), kept.get_rule(session.context().store, rule))


def _sees_all() -> bool:
    return session.viewer().role >= Role.ADMIN


def _show(rule: str) -> None:
    hide(session.context(), rule, not st.session_state["alert-overview"], utc_now())


def _back() -> None:
    """Leave the form for the list of rules."""
    st.query_params.pop("edit", None)
    st.query_params["show"] = "rules"

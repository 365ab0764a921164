"""The pages about anomalies: cards, the marked chart, the list, causes, and what people can say about one."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from lib.context import utc_now
from lib.spend import formatting
from lib.spend.anomaly import KIND_WORDS, SEVERITIES, Sensitivity
from lib.store import watch as stored
from lib.ui import address, cards, intent, session, theme, watching, words
from lib.ui.charts import bands, draw
from lib.ui.columns import SEVERITY, Column
from lib.ui.export import Exact
from lib.ui.table import Row, Table, address_now, onward
from lib.watch import desk
from lib.watch.daily import OBJECTS, TOTAL, WORDS, Key, parse_key
from lib.watch.tell import Cause, Told, Watched, usual

COLUMNS = (
    Column("day", "Since", "date", phone=True),
    Column("name", "What", phone=True),
    Column("severity", "Severity", "badge", phone=True),
    Column(
        "value", "Was", "money", "On its worst day; below, what the days before let expect", missing=formatting.NONE
    ),
    Column("change", "Change", "change", missing="from nothing"),
    Column("impact", "In all", "money", "What all its days cost more or less than expected", phone=True),
    Column("why", "Mostly"),
    Column("state", "State", "badge"),
)
IN_FILES = (
    *COLUMNS[:3],
    Column("of", "Kind of series"),
    Column("kind", "What happened"),
    Column("expected", "Expected", "money"),
    *COLUMNS[3:],
    Column("reason", "Reason"),
)
CAUSES = (
    Column("name", "Object", phone=True),
    Column("kind", "Kind"),
    Column("amount", "More or less", "money", phone=True),
    Column("share", "Of it", "percent", phone=True),
    Column("bar", "", "bar"),
)
CENT, MANIFOLD = 0.01, 20.0
"""A change against less than a cent says nothing; from so many times on it is told as a multiple."""
AROUND = 60
"""Days of a series around an anomaly."""


def summary(told: Sequence[Told], currency: str) -> list[cards.Card]:
    """How many there are, by severity, and what they cost."""
    open_ones = [one for one in told if one.state == "open"]
    by = {severity: sum(one.thing.severity == severity for one in open_ones) for severity in SEVERITIES}
    quiet = len(told) - len(open_ones)
    return [
        cards.count("Critical", by["critical"]),
        cards.count("High", by["high"]),
        cards.count("Medium", by["medium"]),
        cards.money(
            "Cost beyond expected", beyond(told), currency, none="none", about="Of the rises of single objects"
        ),
        cards.count("Quiet", quiet, about="Acknowledged, muted"),
    ]


def beyond(told: Sequence[Told]) -> float:
    """What the rises of single objects that nobody looked at yet cost beyond what was expected."""
    rises = (one.thing.impact for one in told if one.state == "open" and one.key.kind in OBJECTS)
    return sum(impact for impact in rises if impact > 0)


def marked_total(found: Watched, told: Sequence[Told], period_start: date) -> None:
    """The whole account with its expected band, and a mark on each day that something is told of."""
    costs = found.daily
    begin = max((period_start - costs.first_day).days - 14, 0)
    days = [costs.day(number) for number in range(begin, costs.days)]
    row = costs.numbers[TOTAL]
    total = costs.values[row]
    by_day: dict[date, list[Told]] = {}
    for one in told:
        if one.day >= days[0] and one.thing.kind != "slow drift":
            by_day.setdefault(one.day, []).append(one)
    marks = [
        bands.MarkedDay(
            day,
            float(total[(day - costs.first_day).days]),
            "<br>".join(f"{one.name}: {KIND_WORDS[one.thing.kind]}" for one in ones[:6]),
            max((one.thing.severity for one in ones), key=SEVERITIES.index),
        )
        for day, ones in sorted(by_day.items())
    ]
    picture = bands.figure(
        [bands.Line(days, total[begin:].tolist(), "Cost")],
        [bands.Band(days, found.found.low[row, begin:].tolist(), found.found.high[row, begin:].tolist(), "Expected")],
        costs.currency,
        theme.current(),
        marks,
    )
    alt = f"Cost by day of the whole account with its expected band; {len(marks)} days are marked."
    draw.plot(picture, key="anomalies-total", alt=alt, height=280)


def listed(told: Sequence[Told], currency: str, params: address.Params) -> Table:
    """The list; a row opens the anomaly."""
    rows = pd.DataFrame(
        [
            {
                "id": one.identity,
                "day": one.day,
                "name": one.name if one.key.kind == "total" else f"{one.name}",
                "of": WORDS[one.key.kind],
                "severity": one.thing.severity,
                "kind": KIND_WORDS[one.thing.kind],
                "expected": one.thing.expected,
                "value": one.thing.value,
                "change": one.thing.change,
                "impact": one.thing.impact,
                "why": one.mostly or None,
                "state": one.state,
                "reason": one.reason,
                "rank": SEVERITIES.index(one.thing.severity),
            }
            for one in told
        ],
        columns=["id", "day", "name", "of", "severity", "kind", "expected", "value", "change", "impact", "why", "state",
                 "reason", "rank"],
    )  # fmt: skip

    def extra(row: Row, column: Column) -> Mapping[str, Any]:
        if column.name == "name":
            of = "" if row["of"] == WORDS["total"] else f"{row['of']} · "
            return {"sub": f"{of}{row['kind']}"}
        if column.name == "value" and not formatting.missing(row["expected"]):
            return {"sub": f"expected {formatting.money(row['expected'], currency)}"}
        if column.name == "severity":
            return {"badge": SEVERITY[row["severity"]], "text": str(row["severity"]).capitalize()}
        if column.name == "change" and row["expected"] < CENT:
            return {"text": "from nothing", "tone": "muted"}
        if column.name == "change" and row["change"] >= MANIFOLD:
            return {"text": f"×{row['value'] / row['expected']:,.0f}", "tone": "up"}
        if column.name == "state" and row["state"] != "open":
            return {"hover": row["reason"]}
        return {}

    left_out = {"state"} if (rows["state"] == "open").all() else set()
    if rows["why"].isna().all():
        left_out.add("why")
    return Table(
        rows,
        tuple(column for column in COLUMNS if column.name not in left_out),
        currency,
        "anomalies",
        "Anomalies, newest first",
        link=lambda row: address.link("anomaly", params, anomaly=str(row["id"])),
        extra=extra,
        empty="Nothing is out of line in this period.",
    )


def exact(rows: Table) -> Exact:
    """What a file holds: each figure in a column of its own."""
    return Exact(rows.frame, [column.spec for column in IN_FILES])


def sentence(one: Told, currency: str) -> str:
    """What happened, in one sentence."""
    thing = one.thing
    amounts = f"{formatting.money(thing.value, currency)} instead of {formatting.money(thing.expected, currency)}"
    days = f"on {one.day}" if one.last == one.day else f"since {one.day}" if thing.open else f"{one.day} to {one.last}"
    if thing.kind == "new":
        return f"New {days}: {formatting.money(thing.level, currency)} a day since."
    if thing.kind == "vanished":
        return f"Nothing {days}; about {formatting.money(thing.expected, currency)} a day before."
    if thing.level is not None:
        return f"{KIND_WORDS[thing.kind].capitalize()} {days}: {formatting.money(thing.level, currency)} a day now."
    return f"{KIND_WORDS[thing.kind].capitalize()} {days}: {amounts}."


def figures(one: Told, currency: str) -> list[cards.Card]:
    """The figures of one anomaly."""
    thing = one.thing
    usual_range = f"{formatting.money_short(thing.low, currency)} – {formatting.money_short(thing.high, currency)}"
    score = f"Score {thing.score:+.1f}: from 2 medium, from 2.5 high, from 3 critical"
    return [
        cards.Card("Severity", thing.severity.capitalize(), about=score),
        cards.money("Expected", thing.expected, currency, about="On its worst day"),
        cards.money("Was", thing.value, currency, about=f"On {one.worst}"),
        cards.money("In all", thing.impact, currency, about="More or less than expected over all its days"),
        cards.Card("Usual range", usual_range, about="Days inside it are not told"),
    ]


def detail_chart(found: Watched, one: Told) -> None:
    """The series around the anomaly, with the band it was judged by."""
    costs, row = found.daily, one.thing.series
    begin, end = max(one.thing.day - AROUND, 0), min(one.thing.last + AROUND, costs.days)
    days = [costs.day(number) for number in range(begin, end)]
    values = costs.values[row, begin:end].tolist()
    marks = [
        bands.MarkedDay(one.worst, one.thing.value, f"{one.worst}: {formatting.money(one.thing.value, costs.currency)}",
                        one.thing.severity)
    ]  # fmt: skip
    if one.day != one.worst:
        value = float(costs.values[row, one.thing.day])
        marks.append(bands.MarkedDay(one.day, value, f"{one.day}: first told", one.thing.severity))
    picture = bands.figure(
        [
            bands.Line(days, values, "Cost"),
            bands.Line(days, found.found.expected[row, begin:end].tolist(), "Expected", theme.current().muted, "dot"),
        ],
        [
            bands.Band(
                days, found.found.low[row, begin:end].tolist(), found.found.high[row, begin:end].tolist(), "Usual"
            )
        ],
        costs.currency,
        theme.current(),
        marks,
    )
    draw.plot(picture, key="anomaly-series", alt=f"Cost by day of {one.name} with its usual band.", height=300)


def causes_table(causes: Sequence[Cause], currency: str) -> Table:
    """What moved, by what it contributed; what moved against it stands below."""
    most = max((abs(cause.amount) for cause in causes), default=1.0)
    rows = pd.DataFrame(
        [
            {
                "name": cause.name,
                "kind": WORDS[cause.key.kind],
                "amount": cause.amount,
                "share": cause.share,
                "bar": max(cause.amount, 0.0) / most,
                "workspace_id": cause.key.workspace_id,
                "key": cause.key.key,
                "of": cause.key.kind,
            }
            for cause in causes
        ],
        columns=["name", "kind", "amount", "share", "bar", "workspace_id", "key", "of"],
    )
    return Table(
        rows, CAUSES, currency, "causes", "What contributed, the largest first", bare=True,
        link=lambda row: opens(Key(row["of"], row["key"], row["workspace_id"])),
        empty="It is not made of parts that can be told apart.",
    )  # fmt: skip


def opens(key: Key) -> str:
    """The page of an object, when it has one."""
    params = address_now()
    if key.kind == "job":
        return address.link("job", params, workspace_id=key.workspace_id, job_id=key.key)
    if key.kind in ("cluster", "warehouse"):
        return address.link(key.kind, params, **{"workspace_id": key.workspace_id, f"{key.kind}_id": key.key})
    if key.kind in ("workspace", "product", "owner"):
        return address.link("explorer", params, **{key.kind: key.key})
    return address.link("forecast", params, kind=key.kind, series=key.text)


def places(one: Told) -> None:
    """The thing itself, where it has a page, and its forecast."""
    key = one.key
    with st.container(horizontal=True, gap="small"):
        if key.kind in ("job", "cluster", "warehouse"):
            st.page_link(
                f"pages/{key.kind}.py", label=f"Open this {WORDS[key.kind].lower()}", icon=":material/open_in_new:",
                query_params={**address.carried(address_now()), "workspace_id": key.workspace_id, f"{key.kind}_id": key.key},
            )  # fmt: skip
        st.page_link("pages/forecast.py", label="Its forecast", icon=":material/trending_up:",
                     query_params=onward(kind=key.kind, series=key.text))  # fmt: skip


def acts(one: Told) -> None:
    """Acknowledge, mute, plan: buttons that open a dialog."""
    if not watching.may_write():
        st.caption("Operators can acknowledge, mute and plan.")
        return
    with st.container(horizontal=True, gap="small"):
        known = one.state == "acknowledged"
        if intent.pressed("Acknowledge", "acknowledge", one.identity, icon=":material/check:", disabled=known):
            _acknowledge(one)
        if intent.pressed("Mute this series", "mute", one.key.text, icon=":material/notifications_off:"):
            _mute(one)
        if intent.pressed("Mark as planned", "plan", one.identity, icon=":material/event_available:"):
            _plan(one.key.text, one.name, one.day, one.last)


@st.dialog("Acknowledge")
def _acknowledge(one: Told) -> None:
    st.caption(words.plain(f"{one.name}: it is known and will not be told again."))
    reason = st.text_input("Note", placeholder="What it was", max_chars=300)
    if st.button("Acknowledge", type="primary", key="do-acknowledge"):
        context, at = session.context(), utc_now()
        watching.written(
            lambda: stored.mark(context.store, "acknowledged", one.key.text, context.viewer.name, at,
                                anomaly=one.identity, reason=reason.strip()),
            "Acknowledged",
        )  # fmt: skip


@st.dialog("Mute this series")
def _mute(one: Told) -> None:
    st.caption(words.plain(f"Nothing about {one.name} is told until the day you choose. It goes on being judged."))
    until = st.date_input("Until", value=session.as_of().today + timedelta(days=14))
    reason = st.text_input("Reason", placeholder="Why, in a few words", max_chars=300)
    if st.button("Mute", type="primary", disabled=not reason.strip(), key="do-mute") and isinstance(until, date):
        context, at, key = session.context(), utc_now(), one.key.text
        watching.written(
            lambda: stored.mark(
                context.store, "muted", key, context.viewer.name, at, until=until, reason=reason.strip()
            ),
            "Muted",
        )


@st.dialog("Mark as planned")
def _plan(series: str, name: str, first: date, last: date) -> None:
    st.caption(
        words.plain(
            f"{name or 'Everything'}: these days are not judged, and tell the forecast nothing about usual days."
        )
    )
    called = st.text_input("Name", placeholder="Migration, load test, backfill …", max_chars=120)
    days = st.date_input("Days", value=(first, last))
    if st.button("Keep", type="primary", disabled=not called.strip(), key="do-plan"):
        pair = days if isinstance(days, tuple) and len(days) == 2 else (first, first)
        context, at = session.context(), utc_now()
        event = stored.PlannedEvent(called.strip(), pair[0], pair[1], series)
        watching.written(lambda: stored.plan_event(context.store, event, context.viewer.name, at), "Planned")


def settings(found: Watched) -> None:
    """From when something is told, for the one who looks."""
    context = session.context()
    own, now = desk.sensitivity(context.store, context.viewer.name), found.sensitivity
    with st.popover("What is told", icon=":material/tune:"):
        st.caption("For you. Scores: 2 is unusual once a year, 3 hardly ever.")
        medium = st.number_input("Medium from score", 1.0, 10.0, float(now.medium), 0.1)
        high = st.number_input("High from score", 1.0, 10.0, float(now.high), 0.1)
        critical = st.number_input("Critical from score", 1.0, 10.0, float(now.critical), 0.1)
        amount = st.number_input(
            f"At least, {found.daily.currency} a day", 0.0, value=float(now.least_amount), step=5.0
        )
        share = st.number_input("At least, % of what was expected", 0.0, 500.0, float(now.least_share * 100), 5.0)
        if intent.pressed("Keep", "keep-sensitivity", type="primary"):
            chosen = Sensitivity(medium, high, critical, amount, share / 100)
            desk.save_sensitivity(context.store, context.viewer.name, chosen, utc_now())
            st.rerun()
        if own is not None and intent.pressed("Back to the usual", "usual-sensitivity"):
            desk.save_sensitivity(context.store, context.viewer.name, None, utc_now())
            st.rerun()
        if own is None:
            least = formatting.money(usual(found.daily).least_amount, found.daily.currency)
            st.caption(words.plain(f"The usual: at least {least} a day, 1 % of the bill."))


def calendar(found: Watched) -> None:
    """Planned events and mutes, with ways to take them back."""
    context = session.context()
    events = stored.planned_events(context.store)
    quiet = [mark for mark in stored.all_marks(context.store, session.as_of().today) if mark.act == "muted"]
    with st.expander(f"Planned events and mutes ({len(events) + len(quiet)})", icon=":material/event:"):
        for event in events:
            of = "everything" if not event.series else found.daily.name(parse_key(event.series))
            _line(f"{event.name}: {event.first_day} to {event.last_day}, {of}", event.id, "cancel", stored.cancel_event)
        for mark in quiet:
            of = found.daily.name(parse_key(mark.series))
            _line(
                f"Muted: {of} until {mark.until or 'further notice'}: {mark.reason}",
                mark.id,
                "unmute",
                stored.take_back,
            )
        if not events and not quiet:
            st.caption("Nothing is planned or muted.")
        if watching.may_write() and intent.pressed("Plan an event for everything", "plan-all", icon=":material/add:"):
            day = session.as_of().today
            _plan("", "", day, day)


def _line(text: str, row_id: str, verb: str, undo: Any) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(words.plain(text), width="content")
        if watching.may_write() and intent.pressed(verb.capitalize(), f"{verb}-{row_id}"):
            context, at = session.context(), utc_now()
            watching.written(lambda: undo(context.store, row_id, context.viewer.name, at), "Done")

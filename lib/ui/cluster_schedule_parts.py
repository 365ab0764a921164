"""Schedules of clusters on screen: the list, the form, and what one would have saved."""

from typing import Any
from uuid import uuid4

import pandas as pd
import streamlit as st

from lib import operate
from lib.access import Role
from lib.clusters import schedules
from lib.clusters.acting import Desk
from lib.clusters.schedules import DAYS, OPT_OUT, Rule
from lib.context import utc_now
from lib.errors import AppError
from lib.spend import formatting
from lib.store import cluster_schedules as kept
from lib.store import events
from lib.store.cluster_schedules import Stored
from lib.ui import errors, intent, operating, session, words
from lib.ui.columns import Column
from lib.ui.table import Table
from lib.ui.table import draw as draw_table
from lib.workspace import compute

ZONES = (
    "UTC", "Europe/London", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Chicago",
    "America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip
SAVED = (
    Column("name", "Cluster", phone=True),
    Column(
        "saving",
        "Would have saved",
        phone=True,
        about="Low: minutes without work only; high: all minutes in its windows",
    ),
    Column("high", "At most", "money"),
    Column("off", "Hours off", "number"),
    Column("busy", "Hours of work cut off", "number", "Minutes with work inside of its windows"),
    Column("nights", "Windows", "count", "In which the cluster was up at all"),
)


def listed(where: Desk) -> None:
    """Every schedule with what comes next, and switches for those who may."""
    found = [item for item in kept.everything(session.context().store) if item.workspace_id == where.workspace_id]
    if not found:
        st.caption("There is none yet. Try one below: it begins as a dry run and stops nothing until you say so.")
    for item in found:
        with st.container(border=True, key=f"schedule-{item.id}"), errors.shown():
            _one(item)


def _one(item: Stored) -> None:
    rule = schedules.of(item.rule)
    badge = ":gray-badge[off]" if not item.enabled else ":blue-badge[dry run]" if item.dry_run else ":green-badge[on]"
    st.markdown(f"{words.strong(item.name)} {badge}")
    about = f"clusters tagged {rule.tags}" if rule.tags else formatting.plural(len(rule.clusters), "cluster")
    st.caption(words.plain(f"{rule.words()} · {about} · by {item.made_by}"))
    coming = schedules.upcoming(rule, utc_now(), 2)
    said = ", ".join(f"{moment.act} {formatting.moment(moment.at)}" for moment in coming)
    st.caption(words.plain(f"Next (UTC): {said or 'nothing within two weeks'}"))
    viewer = session.viewer()
    if viewer.role < Role.OPERATOR:
        return
    with st.container(horizontal=True):
        if intent.pressed("Turn off" if item.enabled else "Turn on", f"on-{item.id}", item.version):
            _change(item, enabled=not item.enabled)
        if intent.pressed("Make it act" if item.dry_run else "Back to dry run", f"dry-{item.id}", item.version):
            _change(item, dry_run=not item.dry_run)


def _change(item: Stored, **values: bool) -> None:
    """Whoever changes a schedule answers for it from then on: it acts with that person's rights."""
    viewer, now = session.viewer(), utc_now()
    changed = Stored(**{**vars(item), **values, "made_by": viewer.name, "changed_at": now})
    _keep(changed, item.version, {name: getattr(item, name) for name in values}, dict(values))


def _keep(changed: Stored, version: int | None, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    store, viewer, now = session.context().store, session.viewer(), utc_now()
    viewer.require(Role.OPERATOR, "change schedules")
    with store.begin():
        kept.put(store, changed, version)
        if version is not None:
            kept.done(store, changed.id, now)
        events.record(
            store,
            events.Event(
                at=now, who=viewer.name, act="save schedule", object_type="schedule", object_id=changed.id,
                object_name=changed.name, workspace_id=changed.workspace_id, before=before, after=after,
            ),
        )  # fmt: skip
    st.rerun()


def form(where: Desk) -> None:
    """A new schedule: what it would have saved is shown before it is kept."""
    clusters = [c for c in compute.clusters(where.client) if c.source in ("UI", "API")]
    names = {c.cluster_id: c.name for c in clusters}
    with st.container(border=True):
        st.markdown("**Try a schedule**")
        left, right = st.columns(2)
        chosen = left.multiselect("Clusters", list(names), format_func=lambda id_: names[id_], key="sched-clusters")
        tags = right.text_input("Or all with one of these tags", placeholder="env=dev, sandbox", key="sched-tags")
        days = st.pills("Working days", list(DAYS), default=list(DAYS[:5]), selection_mode="multi",
                        format_func=str.capitalize, key="sched-days")  # fmt: skip
        one, two, three, four = st.columns(4)
        stop_at = one.text_input("Stops at", "20:00", key="sched-stop")
        start_at = two.text_input("Starts at", "", placeholder="never by itself", key="sched-start")
        zone = three.selectbox("Time zone", ZONES, key="sched-zone", accept_new_options=True) or "UTC"
        country = four.text_input("Holidays of", "", placeholder="DE, US, …", max_chars=2, key="sched-country")
        st.caption(
            words.plain(
                f"Clusters tagged {OPT_OUT} are left alone. Who starts one again keeps it until the next window."
            )
        )
        if not chosen and not tags.strip():
            return
        with errors.shown():
            rule = Rule(
                tuple(days),
                stop_at.strip(),
                start_at.strip(),
                zone,
                country.strip().upper(),
                tuple(chosen),
                tags.strip(),
            )
            _simulated(rule, clusters)
            if session.viewer().role < Role.OPERATOR:
                st.caption("Operators and admins keep schedules.")
                return
            name = st.text_input("Name", max_chars=80, key="sched-name", placeholder="Evenings and weekends")
            if intent.pressed("Keep it, as a dry run", "sched-keep", type="primary", disabled=not name.strip()):
                new = Stored(uuid4().hex, name.strip(), where.workspace_id, rule.plain(), True, True,
                             session.viewer().name, utc_now())  # fmt: skip
                _keep(new, None, None, rule.plain())


def _simulated(rule: Rule, clusters: list[compute.LiveCluster]) -> None:
    over = operating.window(("UI", "API"))
    rows = []
    chosen = schedules.chosen(rule, clusters)
    found = operate.simulated(session.context(), rule, [cluster.cluster_id for cluster in chosen])
    for cluster in chosen:
        saved = found[cluster.cluster_id]
        low, high = (formatting.money(value, over.currency) for value in (saved.low, saved.high))
        rows.append(
            {
                "name": cluster.name, "saving": f"{low} to {high}", "high": saved.high, "off": saved.off_minutes / 60,
                "busy": saved.busy_minutes / 60, "nights": saved.nights, "low": saved.low,
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=[*(column.name for column in SAVED), "low"])
    total = f"{formatting.money(frame['low'].sum(), over.currency)} to {formatting.money(frame['high'].sum(), over.currency)}"
    st.markdown(words.strong(f"In the last {over.days} days this schedule would have saved {total}"))
    draw_table(
        Table(
            frame, SAVED, over.currency, "simulated", "What the schedule would have saved by cluster", sort="-high", bare=True,
            empty="No cluster matches, or all that do have opted out.",
        )
    )  # fmt: skip


def desk_or_reason() -> Desk | None:
    """Where schedules act; says why when they cannot."""
    try:
        return operate.desk(session.context())
    except AppError as error:
        st.info(f"**{words.plain(error.message)}**  \n{words.plain(error.remedy)}", icon=":material/link_off:")
        return None

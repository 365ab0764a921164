"""What pages of the section Operate share: the workspace as it is now, and asking before anything is done.

States are asked for at most every few seconds, once for all who look, and only while somebody looks: the fragment that
shows them is what asks.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from lib import operate
from lib.clusters import warehouses as lists
from lib.clusters.acting import CLUSTERS, WAREHOUSES, Compute, Desk, Kind, Outcome, Preview
from lib.clusters.fleet import Fleet, Window, with_live
from lib.clusters.states import Act
from lib.clusters.warehouses import Listed
from lib.context import utc_now
from lib.errors import AccessError, AppError, SourceError
from lib.spend import formatting
from lib.ui import address, intent, looking, session, words
from lib.ui.table import address_now
from lib.workspace.compute import LiveCluster
from lib.workspace.warehouses import WarehouseInfo

FRESH = "5s"
"""How old a state may be, in a Streamlit duration."""
EVERY_S = 10.0
"""How often a page in view asks."""
LABELS: dict[Act, tuple[str, str]] = {
    "start": ("Start", "play_arrow"),
    "stop": ("Stop", "stop_circle"),
    "restart": ("Restart", "restart_alt"),
}
PAST: dict[Act, str] = {"start": "Starting", "stop": "Stopping", "restart": "Restarting"}


@dataclass(frozen=True)
class Answer:
    """What a workspace said when it was asked, or why it did not."""

    things: tuple[Any, ...] = ()
    workspace_id: str = ""
    at: datetime | None = None
    problem: AppError | None = None


def _asked(ask: Callable[[operate.Connection], Iterable[Any]]) -> Answer:
    try:
        found = operate.connection(session.context())
        return Answer(tuple(ask(found)), found.workspace_id, utc_now())
    except AppError as error:
        return Answer(problem=error)


@st.cache_resource(show_spinner=False, ttl=FRESH, max_entries=4)
def _live(_: str) -> Answer:
    from lib.workspace import compute

    return _asked(lambda found: compute.clusters(found.client))


@st.cache_resource(show_spinner=False, ttl=FRESH, max_entries=4)
def _live_warehouses(_: str) -> Answer:
    from lib.workspace import warehouses

    return _asked(lambda found: warehouses.warehouses(found.client))


def _now(asked: Callable[[str], Answer]) -> Answer:
    """The answer of the last few seconds, whoever got it, for one who may see the workspace. A failure is kept as well, so
    that a page that asks several times waits once."""
    try:
        operate.connection(session.context())
    except AppError as error:
        return Answer(problem=error)
    return asked(session.context().settings.source)


@st.cache_resource(show_spinner=False, ttl="60s", max_entries=4)
def _policies(_: str) -> Answer:
    from lib.workspace import policies

    return _asked(lambda found: policies.policies(found.client))


def policy_names() -> dict[str, str]:
    """Policy id → name, as far as the workspace says it; nobody waits a second time for one that does not answer."""
    if _now(_live).problem is not None:
        return {}
    return {policy.policy_id: policy.name for policy in _now(_policies).things}


@st.cache_resource(show_spinner=False, ttl="600s", max_entries=4)
def _sizes(_: str) -> Answer:
    from lib.workspace import compute

    return _asked(lambda found: compute.node_types(found.client))


def sizes_offered() -> frozenset[str]:
    """Machine sizes that the workspace offers; empty when it does not say."""
    return frozenset(size.node_type for size in _now(_sizes).things)


def clusters_now() -> tuple[LiveCluster, ...]:
    """The clusters of the workspace, a few seconds old at most; raises when it does not answer."""
    found = _now(_live)
    if found.problem:
        raise found.problem
    return found.things


def overlaid(known: Fleet) -> tuple[Fleet, AppError | None]:
    """The fleet with the states of now, and what went wrong when they could not be asked for."""
    found = _now(_live)
    if found.at is None:
        return known, found.problem
    return with_live(known, found.things, found.workspace_id, found.at), None


def overlaid_warehouses(known: Listed) -> tuple[Listed, AppError | None]:
    """The SQL warehouses as they are now, and what went wrong when they could not be asked for."""
    found = _now(_live_warehouses)
    if found.at is None:
        return known, found.problem
    return lists.with_live(known, found.things, found.workspace_id, found.at), None


def warehouse_now(workspace_id: str, warehouse_id: str) -> tuple[WarehouseInfo | None, AppError | None]:
    """One SQL warehouse as it is now; None when it is in another workspace, is gone, or nobody can be asked."""
    found = _now(_live_warehouses)
    if found.workspace_id and workspace_id and found.workspace_id != workspace_id:
        return None, None
    return next((item for item in found.things if item.id == warehouse_id), None), found.problem


def forget() -> None:
    """The next look asks anew: something was just done."""
    _live.clear()
    _live_warehouses.clear()


def keep_looking(page: str) -> None:
    """At the end of a fragment that shows states: it runs again by itself while somebody looks, where there is a workspace."""
    looking.again(None if session.context().settings.source == "files" else EVERY_S, page)


def desk(kind: Kind = CLUSTERS) -> Desk | None:
    """Where acts are done; None where none can be."""
    try:
        return operate.warehouse_desk(session.context()) if kind is WAREHOUSES else operate.desk(session.context())
    except (SourceError, AccessError):
        return None


def window(sources: tuple[str, ...]) -> Window:
    """The last 30 days in the currency and prices of the view."""
    from lib.clusters.fleet import window as of

    return of(session.view().filters, session.as_of(), sources)


def buttons(target: Compute, acts: Sequence[Act], kind: Kind = CLUSTERS) -> None:
    """One button an act, for one cluster or warehouse."""
    for act in acts:
        label, icon = LABELS[act]
        if intent.pressed(
            f"{label} {words.plain(formatting.middle(target.name, 28))}",
            f"{act}-{target.id}",
            icon=f":material/{icon}:",
            type="primary" if act == "start" else "secondary",
        ):
            fresh_dialog()
            ask(act, [target.id], kind)


def bulk(kind: Kind, ids: list[str], acts: Sequence[Act] = ("stop", "start")) -> None:
    """How many rows are ticked, and one button an act for all of them; nothing while none is."""
    if not ids:
        return
    st.caption(f"{formatting.plural(len(ids), kind.noun)} chosen", width="content")
    for act in acts:
        label, icon = LABELS[act]
        if intent.pressed(label, f"bulk-{act}", *ids, icon=f":material/{icon}:"):
            fresh_dialog()
            ask(act, ids, kind)


def asked_line(live_at: datetime | None, problem: AppError | None) -> str:
    """Of when the states are; markdown."""
    said = (
        f"States and settings of {formatting.moment(live_at)} UTC" if live_at else "States and settings by the tables"
    )
    return (
        said if problem is None else f":material/link_off: {words.plain(problem.message)} {words.plain(problem.remedy)}"
    )


def fresh_dialog() -> None:
    """A dialog that opens anew shows no result of the one before."""
    st.session_state.pop("acted", None)


@st.dialog("Before anything happens", width="medium", on_dismiss=fresh_dialog)
def ask(act: Act, object_ids: list[str], kind: Kind = CLUSTERS) -> None:
    """What will happen, who may, why: then the act itself, one by one."""
    where = desk(kind)
    if where is None:
        st.info("Acting is not available: no workspace is connected.", icon=":material/link_off:")
        return
    done: list[Outcome] | None = st.session_state.get("acted")
    if done is not None and [outcome.object_id for outcome in done] == object_ids:
        _results(done)
        return
    previews, problems = _previews(where, act, object_ids)
    for name, error in problems:
        st.warning(words.plain(f"{name}: {error}"), icon=":material/error:")
    for seen in previews:
        _preview(seen, single=len(object_ids) == 1)
    possible = [seen for seen in previews if seen.allowed]
    if not possible:
        return
    if len(object_ids) > 1:
        st.caption(words.plain(_together(act, possible)))
    reason = st.text_input("Reason", placeholder="Why, in a few words; it is kept with the act", max_chars=500)
    confirmed = _typed(possible, object_ids, kind)
    dry_run = st.checkbox("Dry run: check everything and do nothing", value=False)
    label, icon = LABELS[act]
    what = formatting.middle(possible[0].target.name, 28) if len(possible) == 1 else f"{len(possible)} {kind.noun}s"
    if intent.pressed(
        f"{label} {words.plain(what)}",
        f"do-{act}",
        *object_ids,
        reason,
        dry_run,
        type="primary",
        icon=f":material/{icon}:",
        disabled=not reason.strip() or (confirmed is None and not dry_run),
    ):
        with st.spinner("Asking the workspace"):
            outcomes = _do(where, act, object_ids, reason, confirmed or "", dry_run)
        st.session_state["acted"] = outcomes
        forget()
        st.rerun(scope="fragment")


def _together(act: Act, possible: Sequence[Preview]) -> str:
    """What all of them cost an hour, one currency at a time, and how many nobody measured."""
    sums: dict[str, float] = {}
    for seen in possible:
        if seen.cost is not None:
            sums[seen.cost[1]] = sums.get(seen.cost[1], 0.0) + seen.cost[0]
    verb = {"start": "costs", "stop": "saves", "restart": "goes on costing"}[act]
    unknown = sum(seen.cost is None for seen in possible)
    amounts = " and ".join(formatting.money(amount, currency) for currency, amount in sums.items())
    said = f"Together it {verb} about {amounts} an hour" if amounts else "What they cost an hour is not known"
    return said + (f"; {unknown} not measured." if unknown and amounts else ".")


def _previews(where: Desk, act: Act, ids: list[str]) -> tuple[list[Preview], list[tuple[str, AppError]]]:
    found, problems = [], []
    with st.spinner("Looking at what would happen"):
        for object_id in ids:
            try:
                found.append(where.preview(session.viewer(), act, object_id))
            except AppError as error:
                problems.append((object_id, error))
    return found, problems


def _preview(seen: Preview, *, single: bool) -> None:
    if not single:
        st.markdown(words.strong(seen.target.name))
    if seen.refusals:
        st.warning("  \n".join(words.plain(text) for text in seen.refusals), icon=":material/block:")
        return
    if seen.warning:
        st.warning(words.plain(seen.warning), icon=":material/power_off:")
    said = seen.consequences if single else seen.consequences[:2]
    st.markdown("\n".join(f"- {words.plain(text)}" for text in said))


def _typed(possible: Sequence[Preview], ids: list[str], kind: Kind) -> str | None:
    """What was typed to confirm; empty when nothing must be, None while it is wrong."""
    production = [seen for seen in possible if seen.typed_name]
    if not production:
        return ""
    if len(ids) == 1:
        name = production[0].typed_name
        typed = st.text_input(f"It is tagged as production. Type its name to go on: {words.plain(name)}")
        return typed if typed.strip() == name else None
    typed = st.text_input(
        f"{formatting.plural(len(production), kind.noun)} tagged as production. "
        f"Type how many {kind.noun}s you mean: {len(ids)}"
    )
    return typed if typed.strip() == str(len(ids)) else None


def _do(where: Desk, act: Act, ids: list[str], reason: str, typed: str, dry_run: bool) -> list[Outcome]:
    viewer = session.viewer()
    if len(ids) == 1:
        return [where.act(viewer, act, ids[0], reason=reason, typed_name=typed, dry_run=dry_run)]
    return where.many(viewer, act, ids, reason=reason, typed=typed, dry_run=dry_run)


def _results(done: Sequence[Outcome]) -> None:
    looks: dict[str, Callable[..., object]] = {"done": st.success, "dry run": st.info}
    for outcome in done:
        looks.get(outcome.result, st.warning)(
            words.plain(outcome.message), icon=":material/check:" if outcome.ok else ":material/block:"
        )
    params = address.carried(address_now())
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.page_link("pages/audit.py", label="See it in the audit", icon=":material/history:", query_params=params)
        if st.button("Close", type="primary", key="close-act"):
            st.session_state.pop("acted", None)
            st.rerun()

"""One cluster as its workspace has it now, beside what the tables know: its state, what can be done, the ways out to it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from lib import operate
from lib.clusters import fleet, states
from lib.clusters.detail import Detail, detail, row_of
from lib.clusters.states import ACTS
from lib.clusters.story import why
from lib.context import utc_now
from lib.errors import AppError, NotFound
from lib.spend import formatting
from lib.ui import operating, recommendation_parts, session, words
from lib.warehouse import Warehouse
from lib.workspace import compute
from lib.workspace.compute import LiveCluster


def asked(cluster_id: str) -> tuple[LiveCluster | None, AppError | None]:
    """The cluster as its workspace has it now; None and why when it cannot be asked."""
    try:
        found = operate.connection(session.context())
        return compute.cluster(found.client, cluster_id), None
    except NotFound:
        return None, None
    except AppError as error:
        return None, error


def read(over: fleet.Window, workspace_id: str, cluster_id: str, live: LiveCluster | None) -> Detail:
    """Everything the tables know of it. People's clusters are in the fleet that the findings need anyway."""
    row: Mapping[str, Any] = {}
    if live is None or live.source in fleet.BY_PEOPLE:
        wanted = replace(over, workspaces=(workspace_id,), sources=fleet.BY_PEOPLE)
        row = row_of(recommendation_parts.seen_by_tables(wanted), workspace_id, cluster_id)
    found: Detail = session.ask(partial_detail if row else detail, over, workspace_id, cluster_id)
    return replace(found, row=row) if row else found


def partial_detail(warehouse: Warehouse, over: fleet.Window, workspace_id: str, cluster_id: str) -> Detail:
    """The same without its row of the fleet."""
    return detail(warehouse, over, workspace_id, cluster_id, with_row=False)


def state_line(row: Mapping[str, Any], live: LiveCluster | None) -> None:
    """State, since when and why, in one line."""
    if live is None:
        if row:
            st.caption("Its state is not known here: this app is not connected to its workspace.")
        return
    colour = {"RUNNING": "green", "ERROR": "red", "TERMINATED": "gray"}.get(live.state, "blue")
    said = f":{colour}-badge[{words.plain(states.words(live.state))}]"
    if live.state == "TERMINATED" and live.terminated_at:
        because = own_name(why(live.reason)) if live.reason else "stopped"
        said += f" {words.plain(because[0].upper() + because[1:])}, {formatting.moment(live.terminated_at)} UTC."
    elif live.restarted_at:
        up = states.uptime_s(live.state, live.restarted_at, utc_now())
        said += f" since {formatting.moment(live.restarted_at)} UTC"
        said += f", {formatting.duration(up)}." if up is not None else "."
    if live.state_message and live.state != "TERMINATED":
        said += f" {words.plain(live.state_message)}"
    st.markdown(said)


def own_name(text: str) -> str:
    """The app by what it is: the workspace's log knows it by an id."""
    try:
        me = operate.connection(session.context()).me
    except AppError:
        return text
    return text.replace(me, "this app (the audit says for whom)") if me else text


def act_buttons(live: LiveCluster | None) -> None:
    """What can be done in the state it has now."""
    if live is None:
        return
    possible = [act for act in ACTS if live.state in states.CLUSTER.allowed[act]]
    with st.container(horizontal=True, key="acts"):
        if st.session_state.get("acted") and not possible:
            st.caption("Nothing can be done until this is over.")
        operating.buttons(live, possible)


def links(live: LiveCluster | None) -> None:
    """Out to the workspace: configuration, logs, Spark, metrics; a job's cluster has no page of its own there."""
    if live is None:
        return
    found = operate.connection(session.context())
    if found.demo:
        return
    places = {
        "Configuration": "configuration",
        "Driver logs": "driver-logs",
        "Spark UI": "spark-ui",
        "Metrics": "metrics",
    }
    if live.source == "JOB":
        places.pop("Configuration")
    with st.container(horizontal=True):
        for label, place in places.items():
            st.link_button(
                label,
                f"{found.host}/compute/clusters/{live.cluster_id}/{place}",
                icon=":material/open_in_new:",
                type="tertiary",
            )

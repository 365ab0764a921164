"""One cluster: what it is, what it did and why, what it cost, who used it."""

import streamlit as st

from lib.clusters.detail import known
from lib.clusters.fleet import BY_PEOPLE
from lib.ui import (
    cards,
    computed,
    days_card,
    errors,
    explain,
    frame,
    job_parts,
    operating,
    page,
    recommendation_parts,
    session,
    table,
    words,
)
from lib.ui.cluster import configuration, figures, load, policy, records, state, stories

workspace_id, cluster_id = job_parts.wanted("workspace_id", "cluster_id")
params = table.address_now()
over = operating.window(())
filters = session.view().filters
first, problem = state.asked(cluster_id)
found = state.read(over, workspace_id, cluster_id, first)
if not found.row and first is None:
    frame.title("Cluster")
known(found, first)
name = first.name if first else str(found.row.get("name") or cluster_id)

frame.breadcrumb(("clusters", "Clusters", {}), here=name)
page.dated(name)


@st.fragment
def now() -> None:
    """The state of now and what can be done: asked anew by itself, the page stays."""
    with errors.shown():
        live, trouble = state.asked(cluster_id)
        state.state_line(found.row, live)
        if trouble:
            st.caption(f":material/link_off: {words.plain(trouble.message)} {words.plain(trouble.remedy)}")
        state.act_buttons(live)
        operating.keep_looking("cluster")


now()
state.links(first)
cards.draw(figures.summary(found, over.currency), key="cluster")
explained = computed.cluster(found.days, found.row, over, workspace_id, cluster_id)
explain.line(f"The last {over.days} days with data", explained, filters, key="cluster")
if found.row.get("source") in BY_PEOPLE:
    recommendation_parts.of_object(workspace_id, "cluster", cluster_id)
left, right = st.columns([4, 5])
with left:
    configuration.draw(found, first)
with right:
    stories.draw(cluster_id)
load.draw(found)
if len(found.days):
    sums = {"dbu": found.days["dbu_cost"].sum(), "vm": found.days["vm_cost"].sum()}
    basis = found.row.get("vm_basis") or ""
    days_card.by_part(
        figures.complete(found), figures.of_window(filters, over), session.as_of(), title="Cost by day",
        key="cluster", sums=sums, vm_basis=basis,
    )  # fmt: skip
records.used_by(found, params, workspace_id)
policy.kept(first)
records.changes(found)

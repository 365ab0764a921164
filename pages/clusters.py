"""Every cluster: what it is, does and costs; stop and start them from here."""

import streamlit as st

from lib.clusters import narrowed
from lib.clusters.acting import CLUSTERS
from lib.clusters.fleet import BY_PEOPLE, sums
from lib.spend import formatting
from lib.ui import (
    cards,
    computed,
    errors,
    explain,
    export,
    fleet_cards,
    fleet_parts,
    operating,
    page,
    recommendation_parts,
    session,
    states,
    table,
    words,
)

page.dated("Clusters")
everything = st.query_params.get("kind") == "all"
over = operating.window(() if everything else BY_PEOPLE)
with states.loading(560):
    known = recommendation_parts.seen_by_tables(over)
    findings = recommendation_parts.by_cluster()
    now = operating.overlaid(known)[0]
    fleet_parts.bar(now)
    left = narrowed.rows(now, narrowed.narrowed(table.address_now()), findings)
    said = f"Costs of the last {over.days} days with data."
    explain.line(said, computed.clusters(left, sums(left), over), session.view().filters, key="clusters")


@st.fragment
def live() -> None:
    """States of now, by themselves: the rest of the page stays as it is."""
    with errors.shown():
        current, problem = operating.overlaid(known)
        params = table.address_now()
        shown = narrowed.rows(current, narrowed.narrowed(params), findings, operating.policy_names())
        total = sums(shown)
        cards.draw(fleet_parts.summary(total, over.currency, moving=True), key="fleet")
        if problem:
            st.caption(f":material/link_off: {words.plain(problem.message)} {words.plain(problem.remedy)}")
        today = session.as_of().today
        listed = fleet_parts.table(shown, over.currency, params, total, today=today, can_act=problem is None)
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            asked = f"States of {formatting.moment(current.live_at)} UTC" if current.live_at else "States by the tables"
            layout = fleet_cards.chosen()
            st.caption(asked, width="content")
            actions = st.container(horizontal=True, width="content", vertical_alignment="center")
            report = export.list_report("clusters", params, listed)
            export.menu(listed, session.view().filters, title="Clusters", name="clusters", report=report)
        drawn = fleet_cards.draw(listed, over.currency) if layout == "cards" else table.draw(listed)
        picked = [key.partition("/")[2] for key in drawn]
        with actions:
            operating.bulk(CLUSTERS, picked)
        operating.keep_looking("clusters")


live()
with st.container(horizontal=True):
    other = table.onward() if everything else table.onward(kind="all")
    label = "Only clusters made by people" if everything else "Show job and pipeline clusters too"
    st.page_link("pages/clusters.py", label=label, icon=":material/swap_horiz:", query_params=other)

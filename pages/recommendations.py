"""What could be saved, with evidence from each thing's own usage; and what became of it."""

import streamlit as st

from lib.recommendations.lifecycle import open_savings
from lib.ui import (
    cards,
    computed,
    explain,
    export,
    operating,
    page,
    recommendation_parts,
    session,
    states,
    table,
    words,
)

page.dated("Recommendations")
params, filters = table.address_now(), session.view().filters
with states.loading(560):
    every = recommendation_parts.everything()
    shown, found = every.shown, every.found
    cards.draw(recommendation_parts.summary(shown, found), key="recommendations")
    figures = computed.recommendations(shown, operating.window(()))
    explain.line("Savings are of 30 days.", figures, filters, key="recommendations")
    left = recommendation_parts.chips(shown)
    rows = recommendation_parts.rows(left, dict(session.options().workspaces))
    currencies = [saved.currency for saved in open_savings(shown)[1]]
    listed = recommendation_parts.table(rows, currencies[0] if currencies else filters.currency, params)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption("From each thing's own usage. One thing counts once, whatever is said about it.", width="content")
        report = export.list_report("recommendations", table.address_now(), listed)
        export.menu(listed, filters, title="Recommendations", name="recommendations", report=report)
    table.draw(listed)
if every.problem:
    st.caption(f":material/link_off: Spark settings and time up are not assessed: {words.plain(every.problem.message)}")
opened = st.query_params.get("open")
item = next((item for item in shown if item.key == opened), None)
if item is not None:
    recommendation_parts.opened(item)

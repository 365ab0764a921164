"""What to change about queries, with what it would save; and what became of it."""

import streamlit as st

from lib.spend import formatting
from lib.ui import cards, computed, explain, export, page, recommendation_parts, states, table
from lib.ui.chips import Scope
from lib.ui.queries import bill, findings, shapes

view = page.start("Query findings", Scope(spend=False, comparing=False))
filters, params = view.filters, table.address_now()
if bill.not_assessed():
    st.stop()
with states.loading(560):
    found, shown = findings.everything()
    cards.draw(findings.summary(found, shown, filters.currency), key="query-findings")
    days = formatting.period_words(found.period.start, found.period.end)
    figures = computed.query_findings(found, findings.counted(shown))
    explain.line(f"From the queries of {days}.", figures, filters, key="query-findings")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        left = findings.chosen(shown)
        listed = findings.listed(left, filters.currency, params)
        report = export.list_report("query_findings", params, listed)
        export.menu(listed, filters, title="Query findings", name="query-findings", report=report)
    table.draw(listed)
days = formatting.period_words(found.period.start, found.period.end)
st.caption(
    f"From the queries of {days}. A saving is a share of what the query cost: an estimate, with its method in each finding. "
    + shapes.coverage(found.shapes)
)
opened = st.query_params.get("open")
item = next((item for item in shown if item.key == opened), None)
if item is not None:
    recommendation_parts.opened(item)

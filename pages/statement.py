"""One statement: its text, where its time and its cost come from, its sister runs."""

import streamlit as st

from lib.spend import formatting
from lib.ui import address, cards, computed, explain, export, frame, page, query_parts, session, statement_parts, table

frame.require()
statement_id = statement_parts.wanted("statement_id", "queries", "All queries")
view, params = session.view(), table.address_now()
filters = view.filters
workspace_id, day = st.query_params.get("workspace_id") or None, statement_parts.day_of(st.query_params.get("day", ""))
shown = statement_parts.read(statement_id, workspace_id, day)

frame.breadcrumb(("queries", "Queries", {}), here=f"Statement {statement_id[:8]}")
page.start(
    f"{shown.facts['statement_type'] or 'Statement'} of {formatting.moment(shown.facts['start_time'])}", page.ONE_THING
)
statement_parts.about(shown)
statement_parts.cancel_of(shown)
cards.draw(statement_parts.summary(shown), key="statement")
explain.line("", computed.statement(shown), filters, key="statement")
left, right = st.columns([1, 1])
with left:
    statement_parts.timeline(shown)
with right:
    statement_parts.computation(shown)
if shown.facts["error_message"]:
    st.error(shown.facts["error_message"], icon=":material/error:")
statement_parts.text(shown)
if shown.text:
    statement_parts.findings_of_text(shown.linted)
if len(shown.sisters):
    listed = query_parts.statements_table(
        shown.sisters, filters, params, key="sisters", alt="Newest other runs of the same statement"
    )
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{formatting.plural(len(shown.sisters), 'sister run')}**", width="content")
        where = {
            "fingerprint": shown.shape.fingerprint,
            "workspace_id": shown.facts["workspace_id"] or "",
            "shape": str(shown.sisters["shape_hash"].iloc[0]),
        }
        st.page_link(
            "pages/fingerprint.py",
            label="All its runs",
            icon=":material/fingerprint:",
            query_params={**address.carried(params), **where},
        )
        export.menu(listed, filters, title="Sister runs", name=f"statement-{statement_id[:8]}")
    table.draw(listed)

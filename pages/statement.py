"""One statement: its text, where its time and its cost come from, its sister runs."""

import streamlit as st

from lib.spend import formatting
from lib.ui import address, cards, computed, explain, export, frame, page, session, table
from lib.ui.queries import asked, lists, running, statement, text

frame.require()
statement_id = asked.wanted("statement_id", "queries", "All queries")
view, params = session.view(), table.address_now()
filters = view.filters
workspace_id, day = st.query_params.get("workspace_id") or None, asked.day_of(st.query_params.get("day", ""))
shown = running.read(statement_id, workspace_id, day)

frame.breadcrumb(("queries", "Queries", {}), here=f"Statement {statement_id[:8]}")
page.start(
    f"{shown.facts['statement_type'] or 'Statement'} of {formatting.moment(shown.facts['start_time'])}", page.ONE_THING
)
statement.about(shown)
running.cancel_of(shown)
cards.draw(statement.summary(shown), key="statement")
explain.line("", computed.statement(shown), filters, key="statement")
left, right = st.columns([1, 1])
with left:
    statement.timeline(shown)
with right:
    statement.computation(shown)
if shown.facts["error_message"]:
    st.error(shown.facts["error_message"], icon=":material/error:")
text.draw(shown)
if shown.text:
    text.findings_of_text(shown.linted)
if len(shown.sisters):
    listed = lists.statements_table(
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

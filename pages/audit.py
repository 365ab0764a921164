"""Everything that was done through this app: who, what, on what, why, and what came of it."""

from dataclasses import replace

import streamlit as st

from lib.spend import formatting
from lib.store import events
from lib.ui import compute_lists, export, frame, session, table

frame.title("Audit")
context, params = session.context(), table.address_now()
store, find = context.store, compute_lists.audit_bar(params)
if context.workspaces is not None:
    st.caption("You see your own acts here: some workspaces are hidden from you.")
    find = replace(find, who=session.viewer().name)
total = events.count(store, find)
pages = max(1, -(-total // compute_lists.KEPT_ON_A_PAGE))
page = table.page_number("audit", params, pages)
found = events.search(store, find, limit=compute_lists.KEPT_ON_A_PAGE, offset=(page - 1) * compute_lists.KEPT_ON_A_PAGE)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.caption(f"{formatting.plural(total, 'act')} · they cannot be changed or removed", width="content")
    everything = compute_lists.audit_table(compute_lists.audit_rows(events.search(store, find, limit=10_000)))
    export.menu(everything, session.view().filters, title="Audit", name="audit")
table.draw(compute_lists.audit_table(compute_lists.audit_rows(found), of=total))

"""Everything that was done through this app: who, what, on what, why, and what came of it."""

import streamlit as st

from lib.spend import formatting
from lib.store import events
from lib.ui import compute_lists, export, frame, session, table

frame.title("Audit")
store, params = session.context().store, table.address_now()
find = compute_lists.audit_bar(params)
total = events.count(store, find)
pages = max(1, -(-total // compute_lists.KEPT_ON_A_PAGE))
page = table.page_number("audit", params, pages)
found = events.search(store, find, limit=compute_lists.KEPT_ON_A_PAGE, offset=(page - 1) * compute_lists.KEPT_ON_A_PAGE)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.caption(f"{formatting.plural(total, 'act')} · they cannot be changed or removed", width="content")
    everything = compute_lists.audit_table(compute_lists.audit_rows(events.search(store, find, limit=10_000)))
    export.menu(everything, session.view().filters, title="Audit", name="audit")
table.draw(compute_lists.audit_table(compute_lists.audit_rows(found), of=total))

"""SQL warehouses: state, size, queue, use and cost; start and stop them from here."""

import streamlit as st

from lib.clusters.acting import WAREHOUSES
from lib.clusters.narrowed import narrowed_warehouses, warehouses_left
from lib.clusters.warehouses import warehouses
from lib.ui import (
    cards,
    computed,
    errors,
    explain,
    export,
    operating,
    page,
    session,
    states,
    table,
    warehouse_list,
)

page.dated("SQL warehouses")
with states.loading(480):
    known = session.ask(warehouses, operating.window(()))
    if known.missing:
        states.not_assessed("state, use and queue of warehouses", known.missing)
    said = f"Costs of the last {known.window.days} days with data; warehouses that are gone are not listed."
    warehouse_list.bar(operating.overlaid_warehouses(known)[0])
    explain.line(said, computed.sql_warehouses(known), session.view().filters, key="sql-warehouses")


@st.fragment
def live() -> None:
    """States of now, by themselves: the rest of the page stays as it is."""
    with errors.shown():
        current, problem = operating.overlaid_warehouses(known)
        params = table.address_now()
        found = warehouses_left(current, narrowed_warehouses(params))
        cards.draw(warehouse_list.summary(found), key="sql-warehouses")
        listed = warehouse_list.table(found, params, can_act=problem is None)
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.caption(operating.asked_line(found.live_at, problem), width="content" if problem is None else "stretch")
            actions = st.container(horizontal=True, width="content", vertical_alignment="center")
            report = export.list_report("sql_warehouses", params, listed)
            export.menu(listed, session.view().filters, title="SQL warehouses", name="sql-warehouses", report=report)
        picked = [key.partition("/")[2] for key in table.draw(listed)]
        with actions:
            operating.bulk(WAREHOUSES, picked)
        operating.keep_looking("warehouses")


live()

"""The usage rows themselves, with their prices."""

from functools import partial

import streamlit as st

from lib.explorer.records import LARGEST_PAGE
from lib.ui import cards, computed, explain, export, page, records, session, states, table
from lib.ui.chips import Scope

view = page.start("Usage rows", Scope(comparing=False))
filters, params = view.filters, table.address_now()
sku = records.sku_filter()

with states.loading(560):
    shown = records.read(filters, sku, params)
    cards.draw(records.summary(shown), key="records")
    explain.line(
        "Machines are not usage rows: their cost is not in it.", computed.records(shown, sku), filters, key="records"
    )
    listed = records.usage_table(shown)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(records.days_words(shown), width="content")
        export.menu(
            listed,
            filters,
            title="Usage rows",
            name="usage",
            exact=partial(records.exact, session.context(), filters, sku),
            rows=min(shown.records, LARGEST_PAGE),
        )
    table.draw(listed)

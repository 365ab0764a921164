"""Any measure by any two dimensions."""

import streamlit as st

from lib.explorer.by import spend, unpriced
from lib.spend import formatting
from lib.ui import explain, explorer, export, page, session, states, table, words
from lib.ui.chips import Scope

view = page.start("Explorer", Scope(comparing=False))
filters, currency, params = view.filters, view.filters.currency, table.address_now()
choice = explorer.choose(session.options())

with states.loading(560):
    shown = session.ask(spend, filters, choice.dims)
    rows = explorer.prepared(shown)
    if rows.empty:
        states.empty("No usage matches these filters", next_step="Choose a longer period, or remove a filter.")
        st.stop()
    value = rows[choice.measure].sum(min_count=1)
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            said = f"{explorer.MEASURES[choice.measure][0]}: {choice.words(value, currency)}"
            st.markdown(words.strong(said), width="content")
            explain.button(
                [explain.Figure("total_cost", "Total cost", formatting.money(rows["total_cost"].sum(), currency))],
                filters,
                key="explorer",
            )
        path = explorer.picture(rows, choice, currency)
        left_out = explorer.left_out(rows, choice, unpriced(shown.rows), currency)
        if left_out:
            st.caption(words.plain(left_out))
    inside = explorer.within(rows, path)
    listed = explorer.rows_table(inside, choice, filters, params)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(words.strong(explorer.place(rows, path)), width="content")
        export.menu(
            listed,
            filters,
            title="Explorer",
            name="explorer",
            report=explorer.report_of(choice),
        )
    table.draw(listed)

"""Genie spaces: whose, how used, what they cost, how good; and setting up the own ones."""

import streamlit as st

from lib.errors import AppError
from lib.ui import cards, computed, explain, export, intent, page, session, space_benchmarks, space_parts, states, table
from lib.ui.answers import Waiting
from lib.ui.chips import Scope

view = page.start("Spaces", Scope(narrowing=False, comparing=False))
st.session_state.setdefault("spaces-visit", session.viewer().name)
try:
    with states.loading(420):
        found, unread = space_parts.lines(view.filters)
except Waiting:
    raise
except AppError as error:
    space_parts.not_connected(error)
    st.stop()
space_parts.unread(unread)
cards.draw(space_parts.summary(found, view.filters), key="spaces")
explain.line("", computed.spaces(found, view.filters), view.filters, key="spaces")
listed = space_parts.listed(found, view.filters)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    if intent.pressed("Look again", "spaces-again", icon=":material/refresh:", type="tertiary"):
        space_parts.forget()
        st.rerun()
    export.menu(listed, view.filters, title="Genie spaces", name="spaces")
table.draw(listed)
with st.container(border=True):
    looked_at = space_parts.chosen(found)
    if looked_at is not None:
        space_parts.advice(looked_at)
        space_benchmarks.draw(looked_at)
space_parts.set_up()

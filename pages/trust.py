"""Whether the figures can be relied on, check by check."""

import streamlit as st

from lib.trust.trust import trust
from lib.ui import page, session, states, trust_parts

view = page.start("Data trust", page.ONE_THING)
with states.loading(560):
    shown = session.ask(trust, view.filters, session.as_of())
    trust_parts.summary(shown)
    trust_parts.findings(shown.checked)
    with st.container(border=True):
        trust_parts.passed(shown.checked, view.filters)
    trust_parts.missing(shown)
    with st.container(border=True):
        trust_parts.sources(shown, view.filters, st.query_params.get("source", ""))
    with st.container(border=True):
        trust_parts.refreshes(session.context().refresh_log.entries(), view.filters)

"""One anomaly: what happened, what was expected, what it is made of, and what people say about it."""

import streamlit as st

from lib.ui import anomaly_parts, cards, computed, explain, export, frame, page, session, states, watching, words
from lib.watch.daily import WORDS

frame.require()
frame.breadcrumb(("anomalies", "Anomalies", {}), here="Anomaly")
view = session.view()
with states.loading(420):
    found, told = watching.watched(view)
    one = next((each for each in told if each.identity == st.query_params.get("anomaly", "")), None)
    if one is None:
        frame.title("Anomaly")
        states.empty("This anomaly is not in the period", next_step="Go back to the list, or choose a longer period.")
        st.stop()
    page.dated(one.name)
    st.caption(words.plain(f"{WORDS[one.key.kind]} · {anomaly_parts.sentence(one, found.daily.currency)}"))
    if one.state != "open":
        st.info(
            words.plain(f"{one.state.capitalize()} by {one.by}: {one.reason or 'no reason given'}"),
            icon=":material/info:",
        )
    cards.draw(anomaly_parts.figures(one, found.daily.currency), key="anomaly")
    explain.line("", computed.anomaly(one, found.daily.currency), view.filters, key="anomaly")
    anomaly_parts.acts(one)
    with st.container(border=True):
        anomaly_parts.detail_chart(found, one)
    if one.seen_in:
        st.caption(
            words.plain(
                f"The same shows in {', '.join(one.seen_in[:8])}; it is listed here, where most of it comes from."
            )
        )
    if one.causes:
        causes = anomaly_parts.causes_table(one.causes, found.daily.currency)
        export.titled("What it is made of", causes, view.filters, name="anomaly")
    anomaly_parts.places(one)

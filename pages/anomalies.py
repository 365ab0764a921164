"""What happened that nobody would have expected, each once, and where it comes from."""

from functools import partial

import streamlit as st

from lib.spend import formatting
from lib.spend.anomaly import SEVERITIES
from lib.ui import anomaly_parts, cards, choices, computed, explain, export, page, states, table, watching, words
from lib.ui.chips import Scope

view = page.start("Anomalies", Scope(comparing=False))
currency, params = view.filters.currency, table.address_now()

with states.loading(520):
    found, told = watching.watched(view)
    if not found.daily.keys:
        states.empty("No usage matches these filters", next_step="Remove a filter, or load more days.")
        st.stop()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        least = choices.one("severity", SEVERITIES, "medium")
        st.segmented_control(
            "From severity", SEVERITIES, format_func=str.capitalize, required=True, **choices.bound("severity", least)
        )
        shown = choices.one("show", ("open", "all"), "open")
        st.segmented_control(
            "Show", ("open", "all"), format_func={"open": "Open", "all": "All"}.__getitem__, required=True,
            **choices.bound("show", shown),
        )  # fmt: skip
        anomaly_parts.settings(found)
    cards.draw(anomaly_parts.summary(told, currency), key="anomalies")
    figures = computed.anomalies(told, anomaly_parts.beyond(told), currency)
    explain.line(f"Judged up to {formatting.day_words(found.daily.last_day)}.", figures, view.filters, key="anomalies")
    listed = [
        one
        for one in told
        if SEVERITIES.index(one.thing.severity) >= SEVERITIES.index(least) and (shown == "all" or one.state == "open")
    ]
    with st.container(border=True):
        st.markdown(words.strong("Whole account, what was expected, and the days something is told of"))
        anomaly_parts.marked_total(found, listed, view.filters.period.start)
    rows = anomaly_parts.listed(listed, currency, params)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        least_amount = f"Told from {formatting.money_short(found.sensitivity.least_amount, currency)} a day on."
        st.caption(words.plain(least_amount), width="content")
        export.menu(
            rows, view.filters, title="Anomalies", name="anomalies", report={"kind": "anomalies"},
            exact=partial(anomaly_parts.exact, rows),
        )  # fmt: skip
    table.draw(rows)
    anomaly_parts.calendar(found)

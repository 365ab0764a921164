"""What it will cost, how surely, how well the method did until now, and what if."""

import streamlit as st

from lib.spend import formatting
from lib.spend.period import DAY
from lib.ui import cards, computed, explain, export, outlook_parts, page, states, table, watching, words
from lib.ui.chips import Scope
from lib.watch.daily import WORDS
from lib.watch.outlook import outlook

view = page.start("Forecast", Scope(comparing=False, dated=False))
currency, params = view.filters.currency, table.address_now()

with states.loading(560):
    costs = watching.daily(view.filters)
    if not costs.keys:
        states.empty("No usage matches these filters", next_step="Remove a filter, or load more days.")
        st.stop()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        key = watching.choose_series(costs)
        horizon, step = outlook_parts.choose_horizon()
    factors = outlook_parts.choose_what_if(costs)
    look = outlook(costs, key, horizon, what_if=factors or None, calendar=watching.calendar())
    cards.draw(outlook_parts.summary(look, currency), key="forecast")
    said = f"From complete days up to {formatting.day_words(look.next_day - DAY)}."
    explain.line(said, computed.forecast(look, currency), view.filters, key="forecast")
    with st.container(border=True):
        name, after = watching.name_of(costs, key), formatting.day_words(costs.last_day)
        st.markdown(words.strong(f"{name}: the {horizon} days after {after}"))
        outlook_parts.chart(look, currency)
        st.caption(words.plain(outlook_parts.method(look)))
    left, right = st.columns(2)
    with left:
        listed = outlook_parts.steps_table(look, step, currency)
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            whole = "" if step == "day" else f", whole {step}s only"
            st.markdown(words.strong(f"By {step}{whole}"), width="content")
            export.menu(
                listed, view.filters, title="Forecast", name="forecast", report={"kind": "forecast", "series": key.text}
            )
        table.draw(listed)
    with right:
        kind = key.kind if key.kind != "total" else "product"
        title = f"{WORDS[kind]}: the costliest, and what they will cost"
        export.titled(title, outlook_parts.movers_table(costs, horizon, kind, params), view.filters, name="forecasts")

"""How much, is it more than before, why, and what stands out."""

import streamlit as st

from lib.explorer.overview import overview
from lib.ui import (
    alert_line,
    cards,
    changes,
    computed,
    days_card,
    explain,
    export,
    findings,
    landing,
    overview_parts,
    page,
    rankings,
    recommendation_parts,
    session,
    states,
    table,
    words,
)

view = page.start("Overview")
filters, params = view.filters, table.address_now()

with states.loading(640):
    session.prepare(*landing.figures(filters, session.as_of()))
    shown = session.ask(overview, filters, session.as_of())
    cards.draw(overview_parts.summary(shown), key="overview")
    explain.line(changes.words(shown.comparison, filters), computed.overview(shown), filters, key="overview")
    if shown.daily.empty:
        states.empty("No usage matches these filters", next_step="Choose a longer period, or remove a filter.")
        st.stop()

    chart, notes = st.columns([7, 3])
    with chart:
        previous = list(shown.previous_daily["total_cost"]) if filters.compare else []
        jobs = shown.movers.get("job")
        headline = findings.headline("Spend", shown.change, jobs.rows if jobs else None, "Spend by day")
        days_card.by_product(shown.daily, filters, shown.as_of, title=headline, previous=previous)
    with notes.container(border=True, height="stretch"):
        st.markdown("**What stands out**")
        findings.draw(shown.highlights, filters.currency, params)
        overview_parts.clusters(shown.clusters)
        alert_line.draw()
        saving = st.container()

    products, moved = st.columns([3, 5])
    with products.container(border=True, height="stretch"):
        rankings.products(shown.top["product"], filters, params, total=shown.total_cost)
    with moved.container(border=True, height="stretch"):
        whole = shown.change.amount if shown.change else None
        rankings.movers(jobs, whole, filters, params)
    with st.grid(3, min_column_width=300, gap="small"):
        for title, dim in (("Jobs", "job"), ("Workspaces", "workspace"), ("Owners", "owner")):
            rankings.ranking(title, shown.top[dim], filters, params, dim=dim)
    st.caption(words.plain(page.incomplete_words(shown.as_of, filters)))
    export.by_itself({"kind": "executive"})
    with saving:
        recommendation_parts.line()

"""How much, is it more than before, why, and what stands out."""

import streamlit as st

from lib.explorer.overview import overview
from lib.spend import formatting
from lib.ui import cards, changes, days_card, explain, findings, page, rankings, session, states, table, words

view = page.start("Overview")
filters, currency, params = view.filters, view.filters.currency, table.address_now()

with states.loading(640):
    shown = session.ask(overview, filters, session.as_of())
    change, against = changes.delta(shown.change, shown.comparison, filters)
    by_day = shown.daily.groupby("usage_date")[["total_cost", "dbu_cost", "vm_cost"]].sum()
    basis = session.vm_basis(filters)
    untagged = shown.untagged_cost / shown.total_cost if shown.untagged_cost and shown.total_cost else None
    cards.draw(
        [
            cards.money(
                "Total cost", shown.total_cost, currency, delta=change, against=against, trend=by_day["total_cost"]
            ),
            cards.money(
                "DBU cost",
                shown.dbu_cost,
                currency,
                chip=f"{formatting.short(shown.dbus)} DBU",
                trend=by_day["dbu_cost"],
            ),
            cards.money(
                "VM cost",
                shown.vm_cost,
                currency,
                none="none",
                badge=basis,
                about="Virtual machines of classic compute",
                chip=f"{formatting.percent((shown.vm_cost or 0) / shown.total_cost)} of total"
                if shown.total_cost
                else "",
                trend=by_day["vm_cost"],
            ),
            cards.money(
                "Untagged",
                shown.untagged_cost,
                currency,
                none="none",
                about="Carries no tag of yours; tags that Databricks sets do not count",
                chip=f"{formatting.percent(untagged)} of total" if untagged else "",
            ),
            cards.unpriced(shown.unpriced),
        ],
        key="overview",
    )
    explain.line(
        changes.words(shown.comparison, filters),
        [
            explain.money("total_cost", "Total cost", shown.total_cost, currency),
            explain.money("dbu_cost", "DBU cost", shown.dbu_cost, currency),
            explain.money("vm_cost", "VM cost", shown.vm_cost, currency),
        ],
        filters,
        key="overview",
    )
    if shown.daily.empty:
        states.empty("No usage matches these filters", next_step="Choose a longer period, or remove a filter.")
        st.stop()

    chart, notes = st.columns([7, 3])
    with chart:
        previous = list(shown.previous_daily["total_cost"]) if filters.compare else []
        headline = findings.headline("Spend", shown.change, shown.movers.get("job"), "Spend by day")
        days_card.by_product(shown.daily, filters, shown.as_of, title=headline, previous=previous)
    with notes.container(border=True, height="stretch"):
        st.markdown("**What stands out**")
        findings.draw(shown.highlights, currency, params)

    products, moved = st.columns([3, 5])
    with products.container(border=True, height="stretch"):
        st.markdown("**Where it went**")
        rankings.products(shown.top["product"], filters, params, total=shown.total_cost)
    with moved.container(border=True, height="stretch"):
        st.markdown("**What changed most**")
        whole = shown.change.amount if shown.change else None
        rankings.movers(shown.movers.get("job"), whole, filters, params)
    with st.grid(3, min_column_width=300, gap="small"):
        for title, dim in (("Jobs", "job"), ("Workspaces", "workspace"), ("Owners", "owner")):
            rankings.ranking(title, shown.top[dim], filters, params, dim=dim)
    st.caption(words.plain(page.incomplete_words(shown.as_of, filters)))

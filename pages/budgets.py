"""Budgets: what is spent, how they will end, and when they run out."""

import streamlit as st

from lib.context import utc_now
from lib.store import watch as stored
from lib.ui import (
    budget_parts,
    cards,
    computed,
    explain,
    export,
    intent,
    page,
    session,
    states,
    table,
    watching,
    words,
)

page.dated("Budgets")
view, params = session.view(), table.address_now()

with states.loading(420):
    costs = watching.daily(view.filters)
    found = budget_parts.standings(view.filters)
    if found:
        cards.draw(budget_parts.summary(found), key="budgets")
    listed = budget_parts.listed(found, params)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if watching.may_write():
            look = "secondary" if found else "primary"
            if intent.pressed("New budget", "budget-new", icon=":material/add:", type=look):
                budget_parts.form(costs)
        else:
            st.caption("Operators can make budgets.")
        if found:
            export.menu(listed, view.filters, title="Budgets", name="budgets", report={"kind": "budgets"})
    if not found:
        states.empty(
            "No budget yet", next_step="Give a team, a workspace, a product or a job an amount to stay within."
        )
    else:
        table.draw(listed)
        asked = st.query_params.get("budget", found[0].budget.id)
        one = next((each for each in found if each.budget.id == asked), found[0])
        with st.container(border=True):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.markdown(words.strong(f"{one.budget.name}: {one.verdict}"), width="content")
                if watching.may_write():
                    with st.container(horizontal=True, width="content", gap="small"):
                        if intent.pressed("Change budget", "budget-change", one.budget.id, icon=":material/edit:"):
                            budget_parts.form(costs, one.budget)
                        if intent.pressed(
                            "Put away",
                            "budget-end",
                            one.budget.id,
                            icon=":material/archive:",
                            help="It stays on record",
                        ):
                            watching.written(
                                lambda: stored.end_budget(
                                    session.context().store, one.budget, session.viewer().name, utc_now()
                                ),
                                f"{one.budget.name} is put away",
                            )
            explain.line(budget_parts.sentence(one), computed.budget(one), view.filters, key="budget")
            budget_parts.burn_down(one)
            export.listed(budget_parts.crossings(one), name="budget-crossings", title="Thresholds")

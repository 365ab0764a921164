"""What queries cost, how long they take, and where the rest of the warehouses' bill goes."""

import streamlit as st

from lib.statements.insights import regressions
from lib.statements.monitor import standing
from lib.statements.overview import by, glance, top
from lib.statements.shapes import fingerprints
from lib.ui import cards, choices, computed, explain, export, page, session, states, table
from lib.ui.chips import Scope
from lib.ui.queries import bill, lists, ranking, shapes

view = page.start("Queries", Scope(spend=False, comparing=False))
filters, params, until, said = view.filters, table.address_now(), session.as_of(), ""
VIEWS = {
    "now": "Stands out now",
    "fingerprints": "Fingerprints",
    "time": "Slowest",
    "cost": "Most expensive",
    "waste": "Most wasted",
    "failures": "Failures",
    "rollup": "Roll-ups",
}
FIRST = "fingerprints"

if bill.not_assessed():
    st.stop()
with states.loading(640):
    limits = session.context().query_thresholds
    default = (fingerprints, filters, until)
    wanted = choices.one("view", list(VIEWS), FIRST)
    ranked = (by, filters, ranking.ranked_by())
    session.prepare(
        (glance, filters, until), ranked, (regressions, filters, until, limits), *([default] if wanted == FIRST else [])
    )
    shown = session.ask(glance, filters, until)
    if not shown.numbers["runs"]:
        states.empty(
            "No statement is in this period",
            next_step="Choose a longer period, or look at Data trust for the query history.",
        )
        st.stop()
    cards.draw(bill.summary(shown), key="queries")
    explain.line(
        bill.said(shown, page.incomplete_words(until, filters)), computed.queries(shown), filters, key="queries"
    )
    left, right = st.columns([5, 3])
    with left:
        bill.daily(shown)
    with right:
        ranking.draw(shown, params)
    moved = session.ask(regressions, filters, until, limits)
    shapes.regressions(moved, filters, params)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        choices.row("Show", "view", VIEWS, FIRST)
        if wanted == "failures":
            listed = lists.failures_table(filters)
        elif wanted == "rollup":
            listed = lists.rollup_table(filters, params)
        elif wanted == "now":
            found, said = lists.running_now(session.ask(standing, filters, until, limits), filters)
            listed = lists.standing_table(found, filters, params)
        elif wanted in ("time", "cost", "waste"):
            rows = session.ask(top, filters, wanted)
            listed = lists.statements_table(rows, filters, params, key=f"top-{wanted}", alt=VIEWS[wanted])
        else:
            found = session.ask(fingerprints, filters, until)
            said, listed = shapes.coverage(found), shapes.fingerprints_table(found, moved, params)
        own = {"view": [wanted], "by": st.query_params.get_all("by") if wanted == "rollup" else []}
        export.menu(
            listed,
            filters,
            title=f"Queries: {VIEWS[wanted]}",
            name=f"queries-{wanted}",
            report=export.list_report("queries", own, listed),
        )
    table.draw(listed)
st.caption(f"{said} {bill.ALLOCATED}" if said else bill.ALLOCATED)

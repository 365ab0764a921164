"""What queries cost, how long they take, and where the rest of the warehouses' bill goes."""

import streamlit as st

from lib.statements.insights import regressions
from lib.statements.monitor import standing
from lib.statements.overview import by, failures, glance, top
from lib.statements.shapes import fingerprints
from lib.ui import cards, computed, explain, export, page, query_parts, session, states, table
from lib.ui.chips import Scope

view = page.start("Queries", Scope(comparing=False))
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

if query_parts.not_assessed():
    st.stop()
with states.loading(640):
    limits = session.context().query_thresholds
    default = (fingerprints, filters, until)
    listing = st.session_state.get("query-view", "fingerprints") == "fingerprints"
    ranked = (by, filters, query_parts.ranked_by())
    session.prepare(
        (glance, filters, until), ranked, (regressions, filters, until, limits), *([default] if listing else [])
    )
    shown = session.ask(glance, filters, until)
    if not shown.numbers["runs"]:
        states.empty(
            "No statement is in this period",
            next_step="Choose a longer period, or look at Data trust for the query history.",
        )
        st.stop()
    cards.draw(query_parts.summary(shown), key="queries")
    said = page.incomplete_words(until, filters) or query_parts.ADDS_UP
    explain.line(said, computed.queries(shown), filters, key="queries")
    left, right = st.columns([5, 3])
    with left:
        query_parts.daily(shown)
    with right:
        query_parts.ranking(shown, params)
    moved = session.ask(regressions, filters, until, limits)
    query_parts.regressions(moved, params)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        wanted = st.segmented_control(
            "Show",
            list(VIEWS),
            default="fingerprints",
            key="query-view",
            format_func=VIEWS.__getitem__,
            label_visibility="collapsed",
            required=True,
        )
        if wanted == "failures":
            listed = query_parts.failures_table(session.ask(failures, filters), filters)
        elif wanted == "rollup":
            listed = query_parts.rollup_table(filters)
        elif wanted == "now":
            found, said = query_parts.running_now(session.ask(standing, filters, until, limits))
            listed = query_parts.standing_table(found, filters, params)
        elif wanted in ("time", "cost", "waste"):
            rows = session.ask(top, filters, wanted)
            listed = query_parts.statements_table(rows, filters, params, key=f"top-{wanted}", alt=VIEWS[wanted])
        else:
            shapes = session.ask(fingerprints, filters, until)
            said = query_parts.coverage(shapes)
            listed = query_parts.fingerprints_table(shapes, moved, params)
        own = {"view": [wanted], "by": [st.session_state.get("query-rollup") or "hour"] if wanted == "rollup" else []}
        export.menu(
            listed,
            filters,
            title=f"Queries: {VIEWS[wanted or 'fingerprints']}",
            name=f"queries-{wanted}",
            report=export.list_report("queries", own, listed),
        )
    table.draw(listed)
st.caption(f"{said} {query_parts.ALLOCATED}" if said else query_parts.ALLOCATED)

"""One fingerprint: all runs of a query, their cost, times, regressions and what to change."""

from dataclasses import replace

import streamlit as st

from lib.spend import formatting
from lib.statements.one import fingerprint_view
from lib.ui import address, cards, computed, explain, export, frame, page, session, table, words
from lib.ui.queries import asked, fingerprint, lists
from lib.ui.queries.bill import ALLOCATED

frame.require()
name = asked.wanted("fingerprint", "queries", "All queries")
shape = asked.wanted("shape", "queries", "All queries")
view, params, until = session.view(), table.address_now(), session.as_of()
filters, workspace_id = replace(view.filters, owners=()), st.query_params.get("workspace_id") or None
shown = session.ask(fingerprint_view, filters, until, session.context().query_thresholds, name, shape, workspace_id)

frame.breadcrumb(("queries", "Queries", {}), here=f"Fingerprint {name[:8]}")
page.start(formatting.middle(shown.template or name, 70), page.ONE_THING)
st.caption(
    words.plain(
        f"Fingerprint {name}"
        + ("" if shown.by_tree else " · the text could not be parsed: aliases and list lengths count")
    )
)
if shown.facts is None:
    st.info("It did not run in this period.", icon=":material/event_busy:")
    st.stop()
currency, facts, numbers = filters.currency, shown.facts, shown.numbers
cards.draw(
    [
        cards.money("Cost", facts["cost"], currency, none=formatting.NONE, badge="estimated", about=ALLOCATED),
        cards.count(
            "Runs",
            int(facts["runs"]),
            chip=f"{formatting.percent(1 - (facts['failed_runs'] + facts['canceled_runs']) / facts['runs'])} finished",
        ),
        cards.money("A run", facts["run_cost"], currency, none=formatting.NONE),
        cards.Card(
            "p95 time",
            formatting.duration((numbers["p95_ms"] or 0) / 1000),
            chip=f"p50 {formatting.duration((numbers['p50_ms'] or 0) / 1000)}",
        ),
        cards.Card(
            "Files skipped",
            formatting.percent(facts["pruned_share"])
            if facts["pruned_share"] == facts["pruned_share"]
            else formatting.NONE,
        ),
        cards.Card("From the cache", formatting.percent(facts["cached_share"])),
        cards.count("People", int(numbers["users"])),
    ],
    key="fingerprint",
)
explain.line(page.incomplete_words(until, filters), computed.fingerprint(shown, filters), filters, key="fingerprint")
for moved in shown.moved:
    (st.warning if moved.is_worse else st.success)(
        words.plain(words.sentence(moved.words) + "."), icon=":material/trending_up:"
    )
fingerprint.history(shown.daily, filters, until.complete_until)
st.code(shown.shape_text, language="sql", wrap_lines=True)
st.markdown("**What to change**")
for item in shown.recommendations:
    fingerprint.recommendation(item)
if not shown.recommendations:
    st.caption("Nothing found in its text or its figures.")
listed = lists.statements_table(shown.runs, filters, params, key="runs", alt="Newest runs")
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.markdown(f"**Newest {formatting.plural(len(shown.runs), 'run')}**", width="content")
    st.page_link(
        "pages/query_findings.py",
        label="All findings",
        icon=":material/lightbulb:",
        query_params=address.carried(params),
    )
    export.menu(listed, filters, title=f"Runs of {name}", name=f"fingerprint-{name}")
table.draw(listed)

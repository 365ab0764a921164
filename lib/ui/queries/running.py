"""A statement that runs now: shown as its workspace says it, and canceled."""

from datetime import date

import streamlit as st

from lib import operate
from lib.context import utc_now
from lib.errors import NotFound
from lib.spend import formatting
from lib.statements.acting import ENDED, Running
from lib.statements.lint import lint
from lib.statements.statement import StatementView, live_text, statement
from lib.ui import address, cards, errors, frame, intent, page, session, words
from lib.ui.queries.text import NO_TEXT, findings_of_text
from lib.ui.table import address_now


def read(statement_id: str, workspace_id: str | None, day: date | None) -> StatementView:
    """The statement as the tables have it; one that runs now is shown as its workspace says, and the page ends there."""
    try:
        found: StatementView = session.ask(
            statement, session.view().filters, session.as_of(), statement_id, workspace_id, session.viewer(), day
        )
    except NotFound:
        live(statement_id)
        raise
    if (found.facts["execution_status"] or "RUNNING") not in ENDED:
        live(statement_id)
    return found


def live(statement_id: str) -> None:
    """A statement that runs now, shown as the workspace says it: the tables learn of it an hour later. Others go on."""
    mine = session.context()
    found = operate.live_statement(mine, statement_id)
    if found is None:
        return
    one, workspace_id = found
    params = address_now()
    frame.breadcrumb(("queries", "Queries", {}), here=f"Statement {statement_id[:8]}")
    page.start(f"{one.statement_type or 'Statement'} that runs now", page.ONE_THING)
    seconds = one.seconds(utc_now())
    severity = mine.query_thresholds.slow_now_minutes.of(seconds / 60)
    st.caption(
        words.plain(f"Statement {statement_id} · by {one.who or 'nobody'} · through {one.client_application or '–'}")
    )
    cancel(Running(statement_id, one.warehouse_id, one.who or None, one.state, workspace_id))
    cards.draw(
        [
            cards.Card("State", one.state.capitalize()),
            cards.Card(
                "Running for", formatting.duration(seconds), chip="" if severity is None else f"{severity} by its time"
            ),
            cards.Card("Started", formatting.moment(one.started_at) if one.started_at else formatting.NONE),
            cards.Card("Cost", "pending", about="Its hour is not billed yet"),
        ],
        key="live-statement",
    )
    shown, state = live_text(session.viewer(), one)
    if shown is None:
        st.info(NO_TEXT[state], icon=":material/visibility_off:")
    else:
        st.code(shown, language="sql", line_numbers=True, wrap_lines=True)
        findings_of_text(lint(shown))
    if one.warehouse_id:
        st.page_link(
            "pages/warehouse.py",
            label="Its warehouse",
            icon=":material/database:",
            query_params={**address.carried(params), "warehouse_id": one.warehouse_id},
        )
    st.caption(
        "As the workspace says it now. What it read, its cost and its sister runs come with the tables, an hour later."
    )
    st.stop()


def cancel_of(shown: StatementView) -> None:
    """The button of a statement that still runs by the tables."""
    facts = shown.facts
    state = facts["execution_status"] or "RUNNING"
    wanted = Running(facts["statement_id"], facts["warehouse_id"], facts["executed_by"], state, facts["workspace_id"])
    if state not in ENDED:
        cancel(wanted)


def cancel(wanted: Running) -> None:
    """For a statement that still runs: the button that cancels it, with its rules said before."""
    with st.popover("Cancel this statement", icon=":material/cancel:"):
        st.caption("What it did so far is paid for and thrown away. The act is on record, with who and why.")
        reason = st.text_input("Why", max_chars=300, key="cancel-reason")
        if intent.pressed("Cancel it", "cancel-now", wanted.statement_id, type="primary", disabled=not reason.strip()):
            with errors.shown():
                done = operate.statement_desk(session.context()).cancel(session.viewer(), wanted, reason=reason)
                (st.success if done.result == "done" else st.warning)(words.plain(done.message))
                st.page_link("pages/audit.py", label="Audit", icon=":material/history:")

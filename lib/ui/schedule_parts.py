"""What runs by itself: each job, how it went last and when it runs next, and its history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from lib.access import Role
from lib.context import utc_now
from lib.scheduler import JOBS, Ticked, status, tick
from lib.scheduler.runner import runs_here
from lib.spend import formatting
from lib.store import events, schedule
from lib.store.events import Event
from lib.ui import cards, export, intent, session, states
from lib.ui.cards import Card
from lib.ui.columns import Column
from lib.ui.table import Row, Table

LINES = (
    Column("name", "Job", phone=True),
    Column("about", "What it does", wraps=True),
    Column("plan", "When"),
    Column("outcome", "Last result", "badge", phone=True),
    Column("last", "Last ended (UTC)", "moment", missing=formatting.NONE),
    Column("seconds", "Took", "duration", missing=formatting.NONE),
    Column("next", "Next (UTC)", "moment", phone=True),
    Column("detail", "What came of it", wraps=True),
)
RUNS = (
    Column("name", "Job", phone=True),
    Column("outcome", "Result", "badge", phone=True),
    Column("started", "Started (UTC)", "moment", phone=True),
    Column("seconds", "Took", "duration", missing=formatting.NONE),
    Column("missed", "Missed before it", "count", about="Due times that passed while nothing ran; they are not run again"),
    Column("detail", "What came of it", wraps=True),
)  # fmt: skip
ALSO = "Jobs run in `streamlit run lib/server.py`, and with every `python -m lib tick`"
BADGES = {"ok": "ok", "failed": "critical", "not yet": "plain", "running": "info"}


def draw() -> None:
    """The whole page below its title."""
    if asked := intent.taken("run"):
        _run_now(*asked)
    context, now = session.context(), utc_now()
    found = status.lines(context, now)
    failing = [line for line in found if line.outcome == "failed"]
    refreshed = next((line for line in found if line.name == "refresh"), None)
    cards.draw(
        [
            cards.count("Jobs", len(found)),
            Card("Failing", str(len(failing)), chip=", ".join(line.name for line in failing)),
            Card("Ledger checked", ago(refreshed.last if refreshed else None, now), about="Since the last refresh ended"),
            Card("Scheduler", "in this server" if runs_here() else "from outside", about=ALSO),
        ],
        key="schedule",
    )  # fmt: skip
    with st.container(border=True):
        export.listed(
            Table(frame(found), LINES, "USD", "schedule", "Jobs that run by themselves", bare=True, extra=_extra),
            name="schedule",
            title="What runs by itself",
        )
        _by_hand()
    runs = schedule.runs(context.store, limit=500)
    if not runs:
        st.markdown("**History**")
        states.empty(
            "Nothing has run yet",
            next_step="The server runs jobs by itself; python -m lib tick runs those that are due.",
        )
        return
    rows = pd.DataFrame([_run(run) for run in runs])
    export.listed(
        Table(rows, RUNS, "USD", "runs", "Runs of the jobs, newest first", extra=_extra, page_size=25),
        name="schedule-runs",
        title="History",
    )


def frame(lines: "list[status.Line]") -> pd.DataFrame:
    """One row a job."""
    return pd.DataFrame([vars(line) for line in lines])


def _run(run: schedule.Run) -> dict[str, Any]:
    ended = run.ended
    outcome = "running" if ended is None else "ok" if run.ok else "failed"
    seconds = (ended - run.started).total_seconds() if ended else None
    return vars(run) | {"outcome": outcome, "seconds": seconds, "detail": run.error or run.detail}


def _extra(row: Row, column: Column) -> Mapping[str, Any]:
    return {"badge": BADGES.get(str(row["outcome"]), "plain")} if column.name == "outcome" else {}


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, in words."""
    return "never" if moment is None else f"{formatting.duration((now - moment).total_seconds())} ago"


def _by_hand() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Run a job now", [job.name for job in JOBS], width=220, key="schedule-job")
        st.button(
            f"Run {name} now", icon=":material/play_arrow:", key="schedule-run", on_click=intent.remember, args=("run", name)
        )  # fmt: skip


def _run_now(name: str) -> None:
    session.viewer().require(Role.ADMIN, "run a job of the scheduler")
    with st.spinner(f"Running {name} …"):
        done = tick(session.context(), utc_now, only=name)
    _told(name, done)


def _told(name: str, done: Ticked) -> None:
    if done.busy:
        st.toast(
            "Another process is running jobs at this moment; try again when it has ended", icon=":material/schedule:"
        )
        return
    error = done.ran[0].error if done.ran else ""
    result = "failed" if error else "done"
    events.record(
        session.context().store,
        Event(utc_now(), session.viewer().name, "run job", "schedule", name, name, result=result, detail=error),
    )
    st.toast(
        f"{name}: {error or done.ran[0].detail or 'done'}", icon=":material/error:" if error else ":material/check:"
    )
    st.rerun()

"""Benchmarks of a space on the page Spaces: asked as an evaluation run, with what each question gave."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from lib import spaces
from lib.access import Role
from lib.errors import AppError
from lib.genie.benchmarks import Evaluation
from lib.genie.inventory import Line
from lib.spend import formatting
from lib.ui import intent, session, space_parts, words
from lib.ui.columns import Column
from lib.ui.table import Mark, Row, Table
from lib.ui.table import draw as draw_table

COLUMNS = (
    Column("question", "Question", phone=True, wraps=True),
    Column("assessment", "Assessment", phone=True),
    Column("reasons", "Why", wraps=True),
    Column("expected", "Right SQL", wraps=True),
    Column("actual", "Its SQL", wraps=True, missing="none"),
)
SAID = {"GOOD": "right", "BAD": "wrong", "NEEDS_REVIEW": "to be reviewed"}
RUNS, FOUND = "space-runs", "space-evaluations"


def draw(line: Line) -> None:
    """The newest evaluation, and for administrators a new one."""
    st.markdown("**Benchmarks**")
    if not line.benchmarks:
        st.caption("It has no benchmark: add questions with their right SQL (`benchmarks.questions` of its file).")
        return
    if session.viewer().role >= Role.ADMIN and intent.pressed(
        f"Ask its {formatting.plural(line.benchmarks, 'benchmark')}", "space-evaluate", line.space_id,
        icon=":material/rule:", help="Each question is asked and its SQL runs on the space's warehouse.",
    ):  # fmt: skip
        try:
            _runs()[line.space_id] = spaces.start_benchmarks(session.context(), line.space_id, line.title)
        except AppError as error:
            st.warning(words.plain(str(error)), icon=":material/error:")
    if line.space_id in _runs():
        _running(line)
        return
    found = _newest(line)
    if found is None:
        st.caption("Not evaluated yet.")
    else:
        _results(found)


def _runs() -> dict[str, str]:
    kept: dict[str, str] = st.session_state.setdefault(RUNS, {})
    return kept


@st.fragment(run_every="2s")
def _running(line: Line) -> None:
    run_id = _runs().get(line.space_id)
    if run_id is None:
        return
    try:
        found = spaces.benchmarks(session.context(), line.space_id, run_id)
    except AppError as error:
        st.warning(words.plain(str(error)), icon=":material/error:")
        return
    assert found is not None
    if found.ended:
        _kept()[line.space_id] = found
        del _runs()[line.space_id]
        space_parts.forget()
        st.rerun()
    st.progress(found.done / max(1, found.questions), f"{found.done} of {found.questions} answered")


def _kept() -> dict[str, Evaluation | None]:
    kept: dict[str, Evaluation | None] = st.session_state.setdefault(FOUND, {})
    return kept


def _newest(line: Line) -> Evaluation | None:
    if line.space_id not in _kept():
        try:
            _kept()[line.space_id] = spaces.benchmarks(session.context(), line.space_id)
        except AppError as error:
            st.caption(words.plain(error.message))
            return None
    return _kept()[line.space_id]


def _results(found: Evaluation) -> None:
    if found.accuracy is None:
        st.caption(f"The evaluation ended as {found.status.replace('_', ' ').lower()}.")
        return
    st.caption(f"{found.correct} of {found.questions} right · {found.needs_review} to be reviewed")
    rows = pd.DataFrame(
        [replace(item, assessment=SAID.get(item.assessment, item.assessment)).__dict__ for item in found.results]
    )
    if rows.empty:
        return
    rows["reasons"] = [", ".join(reason.replace("_", " ").lower() for reason in reasons) for reasons in rows["reasons"]]
    rows["actual"] = rows["actual"].replace("", None)
    alt = "Benchmark questions and what the space answered"
    draw_table(Table(rows, COLUMNS, "", "evaluation", alt, mark=_mark, page_size=10, bare=True))


def _mark(row: Row) -> Mark | None:
    return Mark("wrong", "The space's answer differs from the right one.") if row["assessment"] == "wrong" else None

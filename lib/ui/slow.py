"""Pages over a warehouse that may sleep, start, or take its time: nothing waits long, and nothing changes by itself.

A session stays with the generation of the data that it has been shown. When the data changes, the questions of the page
are asked again behind it, and only when all are answered is the new state offered; so the parts of a page belong together.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import streamlit as st

from lib import metrics
from lib.config import settings
from lib.context import Context
from lib.errors import AppError
from lib.ui import words
from lib.ui.answers import Answers, Key, Pending, Waiting
from lib.warehouse.databricks.warehouse import DatabricksWarehouse
from lib.workspace.warehouses import WarehouseInfo

PINNED = "lakeledger-generation"
ASKED = "lakeledger-asked"
LOOK = "generation"
TYPICAL_START_S = {True: 15.0, False: 240.0}
"""How long a warehouse takes to start: serverless, and not."""
ICONS = {"STARTING": "rocket_launch", "STOPPED": "bedtime", "STOPPING": "bedtime"}


def begin() -> None:
    """A page starts to draw: move on to newer data when everything that was shown has been asked of it."""
    moved = st.session_state.get("lakeledger-newer")
    if moved:
        st.session_state[PINNED] = moved
        st.session_state["lakeledger-newer"] = None
    st.session_state[ASKED] = {}


def ask(answers: Answers, key: Key, mine: Context, work: Callable[[], Any], patience: float) -> Any:
    """The answer to the data this session is shown; older than the newest when that is still being asked for."""
    newest = _generation(answers, mine, patience)
    pinned = st.session_state.setdefault(PINNED, newest)
    asked = st.session_state.setdefault(ASKED, {})
    if pinned != newest:
        old = answers.found(key, pinned)
        if old is not None:
            asked[key] = newest
            answers_begin(answers, key, newest, work)
            return old[0]
        st.session_state[PINNED] = newest
        if asked:
            st.rerun()
    return answers.soon(key, newest, work, patience)


def prepare(
    answers: Answers, mine: Context, wanted: Sequence[tuple[Key, Callable[..., Any], Sequence[Any]]], patience: float
) -> None:
    """Begin all that nobody has the answer of."""
    generation = _generation(answers, mine, patience)
    if st.session_state.get(PINNED, generation) != generation:
        return  # the page shows older data first; what it asks of the newer is asked behind it
    answers.begin_all(
        generation, [(key, partial(_answer, mine, question, tuple(arguments))) for key, question, arguments in wanted]
    )


def _answer(mine: Context, question: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    metrics.ANSWERS.labels("missed").inc()
    return question(mine.warehouse, *arguments)


def answers_begin(answers: Answers, key: Key, generation: str, work: Callable[[], Any]) -> None:
    """Ask behind the page; a failure leaves the old answer where it is."""
    try:
        answers.begin(key, generation, work)
    except AppError:
        return


def _generation(answers: Answers, mine: Context, patience: float) -> str:
    """The newest generation; only the very first look is waited for."""

    def look() -> DatabricksWarehouse:
        warehouse = cast(DatabricksWarehouse, mine.warehouse)
        warehouse.generation  # noqa: B018 - looks once, so that from then on asking costs nothing
        return warehouse

    warehouse: DatabricksWarehouse = answers.soon((mine.identity, LOOK), mine.viewer.token or "", look, patience)
    if mine.viewer.token:
        warehouse = cast(DatabricksWarehouse, mine.warehouse)  # hands the newest token to the connections
    return warehouse.generation


def generation(mine: Context) -> str:
    """The generation that this session is shown; "" before the first look."""
    if settings().source != "databricks":
        return mine.warehouse.generation
    return str(st.session_state.get(PINNED, ""))


def as_whom(mine: Context) -> str:
    """As whom queries run, in a sentence."""
    login = mine.connected.login(mine.viewer)
    limited = "" if mine.workspaces is None else f" You see {len(mine.workspaces)} workspaces."
    match login.kind:
        case "viewer":
            return f"Queries run as you, {mine.viewer.name}.{limited}"
        case "app":
            return f"You are {mine.viewer.name}. Queries run as the app's service principal.{limited}"
    return f"Queries run as the one who started this app ({login.how}).{limited}"


@st.fragment(run_every="10s")
def newer_data(answers: Answers) -> None:
    """A quiet offer when newer data has been asked for and is there. Costs no statement, however long a tab stays open."""
    asked: dict[Key, str] = st.session_state.get(ASKED) or {}
    if not asked:
        return
    if not all(answers.has(key, generation) for key, generation in asked.items()):
        st.caption(":material/hourglass_top: Newer figures are being read; these are the ones before.")
        return
    if st.button("Newer data is ready: show it", icon=":material/sync:", type="tertiary", key="show-newer"):
        st.session_state["lakeledger-newer"] = next(reversed(asked.values()))
        st.rerun()


def waiting(error: Waiting, mine: Callable[[], Context], answers: Answers) -> None:
    """Say what is waited for, with a way to stop it; draws itself anew until there is an answer."""
    _box(error.pending, mine, answers)
    st.skeleton(360)


@st.fragment(run_every="1s")
def _box(pending: Pending, mine: Callable[[], Context], answers: Answers) -> None:
    if pending.done:
        st.rerun()
    state = _state(mine, answers)
    with st.container(border=True):
        text, share = _words(state, pending.seconds)
        icon = ICONS.get(state.state if state else "", "hourglass_top")
        st.markdown(f":material/{icon}: **{words.plain(text)}**")
        st.progress(share)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"{pending.seconds:.0f} s so far. The page fills itself when the answer is there.", width="stretch"
            )
            if st.button("Cancel", icon=":material/stop_circle:", key=f"cancel-{id(pending)}"):
                pending.token.cancel()


def _words(state: WarehouseInfo | None, seconds: float) -> tuple[str, float]:
    """What is happening, and how much of it is done (guessed by what is usual)."""
    if state is not None and state.state in ("STARTING", "STOPPED", "STOPPING"):
        usual = TYPICAL_START_S[state.serverless]
        return f"The SQL warehouse {state.name} is starting", min(seconds / usual, 0.95)
    return "The warehouse works on this", min(seconds / 20, 0.95)


def _state(mine: Callable[[], Context], answers: Answers) -> WarehouseInfo | None:
    """The warehouse's state as far as it is known without waiting; the workspace is asked, the warehouse stays asleep."""
    connected = mine().connected
    beat = str(int(connected.meter.now() // 3))
    try:
        answers.begin(("app", "warehouse state"), beat, connected.warehouse_now)
    except AppError:
        return None
    for when in (beat, str(int(beat) - 1)):
        found = answers.found(("app", "warehouse state"), when)
        if found is not None:
            return cast(WarehouseInfo, found[0])
    return None

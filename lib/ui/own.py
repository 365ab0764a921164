"""What a person has set for themselves: it holds unless the address says otherwise."""

import logging
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from lib.config import settings
from lib.context import utc_now
from lib.errors import AppError
from lib.jobs.table import SETTING, Thresholds
from lib.store import configs
from lib.ui import intent, session, words

REMEMBERED = "own-thresholds-read"
"""Where a session keeps what it read, so that a page costs no query of the store."""
logger = logging.getLogger("lakeledger")


@dataclass(frozen=True)
class Marks:
    """From when jobs and runs are marked."""

    over: Decimal
    """Money, in the currency of the view."""
    rise: Decimal
    """Share."""
    whose: str
    """`yours`, `everybody's` or `default`."""


def marks() -> Marks:
    """The person's own, else everybody's, else those of the settings. A store that is away changes no page."""
    if REMEMBERED not in st.session_state:
        try:
            st.session_state[REMEMBERED] = _read(session.viewer().name)
        except AppError as error:
            logger.warning("own settings cannot be read: %s", error)
            return _default()
    found: Marks = st.session_state[REMEMBERED]
    return found


def _default() -> Marks:
    return Marks(settings().high_cost, Decimal(str(settings().high_change)), "default")


def _read(name: str) -> Marks:
    store, default = session.context().store, _default()
    for user, whose in ((name, "yours"), (configs.EVERYBODY, "everybody's")):
        found = configs.get(store, SETTING, user)
        own = Thresholds(default.over, float(default.rise)).set_by(found.value) if found else None
        if own:
            return Marks(own.high_cost, Decimal(str(own.high_change)), whose)
    return default


def _save(value: dict[str, str] | None) -> None:
    configs.put(session.context().store, SETTING, value, utc_now(), user=session.viewer().name)
    st.session_state.pop(REMEMBERED, None)


def draw() -> None:
    """The form for one's own settings."""
    if intent.taken("own-save") is not None:
        over, rise = st.session_state["own-over"], st.session_state["own-rise"]
        _save({"over": f"{over:.2f}", "rise": str(Decimal(str(rise)) / 100)})
        st.toast("Saved: your thresholds hold on every page", icon=":material/check:")
    if intent.taken("own-reset") is not None:
        _save(None)
        st.session_state["own-over"], st.session_state["own-rise"] = float(marks().over), float(marks().rise * 100)
    now = marks()
    st.session_state.setdefault("own-over", float(now.over))
    st.session_state.setdefault("own-rise", float(now.rise * 100))
    with st.container(border=True), st.form("own-thresholds", border=False):
        st.markdown(f"**Your settings**  \n:gray[For {words.plain(session.viewer().name)}, on every page and device.]")
        left, right = st.columns(2)
        left.number_input(
            "Mark jobs and runs that cost at least", min_value=0.0, step=50.0, format="%.2f",
            help="In the currency of the view. A link that names an amount keeps its own.", key="own-over",
        )  # fmt: skip
        right.number_input(
            "Mark costs that rose by at least (%)", min_value=0.0, step=5.0, format="%.0f",
            help="Against the period before.", key="own-rise",
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center"):
            st.form_submit_button("Save", type="primary", on_click=intent.remember, args=("own-save",))
            st.form_submit_button(
                "Back to the defaults", disabled=now.whose != "yours", on_click=intent.remember, args=("own-reset",)
            )
            st.caption(f"In force: {now.whose}.")

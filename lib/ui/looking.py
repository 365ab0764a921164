"""A fragment that looks again every few seconds, but only while somebody looks at it.

Streamlit's own `run_every` goes on in a tab that nobody sees. Here the browser asks, and a hidden tab does not.
"""

from functools import cache
from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parent / "assets"


@cache
def _script() -> str:
    return (ASSETS / "looking.js").read_text("utf-8")


def again(every_s: float | None, key: str) -> None:
    """Inside a fragment: run it again after so many seconds while the page is in view; never for None."""
    if every_s is None:
        return
    component = st.components.v2.component("lakeledger_looking", js=_script())
    component(data={"every": every_s}, key=f"looking-{key}", on_tick_change=lambda: None)

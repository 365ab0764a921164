"""What a press of a button asks for, kept until the page does it: a press survives a page that starts over."""

from typing import Any

import streamlit as st


def remember(name: str, *what: Any) -> None:
    """For `on_click`: note the act and what it is about."""
    st.session_state[f"intent-{name}"] = what


def taken(name: str) -> tuple[Any, ...] | None:
    """What was asked for, once; None when nothing was."""
    found: tuple[Any, ...] | None = st.session_state.pop(f"intent-{name}", None)
    return found

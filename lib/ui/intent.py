"""What a press of a button asks for, kept until the page does it: a press survives a page that starts over.

Streamlit tells a press to one run of the page only. A page starts over before it comes to the button when its first
request needs the frame, when an answer is still on its way, or when newer data arrive.
"""

from typing import Any

import streamlit as st

PREFIX = "intent-"
PAGE = "lakeledger-intents-of"


def begin(page: str) -> None:
    """A page starts to draw: what was asked for on another page, and never done there, is not done later."""
    if st.session_state.get(PAGE) != page:
        for name in [name for name in st.session_state if str(name).startswith(PREFIX)]:
            del st.session_state[name]
        st.session_state[PAGE] = page


def remember(name: str, *what: Any) -> None:
    """For `on_click`: note the act and what it is about."""
    st.session_state[f"{PREFIX}{name}"] = what


def taken(name: str) -> tuple[Any, ...] | None:
    """What was asked for, once; None when nothing was."""
    found: tuple[Any, ...] | None = st.session_state.pop(f"{PREFIX}{name}", None)
    return found


def pressed(label: str, key: str, *about: Any, **looks: Any) -> bool:
    """Draw a button; was it pressed, also in a run of the page that ended before it came here?

    key:    the button's own, and the name of what it asks for
    about:  what the press is about; a press about something else is forgotten
    looks:  what `st.button` takes; one that is disabled by now is not pressed
    """
    st.button(label, key=key, on_click=remember, args=(key, *about), **looks)
    return taken(key) == about and not looks.get("disabled", False)

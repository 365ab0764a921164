"""What a page says when there is nothing to draw: nothing matches, nothing was loaded, nothing is allowed."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

import streamlit as st

from lib.ui import words
from lib.warehouse.grants import grants


def empty(message: str, *, next_step: str = "", icon: str = ":material/inbox:") -> None:
    """What would be here, and what to do next."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"{icon}  {words.strong(message)}", text_alignment="center")
        if next_step:
            st.caption(words.plain(next_step), text_alignment="center")


def not_assessed(what: str, tables: Iterable[str], *, principal: str = "") -> None:
    """A figure that cannot be worked out, the tables it needs, and the statements that open them."""
    missing = sorted(tables)
    with st.container(border=True):
        st.markdown(f":material/visibility_off: **Not assessed:** {words.plain(what)}")
        st.caption(
            f"{words.plain(', '.join(missing))} {'is' if len(missing) == 1 else 'are'} not loaded. Import an export of "
            "it, or let an account admin run:"
        )
        st.code("\n".join(grants(missing, principal)), language="sql")
        st.button("Check again", icon=":material/refresh:", key="check-" + "-".join(missing))


def loading(height: int) -> AbstractContextManager[object]:
    """A shape of what comes while the block works."""
    return st.skeleton(height)  # type: ignore[return-value]

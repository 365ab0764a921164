"""Choices that are kept in the address, so that every view is a link and the Back button undoes one."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st


def one(name: str, allowed: Sequence[str], default: str) -> str:
    """What the address says, if it is one of these; else the default."""
    value = st.query_params.get(name, default)
    return value if value in allowed else default


def bound(name: str, value: Any, first: Any = None) -> dict[str, Any]:
    """Arguments of a widget whose value is in the address; `first`: what it is when the address says nothing."""
    key = f"choice-{name}"
    st.session_state[key] = value

    def changed() -> None:
        chosen = st.session_state[key]
        if chosen in (None, [], first):
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = chosen if isinstance(chosen, list) else str(chosen)

    return {"key": key, "on_change": changed}


def row(label: str, name: str, words: Mapping[str, str], first: str) -> str:
    """A row of words of which one is chosen, kept in the address as `name`; `label` is for those who do not see it."""
    chosen = one(name, list(words), first)
    st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        label_visibility="collapsed",
        required=True,
        **bound(name, chosen, first),
    )
    return chosen

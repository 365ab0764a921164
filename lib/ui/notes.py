"""Notes by a model, where a setting names an endpoint: asked for by a click, shown as text, marked as what they are."""

from collections.abc import Callable, Mapping

import streamlit as st

from lib.config import settings
from lib.operate import connection
from lib.ui import errors, session, words
from lib.workspace import notes


def offer(label: str, question: str, facts: Callable[[], Mapping[str, object]], *, key: str) -> None:
    """A button that asks the model, and its answer; nothing when notes are off."""
    endpoint = settings().notes_endpoint
    if not endpoint:
        return
    kept, wanted = f"note {endpoint} {key}", f"note wanted {key}"
    st.button(
        label,
        icon=":material/auto_awesome:",
        key=f"ask-{key}",
        type="tertiary",
        on_click=st.session_state.__setitem__,
        args=(wanted, True),
    )
    if st.session_state.pop(wanted, False):
        with errors.shown(), st.spinner("Asking the model …"):
            client = connection(session.context()).client
            st.session_state[kept] = notes.written(client, endpoint, question, facts())
    if kept in st.session_state:
        with st.container(border=True, key=f"note-{key}"):
            for line in st.session_state[kept].splitlines():
                st.markdown(words.plain(line))
            st.caption(
                f"Written by the model endpoint {words.plain(endpoint)} from the figures on this page. It may be wrong."
            )

"""What fires, in one line of the landing page, which is not to load the page of alerts for it."""

import streamlit as st

from lib.alerting.rules import on_overview
from lib.errors import AppError
from lib.spend import formatting
from lib.ui import session, words
from lib.ui.table import onward

ROOM = 24
"""Letters of a name that the line has room for."""


def draw() -> None:
    """With a link; nothing when nothing fires or the store is away."""
    try:
        firing = on_overview(session.context())
    except AppError:
        return
    if firing:
        first = formatting.middle(firing[0].group_name, ROOM)
        more = f" and {len(firing) - 1} more" if len(firing) > 1 else ""
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.badge(formatting.plural(len(firing), "alert"), icon=":material/notifications_active:", color="red")
            st.page_link("pages/alerts.py", label=words.plain(f"{first}{more}"), query_params=onward())

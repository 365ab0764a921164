"""What the address of a page about one thing must say."""

from datetime import date

import streamlit as st

from lib.ui import address, frame
from lib.ui.table import address_now

TITLES = {
    "statement_id": "Statement",
    "fingerprint": "Fingerprint",
    "shape": "Fingerprint",
    "warehouse_id": "SQL warehouse",
}


def wanted(name: str, back: str, label: str) -> str:
    """A parameter that the address must have; a way back when it is missing."""
    value = st.query_params.get(name, "")
    if not value:
        frame.title(TITLES.get(name, "Queries"))
        st.info("**This address names nothing.**  \nOpen one from the list.", icon=":material/search:")
        st.page_link(
            f"pages/{back}.py", label=label, icon=":material/arrow_back:", query_params=address.carried(address_now())
        )
        st.stop()
    return value


def day_of(text: str) -> date | None:
    """A day of the address; None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

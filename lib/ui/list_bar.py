"""What lists of compute share: filters that go into the address, and views of it that a person keeps under a name."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlencode

import streamlit as st

from lib.context import utc_now
from lib.store import configs
from lib.ui import address, errors, session, words
from lib.ui.table import address_now


def write(wanted: Mapping[str, list[str]]) -> None:
    """Put what was chosen into the address; a list that is narrowed anew begins on its first page."""
    before = {name: st.query_params.get_all(name) for name in wanted}
    if before != dict(wanted):
        kept = {n: st.query_params.get_all(n) for n in st.query_params if n not in wanted and not n.endswith("_page")}
        st.query_params.from_dict(kept | {name: values for name, values in wanted.items() if values})


def states_chosen(there: Sequence[str], now: Sequence[str], words_of: Mapping[str, str], key: str) -> list[str]:
    """Which states the list is narrowed to."""
    chosen = st.pills(
        "State", there, default=[s for s in now if s in there], format_func=lambda s: words_of.get(s, s.capitalize()),
        selection_mode="multi", key=f"{key}-state", width="content",
    )  # fmt: skip
    return list(chosen)


def key_of(page: str) -> str:
    """What the views of a page are kept under."""
    return f"{page}.views"


def views(page: str, own: Sequence[str]) -> None:
    """Saved views of this person: a name and the address it stands for; `own`: parameters of this page alone that it keeps."""
    store, who, params = session.context().store, session.viewer().name, address_now()
    kept = configs.get(store, key_of(page), who)
    saved: dict[str, str] = dict(kept.value or {}) if kept else {}
    version = kept.version if kept else 0
    with st.popover("Views", icon=":material/bookmark:"):
        for name, query in sorted(saved.items()):
            st.page_link(f"pages/{page}.py", label=words.plain(name), query_params=parse_qs(query))
        if not saved:
            st.caption("A view keeps the filters and the order of this page under a name. You have none yet.")
        name = st.text_input("Name", key="view-name", max_chars=60, placeholder="Idle in production")
        st.button(
            "Save this view",
            key="view-save",
            disabled=not name.strip(),
            icon=":material/bookmark_add:",
            width="stretch",
            on_click=_save,
            args=(page, own, saved, params, version),
        )
        if saved:
            gone = st.selectbox("Remove", sorted(saved), index=None, key="view-gone", placeholder="Remove a view")
            if gone:
                st.button("Remove it", key="view-remove", on_click=_remove, args=(page, saved, gone, version))


def _save(page: str, own: Sequence[str], saved: dict[str, str], params: address.Params, version: int) -> None:
    here = {n: v for n, v in params.items() if n in own or n in address.SHARED}
    name = str(st.session_state["view-name"]).strip()
    _keep(page, saved | {name: urlencode(here, doseq=True)}, version)


def _remove(page: str, saved: dict[str, str], gone: str, version: int) -> None:
    _keep(page, {name: query for name, query in saved.items() if name != gone}, version)


def _keep(page: str, named: dict[str, str], version: int) -> None:
    with errors.shown():
        store, who = session.context().store, session.viewer().name
        configs.put(store, key_of(page), named, utc_now(), user=who, version=version)

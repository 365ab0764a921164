"""Errors on the page: what happened, what to do, an id to quote. Never a stack trace."""

import logging
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st
from streamlit.errors import StreamlitDuplicateElementKey

from lib.config import settings
from lib.errors import AppError, Cancelled, NotFound, QueryError, SignInError, SourceError, Unavailable
from lib.masking import masked
from lib.ui import session, words
from lib.ui.address import carried
from lib.ui.answers import Waiting
from lib.ui.table import address_now

logger = logging.getLogger("lakeledger")


@contextmanager
def shown() -> Iterator[None]:
    """Draw whatever goes wrong inside instead of letting it reach Streamlit."""
    try:
        yield
    except AppError as error:
        draw(error)
    except Exception as error:
        unexpected(error)


def draw(error: AppError) -> None:
    """An error we know: its message and its remedy; the ones that may be ours also get an id."""
    if isinstance(error, Waiting):
        session.wait(error)
        return
    logger.info("shown to a reader: %s", error)
    parts = [f"**{words.plain(error.message)}**"]
    if error.remedy:
        parts.append(words.plain(error.remedy))
    if isinstance(error, QueryError) and not isinstance(error, Cancelled):
        reference = _log(error)
        parts.append(
            f"{words.plain(error.place)} · reference `{reference}`" if error.place else f"Reference `{reference}`"
        )
    box = st.info if isinstance(error, NotFound | SourceError) else st.error
    icon = ":material/search_off:" if isinstance(error, NotFound) else ":material/error:"
    box("  \n".join(parts), icon=":material/database_off:" if isinstance(error, SourceError) else icon)
    if isinstance(error, SignInError | Unavailable | Cancelled):
        _once_more(error)
    if isinstance(error, NotFound):
        st.page_link(
            "pages/jobs.py", label="All jobs", icon=":material/arrow_back:", query_params=carried(address_now())
        )


def _once_more(error: AppError) -> None:
    """One click: the page again, signed in anew when that was the trouble."""
    label = "Sign in again" if isinstance(error, SignInError) else "Try again"
    key = f"again-{zlib.crc32(str(error).encode()):x}"
    with suppress(StreamlitDuplicateElementKey):  # the same trouble twice on a page needs one button
        if st.button(label, icon=":material/refresh:", key=key):
            session.try_again(signed_out=isinstance(error, SignInError))


def unexpected(error: Exception) -> None:
    """An error nobody foresaw: it is logged in full under an id, and the page says only the id."""
    reference = _log(error)
    exactly = f"  \n`{type(error).__name__}` {words.plain(masked(str(error)))}" if settings().debug else ""
    st.error(
        "**Something went wrong on our side.** The rest of the app still works; try again in a moment.  \n"
        f"If it happens again, quote reference `{reference}`.{exactly}",
        icon=":material/error:",
    )


def _log(error: Exception) -> str:
    reference = secrets.token_hex(4)
    logger.error("reference %s", reference, exc_info=error)
    return reference

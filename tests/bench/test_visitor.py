"""Visitors against a real Streamlit server: they see what is drawn, each for themselves, and wait for what comes late."""

from pathlib import Path

import pytest

from bench.browser import served, wait_for
from bench.visitor import AT_REST_S, Seen, Who, visit

pytestmark = pytest.mark.slow

APP = """
import streamlit as st

who = st.context.headers.get("X-Forwarded-Email")
st.session_state.runs = st.session_state.get("runs", 0) + 1


@st.fragment(run_every="1s")
def wait():
    st.session_state.beats = st.session_state.get("beats", 0) + 1
    if st.session_state.beats > 1:
        st.rerun()


if who == "patient" and st.session_state.runs == 1:
    wait()
else:
    st.write(f"rows of {who}")
if who == "unlucky":
    st.error("it broke")
if who == "nosy":
    st.write("rows of patient")
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder: Path = tmp_path_factory.mktemp("visited")
    (folder / "app.py").write_text(APP, encoding="utf-8")
    people = tuple(
        Who(
            name,
            {"X-Forwarded-Email": name},
            (f"rows of {name}".encode(),),
            () if name == "patient" else (b"rows of patient",),
        )
        for name in ("patient", "unlucky", "nosy")
    )
    with served(folder, server=str(folder / "app.py")) as app:
        wait_for(app.address)
        return visit(app.address, people, len(people), 6.0, lambda: 1.0)


def test_a_page_counts_when_nothing_is_waited_for(seen: Seen) -> None:
    assert AT_REST_S > 1
    assert (len(seen.views), seen.unfinished) == (3, 0), seen
    assert max(seen.views) >= 1
    assert seen.runs == {"page": 4, "fragment": 1}


def test_errors_that_are_drawn_are_found(seen: Seen) -> None:
    assert seen.errors == ["unlucky, /: it broke"]


def test_words_of_others_are_found_and_own_ones_counted(seen: Seen) -> None:
    assert seen.foreign == ["nosy, /: rows of patient"]
    assert seen.own == {"patient": 1, "unlucky": 1, "nosy": 1}

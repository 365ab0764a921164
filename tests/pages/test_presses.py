"""A press counts once, also when the page starts over before it comes to the button."""

from pathlib import Path

import pytest
import streamlit as st

from lib.ui import intent
from tests.pages.conftest import Open, said


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKELEDGER_STORE_URL", f"sqlite:///{tmp_path / 'state.db'}")


@pytest.fixture
def starts_over(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """While it holds something, the next run of a page ends early and another one begins."""
    once: list[str] = []
    begin = intent.begin

    def ending_early(page: str) -> None:
        begin(page)
        if once:
            once.pop()
            st.rerun()

    monkeypatch.setattr(intent, "begin", ending_early)
    return once


@pytest.mark.parametrize(
    ("page", "address", "key", "then"),
    [
        ("alerts", {}, "alerts-new", "New alert rule"),
        ("alerts", {"edit": "new"}, "alert-back", "no alert rules yet"),
        ("reports", {}, "report-new", "### New report"),
        ("reports", {"plan": "new"}, "report-back", "No report is sent yet"),
        ("jobs", {}, "explain-jobs", "COALESCE(j.dbu_cost"),
    ],
)
def test_a_press_survives_a_page_that_starts_over(
    app: Open, starts_over: list[str], page: str, address: dict[str, str], key: str, then: str
) -> None:
    at = app(page, **address)
    assert then not in said(at)
    starts_over.append("once")
    at.button(key=key).click().run()
    assert not at.exception
    assert not starts_over
    assert then in said(at)


def test_a_dialog_opens_once(app: Open, starts_over: list[str]) -> None:
    at = app("budgets")
    starts_over.append("once")
    at.button(key="budget-new").click().run()
    assert any(field.label == "Thresholds, %" for field in at.text_input)
    at.run()
    assert not any(field.label == "Thresholds, %" for field in at.text_input)


def test_what_was_asked_for_on_another_page_is_not_done_later(app: Open) -> None:
    at = app("reports")
    at.session_state["intent-report-new"] = ()
    at.run()
    assert "### New report" in said(at)
    at = app("alerts")
    at.session_state["intent-report-new"] = ()
    at.switch_page("pages/reports.py").run()
    assert "### New report" not in said(at)


def script() -> None:
    import streamlit as st

    from lib.ui import intent

    one = st.session_state.setdefault("one", "a")
    off = bool(st.session_state.get("off"))
    st.session_state["was"] = intent.pressed("Put away", "away", one, disabled=off)


@pytest.mark.parametrize(("state", "was"), [({}, True), ({"one": "b"}, False), ({"off": True}, False)])
def test_a_press_is_about_what_was_shown(state: dict[str, object], was: bool) -> None:
    from streamlit.testing.v1 import AppTest

    at = AppTest.from_function(script).run()
    assert at.session_state["was"] is False
    at.session_state["intent-away"] = ("a",)
    for name, value in state.items():
        at.session_state[name] = value
    assert at.run().session_state["was"] is was
    assert at.run().session_state["was"] is False

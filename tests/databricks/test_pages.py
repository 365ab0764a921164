"""The app over the loopback workspace: pages, statements they cost, and what a person sees while a warehouse sleeps."""

from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.config import settings
from lib.context import Context
from lib.demo.workspace import Running
from lib.demo.workspace.warehouses import WAREHOUSE
from lib.ui import session
from tests.pages.conftest import ROOT, said

pytestmark = pytest.mark.slow


@pytest.fixture
def app(
    filled: str, workspace: Running, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    for name, value in {
        "SOURCE": "databricks", "HOST": workspace.host, "TOKEN": workspace.token, "CA_FILE": str(workspace.ca_file),
        "WAREHOUSE_ID": WAREHOUSE, "SCHEMA": filled, "HOME": str(tmp_path_factory.mktemp("home")),
    }.items():  # fmt: skip
        monkeypatch.setenv(f"LAKELEDGER_{name}", value)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(session, "PATIENCE", 60.0)
    settings.cache_clear()
    st.cache_resource.clear()
    workspace.forget()

    def open_page(page: str = "overview", **params: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        at.run()
        if page != "overview":
            workspace.forget()
            session._process.clear()
            session._answers.clear()
            at.switch_page(f"pages/{page}.py")
            for name, value in params.items():
                at.query_params[name] = value
            at.run()
        assert not at.exception, at.exception
        return at

    yield open_page
    session._process().connected.close()
    settings.cache_clear()
    st.cache_resource.clear()


def executed(workspace: Running) -> list[str]:
    return [statement.splitlines()[0] for statement in workspace.statements()]


def test_a_cold_page_costs_at_most_six_statements_and_a_warm_one_none(app: Any, workspace: Running) -> None:
    at = app()
    assert not at.error, [e.value for e in at.error]
    cold = executed(workspace)
    assert len(cold) <= 6, "\n".join(cold)
    workspace.forget()
    at.run()
    app()
    assert executed(workspace) == []


def test_a_page_that_is_only_open_asks_nothing(app: Any, workspace: Running) -> None:
    """What runs by itself in an open tab: the sidebar's look for newer data. An hour of it costs no statement."""
    from lib.ui import slow

    at = app()
    workspace.forget()
    for _ in range(5):
        at.run()
    assert executed(workspace) == []
    assert slow.PINNED in at.session_state


@pytest.mark.parametrize("page", ["jobs", "explorer", "priorities", "trust", "workspaces", "settings", "setup"])
def test_every_page_draws(page: str, app: Any, workspace: Running) -> None:
    at = app(page)
    assert not at.error, [e.value for e in at.error]


def test_settings_say_who_which_warehouse_and_what_it_costs(app: Any) -> None:
    text = said(app("settings"))
    for part in (
        "Who is looking",
        "Demo Admin",
        "Why this one: set by id",
        "What this app costs by itself",
    ):
        assert part in text, text


def test_a_warehouse_that_sleeps_does_not_freeze_the_page(
    app: Any, workspace: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Context(settings())
    context.connected.own_client().warehouses.stop(WAREHOUSE)
    context.connected.close()
    workspace.options(cold_start_s=6.0)
    monkeypatch.setattr(session, "PATIENCE", 0.2)
    at = app()
    text = said(at)
    assert "is starting" in text or "works on this" in text
    assert [button for button in at.button if button.label == "Cancel"]
    monkeypatch.setattr(session, "PATIENCE", 60.0)
    at.run()
    assert not at.error
    assert "is starting" not in said(at)


def test_a_question_can_be_cancelled_and_asked_again(
    app: Any, workspace: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.options(statement_delay_s=20)
    monkeypatch.setattr(session, "PATIENCE", 0.2)
    at = app()
    while not workspace.requests(rpc="ExecuteStatement"):  # until then, the page waits for who is looking
        at.run()
    at.run()
    assert [button.label for button in at.button] == ["Cancel"]
    for pending in list(session._answers()._running.values()):
        pending.token.cancel()  # what the button does; in a test, a click runs the whole page and not its fragment
    workspace.options(statement_delay_s=0)
    monkeypatch.setattr(session, "PATIENCE", 60.0)
    at.run()
    assert "cancelled" in said(at)
    assert [button.label for button in at.button] == ["Try again"]
    session._answers().forget_failures()  # what the button does
    at.run()
    assert not at.error


def test_a_sign_in_that_ended_is_said_and_comes_back_with_one_click(app: Any, workspace: Running) -> None:
    workspace.fault(path=r"/sql/1\.0/", status=401, error_code="UNAUTHENTICATED", times=-1)
    at = app()
    assert "no longer accepts the sign-in" in said(at)
    assert [button.label for button in at.button] == ["Sign in again"]
    workspace.no_faults()
    session._answers().forget_failures()  # what the button does
    at.run()
    assert not at.error, [e.value for e in at.error]

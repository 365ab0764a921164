"""The list of SQL warehouses without a browser: by the tables where there is no workspace, by the workspace where there is."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib import operate
from tests.pages.conftest import Open, card, opener, table, texts


@pytest.fixture
def files(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """The small demo as files: no workspace to ask."""
    shutil.copytree(demo_home / "demo", tmp_path / "files", ignore=shutil.ignore_patterns("workspace-*"))
    yield from opener(tmp_path, monkeypatch)


@pytest.fixture
def demo_app(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """The small demo with a workspace of its own."""
    shutil.copytree(demo_home / "demo", tmp_path / "demo", ignore=shutil.ignore_patterns("workspace-*"))
    for open_page in opener(tmp_path, monkeypatch):
        monkeypatch.setenv("LAKELEDGER_SOURCE", "demo")
        yield open_page
    operate._clients.clear()


def test_files_show_states_by_the_tables_and_nothing_to_act_on(files: Open):
    at = files("sql_warehouses")
    drawn = table(at, "sql-warehouses")
    assert card(at, "Warehouses").value == str(len(drawn["rows"]))
    assert all(state.endswith("(tables)") or state == "not assessed" for state in texts(drawn, "State"))
    assert not any(row.get("pick") for row in drawn["rows"])


def test_the_demo_shows_states_of_now_and_offers_those_of_its_workspace(demo_app: Open):
    at = demo_app("sql_warehouses")
    drawn = table(at, "sql-warehouses")
    states, names = texts(drawn, "State"), texts(drawn, "Warehouse")
    live = [not state.endswith("(tables)") and state != "not assessed" for state in states]
    assert any(live)
    assert [bool(row.get("pick")) for row in drawn["rows"]] == live
    assert "Lakeledger" in names, "one the tables do not know yet"
    assert "Running" in {state for state, now in zip(states, live, strict=True) if now}
    assert any("States of" in caption.value for caption in at.caption)

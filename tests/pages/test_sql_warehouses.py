"""The list of SQL warehouses without a browser: by the tables where there is no workspace, by the workspace where there is."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib import operate
from lib.operate import connecting
from lib.ui import operating, session
from tests.pages.conftest import Open, card, opener, said, table, texts


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
    connecting._clients.clear()


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
    assert any("States and settings of" in caption.value for caption in at.caption)


def test_the_list_is_narrowed_by_the_address_and_its_cards_with_it(files: Open):
    everything = table(files("sql_warehouses"), "sql-warehouses")
    at = files("sql_warehouses", q="report")
    drawn = table(at, "sql-warehouses")
    assert set(texts(drawn, "Warehouse")) == {n for n in texts(everything, "Warehouse") if "report" in n.casefold()}
    assert card(at, "Warehouses").value == str(len(drawn["rows"]))
    stopped = table(files("sql_warehouses", state="STOPPED"), "sql-warehouses")
    assert {state.split(" ")[0] for state in texts(stopped, "State")} == {"Stopped"}
    assert len(stopped["rows"]) < len(everything["rows"])


def test_pools_are_searched_and_added_up(files: Open):
    at = files("pools")
    drawn = table(at, "pools")
    assert card(at, "Pools").value == str(len(drawn["rows"])) != "0"
    assert table(files("pools", q="no such pool"), "pools")["rows"] == []


def test_settings_of_now_win_over_those_of_the_tables_and_say_so(demo_app: Open, tmp_path: Path):
    at = demo_app("sql_warehouses")
    before = table(at, "sql-warehouses")
    name = next(
        row["cells"][0]["text"] for row in before["rows"] if row.get("pick") and "Ad Hoc" in row["cells"][0]["text"]
    )
    client = operate.connection(session.context()).client
    found = next(item for item in client.warehouses.list() if item.name == name)
    client.warehouses.edit(str(found.id), name=name, cluster_size="Large", auto_stop_mins=15, max_num_clusters=2)
    operating.forget()
    drawn = table(demo_app("sql_warehouses"), "sql-warehouses")
    row = next(row for row in drawn["rows"] if row["cells"][0]["text"] == name)
    labels = [column["label"] for column in drawn["columns"]]
    size, stop = row["cells"][labels.index("Size")], row["cells"][labels.index("Stops after")]
    assert (size["text"], size["sub"]) == ("Large", "tables: Medium")
    assert (stop["text"], stop["sub"]) == ("15 min", "tables: 120 min")
    at = demo_app(
        "warehouse", warehouse_id=str(found.id), workspace_id=operate.connection(session.context()).workspace_id
    )
    words = said(at)
    assert "stops after 15 min" in words
    assert "as the workspace has them now (the tables still have: Medium, stops after 120 min)" in words
    assert [button.label for button in at.button if button.label.startswith(("Start", "Stop"))]

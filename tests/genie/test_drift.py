"""Drift: what differs from what was applied, and what only could not be looked at."""

from pathlib import Path

import pytest

from lib.demo.workspace import Running
from lib.demo.workspace.state import ANALYST
from lib.errors import InputError
from lib.genie.model import Table
from lib.genie.planning import body_of
from lib.genie.project import Project as Files
from lib.genie.project import root
from tests.genie.conftest import Client, Project
from tests.genie.samples import small


@pytest.fixture
def files(project: Project, tmp_path: Path) -> Files:
    project.apply(small("one"), small("two"))
    return Files(tmp_path / "none", state_file=project.state.path, workspace=project.genie, process={})


def found(files: Files) -> dict[str, tuple[str, list[str]]]:
    return {item.logical_id: (item.status, [d.path for d in item.differences]) for item in files.drift()}


def test_nothing_has_drifted_after_an_apply(files: Files) -> None:
    assert found(files) == {"one": ("same", []), "two": ("same", [])}


def test_each_field_that_was_changed_outside_is_named(files: Files, client: Client) -> None:
    one = files.state.entry("dev", "one").databricks_space_id
    two = files.state.entry("dev", "two").databricks_space_id
    client().make_folder("/Shared/Elsewhere")
    changed = body_of(small("one", tables=(Table("main.retail.one", ("By hand",)),)))
    client().update(one, {"title": "New", "warehouse_id": "w", "serialized_space": changed["serialized_space"]})
    client().trash(two)
    assert found(files) == {
        "one": ("changed", ["title", "warehouse_id", "tables[main.retail.one].description"]),
        "two": ("gone", []),
    }


def test_what_may_not_be_seen_is_not_gone(files: Files, client: Client, workspace: Running) -> None:
    for name in ("one", "two"):
        workspace.put(acls={f"genie/{files.state.entry('dev', name).databricks_space_id}": {ANALYST: "CAN_VIEW"}})
    files._workspace = client(ANALYST)
    assert {status for status, _ in found(files).values()} == {"unknown"}
    workspace.fault(method="GET", status=500, times=-1)
    assert {status for status, _ in found(files).values()} == {"unknown"}


def test_pull_brings_titles_and_leaves_the_time_of_the_apply(files: Files, client: Client) -> None:
    before = files.state.entry("dev", "one")
    client().update(before.databricks_space_id, {"title": "Renamed"})
    assert [row["status"] for row in files.pull(verify_only=True)] == ["exists", "exists"]
    assert files.state.entry("dev", "one") == before
    files.pull()
    after = files.state.entry("dev", "one")
    assert (after.title, after.last_applied) == ("Renamed", before.last_applied)


def test_a_state_that_is_gone_for_good_is_made_from_workspace_and_files(files: Files, tmp_path: Path) -> None:
    config = tmp_path / "spaces"
    config.mkdir()
    (config / "one.yaml").write_text(
        "space_id: one\ntitle: One\nwarehouse_id: 0123456789abcdef\n".replace(": 0", ": '0").replace("f\n", "f'\n")
    )
    files.state.path.write_text("{")
    files.state.backup.unlink()
    files.config = config
    assert files.repair()["spaces"] == 1
    assert files.state.path.with_name(".genie-forge.json.damaged").read_text() == "{"
    assert [
        s.action.value for s in Files(config, state_file=files.state.path, workspace=files.workspace).plan().steps
    ] == ["update"]


def test_an_export_that_is_no_json_is_an_error_of_ours() -> None:
    from lib.genie.payload import parsed

    with pytest.raises(InputError):
        parsed("{")


def test_a_project_lives_in_a_volume_only_on_databricks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert root("p", catalog="main") == Path.home() / ".genie-forge/p"
    monkeypatch.setenv("DATABRICKS_RUNTIME_VERSION", "15.4")
    assert root("p", catalog="main") == Path("/Volumes/main/default/genie_forge/p")

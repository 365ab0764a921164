"""Every genie command, as a person and a pipe would call it, against the loopback workspace."""

import csv
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from lib.cli.genie import main
from lib.cli.genie.app import ALIASES, COMMANDS
from lib.demo.workspace import Running
from lib.genie import reading
from lib.genie.model import Function
from lib.genie.planning import body_of
from tests.genie.conftest import Client
from tests.genie.samples import OLD_PROJECT, small

Run = Callable[..., tuple[int, str]]
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def cli(workspace: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`cli("plan", "--json")` gives exit code and stdout; the folder is a new one, the workspace the loopback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABRICKS_HOST", workspace.host)
    monkeypatch.setenv("DATABRICKS_TOKEN", workspace.token)

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        try:
            main(list(arguments))
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        return code, capsys.readouterr().out

    return run


@pytest.fixture
def scaffolded(cli: Run) -> Run:
    assert cli("init")[0] == 0
    return cli


def as_json(run: Run, *arguments: str, code: int = 0) -> dict:
    found, out = run(*arguments, "--json")
    assert found == code, out
    return json.loads(out)


def test_a_scaffold_validates_plans_applies_and_is_then_unchanged(scaffolded: Run) -> None:
    assert as_json(scaffolded, "validate", "-c", "conf/spaces", "--strict")["problems"] == []
    plan = as_json(scaffolded, "plan", code=2)
    assert plan["counts"] == {"create": 1}
    assert "${" not in plan["steps"][0]["body"]["serialized_space"]
    assert "Leave out people who have left" in plan["steps"][0]["body"]["serialized_space"]
    assert as_json(scaffolded, "apply", "--auto-approve")["applied"]["done"] == 1
    assert as_json(scaffolded, "plan")["counts"] == {"unchanged": 1}
    assert as_json(scaffolded, "drift", "-e", "dev")["drifted"] == 0


def test_every_command_prints_one_json_object(scaffolded: Run, tmp_path: Path) -> None:
    run = scaffolded
    as_json(run, "apply", "--auto-approve")
    listed = as_json(run, "space-list")["spaces"]
    space_id = listed[0]["id"]
    calls = {
        "setup": ("--out", "own"),
        "init": ("--path", "other"),
        "schema": (),
        "validate": ("-c", "conf/spaces"),
        "plan": (),
        "apply": ("--dry-run",),
        "destroy": ("-t", "none*"),
        "drift": ("-e", "dev"),
        "status": (),
        "score": (),
        "evaluate": ("people_analytics",),
        "history": ("people_analytics",),
        "revert": ("people_analytics", "--to", "1", "--dry-run"),
        "profiles": (),
        "whoami": (),
        "space-list": (),
        "space-get": (space_id,),
        "space-find": ("-n", "people*"),
        "find": ("-n", "people*"),
        "space-create": ("Quick", "-w", "w", "-t", "a.b.c", "--dry-run"),
        "space-clone": (space_id, "--dry-run"),
        "space-export": ("-o", "out", "--dry-run"),
        "import": (space_id, "--dry-run"),
        "promote": ("people_analytics", "--map", "dev=prod", "--dry-run"),
        "state-list": (),
        "state-show": (),
        "state-pull": ("-e", "dev"),
        "setup-demo": ("-c", "main", "-s", "x", "-w", "w", "--dry-run"),
        "demo-status": ("-c", "main", "-s", "x", "-w", "w"),
        "cleanup-demo": ("-c", "main", "-s", "x"),
        "state-repair": ("--force",),
        "state-remove": ("people_analytics", "-e", "dev", "--force"),
    }
    assert {name for name, _ in COMMANDS} - set(calls) == {"ask"}  # see test_with_account.py
    for name, arguments in calls.items():
        as_json(run, name, *arguments)
    for alias, arguments in (("list-spaces", ()), ("show", (space_id,)), ("space-delete", ("-t", "x")),
                             ("state-import", (space_id, "--dry-run"))):  # fmt: skip
        assert alias in ALIASES
        as_json(run, alias, *arguments)


@pytest.mark.parametrize("arguments", [("validate", "-c", "."), ("schema",), ("status",)])
def test_json_stays_whole_in_a_narrow_pipe_that_wants_colours(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"space_id: a\ntitel: {'long ' * 60}\nwarehouse_id: w\n")
    code = "import sys; from lib.cli.genie import main; main(sys.argv[1:])"
    environment = os.environ | {"COLUMNS": "20", "FORCE_COLOR": "1", "TERM": "xterm", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code, *arguments, "--json"], cwd=tmp_path, env=environment,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert isinstance(json.loads(done.stdout), dict)


def test_an_error_is_json_too_and_has_an_exit_code(cli: Run) -> None:
    assert "error" in as_json(cli, "plan", code=1)
    assert "error" in as_json(cli, "space-get", "0" * 32, code=2)
    Path("a.yaml").write_text("space_id: a\ntitle: ${nobody}\nwarehouse_id: w\n")
    problems = as_json(cli, "plan", "-c", "a.yaml", code=1)["problems"]
    assert [problem["rule"] for problem in problems if problem["level"] == "error"] == ["unresolved-variable"]


def test_a_missing_variable_sends_nothing(cli: Run, workspace: Running) -> None:
    Path("a.yaml").write_text("space_id: a\ntitle: A\nwarehouse_id: ${nobody}\n")
    assert cli("apply", "-c", "a.yaml", "--auto-approve")[0] == 1
    assert workspace.requests(method="POST") == []


def test_strict_is_more_than_normal(cli: Run) -> None:
    Path("a.yml").write_text("space_id: a\ntitle: A\nwarehouse_id: w\n")
    assert cli("validate", "-c", ".")[0] == 0
    assert cli("validate", "-c", ".", "--strict")[0] == 1


def test_a_plan_file_is_carried_out_and_refused_when_the_environment_asks_for_more(scaffolded: Run) -> None:
    assert scaffolded("plan", "--env", "prod", "--out", "plan.json")[0] == 2
    assert scaffolded("apply", "--env", "prod", "--auto-approve")[0] == 2  # it wants the name typed
    assert scaffolded("apply", "--env", "prod", "--plan", "plan.json", "--auto-approve")[0] == 0
    assert scaffolded("plan", "--env", "prod")[0] == 0


def test_csv_with_commas_and_quotes_parses(cli: Run, client: Client) -> None:
    client().create(body_of(small(title='Sales, "net"')))
    rows = list(csv.DictReader(io.StringIO(cli("space-list", "-f", "csv")[1])))
    assert [row["title"] for row in rows] == ['Sales, "net"']
    assert len(rows[0]["id"]) == 32


def test_ten_spaces_become_ten_files_that_validate_and_import_plans_unchanged(cli: Run, client: Client) -> None:
    for number in range(10):
        client().create(body_of(small(f"s{number}", title=f"Space {number % 5}" if number < 5 else f"Space! {number}")))
    assert len(as_json(cli, "space-export", "-o", "out")["spaces"]) == 10
    assert len(as_json(cli, "validate", "-c", "out")["spaces"]) == 10
    taken = as_json(cli, "import", "-n", "*")["spaces"]
    assert {row["result"] for row in taken} == {"written"}
    assert as_json(cli, "plan")["counts"] == {"unchanged": 10}
    assert {row["result"] for row in as_json(cli, "import", "-n", "*")["spaces"]} == {"skipped"}


def test_destroy_takes_all_but_some(cli: Run, tmp_path: Path) -> None:
    for name in ("test_a", "test_b", "keep"):
        (tmp_path / f"{name}.yaml").write_text(f"space_id: {name}\ntitle: {name}\nwarehouse_id: w\n")
    as_json(cli, "apply", "-c", ".", "--auto-approve")
    assert as_json(cli, "destroy", "-t", "* except [k*]", "--dry-run")["plan"]["counts"] == {"destroy": 2}
    assert as_json(cli, "destroy", "-t", "test_a", "--force")["applied"]["done"] == 1
    assert as_json(cli, "destroy", "-t", "test_*", "--force")["applied"]["done"] == 1
    assert [row["logical_id"] for row in as_json(cli, "state-list")["spaces"]] == ["keep"]


def test_create_takes_wrapped_files_variables_and_set_paths(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "quick.yaml").write_text(
        "spaces:\n- title: Quick one\n  warehouse_id: ${wh}\n  data_sources: {tables: [{identifier: a.b.c}]}\n"
    )
    made = as_json(
        cli, "space-create", "--from-file", "quick.yaml", "--var", "wh=w1", "--set", "data_sources.tables.0.identifier=a.b.d",
        "--set", "data_sources.tables.+.identifier=a.b.e", "--save-config", "saved.yaml", "--env", "dev",
    )  # fmt: skip
    assert [t["identifier"] for t in made["space"]["data_sources"]["tables"]] == ["a.b.d", "a.b.e"]
    assert made["space"]["space_id"] == "quick_one"
    assert reading.load(tmp_path / "saved.yaml").spaces[0].warehouse_id == "w1"
    assert as_json(cli, "plan", "-c", "saved.yaml")["counts"] == {"unchanged": 1}


def test_clone_moves_names_and_loses_nothing(cli: Run, client: Client) -> None:
    space_id = client().create(body_of(small())).space_id
    made = as_json(cli, "space-clone", space_id, "-n", "Copy", "--map", "main.retail=prod.shop", "-w", "w2")
    found = as_json(cli, "space-get", made["space_id"])
    assert found["data_sources"]["tables"] == [{"identifier": "prod.shop.orders"}]
    assert found["instructions"]["example_question_sqls"][0]["sql"] == "SELECT COUNT(*) FROM prod.shop.orders\n"
    assert (found["warehouse_id"], found["title"]) == ("w2", "Copy")


def test_a_copy_says_who_loses_access_and_what_the_target_has_not(cli: Run, client: Client, workspace: Running) -> None:
    space_id = client().create(body_of(small(functions=(Function("main.retail.f"),)))).space_id
    group = workspace.state()["groups"]["data-platform"]["name"]
    acl = workspace.state()["acls"][f"genie/{space_id}"]
    workspace.put(acls={f"genie/{space_id}": {**acl, group: "CAN_RUN"}})
    made = as_json(cli, "space-clone", space_id, "-n", "Copy", "--dry-run")
    assert {(who["name"], who["level"], who["carries"]) for who in made["permissions"]} == {
        ("demo@lakeledger.example", "CAN_MANAGE", False), ("data-platform", "CAN_RUN", False), ("admins", "CAN_MANAGE", True),
    }  # fmt: skip
    assert made["missing"] == [
        "The workspace has no function main.retail.f.", "The workspace has no table main.retail.orders.",
    ]  # fmt: skip
    assert all(who["why"] for who in made["permissions"])


def test_an_import_of_a_text_that_looks_like_a_variable_plans_unchanged(cli: Run, client: Client) -> None:
    made = small(description="Write ${catalog} like this", title="Costs $5")
    space_id = client().create(body_of(made)).space_id
    as_json(cli, "import", space_id)
    assert "${dollar}{catalog}" in Path("conf/spaces/costs_5.yaml").read_text()
    assert as_json(cli, "plan")["counts"] == {"unchanged": 1}


def test_an_import_goes_into_the_file_that_describes_the_space_and_keeps_its_variables(
    scaffolded: Run, client: Client
) -> None:
    as_json(scaffolded, "apply", "--auto-approve")
    found = as_json(scaffolded, "space-list")["spaces"][0]
    client().update(found["id"], {"description": "By hand"})
    before = {path.name: path.read_text() for path in Path("conf/spaces").iterdir()}
    as_json(scaffolded, "import", found["id"], "--force")
    after = {path.name: path.read_text() for path in Path("conf/spaces").iterdir()}
    assert before.keys() == after.keys()
    changed = [name for name in after if after[name] != before[name]]
    assert len(changed) == 1
    assert "By hand" in after[changed[0]]
    lines = [set(text[changed[0]].splitlines()) for text in (before, after)]
    assert {line for line in lines[0] ^ lines[1] if " id: " not in line} == {
        "description: Who works here, where, for whom and since when.",
        "description: By hand",
    }
    assert as_json(scaffolded, "plan")["counts"] == {"unchanged": 1}


def test_times_are_iso_and_nothing_is_a_python_object(cli: Run, client: Client) -> None:
    client().create(body_of(small()))
    assert datetime.fromisoformat(as_json(cli, "space-list")["spaces"][0]["created_at"]).tzinfo is not None
    assert "seconds:" not in cli("space-list", "-f", "csv")[1]


def test_promotion_maps_by_the_environments_variables(scaffolded: Run) -> None:
    as_json(scaffolded, "apply", "--auto-approve")
    dry = as_json(scaffolded, "promote", "people_analytics", "--dry-run")
    assert dry["mapping"] == {"dev.people": "prod.people", "dev": "prod"}
    assert dry["plan"]["counts"] == {"create": 1}  # dev's own space in the same workspace is not taken over
    content = json.loads(dry["plan"]["steps"][0]["body"]["serialized_space"])
    assert {t["identifier"] for t in content["data_sources"]["tables"]} == {
        "prod.people.employees",
        "prod.people.departments",
    }
    assert "prod.people.employees" in "".join(content["instructions"]["example_question_sqls"][0]["sql"])


def test_one_workspace_for_two_environments_keeps_their_spaces_apart(scaffolded: Run) -> None:
    as_json(scaffolded, "apply", "--auto-approve")
    as_json(scaffolded, "promote", "people_analytics", "--auto-approve")
    assert len(as_json(scaffolded, "space-list")["spaces"]) == 2
    assert as_json(scaffolded, "plan")["counts"] == {"unchanged": 1}


def test_history_keeps_versions_and_revert_brings_one_back(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    for title in ("One", "Two"):
        file.write_text(f"space_id: a\ntitle: {title}\nwarehouse_id: w\n")
        as_json(cli, "apply", "-c", "a.yaml", "--auto-approve")
    versions = as_json(cli, "history", "a")["versions"]
    assert [(v["what"], v["title"]) for v in versions] == [
        ("applied", "One"),
        ("before update", "One"),
        ("applied", "Two"),
    ]
    as_json(cli, "revert", "a", "--to", "1", "--auto-approve", "-c", "a.yaml")
    assert [row["title"] for row in as_json(cli, "space-list")["spaces"]] == ["One"]
    plan = as_json(cli, "plan", "-c", "a.yaml", code=2)
    assert plan["steps"][0]["differences"] == [{"path": "title", "before": "One", "after": "Two", "kind": "value"}]


def test_their_state_is_read_and_shown_as_it_is(cli: Run, tmp_path: Path) -> None:
    text = (OLD_PROJECT / ".genie-forge.json").read_text(encoding="utf-8")
    (tmp_path / ".genie-forge.json").write_text(text, encoding="utf-8")
    assert as_json(cli, "state-show") == json.loads(text)
    assert len(as_json(cli, "state-list", "--show-ids")["spaces"]) == 5
    assert (tmp_path / ".genie-forge.json").read_text(encoding="utf-8") == text


def test_profiles_never_show_a_secret(cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cfg").write_text(
        "[DEFAULT]\nhost=https://a\ntoken=dapisecret\n[DEV]\nhost=https://b\nclient_id=x\nclient_secret=hidden\n"
        "[CLI]\nhost=https://c\nauth_type=databricks-cli\n"
    )
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "cfg"))
    _code, out = cli("profiles", "--json")
    assert [p["name"] for p in json.loads(out)["profiles"]] == ["DEFAULT", "DEV", "CLI"]
    assert "secret" not in out.replace("client id and secret", "")
    assert "hidden" not in out


def test_demo_objects_are_six_tables_and_two_functions_and_nothing_is_dropped_by_itself(
    cli: Run, workspace: Running
) -> None:
    made = as_json(cli, "setup-demo", "-c", "main", "-s", "x", "-w", "w", "--dry-run")["statements"]
    assert len({s["object_name"] for s in made if s["kind"] == "table"}) == 6
    assert len([s for s in made if s["kind"] == "function"]) == 2
    assert sum(line.startswith("    (") for s in made for line in s["text"].splitlines()) == 96
    assert as_json(cli, "cleanup-demo", "-c", "main", "-s", "x")["executed"] is False
    assert workspace.requests(method="POST") == []


@pytest.mark.parametrize("arguments", [("--help",), ("validate", "-c", str(OLD_PROJECT / "conf/spaces"))])
def test_help_and_validate_import_nothing_slow(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys; from lib.cli.genie import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "slow = {'databricks', 'duckdb', 'pyarrow', 'pandas', 'sqlglot', 'sqlalchemy', 'streamlit', 'requests', 'numpy'}\n"
        "print(sorted(slow & set(sys.modules)), file=sys.stderr)"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "[]", f"{done.stderr} in {time.monotonic() - began:.1f} s"

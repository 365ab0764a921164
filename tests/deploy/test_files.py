"""app.yaml and databricks.yml say only what Databricks knows, name only what exists, and hold nobody's paths or secrets."""

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from lib.cli.app import app as cli
from lib.config import PREFIX, Settings, load, variable
from tests.deploy.keys import APP_YAML, BUNDLE, lacking, problems

ROOT = Path(__file__).parents[2]
FILES = ("app.yaml", "databricks.yml")
SETTINGS = {variable(name) for name in Settings.model_fields}


def read(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text("utf-8"))


@pytest.fixture
def bundle() -> Any:
    return read("databricks.yml")


def texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    else:
        yield str(node)


def apps(bundle: Any) -> Iterator[Any]:
    yield bundle["resources"]["apps"]["lakeledger"]
    for target in bundle["targets"].values():
        if "resources" in target:
            yield target["resources"]["apps"]["lakeledger"]


def test_keys_and_values_are_known(bundle: Any) -> None:
    assert problems(bundle, BUNDLE) == []
    assert problems(read("app.yaml"), APP_YAML) == []


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every key, at every level."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, key)
            yield from places(value, (*path, key))
    elif isinstance(node, list):
        for n, value in enumerate(node):
            yield from places(value, (*path, n))


def with_change(file: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    broken = copy.deepcopy(file)
    node = broken
    for part in path[:-1]:
        node = node[part]
    change(node, path[-1])
    return broken


def wrong(name: str, file: Any) -> list[str]:
    """Everything that the checks of this module find in a file."""
    if name == "app.yaml":
        return problems(file, APP_YAML) + [key for key in ("command", "env") if key not in file]
    return problems(file, BUNDLE) + lacking(file) + strangers(file)


def strangers(bundle: Any) -> list[str]:
    """What a target lays over something that is not there: it would be a second thing of its own."""
    found = []
    for name, target in bundle.get("targets", {}).items():
        found += [f"{name}: {v}" for v in target.get("variables", {}) if v not in bundle.get("variables", {})]
        for kind, things in target.get("resources", {}).items():
            known = bundle.get("resources", {}).get(kind, {})
            found += [f"{name}.{kind}: {thing}" for thing in things if thing not in known]
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_slip_of_the_pen_in_any_key_fails(name: str) -> None:
    """Every key of the file, misspelt, is found; only names that we give ourselves are free."""
    file = read(name)
    free = {("variables",), ("targets",), ("resources", "jobs"), ("resources", "apps")}
    checked = {}
    for path in places(file):
        if tuple(part for part in path[:-1] if not isinstance(part, int)) in free:
            continue
        broken = with_change(file, path, lambda node, key: node.update({f"{key}x": node.pop(key)}))
        assert wrong(name, broken), path
        checked[len(path)] = checked.get(len(path), 0) + 1
    assert min(checked) == 1
    assert max(checked) >= (3 if name == "app.yaml" else 8), checked


@pytest.mark.parametrize("name", FILES)
def test_a_slip_of_the_pen_in_any_choice_fails(name: str) -> None:
    """Words of which Databricks knows only a few: permissions, sizes, modes, scopes, pauses."""
    file = read(name)
    assert wrong(name, file) == []
    words = ("permission", "level", "compute_size", "mode", "run_if", "pause_status", "source", "default")
    for path in places(file):
        if path[-1] in words and "variables" not in path[:1]:
            value = path[-1]
            broken = with_change(file, path, lambda node, key: node.update({key: "SOMETHING"}))
            assert wrong(name, broken), (path, value)
    if name != "app.yaml":
        broken = copy.deepcopy(file)
        broken["resources"]["apps"]["lakeledger"]["user_api_scopes"] = ["sqll"]
        assert wrong(name, broken)


def test_what_databricks_cannot_do_without_is_there(bundle: Any) -> None:
    assert lacking(bundle) == []
    for path in places(bundle):
        if path[-1] in ("task_key", "spark_python_task", "quartz_cron_expression") and path[0] == "resources":
            assert lacking(with_change(bundle, path, lambda node, key: node.pop(key))), path


def test_the_app_runs_alike_however_it_is_deployed(bundle: Any) -> None:
    config, hosted = bundle["resources"]["apps"]["lakeledger"]["config"], read("app.yaml")
    assert config["command"] == hosted["command"]
    assert (ROOT / config["command"][-1]).exists()
    assert {"name": "WEBSOCKETS_MAX_LINE_LENGTH", "value": "65536"} in config["env"]
    assert {"name": "WEBSOCKETS_MAX_LINE_LENGTH", "value": "65536"} in hosted["env"]


def test_variables_are_settings_that_can_be_read(bundle: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    named = [entry for app in apps(bundle) for entry in app.get("config", {}).get("env", [])] + read("app.yaml")["env"]
    parameters = [
        text.partition("=")
        for job in bundle["resources"]["jobs"].values()
        for text in texts(job["tasks"])
        if "=" in text
    ]
    known = {name: spec.get("default", "x") for name, spec in bundle["variables"].items()}
    pairs = [(entry["name"], entry.get("value", "x")) for entry in named] + [
        (name, value) for name, _, value in parameters
    ]
    for name, value in pairs:
        if name.startswith(PREFIX):
            assert name in SETTINGS
            monkeypatch.setenv(name, re.sub(r"\$\{var\.(\w+)\}", lambda found: known[found[1]], str(value)))
    assert load().store_url is not None


def test_what_is_referred_to_exists(bundle: Any) -> None:
    for text in texts(bundle):
        for reference in re.findall(r"\$\{([^}]+)\}", text):
            kind, *path = reference.split(".")
            if kind == "var":
                assert path[0] in bundle["variables"], reference
            elif kind == "resources":
                assert path[1] in bundle["resources"][path[0]], reference
            else:
                assert reference in {"bundle.name", "bundle.target", "workspace.file_path"}
    for app in apps(bundle):
        offered = {item["name"] for any_app in apps(bundle) for item in any_app.get("resources", [])}
        for entry in app.get("config", {}).get("env", []):
            assert ("value" in entry) != ("value_from" in entry)
            assert entry.get("value_from", "sql-warehouse") in offered


def test_jobs_run_commands_that_exist(bundle: Any) -> None:
    commands = {command.name for command in cli.registered_commands}
    for job in bundle["resources"]["jobs"].values():
        keys = {task["task_key"] for task in job["tasks"]}
        environments = {environment["environment_key"] for environment in job["environments"]}
        for task in job["tasks"]:
            assert {above["task_key"] for above in task.get("depends_on", [])} <= keys
            assert task["environment_key"] in environments
            assert (ROOT / task["spark_python_task"]["python_file"]).exists()
            root, *words = task["spark_python_task"]["parameters"]
            assert root == "${workspace.file_path}"
            assert next(word for word in words if "=" not in word) in commands


def test_the_load_has_three_tasks_and_waits_for_nobody(bundle: Any) -> None:
    load_job = bundle["resources"]["jobs"]["load"]
    assert [task["task_key"] for task in load_job["tasks"]] == ["refresh", "trust", "summary"]
    assert load_job["max_concurrent_runs"] == 1


@pytest.mark.parametrize("name", FILES)
def test_nobodys_paths_hosts_or_secrets(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for pattern in (
        r"/Users/",
        r"/home/",
        r"@[\w-]+\.",
        r"https?://(?!\s)",
        r"dapi[0-9a-f]",
        r"(?i)(password|token|secret)\s*[:=]\s*\S",
    ):
        assert not re.search(pattern, text), pattern


def test_targets(bundle: Any) -> None:
    targets = bundle["targets"]
    assert targets["dev"] == {"mode": "development", "default": True}
    assert targets["prod"]["mode"] == targets["prod-lakebase"]["mode"] == "production"


def test_requirements_are_pinned_exactly() -> None:
    """The platform has older packages of its own: what is not pinned is not what was tested."""
    lines = [line for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines() if line and line[0] != "#"]
    assert all(re.fullmatch(r"[\w.\-]+==[\w.\-]+", line) for line in lines)
    listed = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    for line in (ROOT / "requirements.in").read_text("utf-8").splitlines():
        if line and line[0] != "#":
            assert re.split(r"[\[=]", line)[0].lower().replace("_", "-") in listed, line

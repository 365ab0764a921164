"""Commands for what happens by itself: tick, schedule, messages, store; and profiles."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from lib.cli.app import app
from lib.config import settings
from lib.errors import InputError, NotFound
from tests.notifications import receivers
from tests.notifications.receivers import Receiver

Run = Callable[..., Result]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receivers.http() as started:
        yield started


@pytest.fixture
def run(demo_home: Path, tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setenv("LAKELEDGER_HOME", str(demo_home))
    monkeypatch.setenv("LAKELEDGER_STORE_URL", f"sqlite:///{tmp_path / 'state.db'}")
    monkeypatch.setenv("LAKELEDGER_CHANNELS", json.dumps({"hook": f"webhook:{receiver.url}/in#s3cr3t"}))
    settings.cache_clear()
    yield lambda *words: CliRunner().invoke(app, list(words), catch_exceptions=False)
    settings.cache_clear()


def read(result: Result) -> Any:
    return json.loads(result.stdout)


def test_tick_and_schedule(run: Run) -> None:
    before = {job["name"]: job for job in read(run("schedule", "--json"))["jobs"]}
    assert before["refresh"]["outcome"] == "not yet"
    first = run("tick", "--json")
    assert first.exit_code == 0
    assert [item["name"] for item in read(first)["ran"]] == list(before)
    assert all(not item["error"] for item in read(first)["ran"])
    assert "refresh" not in [item["name"] for item in read(run("tick", "--json"))["ran"]]
    assert [item["name"] for item in read(run("tick", "--job", "refresh", "--json"))["ran"]] == ["refresh"]
    after = {job["name"]: job for job in read(run("schedule", "--json"))["jobs"]}
    assert after["refresh"]["outcome"] == "ok"
    assert "refresh" in run("schedule").stdout
    with pytest.raises(NotFound, match="no job moon"):
        run("tick", "--job", "moon")


def test_a_tick_that_fails_says_so(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKELEDGER_SOURCE", "files")
    monkeypatch.setenv("LAKELEDGER_HOME", str(tmp_path / "empty"))
    settings.cache_clear()
    result = run("tick")
    assert result.exit_code == 1
    assert "There is no data yet" in result.stderr


def test_messages(run: Run, receiver: Receiver) -> None:
    sent = run("messages", "--test", "hook", "--json")
    assert (sent.exit_code, read(sent)["sent"]) == (0, 1)
    receiver.answer = lambda _: (410, {}, b"gone")
    assert run("messages", "--test", "hook").exit_code == 1
    listed = read(run("messages", "--state", "dead", "--json"))
    assert listed["counts"] == {"waiting": 0, "sending": 0, "sent": 1, "dead": 1}
    (dead,) = listed["messages"]
    assert "410" in dead["error"]
    receiver.answer = lambda _: (200, {}, b"")
    assert read(run("messages", "--resend", dead["id"], "--json"))["sent"] == 1
    assert read(run("messages", "--send", "--json"))["sent"] == 0
    assert "s3cr3t" not in run("messages").stdout
    for words, error in (
        (["--test", "pigeon"], NotFound),
        (["--state", "lost"], InputError),
        (["--resend", "x"], NotFound),
    ):
        with pytest.raises(error):
            run("messages", *words)


def test_store_goes_back_and_comes_again(run: Run) -> None:
    assert read(run("store", "--json"))["revision"]
    back = read(run("store", "--to", "base", "--yes", "--json"))
    assert back["revision"] == "none"
    again = read(run("store", "--json"))
    assert again["revision"] == again["newest"]


def test_profiles_are_listed_without_their_secrets(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "profiles.cfg"
    file.write_text(
        "[DEFAULT]\nhost = https://a.cloud.databricks.com\ntoken = dapi0s3cr3t\n"
        "[prod]\nhost = b.azuredatabricks.net\nclient_id = x\nclient_secret = s3cr3t\n"
        "[me]\nhost = https://c.cloud.databricks.com\nauth_type = databricks-cli\n"
    )
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(file))
    found = read(run("setup", "--profiles", "--json"))["profiles"]
    assert [profile["name"] for profile in found] == ["DEFAULT", "prod", "me"]
    for result in (run("setup", "--profiles"), run("setup", "--profiles", "--json")):
        assert "s3cr3t" not in result.stdout + result.stderr
        assert "b.azuredatabricks.net" in result.stdout

"""Alerts on the command line, over the small demo account."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lib.cli.app import app
from lib.config import Settings
from lib.errors import InputError

RULE = {"name": "Jobs", "kind": "job", "amount": "1"}


@pytest.fixture
def run(demo_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from lib.config import settings

    monkeypatch.setenv("LAKELEDGER_STORE_URL", f"sqlite:///{tmp_path / 'state.db'}")
    settings.cache_clear()

    def call(*args: str, given: str = ""):
        return CliRunner().invoke(app, ["alerts", *args], input=given, catch_exceptions=False)

    return call


def test_a_rule_from_file_to_history(run):
    made = json.loads(run("add", "-", "--json", given=json.dumps(RULE)).stdout)["id"]
    tried = json.loads(run("dry-run", made, "--days", "20", "--json").stdout)
    assert tried["told"]
    assert f"fired {len(tried['told'])} times" in tried["words"]
    done = run("run", "--json")
    assert done.exit_code == 1
    firing = json.loads(done.stdout)
    shown = json.loads(run("list", "--json").stdout)
    assert len(shown["open"]) == firing["firing"] > 0
    first = shown["open"][0]
    assert run("ack", "Jobs", "--group", first["group"]).exit_code == 0
    assert run("mute", made[:6], "--group", first["group"], "--reason", "known").exit_code == 0
    assert run("resolve", "Jobs", "--group", first["group"], "--reason", "fixed").exit_code == 0
    with pytest.raises(InputError, match="is resolved: there is nothing to do"):
        run("resolve", "Jobs", "--group", first["group"])
    past = json.loads(run("history", "--json").stdout)["history"]
    assert [row["happened"] for row in past[:3]] == ["resolved", "muted", "acknowledged"]
    assert (past[0]["note"], bool(past[0]["who"])) == ("fixed", True)
    assert len(json.loads(run("list", "--json").stdout)["open"]) == firing["firing"] - 1
    assert run("delete", made).exit_code == 0
    assert json.loads(run("list", "--json").stdout)["rules"] == []


def test_every_kind_can_be_looked_at_on_a_real_account(run):
    from lib.alerts.kinds import KINDS

    values = {"amount": "1", "percent": 0.2, "hours": 1, "subject": "team", "by": "job"}
    for kind in KINDS.values():
        rule = {"name": kind.name, "kind": kind.name} | {n: v for n, v in values.items() if n in kind.fields}
        if kind.name == "budget":
            rule.pop("subject", None)
        assert run("add", "-", given=json.dumps(rule)).exit_code == 0
        assert run("dry-run", kind.name, "--days", "5").exit_code == 0
    done = json.loads(run("run", "--json").stdout)
    assert done["problems"] == []
    assert done["rules"] == len(KINDS)


def test_mistakes_name_the_place(run):
    with pytest.raises(InputError, match="not JSON") as broken:
        run("add", "-", given="{")
    assert "line 1" in broken.value.place
    with pytest.raises(InputError, match="no kind"):
        run("add", "-", given=json.dumps(RULE | {"kind": "x"}))
    with pytest.raises(InputError, match="no channel"):
        run("add", "-", given=json.dumps(RULE | {"channels": ["pager"]}))

"""The demo's planted facts, found through the command line on the small demo account."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from lib.cli.app import app
from lib.errors import InputError

SPIKE, SHIFT = "spend_spike", "level_shift"


@pytest.fixture
def ask(demo_settings: object) -> Callable[..., Any]:
    def call(*args: str) -> Any:
        done = CliRunner().invoke(app, [*args, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout) if done.stdout.startswith("{") else done.output

    return call


def planted(demo, fact: str) -> tuple[str, str]:
    import duckdb

    from lib.warehouse.store import DatabaseFolder

    pointer = DatabaseFolder(demo.settings.folder).find()
    assert pointer is not None
    with duckdb.connect(str(pointer.account), read_only=True) as connection:
        row = connection.execute(
            "SELECT entity, CAST(since AS VARCHAR) FROM meta.planted WHERE fact = ?", [fact]
        ).fetchone()
    assert row is not None
    return row


def test_the_planted_spike_is_critical_and_told_at_its_job(demo, ask):
    job, day = planted(demo, SPIKE)
    rows = ask("anomalies", "--days", "40", "--min-amount", "5", "--min-share", "0.2")["anomalies"]
    (spike,) = [row for row in rows if row["series"].startswith(f"job:{job}@") and row["day"] == day]
    assert (spike["severity"], spike["direction"], spike["kind_of_series"]) == ("critical", "rise", "job")
    assert spike["seen_in"]


def test_the_planted_level_shift_is_told_once_with_its_level(demo, ask):
    warehouse, day = planted(demo, SHIFT)
    rows = ask("anomalies", "--days", "60", "--min-amount", "1", "--min-share", "0.2")["anomalies"]
    mine = [row for row in rows if row["series"].startswith(f"warehouse:{warehouse}@") and row["direction"] == "rise"]
    assert [row["day"] for row in mine] == [day]
    assert mine[0]["new_level"] > 1.5 * mine[0]["expected"]


def test_forecast_of_the_ledger(ask):
    answer = ask("forecast", "--of", "total", "--of", "product:JOBS", "--horizon", "14")
    whole, jobs = answer["series"]
    assert whole["total"]["mean"] > jobs["total"]["mean"] > 0
    assert len(whole["days"]) == 14
    assert whole["month_end"]["total"] >= whole["month_end"]["spent"]
    assert "what_if" not in whole
    with pytest.raises(InputError):
        ask("forecast", "--of", "nothing:1")


def test_a_budget_from_the_command_line(ask, demo_settings):
    made = ask("budgets", "Everything", "--amount", "1", "--thresholds", "50,100,100f")
    (row,) = made["budgets"]
    assert (row["name"], row["amount"], row["state"], row["currency"]) == ("Everything", "1", "over", "USD")
    assert [line["crossed"] for line in row["thresholds"]] == [True, True, True]
    assert CliRunner().invoke(app, ["budgets", "--check"]).exit_code == 1
    ask("budgets", "Everything", "--end")
    assert ask("budgets")["budgets"] == []


def test_what_people_know_of_anomalies_from_the_terminal(demo_settings, tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from lib.cli.app import app
    from lib.config import settings

    monkeypatch.setenv("LAKELEDGER_STORE_URL", f"sqlite:///{tmp_path / 'state.db'}")
    settings.cache_clear()

    def run(*args):
        done = CliRunner().invoke(app, [*args, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def open_ones():
        return {one["id"]: one for one in run("anomalies", "--days", "60")["anomalies"]}

    before = open_ones()
    first, second = list(before)[:2]
    run("anomaly", "ack", first, "--reason", "a known rerun")
    muted = run("anomaly", "mute", before[second]["series"], "--reason", "load test")
    after = open_ones()
    assert first not in after
    assert second not in after
    run("anomaly", "undo", muted["id"][:10])
    assert second in open_ones()
    planned = run("anomaly", "plan", "Everything", "--from", "2026-01-01", "--to", "2026-12-31")
    assert not [one for one in open_ones().values() if one["kind"] != "slow drift"]
    assert [one["name"] for one in run("anomaly", "calendar")["planned"]] == ["Everything"]
    run("anomaly", "undo", planned["id"])
    strict = run("anomalies", "--days", "60", "--medium", "6", "--high", "7", "--critical", "8", "--keep")["anomalies"]
    assert len(strict) < len(before)
    assert len(open_ones()) == len([one for one in strict if one["id"] != first]), "they hold without being said again"
    run("anomalies", "--forget")
    assert second in open_ones()

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

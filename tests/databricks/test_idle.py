"""An app that nobody uses asks the warehouse nothing, whoever keeps it awake; one that somebody uses asks when it pays."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from lib import news
from lib.alerts.rule import parse
from lib.config import load
from lib.context import Context
from lib.demo.workspace import Running
from lib.demo.workspace.warehouses import WAREHOUSE
from lib.scheduler import tick
from lib.scheduler.jobs import JOBS
from lib.store import alerts

pytestmark = pytest.mark.slow

SCHEMA = "main.idle"
HOUR = timedelta(hours=1)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, 0, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(news, "utc_now", clock)
    return clock


@pytest.fixture
def app(workspace: Running, tmp_path: Path, clock: Clock) -> Iterator[Context]:
    """The app with a ledger, after its first tick."""
    given = {"source": "databricks", "host": workspace.host, "token": workspace.token, "warehouse_id": WAREHOUSE}
    made = Context(load(**given, ca_file=workspace.ca_file, ledger_schema=SCHEMA, home=tmp_path))
    writing = made.connected.writing()
    writing.sender.send(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}", reads=False)
    assert not tick(made, clock).failed
    workspace.forget()
    yield made
    made.connected.close()


def hours(app: Context, clock: Clock, workspace: Running, count: int) -> int:
    """Statements that the scheduler causes in so many hours, looked at every ten minutes."""
    workspace.forget()
    for _ in range(count * 6):
        clock.now += HOUR / 6
        app.connected.forget()  # the warehouse's state is kept for two real seconds
        assert not tick(app, clock).failed
    return len(workspace.statements())


def test_an_app_that_nobody_uses_asks_nothing_whoever_keeps_the_warehouse_awake(
    app: Context, clock: Clock, workspace: Running
) -> None:
    assert app.connected.warehouse_now().running
    assert hours(app, clock, workspace, 30) == 0
    restarted = Context(app.settings)
    assert hours(restarted, clock, workspace, 2) == 0
    restarted.connected.close()


def test_who_looks_gets_newer_data_by_the_hour_and_none_after_that(
    app: Context, clock: Clock, workspace: Running
) -> None:
    news.looked(app)
    once = hours(app, clock, workspace, 1)
    assert 0 < once <= 5
    assert hours(app, clock, workspace, 5) == 0
    clock.now += HOUR
    news.looked(app)
    assert hours(app, clock, workspace, 1) == once


def test_a_sleeping_warehouse_is_woken_once_a_day_for_those_who_look(
    app: Context, clock: Clock, workspace: Running
) -> None:
    app.connected.own_client().warehouses.stop(WAREHOUSE)
    try:
        clock.now += 24 * HOUR
        news.looked(app)
        assert hours(app, clock, workspace, 1) > 0  # a day has gone by
        app.connected.own_client().warehouses.stop(WAREHOUSE)
        for _ in range(8):
            news.looked(app)
            assert hours(app, clock, workspace, 1) == 0
    finally:
        app.connected.own_client().warehouses.start(WAREHOUSE)


def test_alerts_that_are_switched_on_are_worth_a_refresh(app: Context, clock: Clock, workspace: Running) -> None:
    rule = parse({"name": "Spend", "kind": "spend", "amount": 100})
    alerts.save_rule(app.store, rule.model_dump(mode="json"), clock())
    assert hours(app, clock, workspace, 1) > 0
    assert {job.name for job in JOBS if job.wakes} == {"refresh", "alerts"}

"""Ticks: what is due runs, once, whoever ticks; what fails or dies is told and tried again."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from lib.config import load
from lib.context import Context
from lib.errors import SourceError
from lib.scheduler import JOBS, Job, status, tick
from lib.scheduler.runner import Runner
from lib.schedules import Every
from lib.store import leases, schedule

START = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Clock:
    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(load(source="files", home=tmp_path, store_url=f"sqlite:///{tmp_path / 'state.db'}"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def job(run: Callable[[Context, Clock], str], name: str = "job", **more: object) -> Job:
    return Job(name, "A job.", lambda _: Every(HOUR), run, **more)  # type: ignore[arg-type]


def test_runs_what_is_due_once(context: Context, clock: Clock) -> None:
    ran: list[datetime] = []
    jobs = [job(lambda _, clock: ran.append(clock()) or "done")]
    first = tick(context, clock, jobs=jobs)
    assert [item.detail for item in first.ran] == ["done"]
    assert first.next == START.replace(hour=10, minute=0)
    assert not tick(context, clock, jobs=jobs).ran
    clock.now += 5 * HOUR
    late = tick(context, clock, jobs=jobs)
    assert (late.ran[0].missed, len(ran)) == (4, 2)
    assert [run.missed for run in schedule.runs(context.store)] == [4, 0]


def test_nothing_new_runs_nothing(context: Context, clock: Clock) -> None:
    ran: list[int] = []
    marks = iter(["a", "a", "b", "b"])
    jobs = [job(lambda *_: ran.append(1) or "", mark=lambda _: next(marks))]
    for _ in range(4):
        tick(context, clock, jobs=jobs)
        clock.now += HOUR
    assert len(ran) == 2
    assert len(schedule.runs(context.store)) == 2


def test_a_stopped_warehouse_is_woken_rarely(context: Context, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"asleep": False}
    monkeypatch.setattr(Context, "asleep", property(lambda _: state["asleep"]))
    ran: list[datetime] = []
    jobs = [job(lambda _, clock: ran.append(clock()) or "", wakes=True)]
    for hour in range(14):
        state["asleep"] = hour > 0
        tick(context, clock, jobs=jobs)
        clock.now += HOUR
    assert [moment - START for moment in ran] == [0 * HOUR, 6 * HOUR, 12 * HOUR]
    state["asleep"] = False
    tick(context, clock, jobs=jobs)
    assert len(ran) == 4, "one that runs anyway is asked every hour"
    state["asleep"] = True
    assert tick(context, clock, jobs=jobs, only="job").ran[0].skipped is False


def test_failures_are_kept_and_stop_nobody(context: Context, clock: Clock) -> None:
    def fails(*_: object) -> str:
        raise SourceError("No table.", remedy="Import it: token=abcdef123")

    def breaks(*_: object) -> str:
        raise ZeroDivisionError("oh")

    jobs = [job(fails, "a", retries=1), job(breaks, "b"), job(lambda *_: "fine", "c")]
    done = tick(context, clock, jobs=jobs)
    assert done.failed
    assert done.next == START + 5 * MINUTE
    found = {line.name: line for line in status.lines(context, clock(), jobs)}
    assert [found[name].outcome for name in "abc"] == ["failed", "failed", "ok"]
    assert "abcdef123" not in found["a"].detail
    clock.now += 5 * MINUTE
    assert [item.name for item in tick(context, clock, jobs=jobs).ran] == ["a"], "tried again; b has no retries"
    clock.now += 10 * MINUTE
    assert not tick(context, clock, jobs=jobs).ran, "given up until the next hour"
    clock.now += HOUR
    assert [item.name for item in tick(context, clock, jobs=jobs).ran] == ["a", "b", "c"]


def test_one_process_at_a_time(context: Context, clock: Clock) -> None:
    inside, go, ran = threading.Event(), threading.Event(), []

    def slow(*_: object) -> str:
        ran.append(1)
        inside.set()
        go.wait(30)
        return ""

    first = threading.Thread(target=tick, args=(context, clock), kwargs={"jobs": [job(slow)]})
    first.start()
    assert inside.wait(30)
    second = tick(context, clock, jobs=[job(slow)], who="other")
    go.set()
    first.join()
    assert second.busy
    assert not second.ran
    assert len(ran) == 1
    assert leases.holder(context.store, "scheduler", clock()) is None


def test_a_job_can_be_run_by_hand(context: Context, clock: Clock) -> None:
    jobs = [job(lambda *_: "x", "a", mark=lambda _: "same"), job(lambda *_: "y", "b")]
    tick(context, clock, jobs=jobs)
    assert [item.detail for item in tick(context, clock, jobs=jobs, only="a").ran] == ["x"]


def test_a_job_that_waits_is_not_run_at_first_sight(context: Context, clock: Clock) -> None:
    jobs = [job(lambda *_: "report", waits=True)]
    assert not tick(context, clock, jobs=jobs).ran
    clock.now += HOUR
    assert tick(context, clock, jobs=jobs).ran


def test_quiet_jobs_leave_no_trace(context: Context, clock: Clock) -> None:
    tick(context, clock, jobs=[job(lambda *_: "", quiet=True)])
    assert schedule.runs(context.store) == []
    assert schedule.statuses(context.store)["job"].ok


def test_the_real_jobs_on_a_demo_account(demo: Context, clock: Clock, tmp_path: Path) -> None:
    context = Context(load(source="demo", home=demo.settings.home, store_url=f"sqlite:///{tmp_path / 's.db'}"))
    first = tick(context, clock)
    assert [(item.name, item.error) for item in first.ran] == [(known.name, "") for known in JOBS]
    clock.now += HOUR
    second = {item.name: item for item in tick(context, clock).ran}
    assert second["refresh"].skipped, "nothing was imported meanwhile: no query at all"


DIES = """
import sys, time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from lib.config import load
from lib.context import Context
from lib.scheduler import Job, tick
from lib.schedules import Every

def sleep(*_):
    print("inside", flush=True)
    time.sleep(60)

home = Path(sys.argv[1])
context = Context(load(source="files", home=home, store_url=f"sqlite:///{home / 'state.db'}"))
tick(context, lambda: datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc),
     jobs=[Job("job", "", lambda _: Every(timedelta(hours=1)), sleep, retries=1)])
"""


@pytest.mark.slow
def test_a_process_that_is_killed_is_noticed_and_followed(context: Context, clock: Clock, tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", DIES, str(tmp_path)], stdout=subprocess.PIPE, text=True,
                               env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])})  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "inside\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    jobs = [job(lambda *_: "done", retries=1)]
    assert tick(context, clock, jobs=jobs).busy, "its lease still runs"
    clock.now += 5 * MINUTE
    assert not tick(context, clock, jobs=jobs).ran, "noticed, and not run again at once"
    assert "process ended" in schedule.runs(context.store)[0].error
    clock.now += 5 * MINUTE
    assert [item.detail for item in tick(context, clock, jobs=jobs).ran] == ["done"]


def test_the_runner_starts_and_stops(context: Context) -> None:
    runner = Runner(context, lambda: datetime.now(timezone.utc))
    runner.start()
    for _ in range(100):
        if set(schedule.statuses(context.store)) >= {"refresh", "tidy"}:
            break
        time.sleep(0.05)
    runner.stop()
    assert "refresh" in schedule.statuses(context.store)
    assert not runner._thread.is_alive()


def test_alerts_wake_nothing_when_neither_data_nor_rules_are_new(
    context: Context, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warehouse that sleeps: the refresh and the alerts of one tick wake it once, and then not again that day."""
    from dataclasses import replace

    from lib import news
    from lib.alerts.rule import Rule
    from lib.config import load
    from lib.scheduler.jobs import JOBS
    from lib.store import alerts

    state = {"asleep": True, "news": "2026-11-20"}
    woken: list[tuple[str, datetime]] = []

    def looks(name: str) -> Callable[[Context, Clock], str]:
        return lambda _, clock: woken.append((name, clock())) or "looked"

    monkeypatch.setattr(Context, "asleep", property(lambda _: state["asleep"]))
    monkeypatch.setattr(news, "_hours_that_run", lambda _: state["news"])
    far = replace(
        context, settings=load(source="databricks", ledger_schema="main.lakeledger", home=context.settings.home)
    )
    rule = Rule(name="x", kind="spend", amount=1)  # type: ignore[arg-type]
    alerts.save_rule(far.store, rule.model_dump(mode="json"), clock())
    jobs = [replace(each, run=looks(each.name)) for each in JOBS if each.wakes]
    assert [each.name for each in jobs] == ["refresh", "alerts"]
    for _ in range(20):
        tick(far, clock, jobs=jobs)
        clock.now += HOUR
    assert woken == [("refresh", START), ("alerts", START)]
    state["news"] = "2026-11-21"
    for _ in range(5):
        tick(far, clock, jobs=jobs)
        clock.now += HOUR
    assert [name for name, _ in woken[2:]] == ["refresh", "alerts"]
    assert woken[2][1] == woken[3][1], "in one tick"
    alerts.save_rule(far.store, rule.model_dump(mode="json") | {"name": "another"}, clock())
    state["asleep"] = False
    tick(far, clock, jobs=jobs)
    assert woken[-1][0] == "alerts", "a new rule is looked at"

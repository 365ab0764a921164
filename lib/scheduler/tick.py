"""One look at the clock: run what is due, if no other process is doing so."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lib import metrics
from lib.context import Context
from lib.errors import AppError
from lib.scheduler.jobs import JOBS, Job
from lib.scheduler.status import next_time
from lib.schedules import Clock, Due, Tried, decide, given_up
from lib.store import leases, schedule
from lib.store.leases import Lease, this_process
from lib.store.schedule import Status

LEASE = "scheduler"
ASLEEP = "The warehouse has stopped and was left asleep"
LASTS = timedelta(minutes=5)
"""How long a dead process keeps others waiting; a living one prolongs it."""
logger = logging.getLogger("lakeledger.scheduler")


@dataclass(frozen=True)
class Ran:
    """One job that a tick ran or had no need to run."""

    name: str
    due: datetime
    missed: int
    seconds: float
    detail: str
    error: str = ""
    skipped: bool = False
    """Nothing was new."""


@dataclass(frozen=True)
class Ticked:
    """What a tick did."""

    ran: tuple[Ran, ...]
    next: datetime | None
    """When a job is due next."""
    busy: str = ""
    """Who else has the lease; then nothing was done."""

    @property
    def failed(self) -> bool:
        """Did any job fail?"""
        return any(item.error for item in self.ran)


def tick(
    context: Context,
    clock: Clock,
    *,
    jobs: Sequence[Job] = JOBS,
    only: str | None = None,
    stop: threading.Event | None = None,
    who: str = "",
) -> Ticked:
    """Run every job that is due, one after the other; with `only`, that job, due or not.

    Of several processes one does it. A job that fails stops no other. `stop` ends the tick before its next job.
    """
    me = f"{who or this_process()}/{threading.get_ident()}"
    lease = leases.take(context.store, LEASE, me, LASTS, clock())
    if lease is None:
        holder = leases.holder(context.store, LEASE, clock())
        return Ticked((), None, holder.owner if holder else "another process")
    with _kept(context, lease, clock):
        _bury(context, jobs, clock())
        ran = [
            done
            for job in jobs
            if (only is None or job.name == only) and not (stop and stop.is_set())
            if (done := _look(context, job, clock, me, forced=only is not None))
        ]
    now, known = clock(), schedule.statuses(context.store)
    times = [next_time(context, job, known.get(job.name, Status(job.name)), now) for job in jobs]
    return Ticked(tuple(ran), min(times, default=None))


def _look(context: Context, job: Job, clock: Clock, me: str, *, forced: bool) -> Ran | None:
    now = clock()
    plan = job.schedule(context.settings)
    status = schedule.statuses(context.store).get(job.name)
    if status is None:
        status = Status(job.name, due=plan.latest(now) if job.waits else None)
        schedule.note(context.store, status)
    tried = Tried(status.due, status.failures, status.ended)
    found = Due(plan.latest(now)) if forced else decide(plan, tried, now, retries=job.retries)
    if found is None:
        return None
    mark, trouble = _mark(context, job)
    if not forced and not trouble and mark is not None and status.ok and mark == status.mark:
        schedule.note(context.store, replace(status, due=found.at, detail="Nothing new", ended=now, seconds=0.0))
        metrics.JOBS.labels(job.name, "nothing new").inc()
        return Ran(job.name, found.at, found.missed, 0.0, "Nothing new", skipped=True)
    if not forced and _let_sleep(context, job, status, now):
        schedule.note(context.store, replace(status, due=found.at, detail=ASLEEP))
        metrics.JOBS.labels(job.name, "let sleep").inc()
        return Ran(job.name, found.at, found.missed, 0.0, ASLEEP, skipped=True)
    return _run(context, job, status, found, mark, clock, me)


def _let_sleep(context: Context, job: Job, status: Status, now: datetime) -> bool:
    """Is it too early to wake a warehouse that has stopped? When nobody can say whether it has, the job finds out."""
    if not job.wakes or not status.ok or status.started is None:
        return False
    if now >= status.started + timedelta(minutes=context.settings.wake_minutes):
        return False
    try:
        return context.asleep
    except AppError:
        return False


def _mark(context: Context, job: Job) -> tuple[str | None, bool]:
    try:
        return job.mark(context), False
    except AppError:
        return None, True  # the job itself will say what is missing


def _run(context: Context, job: Job, status: Status, found: Due, mark: str | None, clock: Clock, me: str) -> Ran:
    started, began = clock(), time.monotonic()
    run = None if job.quiet else schedule.begin_run(context.store, job.name, found.at, found.missed, me, started)
    detail = error = ""
    try:
        detail = job.run(context, clock)
    except AppError as problem:
        error = str(problem)
        logger.warning("%s: %s", job.name, problem)
    except Exception as problem:
        error = f"{type(problem).__name__}: {problem}"
        logger.exception("%s failed", job.name)
    seconds, ended = time.monotonic() - began, clock()
    if run is not None:
        schedule.end_run(context.store, run, ended, detail=detail, error=error)
    elif error:
        run = schedule.begin_run(context.store, job.name, found.at, found.missed, me, started)
        schedule.end_run(context.store, run, ended, error=error)
    schedule.note(context.store, _after(status, job, found, started, ended, seconds, detail, error, mark))
    metrics.JOBS.labels(job.name, "failed" if error else "ok").inc()
    metrics.JOB_SECONDS.labels(job.name).observe(seconds)
    return Ran(job.name, found.at, found.missed, seconds, detail, error)


def _after(
    status: Status, job: Job, found: Due, started: datetime, ended: datetime, seconds: float, detail: str, error: str,
    mark: str | None,
) -> Status:  # fmt: skip
    """The job's status after a run: a due time is done when it went well, or when no attempt is left for it."""
    failures = status.failures + 1 if error else 0
    over = not error or given_up(failures, job.retries)
    return Status(
        job.name, found.at if over else status.due, started, ended, seconds, not error, detail, error, failures,
        status.mark if error else mark,
    )  # fmt: skip


def _bury(context: Context, jobs: Sequence[Job], now: datetime) -> None:
    """Runs that never ended: whoever holds the lease now knows that their process is gone."""
    by_name = {job.name: job for job in jobs}
    for run in schedule.unfinished(context.store):
        error = f"The process ended while it ran ({run.owner})."
        with context.store.begin():
            schedule.end_run(context.store, run.id, now, error=error)
            status, job = schedule.statuses(context.store).get(run.name), by_name.get(run.name)
            if status and job:
                found = Due(run.due, run.missed)
                schedule.note(context.store, _after(status, job, found, run.started, now, 0.0, "", error, None))


@contextmanager
def _kept(context: Context, lease: Lease, clock: Clock) -> Iterator[None]:
    """Prolong the lease while the block runs, and give it back."""
    done = threading.Event()

    def prolong() -> None:
        while not done.wait(LASTS.total_seconds() / 3):
            try:
                leases.take(context.store, lease.name, lease.owner, LASTS, clock())
            except AppError:
                logger.warning("the scheduler's lease could not be prolonged; trying again")

    keeper = threading.Thread(target=prolong, name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
        leases.release(context.store, lease, clock())

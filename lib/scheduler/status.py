"""The jobs as a person asks about them: when each ran last, how it went, when it runs next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lib.context import Context
from lib.scheduler.jobs import JOBS, Job
from lib.schedules import Tried, decide, given_up, wait
from lib.store import schedule
from lib.store.schedule import Status


@dataclass(frozen=True)
class Line:
    """One job."""

    name: str
    about: str
    plan: str
    """When it runs, in words."""
    last: datetime | None
    """When it last ended."""
    seconds: float | None
    outcome: str
    """`ok`, `failed`, or `not yet`."""
    next: datetime
    failures: int
    detail: str
    """What came of it, or the error."""


def lines(context: Context, now: datetime, jobs: Sequence[Job] = JOBS) -> list[Line]:
    """Every job, in the order of the list."""
    known = schedule.statuses(context.store)
    return [_line(context, job, known.get(job.name, Status(job.name)), now) for job in jobs]


def _line(context: Context, job: Job, status: Status, now: datetime) -> Line:
    outcome = "not yet" if status.ok is None else "ok" if status.ok else "failed"
    return Line(
        job.name, job.about, job.schedule(context.settings).words(), status.ended, status.seconds, outcome,
        next_time(context, job, status, now), status.failures, status.error or status.detail,
    )  # fmt: skip


def next_time(context: Context, job: Job, status: Status, now: datetime) -> datetime:
    """When a job runs next: now, after the wait that follows a failure, or at its next due time."""
    plan, tried = job.schedule(context.settings), Tried(status.due, status.failures, status.ended)
    if status.due is None and job.waits:
        return plan.after(now)
    if decide(plan, tried, now, retries=job.retries):
        return now
    if status.failures and status.ended and not given_up(status.failures, job.retries):
        return status.ended + wait(status.failures % (job.retries + 1))
    return plan.after(now)

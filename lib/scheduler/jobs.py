"""The jobs, in the order in which a tick runs them: what fills the ledger first, what sends messages last."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from lib.alerting.rounds import round_of_alerts
from lib.config import Settings
from lib.context import Context
from lib.messages import deliver
from lib.news import news
from lib.reporting.rounds import round_of_reports
from lib.schedules import Clock, Every, Schedule
from lib.store import alerts, outbox, reports, schedule
from lib.store.leases import this_process

KEPT = timedelta(days=90)
"""How long sent messages and the history of runs are kept."""
REPORTS_KEPT = timedelta(days=400)
"""How long reports that were made are kept: a year can be compared with the one before."""


def _unknown(_: Context) -> None:
    """Nobody can say whether anything is new: look."""


@dataclass(frozen=True)
class Job:
    """Something that runs by itself."""

    name: str
    about: str
    """One sentence for the Schedule page."""
    schedule: Callable[[Settings], Schedule]
    run: Callable[[Context, Clock], str]
    """Does it, and says in a few words what came of it."""
    mark: Callable[[Context], str | None] = _unknown
    """What the job depends on, found without waking a warehouse: the same mark as last time, and it is not run."""
    wakes: bool = False
    """Reads the warehouse: one that has stopped is woken for it only every `wake_minutes`."""
    retries: int = 0
    """Attempts for one due time beyond the first."""
    quiet: bool = False
    """Runs that had nothing to do leave no trace in the history."""
    waits: bool = False
    """Does not run when the app sees it for the first time, but at its next due time."""


def _refresh(context: Context, _: Clock) -> str:
    if context.settings.source == "databricks" and not context.settings.ledger_schema:
        return "No ledger is kept: everything is read live"
    done = context.refresh()
    if done.rows and not done.days:
        return "Names brought up to date"
    return f"{done.days} days worked out" if done.days else "Nothing had changed"


def _rules_and_news(context: Context) -> str | None:
    """New data, or another rule. Where looking wakes nothing, alerts are looked at every time: some go by the clock."""
    if context.settings.source != "databricks":
        return None
    rules = [f"{row.id}.{row.version}" for row in alerts.all_rules(context.store, enabled=True)]
    return f"{news(context)} {hashlib.sha256(' '.join(rules).encode()).hexdigest()[:16]}"


def _tidy(context: Context, clock: Clock) -> str:
    before = clock() - KEPT
    messages, runs = outbox.forget(context.store, before), schedule.forget(context.store, before)
    reports.forget(context.store, clock() - REPORTS_KEPT)
    return f"{messages} old messages and {runs} old runs dropped" if messages or runs else ""


def _schedules(context: Context, clock: Clock) -> str:
    from lib import operate

    return "" if context.settings.source == "files" else operate.run_schedules(context, clock())


JOBS = (
    Job(
        "refresh",
        "Brings the ledger up to its sources, only the days that changed.",
        lambda settings: Every(timedelta(minutes=settings.refresh_minutes)),
        _refresh,
        mark=news,
        wakes=True,
    ),
    Job(
        "cluster-schedules",
        "Stops and starts clusters by their schedules, with the rights of whoever made each.",
        lambda _: Every(timedelta(minutes=5)),
        _schedules,
        quiet=True,
    ),
    Job(
        "tidy",
        "Drops sent messages and old runs after 90 days, reports that were made after 400.",
        lambda _: Every(timedelta(days=1)),
        _tidy,
        quiet=True,
    ),
    Job(
        "alerts",
        "Looks at every alert rule and writes the messages that are due.",
        lambda settings: Every(timedelta(minutes=settings.refresh_minutes)),
        lambda context, clock: round_of_alerts(context, clock()).words(),
        mark=_rules_and_news,
        wakes=True,
        quiet=True,
    ),
    Job(
        "reports",
        "Makes the reports that are due, keeps them, and writes their messages.",
        lambda settings: Every(timedelta(minutes=min(settings.refresh_minutes, 15))),
        lambda context, clock: round_of_reports(context, clock()),
        quiet=True,
    ),
    Job(
        "messages",
        "Sends what waits in the outbox.",
        lambda settings: Every(timedelta(seconds=settings.tick_seconds)),
        lambda context, clock: deliver(context.store, context.channels, clock, this_process()).words(),
        quiet=True,
    ),
)
"""Every job. To add one: a function of the context that says what it did, and a line here."""

"""When somebody last looked at the app: what a refresh is worth its statements for, in whichever process it runs."""

from datetime import datetime, timedelta

from lib.store import schedule
from lib.store.schedule import Status
from lib.store.store import Store

NAME = "people"
"""Kept beside the jobs: the app's own record of people's last look."""
EVERY = timedelta(minutes=10)
"""One look in so many minutes is written down."""


def looked(store: Store, now: datetime) -> None:
    """Somebody looks now."""
    schedule.note(store, Status(NAME, started=now))


def last(store: Store) -> datetime | None:
    """When somebody looked last, to within ten minutes; None when nobody ever did."""
    found = schedule.statuses(store).get(NAME)
    return found.started if found else None

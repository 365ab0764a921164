"""When something is due: pure, with the time as an argument."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lib.errors import InputError

Clock = Callable[[], datetime]
"""Says what time it is, with a zone."""
EPOCH = datetime(2024, 1, 1, tzinfo=timezone.utc)
MOST_COUNTED = 1000
"""Missed times beyond this are not counted one by one."""


@dataclass(frozen=True)
class Every:
    """At every multiple of a period: hourly jobs all fall on the full hour, so that one wake serves them all."""

    period: timedelta

    def latest(self, now: datetime) -> datetime:
        """The newest due time up to now."""
        return EPOCH + (now - EPOCH) // self.period * self.period

    def after(self, moment: datetime) -> datetime:
        """The first due time after a moment."""
        return self.latest(moment) + self.period

    def words(self) -> str:
        """For a person.

        >>> Every(timedelta(minutes=90)).words(), Every(timedelta(hours=1)).words()
        ('every 90 minutes', 'every hour')
        """
        for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
            count, rest = divmod(int(self.period.total_seconds()), size)
            if count and not rest:
                return f"every {unit}" if count == 1 else f"every {count} {unit}s"
        return f"every {self.period.total_seconds():g} seconds"


@dataclass(frozen=True)
class Cron:
    """At the times of a five-part cron line, by the wall clock of a time zone.

    A time that the clock shows twice in autumn counts once, the first time; one it skips in spring falls on the moment
    after the gap.
    """

    line: str
    zone: str = "UTC"

    def __post_init__(self) -> None:
        from croniter import croniter

        if len(self.line.split()) != 5 or not croniter.is_valid(self.line):
            raise InputError(
                f"“{self.line}” is no cron line.", remedy="Write minute, hour, day, month, weekday: `0 7 * * 1-5`."
            )
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise InputError(f"“{self.zone}” is no time zone.", remedy="Write one such as Europe/Berlin.") from error

    def latest(self, now: datetime) -> datetime:
        """The newest due time up to now."""
        return next(moment for moment in self._moments(now, back=True) if moment <= now)

    def after(self, moment: datetime) -> datetime:
        """The first due time after a moment."""
        return next(found for found in self._moments(moment, back=False) if found > moment)

    def words(self) -> str:
        """For a person."""
        return f"cron {self.line} ({self.zone})"

    def _moments(self, around: datetime, *, back: bool) -> Iterator[datetime]:
        from croniter import croniter

        zone = ZoneInfo(self.zone)
        margin = timedelta(hours=3) if back else timedelta(hours=-3)
        steps = croniter(self.line, around.astimezone(zone).replace(tzinfo=None, fold=0) + margin)
        while True:
            wall = steps.get_prev(datetime) if back else steps.get_next(datetime)
            yield _real(wall, zone)


def _real(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock of a zone first shows a time, or would have."""
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(timezone.utc)
    back = moment.astimezone(zone).replace(tzinfo=None)
    if back == wall:
        return moment
    return wall.replace(tzinfo=zone, fold=1).astimezone(timezone.utc) + (back - wall)


Schedule = Every | Cron


@dataclass(frozen=True)
class Due:
    """Something is to be done for `at`; `missed` due times before it are passed over."""

    at: datetime
    missed: int = 0


def due(schedule: Schedule, last: datetime | None, now: datetime) -> Due | None:
    """What is due, when `last` is the due time that was done last (None: never).

    After a long sleep only the newest due time is done: catching up makes no storm.
    """
    latest = schedule.latest(now)
    if last is None:
        return Due(latest)
    if latest <= last:
        return None
    missed, step = 0, schedule.after(last)
    while step < latest and missed < MOST_COUNTED:
        missed, step = missed + 1, schedule.after(step)
    return Due(latest, missed)


@dataclass(frozen=True)
class Tried:
    """How a job went so far: what the decision to run it needs."""

    last: datetime | None = None
    """Due time that was done last, or given up."""
    failures: int = 0
    """In a row."""
    ended: datetime | None = None


def decide(schedule: Schedule, tried: Tried, now: datetime, *, retries: int = 0) -> Due | None:
    """What to run now: the newest due time, and after a failure not before a growing wait."""
    found = due(schedule, tried.last, now)
    attempt = tried.failures % (retries + 1)
    if found and attempt and tried.ended and now < tried.ended + wait(attempt):
        return None
    return found


def given_up(failures: int, retries: int) -> bool:
    """Was that the last attempt for this due time?"""
    return failures % (retries + 1) == 0


def wait(attempt: int) -> timedelta:
    """How long to wait after so many attempts in a row: 5, 10, 20, … minutes, at most an hour."""
    return min(timedelta(minutes=5) * 2 ** min(attempt - 1, 10), timedelta(hours=1))

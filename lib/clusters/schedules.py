"""Schedules that stop clusters by the clock, and may start them: pure. Times are wall-clock times of a zone.

Acts are edges, not states: a schedule stops at the moment its window begins and then lets go. Who starts the cluster
again keeps it until the next window. A time that the clock skips or shows twice counts once (see `lib.schedules`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lib.clusters.acting import carries, tag_pairs
from lib.clusters.states import Act
from lib.errors import InputError
from lib.schedules import Cron
from lib.workspace.compute import LiveCluster

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OPT_OUT = "lakeledger-schedule=off"
_CLOCK = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)$")


@dataclass(frozen=True)
class Rule:
    """When which clusters are stopped and started."""

    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    """Working days: on these it stops in the evening and, when it starts at all, starts in the morning."""
    stop_at: str = "20:00"
    start_at: str = ""
    """Empty: it only stops (one-sided)."""
    zone: str = "UTC"
    country: str = ""
    """Two letters; on its public holidays nothing is started. Empty: no holidays."""
    clusters: tuple[str, ...] = ()
    """Cluster ids."""
    tags: str = ""
    """Or all clusters with one of these tags, such as `env=dev`."""
    opt_out: str = OPT_OUT
    """Clusters with this tag are left alone."""

    def __post_init__(self) -> None:
        for name in ("stop_at", "start_at"):
            text = getattr(self, name)
            if not _CLOCK.match(text) and not (name == "start_at" and not text):
                raise InputError(f"{text!r} is no time of day.", remedy="Write it like 19:30.")
        unknown = [day for day in self.days if day not in DAYS]
        if unknown or not self.days:
            raise InputError("A schedule needs at least one weekday.", remedy=f"Days are {', '.join(DAYS)}.")
        if self.stop_at == self.start_at:
            raise InputError("Start and stop cannot be the same time.", remedy="Leave the start empty to stop only.")
        if not self.clusters and not self.tags:
            raise InputError("A schedule needs clusters.", remedy="Choose some, or name a tag such as env=dev.")
        self.stops()  # a wrong zone is said here
        if self.country:
            _holidays(self.country, 2026)

    def stops(self) -> Cron:
        """When it stops."""
        return self._cron(self.stop_at)

    def starts(self) -> Cron | None:
        """When it starts, holidays not yet left out; None when it only stops."""
        return self._cron(self.start_at) if self.start_at else None

    def _cron(self, at: str) -> Cron:
        hour, minute = at.split(":")
        return Cron(f"{int(minute)} {int(hour)} * * {','.join(self.days)}", self.zone)

    def words(self) -> str:
        """In a sentence."""
        days = ", ".join(day.capitalize() for day in DAYS if day in self.days)
        starts = f"and starts at {self.start_at}" if self.start_at else "and never starts by itself"
        free = f", not on holidays in {self.country}" if self.country and self.start_at else ""
        return f"{days}: stops at {self.stop_at} {starts} ({self.zone}{free})"

    def plain(self) -> dict[str, Any]:
        """As the store keeps it."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def of(plain: Mapping[str, Any]) -> Rule:
    """A rule as the store keeps it."""
    values: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in plain.items()}
    return Rule(**values)


@dataclass(frozen=True)
class Moment:
    """One time at which something is due."""

    at: datetime
    act: Act


def moments(rule: Rule, after: datetime, until: datetime) -> list[Moment]:
    """Everything due in (after, until], in order; starts on holidays left out."""
    found = [Moment(at, "stop") for at in _between(rule.stops(), after, until)]
    starts = rule.starts()
    if starts is not None:
        zone = ZoneInfo(rule.zone)
        found += [
            Moment(at, "start")
            for at in _between(starts, after, until)
            if not is_holiday(rule.country, at.astimezone(zone).date())
        ]
    return sorted(found, key=lambda moment: (moment.at, moment.act == "start"))


def _between(cron: Cron, after: datetime, until: datetime) -> Iterator[datetime]:
    at = cron.after(after)
    while at <= until:
        yield at
        at = cron.after(at)


def due(rule: Rule, done_until: datetime, now: datetime) -> Moment | None:
    """The newest moment since the last time; what an app slept through before it is passed over."""
    found = moments(rule, max(done_until, now - timedelta(days=2)), now)
    return found[-1] if found else None


def is_holiday(country: str, day: date) -> bool:
    """Whether a day is a public holiday of a country."""
    return bool(country) and day in _holidays(country, day.year)


def _holidays(country: str, year: int) -> Any:
    import holidays

    try:
        return holidays.country_holidays(country.upper(), years=year)
    except NotImplementedError as error:
        raise InputError(
            f"No holidays are known of {country!r}.", remedy="Write a country's two letters, or none."
        ) from error


def chosen(rule: Rule, clusters: Iterable[LiveCluster]) -> list[LiveCluster]:
    """The clusters a rule is about: by id or tag, made by people, and not opted out."""
    wanted, out = tag_pairs(rule.tags), tag_pairs(rule.opt_out)
    return [
        cluster
        for cluster in clusters
        if cluster.source in ("UI", "API")
        and (cluster.cluster_id in rule.clusters or (wanted and carries(cluster.tags, wanted)))
        and not carries(cluster.tags, out)
    ]


def skipped(moment: Moment, cluster: LiveCluster) -> str:
    """Why a cluster is left alone at a moment; empty when it is not."""
    if moment.act == "stop":
        if cluster.state not in ("RUNNING", "RESIZING", "PENDING", "RESTARTING"):
            return "it is not running"
        since = cluster.restarted_at or cluster.started_at
        if since is not None and since > moment.at:
            return "somebody started it after the window began; it is left alone until the next one"
    elif cluster.state != "TERMINATED":
        return "it is not stopped"
    elif cluster.terminated_at is not None and cluster.terminated_at > moment.at:
        return "somebody stopped it after it was due to start"
    return ""


# ── what it would have saved ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Hour:
    """One hour of one cluster's past."""

    at: datetime
    up_minutes: float
    quiet_minutes: float
    """Minutes in which no node reached 5 % CPU."""
    cost: float
    """Of the whole hour's time up."""


@dataclass(frozen=True)
class Simulated:
    """What a schedule would have saved in the past."""

    low: float
    """Only minutes in which nothing worked."""
    high: float
    """All minutes up inside of its windows."""
    off_minutes: float
    busy_minutes: float
    """Minutes with work that would have been cut off."""
    nights: int
    """Windows in which the cluster was up at all."""


def simulate(rule: Rule, hours: Iterable[Hour]) -> Simulated:
    """Lay the windows over the hours of the past. One-sided: a window lasts until somebody starts it or works."""
    past = sorted(hours, key=lambda hour: hour.at)
    if not past:
        return Simulated(0, 0, 0, 0, 0)
    begin, end = past[0].at, past[-1].at + timedelta(hours=1)
    edges = moments(rule, begin - timedelta(days=8), end)
    low = high = off = busy = 0.0
    windows = set()
    position, state, window = 0, "on", begin
    resumed = False
    before: datetime | None = None
    for hour in past:
        while position < len(edges) and edges[position].at <= hour.at:
            state, window, resumed = edges[position].act, edges[position].at, False
            position += 1
        share = 0.0
        if state == "stop":
            share = 1.0
        elif (
            position < len(edges)
            and edges[position].act == "stop"
            and edges[position].at < hour.at + timedelta(hours=1)
        ):
            share = 1 - (edges[position].at - hour.at) / timedelta(hours=1)
            window = edges[position].at
        if share and not rule.start_at:
            started = before is not None and hour.at - before > timedelta(hours=1)
            resumed = resumed or (state == "stop" and (started or hour.up_minutes > hour.quiet_minutes))
            share = 0.0 if resumed else share
        before = hour.at
        if not share or not hour.up_minutes:
            continue
        windows.add(window)
        off += share * hour.up_minutes
        busy += share * (hour.up_minutes - hour.quiet_minutes)
        high += share * hour.cost
        low += share * hour.cost * hour.quiet_minutes / hour.up_minutes
    return Simulated(low, high, off, busy, len(windows))


def hours_of(rows: Iterable[Mapping[str, Any]], cost_by_day: Mapping[date, float]) -> list[Hour]:
    """Rows of `clusters/hours` as hours, each with its share of what its day cost. The driver stands for the cluster;
    an hour is as quiet as its busiest role."""
    by_hour: dict[datetime, dict[str, float]] = {}
    for row in rows:
        known = by_hour.setdefault(row["hour_at"], {"up": 0.0, "quiet": float("inf")})
        known["up"] = max(known["up"], float(row["up_minutes"]))
        known["quiet"] = min(known["quiet"], float(row["quiet_minutes"]))
    up_by_day: dict[date, float] = {}
    for at, known in by_hour.items():
        up_by_day[at.date()] = up_by_day.get(at.date(), 0.0) + known["up"]
    return [
        Hour(
            at, known["up"], min(known["quiet"], known["up"]),
            cost_by_day.get(at.date(), 0.0) * known["up"] / up_by_day[at.date()] if up_by_day[at.date()] else 0.0,
        )
        for at, known in sorted(by_hour.items())
    ]  # fmt: skip


def upcoming(rule: Rule, now: datetime, count: int = 4) -> tuple[Moment, ...]:
    """The next few moments."""
    return tuple(moments(rule, now, now + timedelta(days=15))[:count])

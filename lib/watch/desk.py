"""What people set about anomalies: how sensitive, what is planned, acknowledged and muted."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from lib.errors import InputError
from lib.spend.anomaly import Sensitivity
from lib.spend.compare import AsOf
from lib.spend.filters import Base, Filters
from lib.spend.period import DAY, Period
from lib.store import Store, configs
from lib.store.watch import PlannedEvent, StoredMark
from lib.warehouse import Warehouse
from lib.watch.daily import Daily, Key, parse_key, read
from lib.watch.days_off import days_off
from lib.watch.tell import Mark, Watched, watch

SETTING = "watch.sensitivity"


def sensitivity(store: Store, user: str) -> Sensitivity | None:
    """What this person (else everybody) wants to be told; None when nobody chose."""
    value: Any = configs.in_force(store, SETTING, user)
    return Sensitivity(**value) if value else None


def save_sensitivity(store: Store, user: str, chosen: Sensitivity | None, now: datetime) -> None:
    """Write what a person wants to be told; None takes it back."""
    if chosen is not None and not 0 < chosen.medium <= chosen.high <= chosen.critical:
        raise InputError("Severities must rise.", place="sensitivity", remedy="medium ≤ high ≤ critical")
    configs.put(store, SETTING, asdict(chosen) if chosen else None, now, user=user)


def whole(currency: str, base: Base, until: AsOf) -> Filters:
    """Everything in one currency and at one kind of prices; the period plays no part."""
    return Filters(Period(until.today - DAY, until.today), currency=currency, base=base)


def planned_for(events: Sequence[PlannedEvent]) -> Callable[[Key], list[tuple[date, date]]] | None:
    """First and last days that are planned for a series; None when there are none at all."""
    if not events:
        return None
    known = [(event.series, (event.first_day, event.last_day)) for event in events]
    return lambda key: [days for series, days in known if series in ("", key.text)]


def marks_of(stored: Sequence[StoredMark]) -> list[Mark]:
    """Stored marks as values; those of series that nobody can name any more are left out."""
    out = []
    for row in stored:
        try:
            key = parse_key(row.series)
        except InputError:
            continue
        out.append(Mark(row.act, key, row.anomaly, row.until, row.reason, row.who))
    return out


def scanned(
    warehouse: Warehouse,
    filters: Filters,
    until: AsOf,
    tag: str,
    since: date,
    chosen: Sensitivity | None,
    planned: tuple[PlannedEvent, ...] = (),
    country: str = "",
) -> Watched:
    """Everything that began on `since` or later; an answer to keep, since nothing of it depends on who asks but the arguments."""
    return judged(read(warehouse, filters, until, tag), since, chosen, planned, country)


def judged(
    daily: Daily, since: date, chosen: Sensitivity | None, planned: Sequence[PlannedEvent] = (), country: str = ""
) -> Watched:
    """The same of costs that were read before."""
    off = days_off(country, daily.first_day, daily.days) if country and daily.days else None
    return watch(daily, since=since, sensitivity=chosen, holidays=off, planned=planned_for(planned))

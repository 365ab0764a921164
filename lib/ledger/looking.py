"""Which days of the ledger are no longer what its sources say."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from lib.ledger.changes import DayContent, DayKey, changed_days, repriced
from lib.ledger.engine import LedgerReader
from lib.ledger.relations import NAMES, STORED, Stored
from lib.ledger.sources import Sources, noted, states, windows
from lib.progress import Progress, quiet
from lib.queries.catalogue import Catalogue
from lib.spend.period import Period

if TYPE_CHECKING:
    import pyarrow as pa

TRAILING = timedelta(days=14)
"""Days that are always looked at again: rows that are changed in place are among the newest."""
WHOLE = frozenset({"job_spends", "cloud_costs"})
"""Sources of which all days are looked at: they are small, and restated in place."""


@dataclass(frozen=True)
class Changes:
    """What the sources hold, and which days of the ledger are no longer what they say."""

    sources: Sources
    touched: frozenset[date]
    renamed: frozenset[str]
    """Tables without days (jobs, clusters, …) that are not what they were."""
    full: bool
    """The ledger is made anew: there was none, its recipe is another one, or somebody asked for it."""
    new: frozenset[str]
    """Relations that are worked out for all days: those the ledger lacks."""

    @property
    def any(self) -> bool:
        """Is there anything to do?"""
        return bool(self.touched or self.renamed or self.new)

    def days(self, stored: Stored) -> frozenset[date]:
        """For which days a relation has to be worked out."""
        return frozenset(day for _, day in self.sources.days) if stored.name in self.new else self.touched

    def reach(self, stored: Stored) -> bool:
        """Does a relation that is replaced whole have to be worked out again?"""
        changed = (stored.follows_days and bool(self.touched)) or bool(self.renamed & set(stored.objects))
        return changed or stored.name in self.new


def look(
    reader: LedgerReader,
    catalogue: Catalogue,
    *,
    currency: str,
    account: str,
    reference: Mapping[str, "pa.Table"],
    full: bool = False,
    thorough: bool = False,
    progress: Progress = quiet,
) -> Changes:
    """What changed since the ledger was written. `account` names the data (loaded tables); another one means: all of it.

    Only days that are new, newly ingested or recent are looked at, unless the number of rows tells that an older one
    changed too. `thorough` looks at every day: for a source in which old rows may have been exchanged one for one.
    """
    progress("Looking for changes", 0, 1)
    recipe = _recipe(catalogue, currency, account, reference)
    known = None if full else noted(reader, recipe)
    rows = reader.fetch(catalogue["refresh/sources"], {}, frozenset()).to_pylist()
    totals = {row["source"]: row for row in rows if row["kind"] == "days"}
    days = None if known is None or thorough else _recent_days(reader, catalogue, known, totals)
    now = Sources(
        recipe,
        _days(reader, catalogue, None, None) if days is None else days,
        totals["usage"]["ingested"],
        windows(reader.fetch(catalogue["refresh/prices"], {}, frozenset()).to_pylist()),
        states(row for row in rows if row["kind"] == "objects"),
    )
    before = {} if known is None else known.objects
    return Changes(
        now,
        frozenset(_touched(known, now)),
        frozenset(name for name, state in now.objects.items() if state != before.get(name)),
        known is None,
        NAMES if known is None else reader.lacking,
    )


def _touched(known: Sources | None, now: Sources) -> set[date]:
    """Days whose rows are others than those that are known, or whose prices are."""
    touched = changed_days(known.days if known else {}, now.days)
    usage_days = [day for source, day in now.days if source == "usage"]
    if known is not None and usage_days:
        span = Period(min(usage_days), max(usage_days) + timedelta(days=1))
        for stretch in repriced(known.prices, now.prices, span):
            touched |= {day for day in usage_days if day in stretch}
    return touched


def _recipe(catalogue: Catalogue, currency: str, account: str, reference: Mapping[str, "pa.Table"]) -> str:
    """Hash of everything but the sources that decides what the ledger says."""
    parts = [currency, account]
    parts += [catalogue.expanded(catalogue.relations[stored.name], frozenset()) for stored in STORED]
    parts += [f"{c.name} {c.type}" for stored in STORED for c in catalogue.relations[stored.name].returns]
    parts += [repr(reference[name].to_pydict()) for name in sorted(reference)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _days(
    reader: LedgerReader, catalogue: Catalogue, since: date | None, ingested_since: date | None
) -> dict[DayKey, DayContent]:
    params = {"since": since, "ingested_since": ingested_since}
    rows = reader.fetch(catalogue["refresh/days"], params, frozenset()).to_pylist()
    return {(row["source"], row["day"]): (row["records"], row["content"]) for row in rows if row["day"]}


def _recent_days(
    reader: LedgerReader,
    catalogue: Catalogue,
    known: Sources,
    totals: Mapping[str, Mapping[str, object]],
) -> dict[DayKey, DayContent] | None:
    """What each day holds, the older ones as they were; None when the number of rows says that one of those changed."""
    if not known.days or known.ingested is None:
        return None
    since = max(day for _, day in known.days) - TRAILING
    fresh = _days(reader, catalogue, since, known.ingested)
    kept = {key: content for key, content in known.days.items() if key[1] < since and key[0] not in WHOLE}
    found = kept | fresh
    counted: dict[str, int] = dict.fromkeys(totals, 0)
    for (source, _), (records, _) in found.items():
        counted[source] += records
    return found if all(counted[source] == row["records"] for source, row in totals.items()) else None

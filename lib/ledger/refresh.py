"""Bring the ledger up to its sources: only the days that changed, whole days at a time, or nothing at all.

The caller gives a writer on a copy of the ledger and publishes it afterwards; until then nobody sees any of it. It
can run twice, beside itself, or die anywhere: what was not published never happened.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock

from lib.errors import SourceError
from lib.ledger.changes import portions, ranges, until_month_ends
from lib.ledger.engine import LedgerWriter
from lib.ledger.looking import Changes
from lib.ledger.reconcile import Difference, differences
from lib.ledger.relations import NAMES, STORED, Stored
from lib.ledger.sources import note
from lib.progress import Progress, quiet
from lib.queries.catalogue import Catalogue
from lib.spend.period import Period

BEGINNING = date(1970, 1, 1)
PORTION = 1_500_000
"""Rows of usage and statements that are worked out at once: memory stays the same however long the history is."""
WEIGHED = frozenset({"usage", "statements"})
"""Sources whose rows make a portion heavy."""


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did."""

    periods: tuple[Period, ...] = ()
    """Days that were worked out again; none when the ledger already was what its sources say."""
    full: bool = False
    rows: Mapping[str, int] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    """Where ledger and bill disagree after the refresh: must be empty."""

    @property
    def days(self) -> int:
        """Number of days worked out."""
        return sum(period.days for period in self.periods)

    def refusal(self, instead: str, *, place: str = "") -> SourceError:
        """What to raise when ledger and bill disagree; `instead`: what readers see, since this is not published."""
        first = "\n".join(map(str, self.differences[:5]))
        return SourceError(
            f"The ledger would not add up to the bill in {len(self.differences)} places:\n{first}",
            place=place,
            remedy=f"{instead} Run `python -m lib refresh --full`; if it stays, report these lines.",
        )


def refresh(
    writer: LedgerWriter,
    catalogue: Catalogue,
    changes: Changes,
    *,
    currency: str,
    only: frozenset[str] = NAMES,
    progress: Progress = quiet,
) -> Refreshed:
    """Work out again what changed, and reconcile it with the bill. `only`: relations that a ledger made anew gets now."""
    if not changes.any:
        return Refreshed()
    asked = [stored for stored in STORED if stored.name in only]
    for stored in asked:
        if stored.name in changes.new:
            writer.create_table(catalogue.relations[stored.name])
    todo = [stored for stored in asked if (changes.days(stored) if stored.day else changes.reach(stored))]
    rows = _work_out(writer, catalogue, changes, todo, currency, progress)
    wrong = _reconcile(writer, catalogue, ranges(changes.touched), currency)
    if not wrong:  # a ledger that does not add up is not what the next refresh may build on
        note(writer, changes.sources)
    days = frozenset[date]().union(*(changes.days(stored) for stored in todo if stored.day))
    return Refreshed(tuple(ranges(days)), changes.full, rows, tuple(wrong))


def _work_out(
    writer: LedgerWriter,
    catalogue: Catalogue,
    changes: Changes,
    todo: list[Stored],
    currency: str,
    progress: Progress,
) -> dict[str, int]:
    told, telling = 0.0, Lock()

    def work_out(stored: Stored, before: list[Future[int]]) -> int:
        nonlocal told
        for earlier in before:
            earlier.result()
        relation = catalogue.relations[stored.name]
        text = catalogue.expanded(relation, ready(stored))
        parts = _parts(writer, catalogue, changes, stored, currency)
        rows = 0
        for part in parts:
            with telling:
                progress(stored.name, round(told), 100 * len(todo))
            read = stored.read(part)
            params = {"start_date": read.start, "end_date": read.end, "currency": currency}
            if stored.day:
                rows += writer.replace_days(relation, text, stored.day, part.start, part.end, params)
            else:
                rows += writer.replace_all(relation, text, params)
            with telling:
                told += 100 / len(parts)
        return rows

    with ThreadPoolExecutor(writer.at_once, "refresh") as pool:
        started: dict[str, Future[int]] = {}
        for stored in todo:  # those it waits for have begun before it, so somebody is always at work
            read = catalogue.stored_reads(catalogue.relations[stored.name], ready(stored))
            started[stored.name] = pool.submit(work_out, stored, [started[name] for name in read if name in started])
        try:
            rows = {name: work.result() for name, work in started.items()}
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    progress("done", 100 * len(todo), 100 * len(todo))
    return rows


def ready(stored: Stored) -> frozenset[str]:
    """Relations that are read from the ledger when this one is worked out."""
    return frozenset(earlier.name for earlier in STORED[: STORED.index(stored)])


def _parts(writer: LedgerWriter, catalogue: Catalogue, changes: Changes, stored: Stored, currency: str) -> list[Period]:
    """The periods a relation is worked out for, one after the other: once for a small one."""
    if stored.day is None:
        return [Period(BEGINNING, date.max)]
    periods = ranges(changes.days(stored))
    if stored.day != "usage_date" and stored.name not in changes.new:
        periods = _begun(writer, catalogue, stored.day, periods, currency)
    if stored.to_date:
        periods = until_month_ends(periods)
    weights: dict[date, int] = {}
    for (source, day), content in changes.sources.days.items():
        if source in WEIGHED:
            weights[day] = weights.get(day, 0) + content[0]
    return portions(periods, weights, PORTION * (1 + stored.margin // 10))


def _begun(writer: LedgerWriter, catalogue: Catalogue, day: str, periods: list[Period], currency: str) -> list[Period]:
    """Start days of the runs that were active in the periods: what a run does or costs changes the day it began on."""
    query = catalogue["refresh/run_days" if day == "run_date" else "refresh/begun_days"]
    begun: set[date] = set()
    for period in periods:
        params: dict[str, object] = {"start_date": period.start, "end_date": period.end}
        params |= {"currency": currency} if day == "begun_on" else {}
        begun |= set(writer.fetch(query, params, NAMES).column(day).to_pylist())
        begun |= {period.start + timedelta(days=n) for n in range(period.days)}
    return ranges(begun)


def _reconcile(writer: LedgerWriter, catalogue: Catalogue, periods: list[Period], currency: str) -> list[Difference]:
    wrong: list[Difference] = []
    for period in periods:
        params = {"start_date": period.start, "end_date": period.end, "currency": currency}
        wrong += differences(writer.fetch(catalogue["trust/days"], params, NAMES).to_pylist())
    return wrong

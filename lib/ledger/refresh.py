"""Bring the ledger up to its sources: only the days that changed, whole days at a time, or nothing at all.

The caller gives a writer on a copy of the ledger and publishes it afterwards; until then nobody sees any of it. It
can run twice, beside itself, or die anywhere: what was not published never happened.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from lib.ledger.changes import (
    DayContent,
    DayKey,
    PriceKey,
    PriceWindow,
    changed_days,
    portions,
    ranges,
    repriced,
    until_month_ends,
)
from lib.ledger.reconcile import Difference, differences
from lib.ledger.relations import NAMES, STORED, Stored
from lib.queries.catalogue import Catalogue, Query
from lib.spend.period import Period

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[str, int, int], None]
"""What is being done, how many steps are done, how many there are."""
BEGINNING = date(1970, 1, 1)
TRAILING = timedelta(days=14)
"""Days that are always looked at again: rows that are changed in place are among the newest."""
WHOLE = frozenset({"job_spends", "cloud_costs"})
"""Sources of which all days are looked at: they are small, and restated in place."""
PORTION = 1_500_000
"""Rows of usage and statements that are worked out at once: memory stays the same however long the history is."""
WEIGHED = frozenset({"usage", "statements"})
"""Sources whose rows make a portion heavy."""

ObjectState = tuple[int, object, str | None]
"""Rows, newest time and content of a table without days."""


class LedgerReader(Protocol):
    """What looking for changes asks of an engine."""

    def fetch(self, query: Query, params: Mapping[str, object], stored: frozenset[str]) -> "pa.Table":
        """The rows of a query, this engine's own changes included."""

    def noted(self, name: str) -> "pa.Table | None":
        """What an earlier refresh kept under this name."""

    @property
    def lacking(self) -> frozenset[str]:
        """Relations that the ledger does not have yet."""


class LedgerWriter(LedgerReader, Protocol):
    """What the refresh asks of an engine; its changes are seen by nobody until the caller publishes them."""

    at_once: int
    """How many relations it may be asked to replace at the same time, each by a thread of its own."""

    def create_table(self, relation: Query) -> None:
        """An empty table for a relation, in the place of an old one."""

    def replace_days(
        self, relation: Query, text: str, date_column: str, start: date, end: date, params: Mapping[str, object]
    ) -> int:
        """Put the rows of `text` in the place of the days `[start, end)`; how many came."""

    def replace_all(self, relation: Query, text: str, params: Mapping[str, object]) -> int:
        """Put the rows of `text` in the place of all rows; how many came."""

    def note(self, name: str, rows: "pa.Table") -> None:
        """Keep `rows` for the next refresh."""


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


@dataclass(frozen=True)
class Changes:
    """What the sources hold, and which days of the ledger are no longer what they say."""

    recipe: str
    """Hash of everything but the sources that decides what the ledger says."""
    found: Mapping[DayKey, DayContent]
    ingested: date | None
    """How far the ingestion of usage has come."""
    prices: Mapping[PriceKey, list[PriceWindow]]
    objects: Mapping[str, ObjectState]
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
        return frozenset(day for _, day in self.found) if stored.name in self.new else self.touched

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
    progress: Progress = lambda step, done, of: None,
) -> Changes:
    """What changed since the ledger was written. `account` names the data (loaded tables); another one means: all of it.

    Only days that are new, newly ingested or recent are looked at, unless the number of rows tells that an older one
    changed too. `thorough` looks at every day: for a source in which old rows may have been exchanged one for one.
    """
    progress("Looking for changes", 0, 1)
    recipe = _recipe(catalogue, currency, account, reference)
    known = None if full or _noted_recipe(reader) != recipe else _noted_days(reader)
    sources = reader.fetch(catalogue["refresh/sources"], {}, frozenset()).to_pylist()
    totals = {row["source"]: row for row in sources if row["kind"] == "days"}
    objects = _states(row for row in sources if row["kind"] == "objects")
    found = None if known is None or thorough else _recent_days(reader, catalogue, known, totals)
    if found is None:
        found = _days(reader, catalogue, None, None)
    prices = _prices(reader, catalogue)
    before = {} if known is None else _noted_objects(reader)
    return Changes(
        recipe,
        found,
        totals["usage"]["ingested"],
        prices,
        objects,
        frozenset(_touched(reader, known, found, prices)),
        frozenset(name for name in objects if objects[name] != before.get(name)),
        known is None,
        NAMES if known is None else reader.lacking,
    )


def refresh(
    writer: LedgerWriter,
    catalogue: Catalogue,
    changes: Changes,
    *,
    currency: str,
    only: frozenset[str] = NAMES,
    progress: Progress = lambda step, done, of: None,
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
        _note(writer, changes)
    days = frozenset[date]().union(*(changes.days(stored) for stored in todo if stored.day))
    return Refreshed(tuple(ranges(days)), changes.full, rows, tuple(wrong))


def _touched(
    reader: LedgerReader,
    known: Mapping[DayKey, DayContent] | None,
    found: Mapping[DayKey, DayContent],
    prices: Mapping[PriceKey, list[PriceWindow]],
) -> set[date]:
    touched = changed_days(known or {}, found)
    usage_days = [day for source, day in found if source == "usage"]
    if known is not None and usage_days:
        span = Period(min(usage_days), max(usage_days) + timedelta(days=1))
        for stretch in repriced(_noted_prices(reader), prices, span):
            touched |= {day for day in usage_days if day in stretch}
    return touched


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
    for (source, day), content in changes.found.items():
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
    known: Mapping[DayKey, DayContent],
    totals: Mapping[str, Mapping[str, object]],
) -> dict[DayKey, DayContent] | None:
    """What each day holds, the older ones as they were; None when the number of rows says that one of those changed."""
    ingested = _noted_ingested(reader)
    if not known or ingested is None:
        return None
    since = max(day for _, day in known) - TRAILING
    fresh = _days(reader, catalogue, since, ingested)
    kept = {key: content for key, content in known.items() if key[1] < since and key[0] not in WHOLE}
    found = kept | fresh
    counted: dict[str, int] = dict.fromkeys(totals, 0)
    for (source, _), (records, _) in found.items():
        counted[source] += records
    return found if all(counted[source] == row["records"] for source, row in totals.items()) else None


def _states(rows: Iterable[Mapping[str, Any]]) -> dict[str, ObjectState]:
    return {row["source"]: (row["records"], row["newest"], row["content"]) for row in rows}


def _prices(reader: LedgerReader, catalogue: Catalogue) -> dict[PriceKey, list[PriceWindow]]:
    return _windows(reader.fetch(catalogue["refresh/prices"], {}, frozenset()).to_pylist())


def _windows(rows: Iterable[Mapping[str, object]]) -> dict[PriceKey, list[PriceWindow]]:
    windows: dict[PriceKey, list[PriceWindow]] = {}
    for row in rows:
        key = tuple(str(row[part]) for part in ("kind", "account_id", "cloud", "sku_name", "usage_unit", "currency"))
        window = PriceWindow(row["valid_from"], row["valid_to"], row["unit_price"])  # type: ignore[arg-type]
        windows.setdefault(key, []).append(window)
    return windows


def _noted_recipe(reader: LedgerReader) -> str | None:
    noted = reader.noted("recipe")
    return noted.column("recipe")[0].as_py() if noted is not None and noted.num_rows else None


def _noted_days(reader: LedgerReader) -> dict[DayKey, DayContent] | None:
    noted = reader.noted("days")
    if noted is None:
        return None
    return {(row["source"], row["day"]): (row["records"], row["content"]) for row in noted.to_pylist()}


def _noted_ingested(reader: LedgerReader) -> date | None:
    noted = reader.noted("ingested")
    return noted.column("ingested")[0].as_py() if noted is not None and noted.num_rows else None


def _noted_objects(reader: LedgerReader) -> dict[str, ObjectState]:
    noted = reader.noted("objects")
    return {} if noted is None else _states(noted.to_pylist())


def _noted_prices(reader: LedgerReader) -> dict[PriceKey, list[PriceWindow]]:
    noted = reader.noted("prices")
    return {} if noted is None else _windows(noted.to_pylist())


def _note(writer: LedgerWriter, changes: Changes) -> None:
    import pyarrow as pa

    instant = pa.timestamp("us", "UTC")

    writer.note("recipe", pa.table({"recipe": [changes.recipe]}))
    writer.note(
        "days",
        pa.table(
            {
                "source": pa.array([source for source, _ in changes.found], pa.string()),
                "day": pa.array([day for _, day in changes.found], pa.date32()),
                "records": pa.array([content[0] for content in changes.found.values()], pa.int64()),
                "content": pa.array([content[1] for content in changes.found.values()], pa.decimal128(38, 18)),
            }
        ),
    )
    writer.note("ingested", pa.table({"ingested": pa.array([changes.ingested], pa.date32())}))
    writer.note(
        "objects",
        pa.table(
            {
                "source": pa.array(changes.objects, pa.string()),
                "records": pa.array([state[0] for state in changes.objects.values()], pa.int64()),
                "newest": pa.array([state[1] for state in changes.objects.values()], instant),
                "content": pa.array([state[2] for state in changes.objects.values()], pa.string()),
            }
        ),
    )
    flat = [(key, window) for key, windows in changes.prices.items() for window in windows]
    names = ("kind", "account_id", "cloud", "sku_name", "usage_unit", "currency")
    columns = {name: pa.array([key[i] for key, _ in flat], pa.string()) for i, name in enumerate(names)}
    columns |= {
        "valid_from": pa.array([window.valid_from for _, window in flat], instant),
        "valid_to": pa.array([window.valid_to for _, window in flat], instant),
        "unit_price": pa.array([window.unit_price for _, window in flat], pa.decimal128(14, 10)),
    }
    writer.note("prices", pa.table(columns))

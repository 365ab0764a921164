"""Daily costs of everything that is watched: the whole, its workspaces, products, SKUs, owners, tag values and objects.

One question to the warehouse gives the finest parts; every series is a sum of some of them, so that what an anomaly
or a forecast is made of can always be said, and adds up.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.errors import InputError
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import DAY, Period
from lib.warehouse import Warehouse

HISTORY = 365
"""Days of history that are read."""
OBJECTS = ("job", "warehouse", "cluster", "pipeline", "endpoint", "app")
KINDS = ("total", "workspace", "product", "sku", "owner", "tag", *OBJECTS)
"""What can be watched, from the whole down; rows of one kind never overlap."""
WORDS = {
    "total": "Whole account",
    "workspace": "Workspace",
    "product": "Product",
    "sku": "SKU",
    "owner": "Owner",
    "tag": "Tag",
    "job": "Job",
    "warehouse": "SQL warehouse",
    "cluster": "Cluster",
    "pipeline": "Pipeline",
    "endpoint": "Serving endpoint",
    "app": "App",
}
_COLUMNS = ("workspace_id", "product", "sku_name", "owner", "tag_value", "object_kind", "object_id")

Array = np.ndarray


@dataclass(frozen=True, order=True)
class Key:
    """Which series: a kind, what it is called in the tables, and its workspace where ids are unique in one only."""

    kind: str
    key: str = ""
    workspace_id: str = ""

    @property
    def text(self) -> str:
        """As addresses and options spell it: `total`, `product:JOBS`, `job:1234@567`, `tag:team=data`."""
        at = f"@{self.workspace_id}" if self.workspace_id else ""
        return f"{self.kind}:{self.key}{at}" if self.kind != "total" else "total"


TOTAL = Key("total")


def parse_key(text: str, *, place: str = "series") -> Key:
    """A key as `Key.text` spells it; InputError when it is none."""
    kind, _, rest = text.partition(":")
    if kind not in KINDS or (kind != "total" and not rest):
        raise InputError(
            f"{text!r} names no series.",
            place=place,
            remedy=f"Write KIND:KEY, for objects KIND:ID@WORKSPACE; kinds are {', '.join(KINDS)}.",
        )
    if kind == "total":
        return TOTAL
    key, _, workspace = rest.rpartition("@") if kind in OBJECTS and "@" in rest else (rest, "", "")
    return Key(kind, key, workspace)


@dataclass(frozen=True, eq=False)
class Daily:
    """Costs by day of every part, and which parts each series is made of."""

    first_day: date
    parts: Array
    """`(parts, days)`: complete days only; a day without a row cost nothing."""
    keys: tuple[Key, ...]
    names: tuple[str, ...]
    members: tuple[Array, ...]
    """For each series the numbers of its parts."""
    currency: str
    watched_tag: str
    late: Array
    """`(parts, days)` of the days after the last complete one, which may still grow."""

    @property
    def days(self) -> int:
        """How many complete days."""
        return int(self.parts.shape[1])

    @property
    def last_day(self) -> date:
        """The newest complete day."""
        return self.first_day + timedelta(days=self.days - 1)

    def day(self, number: int) -> date:
        """The date of a column."""
        return self.first_day + timedelta(days=number)

    @cached_property
    def values(self) -> Array:
        """`(series, days)`."""
        return np.stack([self.parts[rows].sum(0) for rows in self.members]) if self.keys else np.zeros((0, self.days))

    @cached_property
    def numbers(self) -> dict[Key, int]:
        """Each series' row in `values`."""
        return {key: number for number, key in enumerate(self.keys)}

    @cached_property
    def objects(self) -> Array:
        """For each part the series of its object, -1 for what belongs to none."""
        out = np.full(len(self.parts), -1)
        for number, key in enumerate(self.keys):
            if key.kind in OBJECTS:
                out[self.members[number]] = number
        return out

    def name(self, key: Key) -> str:
        """What people call it."""
        number = self.numbers.get(key)
        return key.key if number is None else self.names[number]

    def series(self, key: Key) -> Array:
        """Costs by day of one series; zeros when nothing of it was ever used."""
        number = self.numbers.get(key)
        return np.zeros(self.days) if number is None else self.values[number]

    def late_series(self, key: Key) -> Array:
        """Costs so far of the days after the last complete one."""
        number = self.numbers.get(key)
        return np.zeros(self.late.shape[1]) if number is None else self.late[self.members[number]].sum(0)

    def scaled(self, factors: dict[Key, float]) -> "Daily":
        """The same costs with some series multiplied: 0 takes them out, 0.5 halves them."""
        parts = self.parts.copy()
        for key, factor in factors.items():
            if key in self.numbers:
                parts[self.members[self.numbers[key]]] *= factor
        return replace(self, parts=parts)  # values are worked out anew


def read(warehouse: Warehouse, filters: Filters, until: AsOf, watched_tag: str = "team") -> Daily:
    """Everything that is watched up to the newest complete day, as the filters narrow it; their period does not matter."""
    newest = until.newest_complete_day
    first = until.first_day
    if newest is None or first is None:
        nothing = np.zeros((0, 0))
        return Daily(until.today, nothing, (), (), (), filters.currency, watched_tag, nothing)
    start = max(first, newest - timedelta(days=HISTORY - 1))
    end = max(until.today, newest) + DAY
    params = filters.with_period(Period(start, end)).params() | {"watched_tag": watched_tag}
    rows = warehouse.fetch("watch/daily", params)
    return assemble(rows, Period(start, end), (newest - start).days + 1, filters.currency, watched_tag)


def assemble(rows: pa.Table, period: Period, complete: int, currency: str, watched_tag: str) -> Daily:
    """Series out of the rows of `watch/daily`, of whose period so many days are complete."""
    first_day = period.start
    codes = {name: _codes(rows.column(name)) for name in _COLUMNS}
    stacked = np.stack([codes[name][0] for name in _COLUMNS]) if len(rows) else np.zeros((len(_COLUMNS), 0), int)
    combined, part = np.unique(stacked, axis=1, return_inverse=True)
    part = part.reshape(-1)
    day = np.array(pc.cast(rows.column("usage_date"), pa.int32()).to_pylist(), int)
    day -= first_day.toordinal() - date(1970, 1, 1).toordinal()
    parts = np.zeros((combined.shape[1], period.days))
    np.add.at(parts, (part, day), rows.column("total_cost").to_numpy())
    labels: dict[tuple[str, str], str] = {}
    for id_column, name_column in (("workspace_id", "workspace_name"), ("object_id", "object_name")):
        labels |= _labels(rows, id_column, name_column)
    found = _series(combined, codes, labels, watched_tag)
    keys = sorted(found, key=lambda key: (KINDS.index(key.kind), key))
    return Daily(
        first_day,
        parts[:, :complete],
        tuple(keys),
        tuple(found[key][0] for key in keys),
        tuple(np.array(found[key][1]) for key in keys),
        currency,
        watched_tag,
        parts[:, complete:],
    )


def _codes(column: pa.ChunkedArray) -> tuple[Array, list[Any]]:
    """Each value as a number, and the values; -1 is NULL."""
    encoded = (
        column.combine_chunks().dictionary_encode() if len(column) else pa.array([], pa.string()).dictionary_encode()
    )
    indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return indices.astype(int), encoded.dictionary.to_pylist()


def _labels(rows: pa.Table, id_column: str, name_column: str) -> dict[tuple[str, str], str]:
    """Names by workspace and id; workspaces by the empty workspace and their id."""
    known = rows.group_by(["workspace_id", id_column] if id_column != "workspace_id" else ["workspace_id"])
    table = known.aggregate([(name_column, "max")]).to_pylist()
    place = "" if id_column == "workspace_id" else None
    return {
        (place if place is not None else row["workspace_id"] or "", row[id_column] or ""): row[f"{name_column}_max"]
        for row in table
        if row[f"{name_column}_max"]
    }


def _series(
    combined: Array, codes: dict[str, tuple[Array, list[Any]]], labels: dict[tuple[str, str], str], watched_tag: str
) -> dict[Key, tuple[str, list[int]]]:
    """Every series with its name and the parts it is made of."""

    def value(column: str, code: int) -> str | None:
        return None if code < 0 else codes[column][1][code]

    found: dict[Key, tuple[str, list[int]]] = {}

    def add(key: Key, name: str, part: int) -> None:
        found.setdefault(key, (name, []))[1].append(part)

    for part, codes_of in enumerate(combined.T.tolist()):
        at = dict(zip(_COLUMNS, codes_of, strict=True))
        workspace, product, sku, owner, tag, kind, identity = (value(name, at[name]) for name in _COLUMNS)
        add(TOTAL, WORDS["total"], part)
        add(Key("workspace", workspace or ""), labels.get(("", workspace or ""), workspace or "no workspace"), part)
        add(Key("product", product or ""), product or "no product", part)
        add(Key("owner", owner or ""), owner or "nobody", part)
        if sku:
            add(Key("sku", sku), sku, part)
        if tag is not None:
            add(Key("tag", f"{watched_tag}={tag}"), f"{watched_tag}={tag}", part)
        if kind and identity:
            key = Key(kind, identity, workspace or "")
            add(key, labels.get((workspace or "", identity), identity), part)
    return found

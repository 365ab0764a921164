"""Fingerprints of a period: the shapes of statements put together by what they are, with their cost, times and trend."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lib.spend.compare import AsOf, Comparison, comparison
from lib.spend.filters import Filters
from lib.statements.fingerprint import shape
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame
from lib.warehouse.together import at_once

MOST = 300
"""Shapes that are read, by cost and by time each: the rest is in the totals, not in the list, unless somebody asks for more."""
ALL = 10_000_000
"""More than there are."""
SUMS = (
    "runs",
    "failed_runs",
    "canceled_runs",
    "cached_runs",
    "queued_runs",
    "spilled_runs",
    "cost",
    "wasted_cost",
    "total_ms",
    "compute_wait_ms",
    "queue_ms",
    "compile_ms",
    "execute_ms",
    "fetch_ms",
    "task_ms",
    "read_rows",
    "read_bytes",
    "read_files",
    "pruned_files",
    "produced_rows",
    "spilled_bytes",
    "shuffle_bytes",
    "written_bytes",
    "written_files",
)


@dataclass(frozen=True)
class Narrowed:
    """What narrows statements beside the filters that all pages share."""

    warehouse_id: str | None = None
    source_kind: str | None = None
    shapes: tuple[str, ...] | None = None


def params(filters: Filters, narrowed: Narrowed = Narrowed(), **more: object) -> dict[str, object]:
    """Values for the parameters that queries over statements share."""
    shared = filters.params()
    return (
        {name: shared[name] for name in ("start_date", "end_date", "currency", "base", "workspaces", "owners")}
        | {
            "warehouse_id": narrowed.warehouse_id,
            "source_kind": narrowed.source_kind,
            "shapes": None if narrowed.shapes is None else list(narrowed.shapes),
        }
        | more
    )


@dataclass(frozen=True)
class Everything:
    """Sums over all shapes of a period and view."""

    shapes: int = 0
    runs: int = 0
    cost: float | None = None


@dataclass(frozen=True)
class Fingerprints:
    """The fingerprints that cost or took most."""

    filters: Filters
    comparison: Comparison | None
    table: pd.DataFrame
    """One row a (fingerprint, workspace_id), most expensive first: the sums, `template`, `by_tree`, `shapes` (list of
    shape hashes), `users` (at least), `main_user`, `main_source`, `main_warehouse`, `run_cost`, `mean_ms`, `max_ms`,
    `p50_ms` and `p95_ms` (within 2.5 %), `pruned_share`, `spill_share`, `cached_share`, `previous_cost` (NaN without a
    comparison), `change_share`."""
    every: Everything
    """All shapes of the period, also those that are not in the table."""

    @property
    def listed_shapes(self) -> int:
        """Shapes behind the table."""
        return int(sum(len(names) for names in self.table["shapes"]))

    @property
    def is_whole(self) -> bool:
        """Nothing of the period is left out."""
        return self.listed_shapes >= self.every.shapes

    @property
    def cost_share(self) -> float | None:
        """Part of the cost of all shapes that the table holds."""
        whole = self.every.cost
        return None if not whole else float(self.table["cost"].sum()) / whole


def fingerprints(
    warehouse: Warehouse,
    filters: Filters,
    as_of: AsOf,
    narrowed: Narrowed = Narrowed(),
    *,
    most: int = MOST,
    sums_only: bool = False,
) -> Fingerprints:
    """Read the shapes of a period and put them together; `sums_only`: without times and without a comparison."""
    compared = None if sums_only else comparison(filters.period, as_of)
    now = frame(warehouse.fetch("statements/shapes", params(filters, narrowed, most=most)))
    grouped, nan = _together(now), float("nan")
    earlier = filters.with_period(compared.previous) if compared is not None and len(grouped) else None
    before, grouped = at_once(
        warehouse,
        lambda: None if earlier is None else heads(warehouse, earlier, narrowed, most=most * 2),
        lambda: grouped.assign(p50_ms=nan, p95_ms=nan) if sums_only else _with_times(warehouse, filters, grouped),
    )
    grouped["previous_cost"] = nan
    if before is not None:
        sums = before.groupby(["fingerprint", "workspace_id"], dropna=False)["cost"].sum(min_count=1)
        keys = pd.MultiIndex.from_frame(grouped[["fingerprint", "workspace_id"]])
        grouped["previous_cost"] = sums.reindex(keys).to_numpy(float)
    grouped["change_share"] = (grouped["cost"] / grouped["previous_cost"] - 1).where(grouped["previous_cost"] > 0)
    every = Everything()
    if len(now):
        cost = now["all_cost"].iloc[0]
        every = Everything(int(now["all_shapes"].iloc[0]), int(now["all_runs"].iloc[0]), None if cost != cost else cost)
    return Fingerprints(filters, compared, grouped, every)


def heads(warehouse: Warehouse, filters: Filters, narrowed: Narrowed = Narrowed(), *, most: int = MOST) -> pd.DataFrame:
    """The shapes that cost or took most, each with its `fingerprint`: `shape_hash`, `workspace_id`, `cost`."""
    rows = frame(warehouse.fetch("statements/heads", params(filters, narrowed, most=most)))
    return rows.assign(fingerprint=[shape(text or "").fingerprint for text in rows["shape_text"]])


FIRST = ("template", "by_tree", "statement_type", "main_user", "main_source", "main_warehouse", "shape_text")


def _together(shapes: pd.DataFrame) -> pd.DataFrame:
    found = shapes.assign(**_named(shapes["shape_text"]))
    if found.empty:
        return found.assign(shapes=[], run_cost=[], mean_ms=[], pruned_share=[], spill_share=[], cached_share=[])
    found = found.sort_values("runs", ascending=False)
    groups = found.groupby(["fingerprint", "workspace_id"], sort=False, dropna=False)
    costs = ["cost", "wasted_cost"]
    hashes: dict[int, list[str]] = {}
    for number, name in zip(groups.ngroup(), found["shape_hash"], strict=True):
        hashes.setdefault(number, []).append(name)
    parts = [
        groups[list(FIRST)].first(),
        groups[[name for name in SUMS if name not in costs]].sum(),
        groups[costs].sum(min_count=1),
        groups[["users", "max_ms"]].max(),
    ]
    grouped = pd.concat(parts, axis=1).reset_index()
    files = grouped["read_files"] + grouped["pruned_files"]
    runs = grouped["runs"].clip(lower=1)
    return grouped.assign(
        shapes=[hashes[number] for number in range(len(hashes))],
        run_cost=grouped["cost"] / runs,
        mean_ms=grouped["total_ms"] / runs,
        pruned_share=(grouped["pruned_files"] / files).where(files > 0),
        spill_share=(grouped["spilled_bytes"] / grouped["read_bytes"]).where(grouped["read_bytes"] > 0),
        cached_share=grouped["cached_runs"] / runs,
    ).sort_values(["cost", "total_ms"], ascending=False, na_position="last", ignore_index=True)


def _named(texts: pd.Series) -> Mapping[str, list[Any]]:
    shapes = [shape(text or "") for text in texts]
    return {
        "fingerprint": [found.fingerprint for found in shapes],
        "template": [found.template for found in shapes],
        "by_tree": [found.by_tree for found in shapes],
    }


STEP = 1.05


def _with_times(warehouse: Warehouse, filters: Filters, grouped: pd.DataFrame) -> pd.DataFrame:
    """`p50_ms` and `p95_ms`, from the steps of all shapes of a fingerprint."""
    wanted = params(filters, Narrowed(shapes=tuple(name for names in grouped["shapes"] for name in names)))
    names = ("start_date", "end_date", "currency", "workspaces", "owners", "shapes")
    steps = frame(warehouse.fetch("statements/steps", {name: wanted[name] for name in names}))
    owner = {
        (name, workspace): row
        for row, (names, workspace) in enumerate(zip(grouped["shapes"], grouped["workspace_id"], strict=True))
        for name in names
    }
    counts: list[dict[int, int]] = [{} for _ in range(len(grouped))]
    parts = (steps[name].to_list() for name in ("shape_hash", "workspace_id", "step", "runs"))
    for shape_hash, workspace, step, runs in zip(*parts, strict=True):
        row = owner.get((shape_hash, workspace))
        if row is not None:
            counts[row][step] = counts[row].get(step, 0) + runs
    return grouped.assign(p50_ms=[quantile(c, 0.5) for c in counts], p95_ms=[quantile(c, 0.95) for c in counts])


def quantile(counts: Mapping[int, int], share: float) -> float:
    """The time in milliseconds that this share of the runs did not exceed, from runs by step; NaN without runs.

    >>> round(quantile({100: 19, 200: 1}, 0.5)), round(quantile({100: 18, 200: 2}, 0.95))
    (135, 17720)
    """
    runs = sum(counts.values())
    if not runs:
        return float("nan")
    wanted, seen = share * runs, 0
    for step in sorted(counts):
        seen += counts[step]
        if seen >= wanted:
            break
    return STEP**step * STEP**0.5


def trends(
    warehouse: Warehouse, filters: Filters, shapes: tuple[str, ...]
) -> dict[tuple[str, str | None], list[float]]:
    """Cost of each day of the period, for sparklines: (shape, workspace) → one value a day; those without a cost are left out."""
    rows = warehouse.fetch("statements/shape_days", params(filters, Narrowed(shapes=shapes))).to_pylist()
    lines: dict[tuple[str, str | None], list[float]] = {}
    for row in rows:
        if row["cost"] is not None:
            line = lines.setdefault((row["shape_hash"], row["workspace_id"]), [0.0] * filters.period.days)
            line[(row["usage_date"] - filters.period.start).days] += float(row["cost"])
    return lines


def daily(warehouse: Warehouse, filters: Filters, shapes: tuple[str, ...]) -> pd.DataFrame:
    """One row a day with runs of these shapes: `usage_date`, `runs`, `failed_runs`, `cost`, `mean_ms`, …"""
    rows = frame(warehouse.fetch("statements/shape_days", params(filters, Narrowed(shapes=shapes))))
    sums = rows.groupby("usage_date")[
        ["runs", "failed_runs", "total_ms", "queue_ms", "read_bytes", "spilled_bytes"]
    ].sum()
    sums["cost"] = rows.groupby("usage_date")["cost"].sum(min_count=1)
    return sums.assign(mean_ms=sums["total_ms"] / sums["runs"].clip(lower=1)).reset_index()

"""Queries of a period at a glance: how many, how long, what they cost, and where the rest of the bill went."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pandas as pd

from lib.masking import masked
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.statements import unbilled
from lib.statements.failures import category, error_class
from lib.statements.shapes import Narrowed, params
from lib.statements.thresholds import Thresholds
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame, sum_or_none
from lib.warehouse.together import at_once

DIMENSIONS = ("day", "warehouse", "user", "source", "thing", "type", "client", "workspace")
SOURCES = {
    "dashboard": "Dashboards",
    "genie": "Genie spaces",
    "job": "Jobs",
    "notebook": "Notebooks",
    "alert": "Alerts",
    "editor": "SQL editor",
    "dbt": "dbt models",
    "application": "Applications",
    "pipeline": "Pipelines",
}
LISTED = 25
LONGEST = timedelta(days=2)
"""Statements are followed this far beyond the period: Databricks ends them after two days unless told otherwise."""


@dataclass(frozen=True)
class Bill:
    """Cost of compute in a period and its parts, which add up to it."""

    billed: float | None
    used: float | None
    """What statements used."""
    idle: float | None
    unattributed: float | None
    pending_hours: int
    unbilled_hours: int
    """Pending for so long that no bill will come: not assessed."""
    up_s: float
    busy_s: float
    attributed: bool
    """Databricks itself attributed at least a part."""
    whole: bool = True
    """False for the statements of some people or sources: what those used is known, the rest is nobody's alone and left out."""


@dataclass(frozen=True)
class Overview:
    """Everything the Queries page shows."""

    filters: Filters
    as_of: AsOf
    bill: Bill
    """Of SQL warehouses."""
    serverless: Bill
    """Of serverless runs and notebooks: their SQL is `used`, the rest `unattributed`."""
    daily: pd.DataFrame
    """One row a day: `usage_date`, `used_cost`, `idle_cost`, `unattributed_cost` (NaN: not told), `runs`, `failed_runs`."""
    numbers: dict[str, Any]
    """`statements/quantiles`, and the sums of `statements/by`: runs, failed_runs, queue_share, spilled_runs, cached_share, …"""
    by: dict[str, pd.DataFrame]
    """Dimension → rows of `statements/by`, with `share` of time waited, dearest first."""


def overview(
    warehouse: Warehouse,
    filters: Filters,
    as_of: AsOf,
    narrowed: Narrowed = Narrowed(),
    *,
    dimensions: tuple[str, ...] = DIMENSIONS,
) -> Overview:
    """Read it all at once; each part is a small query over the ledger."""
    wanted = params(filters, narrowed)
    asked = tuple(dict.fromkeys((*dimensions, "day")))
    (bill_rows, used), numbers, *rows = at_once(
        warehouse,
        lambda: _bill_rows(warehouse, filters, narrowed),
        lambda: warehouse.fetch("statements/quantiles", wanted),
        *(partial(_by, warehouse, wanted, dim) for dim in asked),
    )
    every = dict(zip(asked, rows, strict=True))
    by, days, quantiles = {dim: every[dim] for dim in dimensions}, every["day"], numbers.to_pylist()[0]
    return Overview(
        filters,
        as_of,
        bill_of(bill_rows, as_of, "warehouse") if used is None else _part_of(bill_rows, used, "warehouse"),
        bill_of(bill_rows, as_of, "job_run", "notebook") if used is None else _part_of(bill_rows, used, "serverless"),
        _daily(bill_rows if used is None else used, days),
        quantiles | _sums(days, as_of),
        by,
    )


def glance(warehouse: Warehouse, filters: Filters, as_of: AsOf) -> Overview:
    """The overview by days alone: what a page shows at first."""
    return overview(warehouse, filters, as_of, dimensions=("day",))


def top(
    warehouse: Warehouse, filters: Filters, order: str, narrowed: Narrowed = Narrowed(), *, rows: int = LISTED
) -> pd.DataFrame:
    """Single statements by `order` (time, cost, waste, spill or new): those that began in the period or cost something in it.

    `cost` is the whole cost of a statement, `period_cost` what of it fell into the period, which adds up to the bill.
    """
    period = filters.period
    span = {
        "start_date": period.start - LONGEST,
        "end_date": period.end + LONGEST,
        "period_start": period.start,
        "period_end": period.end,
    }
    return frame(warehouse.fetch("statements/top", params(filters, narrowed, order=order, page_size=rows, **span)))


def by(warehouse: Warehouse, filters: Filters, dim: str, narrowed: Narrowed = Narrowed()) -> pd.DataFrame:
    """Sums of one dimension, dearest first."""
    return _by(warehouse, params(filters, narrowed), dim)


def _by(warehouse: Warehouse, wanted: dict[str, object], dim: str) -> pd.DataFrame:
    narrowed = {name: value for name, value in wanted.items() if name != "shapes"}
    rows = frame(warehouse.fetch("statements/by", narrowed | {"dim": dim}))
    rows["name"] = rows["name"].fillna(rows["key"])
    if dim == "source":
        rows["name"] = rows["key"].map(SOURCES).fillna(rows["key"])
    return rows.sort_values(["cost", "total_ms"], ascending=False, na_position="last", ignore_index=True)


def _bill_rows(warehouse: Warehouse, filters: Filters, narrowed: Narrowed) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """The bill by day; and what some statements used of it, when the view is narrowed to those of some people or sources."""
    shared = params(filters, narrowed)
    names = ("start_date", "end_date", "currency", "base", "workspaces", "warehouse_id")
    wanted = {name: shared[name] for name in names}
    some = {name: shared[name] for name in ("owners", "source_kind")}
    if not any(some.values()):
        return frame(warehouse.fetch("statements/bill", wanted)), None
    bill, used = at_once(
        warehouse,
        lambda: warehouse.fetch("statements/bill", wanted),
        lambda: warehouse.fetch("statements/used", wanted | some),
    )
    return frame(bill), frame(used)


def _part_of(bill: pd.DataFrame, used: pd.DataFrame, kind: str) -> Bill:
    """What some statements used; of the whole bill only whether it is attributed."""
    own = used.loc[used["resource_kind"] == kind, "used_cost"]
    attributed = bool(bill["attributed_hours"].sum())
    return Bill(None, sum_or_none(own), None, None, 0, 0, 0.0, 0.0, attributed, whole=False)


def bill_of(rows: pd.DataFrame, as_of: AsOf, *kinds: str) -> Bill:
    """The sum of the rows of `statements/bill` of these kinds of compute."""
    own = rows[rows["resource_kind"].isin(kinds)]
    return Bill(
        sum_or_none(own["billed_cost"]),
        sum_or_none(own["used_cost"]),
        sum_or_none(own["idle_cost"]),
        sum_or_none(own["unattributed_cost"]),
        *unbilled.split(own["usage_date"], own["pending_hours"], as_of),
        float(own["up_s"].sum()),
        float(own["busy_s"].sum()),
        bool(own["attributed_hours"].sum()),
    )


def _daily(bill: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    parts = ["billed_cost", "used_cost", "idle_cost", "unattributed_cost"]
    costs = (
        bill[bill["resource_kind"] == "warehouse"]
        .reindex(columns=["usage_date", *parts])
        .groupby("usage_date")[parts]
        .sum(min_count=1)
    )
    counts = days.set_index(pd.to_datetime(days["key"]).dt.date)[["runs", "failed_runs"]]
    both = costs.join(counts, how="outer").fillna({"runs": 0, "failed_runs": 0})
    return both.reset_index(names="usage_date").sort_values("usage_date", ignore_index=True)


def _sums(days: pd.DataFrame, as_of: AsOf) -> dict[str, Any]:
    names = (
        "failed_runs",
        "canceled_runs",
        "cached_runs",
        "queued_runs",
        "spilled_runs",
        "total_ms",
        "queue_ms",
    )
    sums = {name: int(days[name].sum()) for name in names}
    runs = max(int(days["runs"].sum()), 1)
    pending, late = unbilled.split(days["key"], days["pending_runs"], as_of)
    return sums | {
        "pending_runs": pending,
        "unbilled_runs": late,
        "cost": sum_or_none(days["cost"]),
        "wasted_cost": sum_or_none(days["wasted_cost"]),
        "failed_share": sums["failed_runs"] / runs,
        "cached_share": sums["cached_runs"] / runs,
        "queue_share": sums["queue_ms"] / sums["total_ms"] if sums["total_ms"] else 0.0,
    }


ROLLUPS = {
    "hour": "Hours", "day": "Days", "user": "People", "source": "Sources", "alert": "Alerts", "pattern": "Patterns",
}  # fmt: skip
"""What statements are rolled up by."""


def rollup(warehouse: Warehouse, filters: Filters, dim: str, limits: Thresholds) -> pd.DataFrame:
    """One row a key of `dim`: runs, `success_share`, fast, medium and slow runs, p50, p95, p99, cost; times newest first,
    others with most runs first."""
    shared = params(filters)
    names = ("start_date", "end_date", "currency", "base", "workspaces", "owners")
    span = {"dim": dim, "fast_ms": int(limits.fast_seconds * 1000), "slow_ms": int(limits.slow_seconds * 1000)}
    rows = frame(warehouse.fetch("statements/rollup", {name: shared[name] for name in names} | span))
    rows = rows.assign(
        success_share=(rows["finished_runs"] / rows["runs"]).where(rows["runs"] > 0),
        medium_runs=rows["runs"] - rows["fast_runs"] - rows["slow_runs"],
        name=rows["key"].map(SOURCES).fillna(rows["key"]) if dim == "source" else rows["key"],
    )
    by_time = dim in ("hour", "day")
    rows = rows.sort_values("key" if by_time else "runs", ascending=False, ignore_index=True)
    return _with_texts(warehouse, filters, rows) if dim == "pattern" else rows


NAMED = 1000
"""Patterns that are shown with their text; the others, of few runs, keep their hash as name."""


def _with_texts(warehouse: Warehouse, filters: Filters, rows: pd.DataFrame) -> pd.DataFrame:
    span = {"start_date": filters.period.start, "end_date": filters.period.end, "currency": filters.currency}
    wanted = rows["key"].dropna().head(NAMED).tolist()
    found = warehouse.fetch("statements/texts", span | {"shapes": wanted}).to_pylist() if wanted else []
    texts = {row["shape_hash"]: " ".join((row["shape_text"] or "").split()) for row in found}
    return rows.assign(name=[texts.get(key) or key for key in rows["key"]])


def failures(
    warehouse: Warehouse, filters: Filters, narrowed: Narrowed = Narrowed(), may_read: bool = True
) -> pd.DataFrame:
    """Failed statements by message, secrets hidden: `category`, `error_text`, `runs`, `users`, `last_at`, `example`.

    Messages quote statements: for a role that may not read those, only the class of the error is left of them.
    """
    shared = params(filters, narrowed)
    names = ("start_date", "end_date", "workspaces", "owners", "warehouse_id")
    rows = frame(warehouse.fetch("statements/failures", {name: shared[name] for name in names}))
    rows = rows.assign(
        category=[category(text) for text in rows["error_text"]],
        error_text=[(masked(text) if may_read else error_class(text)) if text else None for text in rows["error_text"]],
    )
    return rows.sort_values("runs", ascending=False, ignore_index=True)

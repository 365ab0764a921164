"""The landing page: how much, is it more than before, why, and what should be looked at."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import pandas as pd
import pyarrow.compute as pc

from lib.explorer.by import spend, unpriced
from lib.spend.compare import AsOf, Change, Comparison, comparison
from lib.spend.filters import Filters
from lib.spend.period import DAY, Period
from lib.spend.projection import Projection, month_end
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame, sum_or_none
from lib.warehouse.together import together

RANKED = ("product", "workspace", "job", "owner")
MOVED = ("job", "workspace")
LISTED = 100
"""Parts of each kind that are named by cost, and as many by change; all others are one sum, whatever the account's size."""


@dataclass(frozen=True)
class Highlight:
    """One thing worth knowing; the page words it."""

    kind: Literal["rise", "fall", "unpriced", "untagged"]
    dim: str = ""
    key: str = ""
    name: str = ""
    workspace_id: str | None = None
    amount: float = 0.0
    """Money for rise, fall and untagged; a quantity for unpriced."""
    share: float | None = None
    """Of the earlier amount (rise, fall) or of the total (untagged)."""
    unit: str = ""


@dataclass(frozen=True)
class Clusters:
    """How many classic clusters do what, as of the newest minute that is known."""

    seen_until: datetime | None
    running: int
    idle: int
    pending: int
    terminated: int


@dataclass(frozen=True)
class Listed:
    """The first parts of one kind, and what all others add up to."""

    rows: pd.DataFrame
    others: int
    """How many more there are."""
    amount: float
    """What those add up to: cost, or change of cost."""

    @property
    def parts(self) -> int:
        """How many there are."""
        return len(self.rows) + self.others


@dataclass(frozen=True)
class Overview:
    """Everything the landing page shows. Money is in the filters' currency and base."""

    filters: Filters
    as_of: AsOf
    comparison: Comparison | None
    total_cost: float | None
    dbu_cost: float | None
    vm_cost: float | None
    list_cost: float | None
    dbus: float | None
    change: Change | None
    """Complete days of the period against as many before it."""
    daily: pd.DataFrame
    """One row a (usage_date, product): `dbus`, `dbu_cost`, `vm_cost`, `total_cost`, `is_complete`."""
    previous_daily: pd.DataFrame
    """One row a day of the previous period, moved to the day it is compared with: `usage_date`, `total_cost`."""
    movers: dict[str, Listed]
    """By `job` and `workspace`, largest change first: `key`, `name`, `workspace_id`, `recent_cost`,
    `previous_cost`, `change`, `contribution` (share of the whole change; NaN when the whole did not change)."""
    top: dict[str, Listed]
    """By `product`, `workspace`, `job`, `owner`, most expensive first: `key`, `name`, `workspace_id`, `dbus`,
    `dbu_cost`, `vm_cost`, `total_cost`, `share`."""
    unpriced: dict[str, float]
    """Quantity without a price, by unit."""
    untagged_cost: float | None
    """Cost of usage that carries no tag of anybody's own."""
    projection: Projection | None
    """The running month at its end, by run-rate."""
    clusters: Clusters | None
    """Classic clusters by state; None when the node timeline was not loaded."""
    highlights: tuple[Highlight, ...]


def overview(warehouse: Warehouse, filters: Filters, as_of: AsOf) -> Overview:
    """Read and put together the overview of a period: four statements, five when the running month is not part of it."""
    compared = comparison(filters.period, as_of)
    window = _window(filters, compared)
    month = _month(as_of)
    known = month is not None and window.period.start <= month.start and month.end <= window.period.end
    by_day, groups, untagged, clusters, of_month = together(
        warehouse,
        lambda: spend(warehouse, window, ("day", "product")),
        lambda: _groups(warehouse, filters, compared, LISTED),
        lambda: _untagged(warehouse, filters),
        lambda: _clusters(warehouse, filters, as_of),
        lambda: spend(warehouse, filters.with_period(month), ("day",)).frame if month and not known else None,
    )
    days = _days(by_day.frame, as_of)
    daily = days[_within(days, filters.period)].reset_index(drop=True)
    total = sum_or_none(daily["total_cost"])
    before = _within(days, compared.previous if compared else None)
    change = (
        Change(
            sum_or_none(daily.loc[daily["is_complete"], "total_cost"]) or 0.0,
            sum_or_none(days.loc[before, "total_cost"]),
        )
        if compared
        else None
    )
    moved = _movers(groups, MOVED, LISTED) if compared else {}
    missing = unpriced(by_day.rows.filter(pc.greater_equal(by_day.rows["key1"], filters.period.start.isoformat())))
    return Overview(
        filters=filters,
        as_of=as_of,
        comparison=compared,
        total_cost=total,
        dbu_cost=sum_or_none(daily["dbu_cost"]),
        vm_cost=sum_or_none(daily["vm_cost"]),
        list_cost=sum_or_none(daily["list_cost"]),
        dbus=sum_or_none(daily["dbus"]),
        change=change,
        daily=daily,
        previous_daily=_moved_days(days[before], compared),
        movers=moved,
        top=_top(groups, total, RANKED, LISTED),
        unpriced=missing,
        untagged_cost=untagged,
        projection=_projection(month, of_month, days, as_of),
        clusters=clusters,
        highlights=_highlights(moved, change, missing, untagged, total),
    )


def _within(days: pd.DataFrame, period: Period | None) -> "pd.Series[bool]":
    if period is None:
        return pd.Series(False, index=days.index, dtype=bool)
    return (days["usage_date"] >= period.start) & (days["usage_date"] < period.end)


def _days(rows: pd.DataFrame, as_of: AsOf) -> pd.DataFrame:
    days = rows.rename(columns={"key1": "usage_date", "key2": "product", "cost": "dbu_cost"})
    dates = {text: date.fromisoformat(text) for text in days["usage_date"].unique()}
    days["usage_date"] = pd.Series([dates[text] for text in days["usage_date"]], index=days.index, dtype=object)
    days["is_complete"] = days["usage_date"] < as_of.complete_until
    columns = ["usage_date", "product", "dbus", "list_cost", "dbu_cost", "vm_cost", "total_cost", "is_complete"]
    return days[columns].sort_values(["usage_date", "product"], ignore_index=True)


def _moved_days(old: pd.DataFrame, compared: Comparison | None) -> pd.DataFrame:
    daily = old.groupby("usage_date", as_index=False)["total_cost"].sum()
    if compared:
        daily["usage_date"] = [day + (compared.recent.start - compared.previous.start) for day in daily["usage_date"]]
    return daily


def every_top(warehouse: Warehouse, filters: Filters, as_of: AsOf, dim: str) -> pd.DataFrame:
    """All parts of a kind, as `Overview.top` lists the first of them: for files."""
    total = sum_or_none(spend(warehouse, filters, ("product",)).frame["total_cost"])
    return _top(_groups(warehouse, filters, comparison(filters.period, as_of)), total, (dim,))[dim].rows


def every_mover(warehouse: Warehouse, filters: Filters, as_of: AsOf, dim: str) -> pd.DataFrame:
    """All parts of a kind that changed, as `Overview.movers` lists the first of them: for files."""
    return _movers(_groups(warehouse, filters, comparison(filters.period, as_of)), (dim,))[dim].rows


def _window(filters: Filters, compared: Comparison | None) -> Filters:
    """The same with the days before that are compared."""
    return filters.with_period(Period(compared.previous.start, filters.period.end)) if compared else filters


def _groups(
    warehouse: Warehouse, filters: Filters, compared: Comparison | None, most: int | None = None
) -> pd.DataFrame:
    window = _window(filters, compared)
    params = window.params() | {"start_date": window.period.start.replace(day=1), "most": most}
    params |= {"period_start": filters.period.start, "period_end": filters.period.end}
    for name, part in (("recent", compared and compared.recent), ("previous", compared and compared.previous)):
        params |= {f"{name}_start": part.start if part else None, f"{name}_end": part.end if part else None}
    return frame(warehouse.fetch("overview/groups", params))


def _top(groups: pd.DataFrame, total: float | None, dims: Sequence[str], most: float = math.inf) -> dict[str, Listed]:
    shares = groups["total_cost"] / total if total else float("nan")
    columns = ("dbus", "dbu_cost", "vm_cost", "total_cost", "share")
    return _listed(groups.assign(share=shares), "by_cost", "parts", "total_cost", columns, dims, most)


def _movers(groups: pd.DataFrame, dims: Sequence[str], most: float = math.inf) -> dict[str, Listed]:
    moved = groups.fillna({"recent_cost": 0.0, "previous_cost": 0.0})
    change = moved["recent_cost"] - moved["previous_cost"]
    whole = change.groupby(moved["kind"]).transform("sum")
    moved = moved.assign(change=change, contribution=(change / whole).where(whole.abs() >= 0.005))
    columns = ("recent_cost", "previous_cost", "change", "contribution")
    return _listed(moved, "by_change", "moved", "change", columns, dims, most)


def _listed(
    groups: pd.DataFrame, rank: str, count: str, amount: str, columns: Sequence[str], dims: Sequence[str], most: float
) -> dict[str, Listed]:
    """The first by `rank` of each kind; the rest together, those of the other list and those the query put together."""
    ranked = groups[groups[count] > 0].sort_values(rank)
    kinds, first = ranked["kind"].to_numpy(), (ranked[rank] <= most).to_numpy()
    shown, counts, amounts = ranked[["key", "name", "workspace_id", *columns]], ranked[count].to_numpy(), ranked[amount]
    listed = {}
    for dim in dims:
        rest = (kinds == dim) & ~first
        rows = shown[(kinds == dim) & first].reset_index(drop=True)
        listed[dim] = Listed(rows, int(counts[rest].sum()), math.fsum(amounts[rest].dropna()))
    return listed


def _untagged(warehouse: Warehouse, filters: Filters) -> float | None:
    params = filters.params()
    names = ("start_date", "end_date", "currency", "base", "workspaces", "products", "serverless")
    rows = frame(warehouse.fetch("spend/untagged", {name: params[name] for name in names}))
    return sum_or_none(rows["total_cost"])


def _month(as_of: AsOf) -> Period | None:
    """The running month, as far as its days are complete."""
    newest = as_of.newest_complete_day
    return None if newest is None else Period(newest.replace(day=1), newest + DAY)


def _projection(
    month: Period | None, of_month: pd.DataFrame | None, days: pd.DataFrame, as_of: AsOf
) -> Projection | None:
    """The month at its end, from its own days, or from days that were read anyway."""
    if month is None:
        return None
    if of_month is None:
        within = days[_within(days, month)].dropna(subset=["total_cost"])
        costs = {day: float(cost) for day, cost in within.groupby("usage_date")["total_cost"].sum().items()}
    else:
        found = of_month.dropna(subset=["total_cost"])
        costs = {date.fromisoformat(row.key1): float(row.total_cost) for row in found.itertuples()}
    return month_end(costs, as_of)


def _clusters(warehouse: Warehouse, filters: Filters, as_of: AsOf) -> Clusters | None:
    if "system.compute.node_timeline" in warehouse.missing_tables():
        return None
    around = {"start_date": as_of.today - 3 * DAY, "end_date": as_of.today + DAY}
    row = warehouse.fetch("overview/clusters", around | {"workspaces": filters.params()["workspaces"]}).to_pylist()[0]
    return Clusters(**row)


def _highlights(
    moved: dict[str, Listed],
    change: Change | None,
    missing: dict[str, float],
    untagged: float | None,
    total: float | None,
) -> tuple[Highlight, ...]:
    """What stands out: movements of at least 2 % of the earlier total, usage without price, a fifth without tags."""
    said: list[Highlight] = []
    for dim in ("job", "workspace") if change and change.before else ():
        first = moved[dim].rows.dropna(subset=["key"]).head(1)
        for row in first.assign(name=first["name"].fillna(first["key"])).itertuples():
            if abs(row.change) >= 0.02 * (change.before or 0):  # type: ignore[union-attr]
                share = row.change / row.previous_cost if row.previous_cost > 0 else None
                kind: Literal["rise", "fall"] = "rise" if row.change > 0 else "fall"
                said.append(Highlight(kind, dim, row.key, row.name, row.workspace_id, row.change, share))
    said += [Highlight("unpriced", amount=quantity, unit=unit) for unit, quantity in missing.items()]
    if untagged and total and untagged >= 0.2 * total:
        said.append(Highlight("untagged", amount=untagged, share=untagged / total))
    return tuple(said)

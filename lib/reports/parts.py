"""Charts that several reports draw: cost by day, what a cost is made of, rankings."""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from lib.reports.cells import exact_sum
from lib.reports.content import Chart
from lib.spend import formatting, palette
from lib.spend.compare import AsOf
from lib.spend.filters import Filters

DBU = "DBU cost"
OTHER = "Other"
SHARES = (
    ("all_purpose_share", "cluster", "Share of all-purpose clusters"),
    ("warehouse_share", "warehouse", "Share of SQL warehouses"),
)
"""Colour, what the kind of the resource says, name."""


def vm_name(vm_basis: str) -> str:
    """What VM cost is called: estimates say so."""
    return f"VM cost ({vm_basis})" if vm_basis else "VM cost"


def cost_by_day(daily: pd.DataFrame, as_of: AsOf, filters: Filters, vm_basis: str) -> Chart:
    """Stacked DBU and VM cost. daily: one row a day, `usage_date`, `dbu_cost`, `vm_cost`, `total_cost`."""
    vm = vm_name(vm_basis)
    parts = [
        daily[["usage_date", column]].dropna().set_axis(["usage_date", "cost"], axis=1).assign(part=name)
        for column, name in (("dbu_cost", DBU), ("vm_cost", vm))
    ]
    return Chart(
        "Cost by day",
        "stacked_days",
        pd.concat(parts, ignore_index=True),
        "usage_date",
        "cost",
        "part",
        alt=_highest(daily, filters.currency),
        incomplete_since=as_of.complete_until,
        colours={DBU: palette.COST_PARTS["dbu"], vm: palette.COST_PARTS["vm"]},
    )


@dataclass(frozen=True)
class Part:
    """One part of a cost. An estimated share belongs to shared compute and is in no total."""

    name: str
    amount: Decimal | float | None
    colour: str
    estimate: bool = False


def bill_parts(dbu_cost: Decimal | float | None, vm_cost: Decimal | float | None, vm_basis: str) -> list[Part]:
    """Databricks' part and the machines' part of a cost."""
    colours = palette.COST_PARTS
    return [Part(DBU, dbu_cost, colours["dbu"]), Part(vm_name(vm_basis), vm_cost, colours["vm"])]


def shared_parts(shared: pd.DataFrame) -> list[Part]:
    """Estimated shares of shared compute. shared: `resource_kind`, `shared_cost`."""
    kinds = shared["resource_kind"].str.lower()
    return [
        Part(f"{name} (estimated)", exact_sum(rows["shared_cost"]), palette.COST_PARTS[key], estimate=True)
        for key, kind, name in SHARES
        if len(rows := shared[kinds.str.contains(kind)])
    ]


def split(parts: list[Part]) -> Chart:
    """A donut of the parts; the amount in its middle leaves estimated shares out."""
    known = [part for part in parts if not formatting.missing(part.amount)]
    estimates = any(part.estimate for part in known)
    return Chart(
        "What the cost is made of",
        "donut",
        pd.DataFrame([(part.name, part.amount) for part in known], columns=["part", "cost"]),
        "part",
        "cost",
        half=True,
        colours={part.name: part.colour for part in known},
        total=exact_sum(part.amount for part in known if not part.estimate),
        caption="total, without shares" if estimates else "total",
    )


def ranking(
    rows: pd.DataFrame, name: str, value: str, *, most: int, other: bool, nameless: str = "none"
) -> pd.DataFrame:
    """The largest sums of `value` by `name`; what has no amount is left out, the rest is one row if asked for."""
    known = rows[rows[value].notna()]
    sums: dict[Hashable, Decimal] = {}
    for key, part in known.groupby(known[name].fillna(nameless).replace("", nameless), sort=False)[value]:
        sums[key] = exact_sum(part)
    ranked = sorted(sums.items(), key=lambda pair: -pair[1])
    rest = exact_sum(amount for _, amount in ranked[most:])
    shown = [*ranked[:most], *([(OTHER, rest)] if other and len(ranked) > most else [])]
    return pd.DataFrame(shown, columns=[name, value])


def _highest(daily: pd.DataFrame, currency: str) -> str:
    """One sentence on the peak and the usual day."""
    known = daily[daily["total_cost"].notna()]
    if known.empty:
        return "No day has a priced cost."
    peak = known.sort_values("total_cost", ascending=False, kind="stable").iloc[0]
    half = formatting.money(float(known["total_cost"].median()), currency)
    most = formatting.money(peak["total_cost"], currency)
    return f"Highest on {formatting.day_words(peak['usage_date'])} with {most}; half of the days stayed below {half}."

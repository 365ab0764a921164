"""Answers "how is this computed?" for one figure in one view, from the usage rows themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from lib.errors import NotFound
from lib.explain.figures import FIGURES, Figure
from lib.queries.catalogue import load
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame

Kind = Literal["job", "cluster", "warehouse"]


@dataclass(frozen=True)
class Part:
    """Which part of a view a figure is about."""

    kind: Kind | None = None
    """Usage of such things only; None: all of it."""
    keys: tuple[str, ...] | None = None
    """These of them, `workspace_id/id`; None: all of the kind."""
    run_id: str | None = None
    sku: str | None = None
    """A part of the SKU's name."""
    period: Period | None = None
    """Days of its own, such as a cluster's last 30; None: the view's."""
    whole: bool = False
    """Whatever the view's filters narrow does not hold here, but for workspaces, currency and base."""


EVERYTHING = Part()


@dataclass(frozen=True)
class Explanation:
    """How one figure came to be."""

    label: str
    formula: str
    inputs: tuple[tuple[str, str], ...]
    """Names and values of what went in."""
    price_rows: pd.DataFrame
    """One row a SKU and price: `usage_quantity`, `list_price`, `contract_price`, `list_cost`, `contract_cost`, `rule_id`, …
    Empty for figures that have no prices."""
    machine_rows: pd.DataFrame
    """One row a `vm_basis`: cluster days, node hours, what those days cost, and the part of it in view.
    Empty unless machines are part of the figure."""
    base: str
    as_of: AsOf
    query_name: str
    query_text: str
    note: str


def explain(
    warehouse: Warehouse, filters: Filters, as_of: AsOf, figure: str, *, value: str = "", part: Part = EVERYTHING
) -> Explanation:
    """Explain `figure` (a key of FIGURES) for a part of the view."""
    if figure not in FIGURES:
        raise NotFound(f"There is no figure called {figure!r}.", remedy=f"Use one of: {', '.join(FIGURES)}.")
    what = FIGURES[figure]
    shown = _narrowed(filters, part)
    asked = shown.params() | {"kind": part.kind or what.kind, "object_keys": part.keys and list(part.keys)}
    prices = (
        _prices(warehouse, shown, asked | {"run_id": part.run_id, "sku": part.sku})
        if what.shows in ("prices", "both")
        else NO_ROWS
    )
    machines = frame(warehouse.fetch("explain/machines", asked)) if what.shows in ("machines", "both") else NO_ROWS
    return Explanation(
        label=what.label,
        formula=what.formula.format(base=filters.base),
        inputs=_inputs(shown, what, value, prices, machines, part),
        price_rows=prices,
        machine_rows=machines,
        base=filters.base,
        as_of=as_of,
        query_name=what.query,
        query_text=load()[what.query].text,
        note=what.note,
    )


NO_ROWS = pd.DataFrame()


def _narrowed(filters: Filters, part: Part) -> Filters:
    shown = filters if part.period is None else filters.with_period(part.period)
    if part.whole:
        shown = Filters(shown.period, shown.currency, shown.base, shown.workspaces)
    return shown


def _prices(warehouse: Warehouse, filters: Filters, params: Mapping[str, object]) -> pd.DataFrame:
    rows = frame(warehouse.fetch("explain/prices", {k: v for k, v in params.items() if k != "base"}))
    return rows.sort_values(_cost(filters), ascending=False, na_position="last", ignore_index=True)


def _cost(filters: Filters) -> str:
    return "contract_cost" if filters.base == "contract" else "list_cost"


def _inputs(
    filters: Filters, what: Figure, value: str, prices: pd.DataFrame, machines: pd.DataFrame, part: Part
) -> tuple[tuple[str, str], ...]:
    inputs = [("Figure", value)] if value else []
    inputs += [("Period (UTC)", f"{filters.period.start} to {filters.period.last}"), ("Currency", filters.currency)]
    inputs.append(("Price base", filters.base))
    inputs += [(name, ", ".join(each or "none" for each in chosen)) for name, chosen in _chosen(filters) if chosen]
    kind = part.kind or what.kind
    if part.keys:
        noun = str(kind).capitalize()
        inputs.append((noun, part.keys[0]) if len(part.keys) == 1 else (f"{noun}s", str(len(part.keys))))
    if part.run_id:
        inputs.append(("Run", part.run_id))
    if part.sku:
        inputs.append(("SKU contains", part.sku))
    if filters.result and kind == "job":
        inputs.append(
            ("Result", f"only runs that ended {filters.result}; the prices below are those of all their jobs' usage")
        )
    if not prices.empty:
        inputs.append(("Usage rows", f"{int(prices['records'].sum()):,}"))
        inputs.append(("Rows × prices", _amount(prices[_cost(filters)].sum(), filters)))
    if not machines.empty:
        inputs.append(("VM cost", _amount(machines["vm_cost"].sum(), filters)))
    if not prices.empty and not machines.empty:
        inputs.append(("Together", _amount(prices[_cost(filters)].sum() + machines["vm_cost"].sum(), filters)))
    if not prices.empty:
        missing = prices[prices["price_source"].isna()]
        for unit, quantity in missing.groupby("usage_unit")["usage_quantity"].sum().items():
            inputs.append(("Unpriced", f"{quantity:,.2f} {unit}"))
    return tuple(inputs)


def _chosen(filters: Filters) -> list[tuple[str, tuple[str, ...]]]:
    serverless = () if filters.serverless == "any" else (filters.serverless,)
    return [
        ("Workspaces", filters.workspaces),
        ("Products", filters.products),
        ("Owners", filters.owners),
        ("Compute", serverless),
        ("Tag", (filters.tag,) if filters.tag else ()),
    ]


def _amount(value: float, filters: Filters) -> str:
    return f"{value:,.4f} {filters.currency}"

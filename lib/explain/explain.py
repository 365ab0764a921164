"""Answers "how is this computed?" for one figure in one view, from the usage rows themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lib.errors import NotFound
from lib.explain.figures import FIGURES, Figure
from lib.queries.catalogue import load
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame


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
    """One row: cluster days by kind of evidence, node hours, VM cost. Empty unless the figure is made of machines."""
    base: str
    as_of: AsOf
    query_name: str
    query_text: str
    note: str


def explain(
    warehouse: Warehouse,
    filters: Filters,
    as_of: AsOf,
    figure: str,
    *,
    value: str = "",
    job_keys: Sequence[str] | None = None,
    run_id: str | None = None,
    period: Period | None = None,
) -> Explanation:
    """Explain `figure` (a key of FIGURES) for the whole view, some jobs (`workspace_id/job_id`) or one run."""
    if figure not in FIGURES:
        raise NotFound(f"There is no figure called {figure!r}.", remedy=f"Use one of: {', '.join(FIGURES)}.")
    what = FIGURES[figure]
    shown = filters if period is None else filters.with_period(period)
    prices = _prices(warehouse, shown, figure, job_keys, run_id) if what.shows == "prices" else pd.DataFrame()
    machines = _machines(warehouse, shown) if what.shows == "machines" else pd.DataFrame()
    return Explanation(
        label=what.label,
        formula=what.formula.format(base=filters.base),
        inputs=_inputs(shown, what, value, prices, job_keys, run_id),
        price_rows=prices,
        machine_rows=machines,
        base=filters.base,
        as_of=as_of,
        query_name=what.query,
        query_text=load()[what.query].text,
        note=what.note,
    )


def _prices(
    warehouse: Warehouse, filters: Filters, figure: str, job_keys: Sequence[str] | None, run_id: str | None
) -> pd.DataFrame:
    params = {k: v for k, v in filters.params().items() if k != "base"}
    jobs_only = bool(job_keys) or figure in (
        "jobs_cost",
        "job_cost",
        "run_cost",
        "failure_cost",
        "average_per_run",
        "most_expensive_run",
    )
    params |= {"jobs_only": jobs_only, "job_keys": list(job_keys) if job_keys else None, "run_id": run_id}
    rows = frame(warehouse.fetch("explain/prices", params))
    by = "contract_cost" if filters.base == "contract" else "list_cost"
    return rows.sort_values(by, ascending=False, na_position="last", ignore_index=True)


def _machines(warehouse: Warehouse, filters: Filters) -> pd.DataFrame:
    params = {"start_date": filters.period.start, "end_date": filters.period.end}
    return frame(warehouse.fetch("trust/machines", params))


def _inputs(
    filters: Filters,
    what: Figure,
    value: str,
    prices: pd.DataFrame,
    job_keys: Sequence[str] | None,
    run_id: str | None,
) -> tuple[tuple[str, str], ...]:
    inputs = [("Figure", value)] if value else []
    inputs += [("Period (UTC)", f"{filters.period.start} to {filters.period.last}"), ("Currency", filters.currency)]
    inputs.append(("Price base", filters.base))
    if job_keys:
        inputs.append(("Jobs", job_keys[0] if len(job_keys) == 1 else f"{len(job_keys)} jobs"))
    if run_id:
        inputs.append(("Run", run_id))
    if not prices.empty:
        cost = prices["contract_cost" if filters.base == "contract" else "list_cost"]
        inputs.append(("Usage rows", f"{int(prices['records'].sum()):,}"))
        inputs.append(("Rows × prices", f"{cost.sum():,.4f} {filters.currency}"))
        missing = prices[prices["price_source"].isna()]
        for unit, quantity in missing.groupby("usage_unit")["usage_quantity"].sum().items():
            inputs.append(("Unpriced", f"{quantity:,.2f} {unit}"))
    return tuple(inputs)

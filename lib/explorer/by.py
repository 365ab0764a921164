"""Spend by one or two dimensions: what the explorer, the overview and `spend --by` all read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.errors import InputError
from lib.spend.filters import Filters
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame

COARSE = ("day", "week", "month", "product", "sku", "workspace", "cloud", "serverless")
"""Dimensions that the overview ledger keeps."""
OBJECTS = ("job", "cluster", "warehouse", "pipeline", "endpoint", "app")
"""Dimensions whose ids are unique in a workspace only."""
DIMENSIONS = (*COARSE, *OBJECTS, "owner")
TAG = "tag:"


@dataclass(frozen=True)
class Spend:
    """Spend by `dims`; `rows` as `spend/by` gives them."""

    dims: tuple[str, ...]
    filters: Filters
    rows: pa.Table

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a key and workspace, units put together (their quantities left out): `key1`, `name1`, …,
        `dbus`, `list_cost`, `contract_cost`, `cost`, `vm_cost`, `total_cost`, `unpriced_quantity`."""
        keys = ["key1", "name1", "key2", "name2", "workspace_id"]
        money = ["dbus", "list_cost", "contract_cost", "cost", "vm_cost", "unpriced_quantity"]
        added = self.rows.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in money])
        summed = frame(added.select([*keys, *(f"{name}_sum" for name in money)]).rename_columns([*keys, *money]))
        summed["total_cost"] = summed[["cost", "vm_cost"]].sum(axis=1, min_count=1)
        return summed.sort_values("total_cost", ascending=False, na_position="last", ignore_index=True)


def spend(warehouse: Warehouse, filters: Filters, dims: Sequence[str]) -> Spend:
    """Spend in the filters' period by one or two dimensions (`product`, `job`, `tag:team`, …)."""
    chosen = checked(dims)
    coarse = not (filters.owners or filters.tag) and all(dim in COARSE for dim in chosen)
    params = filters.params() | _dims(chosen, coarse)
    if coarse:
        params = {k: v for k, v in params.items() if k not in ("owners", "tag_key", "tag_value")}
    return Spend(chosen, filters, warehouse.fetch("spend/by_overview" if coarse else "spend/by", params))


def checked(dims: Sequence[str]) -> tuple[str, ...]:
    """The dimensions, if spend can be split by them."""
    if not 1 <= len(dims) <= 2 or len(set(dims)) != len(dims):
        raise InputError("Spend is split by one or two different dimensions.", remedy="For example: product,workspace.")
    for dim in dims:
        if dim not in DIMENSIONS and not (dim.startswith(TAG) and len(dim) > len(TAG)):
            raise InputError(
                f"There is no dimension {dim!r}.",
                remedy=f"Use one of: {', '.join(DIMENSIONS)}, {TAG}KEY.",
                place="--by",
            )
    return tuple(dims)


def _dims(dims: tuple[str, ...], coarse: bool) -> dict[str, object]:
    params: dict[str, object] = {}
    for number in (1, 2):
        dim = dims[number - 1] if len(dims) >= number else None
        is_tag = dim is not None and dim.startswith(TAG)
        params[f"dim{number}"] = "tag" if is_tag else dim
        if not coarse:
            params[f"dim{number}_tag"] = dim[len(TAG) :] if is_tag and dim else None
    return params


def unpriced(rows: pa.Table) -> dict[str, float]:
    """Quantity without a price, by unit; units without any are left out."""
    quantities = pa.table(
        {"unit": rows.column("usage_unit"), "q": pc.cast(rows.column("unpriced_quantity"), pa.float64())}
    )
    summed = quantities.group_by("unit").aggregate([("q", "sum")])
    return {
        unit: q for unit, q in zip(summed["unit"].to_pylist(), summed["q_sum"].to_pylist(), strict=True) if unit and q
    }

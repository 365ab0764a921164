"""A made-up ledger: costs by day of a few objects in two workspaces, as `watch/daily` gives them."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from lib.spend.period import Period
from lib.watch.daily import Daily, assemble

START = date(2026, 1, 5)
WEEK = np.array([1, 1, 1, 1, 1, 0.3, 0.3])


def steady(seed: int, level: float, days: int = 150, noise: float = 0.05) -> np.ndarray:
    return level * np.resize(WEEK, days) * np.random.default_rng(seed).lognormal(0, noise, days)


def ledger(costs: Mapping[tuple[str, str, str], np.ndarray], late: int = 0, team: str = "data") -> Daily:
    """costs: (workspace, kind, id, or `id:SKU`) → cost by day; the product is that of the kind, the owner `<id>@x`."""
    rows: dict[str, list[object]] = {name: [] for name in NAMES}
    days = max(map(len, costs.values()))
    for (workspace, kind, thing), values in costs.items():
        identity, _, sku = thing.partition(":")
        for number, value in enumerate(values):
            row = (
                START + timedelta(days=number), workspace, f"ws {workspace}", {"job": "JOBS", "warehouse": "SQL"}.get(kind, "ALL_PURPOSE"),
                sku or f"SKU_{kind}", f"{identity}@x", kind, identity, f"name of {identity}", team, float(value),
            )  # fmt: skip
            for name, cell in zip(NAMES, row, strict=True):
                rows[name].append(cell)
    table = pa.table({name: pa.array(cells, NAMES[name]) for name, cells in rows.items()})
    return assemble(table, Period(START, START + timedelta(days=days)), days - late, "USD", "team")


NAMES = {
    "usage_date": pa.date32(), "workspace_id": pa.string(), "workspace_name": pa.string(), "product": pa.string(),
    "sku_name": pa.string(), "owner": pa.string(), "object_kind": pa.string(), "object_id": pa.string(),
    "object_name": pa.string(), "tag_value": pa.string(), "total_cost": pa.float64(),
}  # fmt: skip

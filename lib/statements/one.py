"""One fingerprint in a period: its figures, days, runs, what moved and what to change."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from lib.recommendations.model import Recommendation
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.statements.findings import of_fingerprint
from lib.statements.fingerprint import shape
from lib.statements.insights import Moved, regressions
from lib.statements.lint import cached_lint
from lib.statements.overview import top
from lib.statements.shapes import Narrowed, daily, fingerprints, heads, params
from lib.statements.thresholds import Thresholds
from lib.warehouse import Warehouse


@dataclass(frozen=True)
class FingerprintView:
    """What is known of one fingerprint."""

    fingerprint: str
    template: str
    shape_text: str
    by_tree: bool
    facts: dict[str, Any] | None
    """Its row of the list of fingerprints; None when it did not run in the period."""
    numbers: dict[str, Any]
    """`statements/quantiles` of its runs."""
    daily: pd.DataFrame
    runs: pd.DataFrame
    """Newest first."""
    moved: tuple[Moved, ...]
    recommendations: tuple[Recommendation, ...]


def fingerprint_view(
    warehouse: Warehouse,
    filters: Filters,
    as_of: AsOf,
    limits: Thresholds,
    name: str,
    shape_hash: str,
    workspace_id: str | None,
) -> FingerprintView:
    """Read one; `shape_hash` is one of its shapes, which finds it also outside of the list's top."""
    texts = warehouse.fetch(
        "statements/texts",
        {
            "start_date": filters.period.start,
            "end_date": filters.period.end,
            "currency": filters.currency,
            "shapes": [shape_hash],
        },
    ).to_pylist()
    text = texts[0]["shape_text"] if texts else ""
    known = shape(text)
    known_heads = heads(warehouse, filters)
    sisters = known_heads[known_heads["fingerprint"] == name]["shape_hash"].drop_duplicates()
    wanted = tuple(sisters) if shape_hash in set(sisters) else (shape_hash, *sisters)
    mine = fingerprints(warehouse, filters, as_of, Narrowed(shapes=wanted), sums_only=True).table
    if workspace_id:
        mine = mine[mine["workspace_id"] == workspace_id]
    facts = mine.iloc[0].to_dict() if len(mine) else None
    shapes = tuple(facts["shapes"]) if facts else (shape_hash,)
    narrowed = Narrowed(shapes=shapes)
    moved = [
        item
        for item in regressions(warehouse, filters, as_of, limits, shapes)
        if workspace_id in (None, item.shift.workspace_id)
    ]
    found = of_fingerprint(facts, cached_lint(text), filters, limits) if facts else []
    numbers = warehouse.fetch("statements/quantiles", params(filters, narrowed)).to_pylist()[0]
    return FingerprintView(
        name,
        known.template,
        text,
        known.by_tree,
        facts,
        numbers,
        daily(warehouse, filters, shapes),
        top(warehouse, filters, "new", narrowed, rows=200),
        tuple(moved),
        tuple(found),
    )

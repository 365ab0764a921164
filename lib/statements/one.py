"""One fingerprint in a period: its figures, days, runs, what moved and what to change."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from lib.recommendations.model import Recommendation
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.statements.findings import findings
from lib.statements.fingerprint import shape
from lib.statements.insights import Moved, regressions
from lib.statements.overview import top
from lib.statements.shapes import Narrowed, daily, fingerprints, heads, params
from lib.statements.thresholds import Thresholds
from lib.warehouse import Warehouse
from lib.warehouse.together import at_once


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
    """Of the thirty complete days before the end of the period, as the list of findings has them."""


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
    span = {"start_date": filters.period.start, "end_date": filters.period.end, "currency": filters.currency}
    found_texts, known_heads = at_once(
        warehouse,
        lambda: warehouse.fetch("statements/texts", span | {"shapes": [shape_hash]}),
        lambda: heads(warehouse, filters),
    )
    texts = found_texts.to_pylist()
    text = texts[0]["shape_text"] if texts else ""
    known = shape(text)
    sisters = known_heads[known_heads["fingerprint"] == name]["shape_hash"].drop_duplicates()
    wanted = tuple(sisters) if shape_hash in set(sisters) else (shape_hash, *sisters)
    here = replace(filters, workspaces=(workspace_id,)) if workspace_id else filters
    listed, every_move, found = at_once(
        warehouse,
        lambda: fingerprints(warehouse, here, as_of, Narrowed(shapes=wanted), sums_only=True),
        lambda: regressions(warehouse, here, as_of, limits, wanted),
        lambda: findings(warehouse, here, as_of, limits, Narrowed(shapes=wanted)),
    )
    mine = listed.table
    facts = mine.iloc[0].to_dict() if len(mine) else None
    shapes = tuple(facts["shapes"]) if facts else (shape_hash,)
    narrowed = Narrowed(shapes=shapes)
    numbers, by_day, runs = at_once(
        warehouse,
        lambda: warehouse.fetch("statements/quantiles", params(here, narrowed)).to_pylist()[0],
        lambda: daily(warehouse, here, shapes),
        lambda: top(warehouse, here, "new", narrowed, rows=200),
    )
    return FingerprintView(
        name,
        known.template,
        text,
        known.by_tree,
        facts,
        numbers,
        by_day,
        runs,
        tuple(item for item in every_move if item.shift.shape_hash in shapes),
        tuple(item for item in found.found if item.object_id == name),
    )

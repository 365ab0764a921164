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
    """Its row of the list of fingerprints; None when it did not run in the period, and then the rest is empty."""
    numbers: dict[str, Any]
    """`statements/quantiles` of its runs."""
    daily: pd.DataFrame
    runs: pd.DataFrame
    """Newest first."""
    moved: tuple[Moved, ...]
    recommendations: tuple[Recommendation, ...]
    """Those of the list of findings: of the thirty complete days before the end of the period."""


def fingerprint_view(
    warehouse: Warehouse,
    filters: Filters,
    as_of: AsOf,
    limits: Thresholds,
    name: str,
    shape_hash: str,
    workspace_id: str | None,
) -> FingerprintView:
    """Read one, in one workspace: the given one, else where it costs most.

    `shape_hash` is one of its shapes, which finds it also outside of the list's top.
    """
    span = {"start_date": filters.period.start, "end_date": filters.period.end, "currency": filters.currency}
    found_texts, known_heads = at_once(
        warehouse,
        lambda: warehouse.fetch("statements/texts", span | {"shapes": [shape_hash]}),
        lambda: heads(warehouse, filters),
    )
    texts = found_texts.to_pylist()
    text = texts[0]["shape_text"] if texts else ""
    known = shape(text)
    mine = known_heads[known_heads["fingerprint"] == name]
    sisters = {shape_hash: text} | dict(zip(mine["shape_hash"], mine["shape_text"], strict=True))
    narrowed = Narrowed(shapes=tuple(sisters))
    here = replace(filters, workspaces=(workspace_id,)) if workspace_id else filters
    listed, every_move, found = at_once(
        warehouse,
        lambda: fingerprints(warehouse, here, as_of, narrowed, sums_only=True),
        lambda: regressions(warehouse, here, as_of, limits, sisters),
        lambda: findings(warehouse, here, as_of, limits, narrowed),
    )
    if listed.table.empty:
        return FingerprintView(
            name, known.template, text, known.by_tree, None, {}, pd.DataFrame(), pd.DataFrame(), (), ()
        )
    facts = listed.table.iloc[0].to_dict()
    shapes, place = tuple(facts["shapes"]), facts["workspace_id"]
    narrowed, here = Narrowed(shapes=shapes), replace(filters, workspaces=(place or "",))
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
        tuple(m for m in every_move if m.shift.shape_hash in shapes and m.shift.workspace_id == place),
        tuple(item for item in found.found if (item.object_id, item.workspace_id) == (name, place)),
    )

"""What a change of a query saved: the same fingerprint in matched weeks before and after it."""

from datetime import date, timedelta
from decimal import Decimal

from lib.recommendations.lifecycle import Verified, saved
from lib.statements.fingerprint import fingerprint
from lib.warehouse import Warehouse

WEEK = 7
MOST_WEEKS = 4


def verified(
    warehouse: Warehouse, name: str, workspace_id: str, done_on: date, complete_until: date, *, currency: str, base: str
) -> Verified:
    """Whole weeks after the change against as many right before it, so that each weekday is there as often.

    The day of the change itself belongs to neither side. None while there is no whole week yet. A query that nobody
    runs any more has saved what it cost.
    """
    weeks = min((complete_until - done_on).days // WEEK, MOST_WEEKS)
    if weeks < 1:
        return Verified(None, 0, max((complete_until - done_on).days, 0))
    length = timedelta(days=weeks * WEEK)
    before_end = done_on - timedelta(days=1)
    span = {"start_date": before_end - length, "end_date": done_on + length, "currency": currency}
    texts = warehouse.fetch("statements/texts", span | {"shapes": None}).to_pylist()
    shapes = [row["shape_hash"] for row in texts if fingerprint(row["shape_text"]) == name]
    if not shapes:
        return Verified(None, 0, weeks * WEEK)
    rows = warehouse.fetch(
        "statements/shape_days",
        span
        | {
            "base": base,
            "workspaces": [workspace_id],
            "owners": None,
            "warehouse_id": None,
            "source_kind": None,
            "shapes": shapes,
        },
    ).to_pylist()
    sums = {"before": Decimal(0), "after": Decimal(0)}
    for row in rows:
        side = "after" if row["usage_date"] >= done_on else "before" if row["usage_date"] < before_end else ""
        if side:
            sums[side] += row["cost"] or Decimal(0)
    return saved(sums["before"], sums["after"], weeks * WEEK, weeks * WEEK)

"""Regressions and improvements of fingerprints, read from the ledger and told in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.formatting import duration, money
from lib.spend.period import Period
from lib.statements.fingerprint import shape
from lib.statements.regressions import FEW, Shift, shifts
from lib.statements.thresholds import Thresholds
from lib.warehouse import Warehouse
from lib.warehouse.together import at_once


@dataclass(frozen=True)
class Moved:
    """A fingerprint whose time or cost is no longer what it was."""

    fingerprint: str
    template: str
    shift: Shift
    currency: str
    recent: Period
    before: Period

    @property
    def is_worse(self) -> bool:
        """A regression, not an improvement."""
        return self.shift.is_worse

    @property
    def before_words(self) -> str:
        """What it was: a time, or what a run cost."""
        return self._said(self.shift.before)

    @property
    def now_words(self) -> str:
        """What it is now."""
        return self._said(self.shift.now)

    def _said(self, value: float) -> str:
        return duration(value / 1000) if self.shift.measure == "p95" else money(value, self.currency)

    @property
    def words(self) -> str:
        """What moved, by how much, and why."""
        name = "p95" if self.shift.measure == "p95" else "a run's cost"
        return f"{name} went from {self.before_words} to {self.now_words}; {', '.join(self.shift.reasons)}"

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return {
            "fingerprint": self.fingerprint,
            "template": self.template,
            "workspace_id": self.shift.workspace_id,
            "measure": self.shift.measure,
            "before": self.shift.before,
            "now": self.shift.now,
            "factor": self.shift.factor,
            "runs": self.shift.runs,
            "before_runs": self.shift.before_runs,
            "reasons": list(self.shift.reasons),
        }


def regressions(
    warehouse: Warehouse,
    filters: Filters,
    as_of: AsOf,
    limits: Thresholds,
    texts: Mapping[str, str] | None = None,
) -> list[Moved]:
    """What moved in the last days before the end of the period, against the weeks before them; worst first.

    `texts`: only of these shapes, hash → text.
    """
    end = min(filters.period.end, as_of.complete_until)
    recent = Period(end - timedelta(days=limits.regression_recent_days), end)
    before = Period(recent.start - timedelta(days=limits.regression_baseline_days), recent.start)
    wanted = filters.params()
    span = {name: wanted[name] for name in ("currency", "base", "workspaces")}
    asked = (
        span
        | {"start_date": before.start, "end_date": end, "recent_start": recent.start, "recent_end": end}
        | {
            "smallest_ms": limits.regression_smallest_seconds * 1000,
            "smallest_cost": limits.regression_smallest_run_cost,
            "factor": limits.regression_factor,
            "few": FEW,
            "shapes": None if texts is None else list(texts),
        }
    )
    rows, sizes = at_once(
        warehouse,
        lambda: warehouse.fetch("statements/windows", asked).to_pylist(),
        lambda: _sizes(warehouse, recent, before),
    )
    found = shifts(rows, limits, sizes)
    if texts is None:
        texts = _texts(warehouse, filters, Period(before.start, end), {shift.shape_hash for shift in found})
    moved = []
    for shift in found:
        known = shape(texts.get(shift.shape_hash) or "")
        moved.append(Moved(known.fingerprint, known.template, shift, filters.currency, recent, before))
    return moved


def _sizes(warehouse: Warehouse, recent: Period, before: Period) -> dict[str, tuple[str, str]]:
    """Warehouse → its size in the middle of the time before, and now."""
    rows = warehouse.fetch("warehouse/sizes", {}).to_pylist()
    found: dict[str, tuple[str, str]] = {}
    middle = before.start + (before.end - before.start) / 2
    for warehouse_id in {row["warehouse_id"] for row in rows}:
        versions = sorted(
            (row for row in rows if row["warehouse_id"] == warehouse_id), key=lambda row: row["change_time"]
        )
        was = [row["warehouse_size"] for row in versions if row["change_time"].date() <= middle]
        now = [row["warehouse_size"] for row in versions if row["change_time"].date() < recent.end]
        if was and now:
            found[warehouse_id] = (was[-1], now[-1])
    return found


def _texts(warehouse: Warehouse, filters: Filters, period: Period, shapes: set[str]) -> dict[str, str]:
    if not shapes:
        return {}
    rows = warehouse.fetch(
        "statements/texts",
        {"start_date": period.start, "end_date": period.end, "currency": filters.currency, "shapes": sorted(shapes)},
    )
    return {row["shape_hash"]: row["shape_text"] for row in rows.to_pylist()}

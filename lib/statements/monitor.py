"""What stands out now: statements that take long or cost much, with a severity."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.statements.thresholds import Thresholds
from lib.warehouse import Warehouse

RANK = {"high": 0, "medium": 1, "low": 2, None: 3}


@dataclass(frozen=True)
class Standing:
    """One statement that stands out."""

    facts: dict[str, Any]
    """The row of `alerts/statements`."""
    slow: str | None
    """Severity by time: low, medium, high; None below the lowest limit."""
    expensive: str | None
    """Severity by DBUs; None also while its hour is not billed."""

    @property
    def is_running(self) -> bool:
        """It has not ended, as far as the history goes."""
        return self.facts["execution_status"] not in ("FINISHED", "FAILED", "CANCELED")


def standing(
    warehouse: Warehouse, filters: Filters, as_of: AsOf, limits: Thresholds, *, days: int = 1
) -> list[Standing]:
    """Statements of the last days that reached a limit: running ones first, then the gravest."""
    end = as_of.today + timedelta(days=2)
    rows = warehouse.fetch(
        "alerts/statements",
        {
            "start_date": as_of.today - timedelta(days=days),
            "end_date": end,
            "currency": filters.currency,
            "base": filters.base,
            "workspaces": list(filters.workspaces) or None,
            "cost_min": Decimal("0.01"),
            "seconds_min": limits.slow_now_minutes.low * 60,
        },
    ).to_pylist()
    found = [
        Standing(row, limits.slow_now_minutes.of(row["total_ms"] / 60_000), limits.expensive_now_dbus.of(row["dbus"]))
        for row in rows
    ]
    found = [item for item in found if item.slow or item.expensive]
    return sorted(
        found,
        key=lambda item: (not item.is_running, min(RANK[item.slow], RANK[item.expensive]), -item.facts["total_ms"]),
    )

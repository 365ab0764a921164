"""What stands out now: statements that take long or cost much, with a severity."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.statements.thresholds import Thresholds
from lib.warehouse import Warehouse
from lib.workspace.queries import Live, LiveStatement

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
    live: LiveStatement | None = None
    """As the workspace says it runs now; None for what only the tables say."""

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
    return _ordered(item for item in found if item.slow or item.expensive)


def _ordered(found: Iterable[Standing]) -> list[Standing]:
    return sorted(
        found,
        key=lambda item: (not item.is_running, min(RANK[item.slow], RANK[item.expensive]), -item.facts["total_ms"]),
    )


def with_live(
    found: Iterable[Standing],
    live: Live,
    workspace_id: str,
    now: datetime,
    limits: Thresholds,
    warehouses: Mapping[str, str],
) -> list[Standing]:
    """The list with what its workspace says of now: everything that runs comes first, also what is not long yet.

    What the tables have as running and the workspace does not know any more has ended meanwhile, and goes.
    `warehouses`: names of warehouses by id.
    """
    running = {one.statement_id: one for one in live.statements}
    kept = []
    for item in found:
        here = item.facts["workspace_id"] == workspace_id
        one = running.pop(item.facts["statement_id"], None) if here else None
        if one is not None:
            kept.append(_of_live(one, workspace_id, now, limits, warehouses, item))
        elif not (here and item.is_running and not live.more):
            kept.append(item)
    return _ordered([*kept, *(_of_live(one, workspace_id, now, limits, warehouses) for one in running.values())])


def of_view(found: Iterable[Standing], view: Filters) -> list[Standing]:
    """Those of the workspaces and people that a view is narrowed to."""
    return [
        item
        for item in found
        if (not view.workspaces or item.facts["workspace_id"] in view.workspaces)
        and (not view.owners or item.facts["executed_by"] in view.owners)
    ]


def _of_live(
    one: LiveStatement,
    workspace_id: str,
    now: datetime,
    limits: Thresholds,
    warehouses: Mapping[str, str],
    known: Standing | None = None,
) -> Standing:
    began = one.started_at or now
    seconds = one.seconds(now)
    facts: dict[str, Any] = {
        "run_date": began.date(),
        "workspace_id": workspace_id,
        "statement_id": one.statement_id,
        "warehouse_id": one.warehouse_id,
        "warehouse_name": warehouses.get(one.warehouse_id or "", one.warehouse_id),
        "executed_by": one.who or None,
        "statement_type": one.statement_type or None,
        "source_kind": None,
        "start_time": began,
        "dbus": None,
        "cost": None,
    }
    if known is not None:
        facts |= {name: value for name, value in known.facts.items() if value is not None}
    facts |= {"execution_status": one.state, "total_ms": int(seconds * 1000)}
    item = Standing(facts, limits.slow_now_minutes.of(seconds / 60), known.expensive if known else None)
    return replace(item, live=one)

"""One SQL warehouse in a period: on, busy and idle time, queue, scaling, cost, and what other settings would have meant."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd

from lib.errors import NotFound
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.statements.thresholds import Thresholds
from lib.statements.whatif.history import History, delays_of, sessions_of, steps_of
from lib.statements.whatif.outcome import Outcome, WhatIf, candidates, what_if
from lib.statements.whatif.replay import Fit, fit
from lib.statements.whatif.settings import Settings, settings_of
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame, sum_or_none
from lib.warehouse.together import at_once, together

CENT = 0.01


@dataclass(frozen=True)
class WarehouseView:
    """A warehouse and its period."""

    filters: Filters
    facts: dict[str, Any]
    """Newest row of `warehouse/versions`."""
    versions: list[dict[str, Any]]
    """Newest first."""
    hours: pd.DataFrame
    """Rows of `warehouse/hours`, in order of time."""
    waits: "Waits"
    history: History
    fit: Fit
    """What a simulation with the settings it really had gives, against what was recorded."""
    what_if: WhatIf | None
    """To ask about other settings; None when the history does not fit."""
    outcomes: tuple[Outcome, ...]
    """Settings worth a look, the greatest sure saving first; none when the history does not fit."""

    @property
    def days(self) -> int:
        """Days of the period."""
        return self.filters.period.days

    @property
    def settings(self) -> Settings:
        """The newest ones."""
        return self.history.settings()

    @property
    def cost(self) -> float | None:
        """All hours together; so are `used` by statements, `idle` and `unattributed`, which make it up."""
        return sum_or_none(self.hours["cost"])

    @property
    def used(self) -> float | None:
        """The part that statements share by their work."""
        return sum_or_none(self.hours["used_cost"])

    @property
    def idle(self) -> float | None:
        """Of time on in which no statement worked."""
        return sum_or_none(self.hours["idle_cost"])

    @property
    def unattributed(self) -> float | None:
        """Of hours of which neither work nor events are known."""
        return sum_or_none(self.hours["unattributed_cost"])

    @property
    def up_s(self) -> float:
        """From events: on-time inside the period."""
        return sum(step.to_s - step.from_s for step in self.history.steps)

    @property
    def busy_s(self) -> float:
        """Time in which a statement worked."""
        return float(self.hours["busy_s"].sum())

    @property
    def cluster_s(self) -> float:
        """From events: on-time of all clusters together."""
        return sum((step.to_s - step.from_s) * step.clusters for step in self.history.steps)

    @property
    def starts(self) -> int:
        """How often it was started."""
        return len(sessions_of(self.history.steps))

    @property
    def busy_share(self) -> float | None:
        """Busy part of the on-time."""
        return self.busy_s / self.up_s if self.up_s else None

    @property
    def fits(self) -> bool:
        """The simulation comes close enough to the record to say what other settings would have meant."""
        return self.what_if is not None

    @property
    def best(self) -> Outcome | None:
        """The candidate that saves most for sure, when one saves at all."""
        found = [item for item in self.outcomes if (saved := item.saving(self.cost, self.days)) and saved[0] >= CENT]
        return found[0] if found else None


@dataclass(frozen=True)
class Waits:
    """What the statements of a period waited for."""

    statements: int
    queue_share: float
    """Time waited for room, of the time of all statements."""
    cold_share: float
    """Statements that waited for compute to start."""
    queued_s: dict[date, float]
    """Day → time that statements waited for room."""

    @classmethod
    def of(cls, work: pd.DataFrame) -> "Waits":
        """Of rows of `warehouse/work`."""
        if work.empty:
            return cls(0, 0.0, 0.0, {})
        days = work["start_time"].dt.date
        return cls(
            len(work),
            _queued_share(work),
            float((work["compute_wait_ms"] > 0).mean()),
            (work.groupby(days)["queue_ms"].sum() / 1000).to_dict(),
        )


def _queued_share(work: pd.DataFrame) -> float:
    total = float(work["total_ms"].sum())
    return float(work["queue_ms"].sum()) / total if total else 0.0


def warehouse_view(
    warehouse: Warehouse,
    filters: Filters,
    as_of: AsOf,
    limits: Thresholds,
    workspace_id: str | None,
    warehouse_id: str,
) -> WarehouseView:
    """Read one warehouse; NotFound for an id that neither had a configuration nor a bill."""
    keys = {"workspace_id": workspace_id, "warehouse_id": warehouse_id}
    period = filters.period.until(as_of.complete_until) or filters.period
    span = {"start_date": period.start, "end_date": period.end} | keys
    before = span | {"start_date": period.start - timedelta(days=1)}
    sent, (versions, hours, events) = together(
        warehouse,
        lambda: frame(warehouse.fetch("warehouse/work", before)),
        lambda: at_once(
            warehouse,
            lambda: warehouse.fetch("warehouse/versions", keys).to_pylist(),
            lambda: frame(
                warehouse.fetch("warehouse/hours", span | {"currency": filters.currency, "base": filters.base})
            ),
            lambda: warehouse.fetch("warehouse/events", before).to_pylist(),
        ),
    )
    versions.sort(key=lambda row: row["change_time"], reverse=True)
    if not versions and hours.empty:
        raise NotFound(
            f"There is no SQL warehouse {warehouse_id!r}.",
            remedy="It may be in another workspace, or outside of what was loaded.",
        )
    history = history_of(events, sent, versions, period)
    fitted = fit(history)
    fits = bool(history.steps) and fitted.fits(limits.replay_tolerance)
    cost = sum_or_none(hours["cost"])
    asked = what_if(history, cost) if fits else None
    tried = [asked.outcome(then) for then in candidates(history)] if asked else []
    return WarehouseView(
        filters.with_period(period),
        versions[0] if versions else keys | {"warehouse_name": None},
        versions,
        hours.sort_values("hour", ignore_index=True),
        Waits.of(sent[sent["start_time"] >= pd.Timestamp(period.start, tz="UTC")]),
        history,
        fitted,
        asked,
        tuple(sorted(tried, key=lambda item: -(item.saving(cost, period.days) or (0.0, 0.0))[0])),
    )


def history_of(
    events: list[dict[str, Any]], sent: pd.DataFrame, versions: list[dict[str, Any]], period: Period
) -> History:
    """Events, statements and settings of a period as the simulation reads them; `sent` and `events` begin a day earlier."""
    start, end = (datetime.combine(day, time(), timezone.utc).timestamp() for day in (period.start, period.end))
    known = [(row["event_time"].timestamp(), row["event_type"], int(row["cluster_count"] or 0)) for row in events]
    sent = sent.sort_values("arrive_ms")
    inside = sent[sent["arrive_ms"] >= start * 1000]
    spilled = bool(len(inside) and float((inside["spilled_bytes"] > 0).mean()) > 0.01)
    held = (sent["work_to_ms"] - sent["arrive_ms"] - sent["compute_wait_ms"]).clip(lower=0)
    kind = str(versions[0].get("warehouse_type") or "") if versions else ""
    changes = sorted(((row["change_time"].timestamp(), settings_of(row)) for row in versions), key=lambda item: item[0])
    history = History(
        start,
        end,
        steps_of(known, start, end),
        sent["arrive_ms"].to_numpy(np.float64) / 1000,
        held.to_numpy(np.float64) / 1000,
        np.minimum(sent["queue_ms"], held).to_numpy(np.float64) / 1000,
        tuple(item for item in changes if item[0] < end) or (*changes[:1],) or ((start, settings_of({})),),
        serverless=kind == "SERVERLESS",
        spilled=spilled,
        queued_share=_queued_share(inside),
    )
    return replace(history, delays=delays_of(known, history, kind))

"""What rules look at, and what they make findings with. Pure; amounts are of 30 days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from lib.clusters.fleet import tags_of
from lib.recommendations.model import DAYS, Confidence, Recommendation, capped, priority_of

MINIMUM = 1.0
"""Savings below this much in 30 days are not worth anybody's time."""


@dataclass(frozen=True)
class NodeType:
    """One machine size with its price, where known."""

    name: str
    cores: float
    memory_mb: float
    gpus: int = 0
    vm_price: float | None = None
    dbu_rate: float | None = None
    cloud: str = ""


@dataclass(frozen=True)
class Facts:
    """One object and what surrounds it."""

    row: Mapping[str, Any]
    """Its row of the fleet, of the warehouses or of the pools."""
    object_type: str = "cluster"
    days: int = DAYS
    """How many days the row's sums cover."""
    currency: str = "USD"
    today: date = date(2026, 1, 1)
    node_types: tuple[NodeType, ...] = ()
    """Sizes this workspace offers."""
    jobs: Mapping[str, Any] = field(default_factory=dict)
    """Its row of `clusters/job_shares`; empty when no job ran on it."""
    owner_days: int | None = None
    """Days since its owner was seen at all; None when the audit log cannot say, `NEVER` when it never names them."""
    alike: tuple[str, ...] = ()
    """Names of other clusters of the same owner, machine and workspace."""
    spark_conf: Mapping[str, str] | None = None
    """Its settings, where the workspace could be asked."""
    up_hours: float | None = None
    """Hours since its last start, while it runs; None when it does not, or nobody knows."""
    production: bool = False

    def has(self, *names: str) -> bool:
        """Whether all of these are known."""
        return all(self.get(name) is not None for name in names)

    def get(self, name: str) -> Any:
        """A value of the row; None for anything missing."""
        value = self.row.get(name)
        return None if value is None or (isinstance(value, float) and value != value) else value

    def number(self, name: str, default: float = 0.0) -> float:
        """A figure of the row; the default when it is missing."""
        value = self.get(name)
        return default if value is None else float(value)

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.get("name") or "")

    @property
    def scale(self) -> float:
        """From the row's days to 30."""
        return DAYS / self.days if self.days else 1.0

    @cached_property
    def cost(self) -> float | None:
        """What it costs in 30 days; None when that is unknown."""
        return float(value) * self.scale if (value := self.get("total_cost")) is not None else None

    @property
    def hours(self) -> float:
        """Hours up in 30 days, by its node minutes."""
        return self.number("up_minutes") / 60 * self.scale

    @cached_property
    def workers(self) -> float | None:
        """How many workers it had on average, measured; else as set up."""
        if self.number("up_minutes") and self.has("worker_node_minutes"):
            return self.number("worker_node_minutes") / self.number("up_minutes")
        value = self.get("workers") if self.has("workers") else self.get("min_workers")
        return None if value is None else float(value)

    @cached_property
    def dbu_price(self) -> float:
        """What one of its DBUs cost; 0 when unknown."""
        return self.number("dbu_cost") / self.number("dbus") if self.number("dbus") else 0.0

    @property
    def photon_factor(self) -> float:
        """How many times the DBUs of its nodes it bills."""
        return 2.0 if self.get("photon") else 1.0

    def node_cost(self, price: float | None, rate: float | None) -> float | None:
        """What an hour of one node costs: machine and DBUs."""
        if price is None or rate is None:
            return None
        return price + rate * self.photon_factor * self.dbu_price

    @cached_property
    def driver_hour(self) -> float | None:
        """What an hour of its driver costs."""
        return self.node_cost(self.get("driver_vm_price"), self.get("driver_dbu_rate"))

    @cached_property
    def worker_hour(self) -> float | None:
        """What an hour of one worker costs."""
        return self.node_cost(self.get("worker_vm_price"), self.get("worker_dbu_rate"))

    @cached_property
    def worker_share(self) -> float | None:
        """Share of its cost that its workers are; None when the machines have no known price."""
        workers = self.workers
        if workers is None or self.driver_hour is None or self.worker_hour is None:
            return None
        whole = self.driver_hour + workers * self.worker_hour
        return workers * self.worker_hour / whole if whole else None

    @property
    def tags(self) -> dict[str, str]:
        """Its tags."""
        return tags_of(self.row)

    def node(self, name: object) -> NodeType | None:
        """A size by name."""
        return next((node for node in self.node_types if node.name == name), None)

    def cheapest(self, cores: float, memory_mb: float, *, gpus: int = 0, than: str) -> NodeType | None:
        """The cheapest size of the workspace that has at least this much and costs less than another one."""
        now = self.node(than)
        if now is None or (cost := self.node_cost(now.vm_price, now.dbu_rate)) is None:
            return None
        fitting = [
            (price, node.name, node)
            for node in self.node_types
            if node.cores >= cores and node.memory_mb >= memory_mb and node.gpus >= gpus
            and (not now.cloud or node.cloud == now.cloud)
            and (price := self.node_cost(node.vm_price, node.dbu_rate)) is not None and price < cost
        ]  # fmt: skip
        return min(fitting)[2] if fitting else None


NEVER = 10**6


def finding(
    facts: Facts,
    kind: str,
    title: str,
    evidence: list[str],
    action: str,
    *,
    low: float | None = None,
    high: float | None = None,
    method: str = "",
    confidence: Confidence = "medium",
    part: str = "",
) -> Recommendation:
    """A recommendation about the object, capped at its own cost."""
    cost = facts.cost
    id_ = str(facts.get(f"{facts.object_type}_id") or "")
    workspace = str(facts.get("workspace_id") or "")
    own = None if cost is None else _exact(cost)
    found = capped(
        Recommendation(
            kind=kind,
            key="/".join(part for part in (kind, workspace, id_, part) if part),
            workspace_id=workspace,
            object_type=facts.object_type,
            object_id=id_,
            object_name=facts.name,
            title=title,
            evidence=tuple(evidence),
            action=action,
            saving_low=None if high is None else _exact(low or 0.0),
            saving_high=None if high is None else _exact(high),
            currency=facts.currency,
            method=method or "Not assessed: nothing that was measured says how much.",
            confidence=confidence,
            own_cost=own,
        )
    )
    share = found.saving_high / own if found.saving_high is not None and own else None
    return Recommendation(**{**vars(found), "priority": priority_of(found.saving_high, share)})


def _exact(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))


def worth(high: float | None) -> bool:
    """Whether a saving deserves to be told."""
    return high is not None and high >= MINIMUM


def hours_words(minutes: float) -> str:
    """Minutes as hours, for evidence."""
    return f"{minutes / 60:,.0f} h" if minutes >= 120 else f"{minutes:.0f} min"

"""What a person is looking at: one value, shared by pages, command line and reports."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from lib.errors import InputError
from lib.spend.period import Period

Base = Literal["list", "contract"]
UNTAGGED = "="
"""The tag filter that leaves usage without any tag of one's own."""
Serverless = Literal["any", "serverless", "classic"]

BASES: tuple[Base, ...] = ("list", "contract")
SERVERLESS: tuple[Serverless, ...] = ("any", "serverless", "classic")
RESULTS = ("SUCCEEDED", "FAILED", "ERROR", "TIMED_OUT", "CANCELLED", "SKIPPED", "BLOCKED", "RUNNING")
"""Final states of a run as system.lakeflow spells them, and RUNNING for one that has not ended."""


@dataclass(frozen=True)
class Filters:
    """The period and everything that narrows it. An empty tuple or None means "all"."""

    period: Period
    currency: str = "USD"
    base: Base = "list"
    """Which price makes "cost": public list prices, or account prices and discount rules."""
    workspaces: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    serverless: Serverless = "any"
    tag: str | None = None
    """A tag key, or `key=value`. `key=` means: usage without that key; `=`: usage without any tag of one's own."""
    job_name: str | None = None
    """Part of a job's name; upper and lower case are the same, % and _ are themselves."""
    result: str | None = None
    cost_min: Decimal | None = None
    cost_max: Decimal | None = None
    compare: Period | None = field(default=None)

    def __post_init__(self) -> None:
        _one_of(self.base, BASES, "base")
        _one_of(self.serverless, SERVERLESS, "serverless")
        if self.tag is not None and not self.tag_key and self.tag != UNTAGGED:
            raise InputError(
                f"The tag filter {self.tag!r} names no key.",
                remedy="Write KEY, KEY=VALUE, KEY=, or = for no tag at all.",
                place="tag",
            )
        if self.result is not None:
            _one_of(self.result, RESULTS, "result")
        if self.cost_min is not None and self.cost_max is not None and self.cost_min > self.cost_max:
            raise InputError(
                f"The lowest cost {self.cost_min} is above the highest {self.cost_max}.",
                remedy="Swap the two amounts or clear one.",
                place="cost",
            )

    @property
    def tag_key(self) -> str | None:
        """The key part of the tag filter."""
        return self.tag.partition("=")[0] if self.tag else None

    @property
    def tag_value(self) -> str | None:
        """The value part, "" for "without this key", None when any value will do."""
        if not self.tag or "=" not in self.tag:
            return None
        return self.tag.partition("=")[2]

    def with_period(self, period: Period) -> "Filters":
        """The same view of another period."""
        return replace(self, period=period, compare=None)

    def params(self) -> dict[str, object]:
        """Values for the parameters that the spend queries share."""
        return {
            "start_date": self.period.start,
            "end_date": self.period.end,
            "currency": self.currency,
            "base": self.base,
            "workspaces": list(self.workspaces) or None,
            "products": list(self.products) or None,
            "owners": list(self.owners) or None,
            "serverless": {"any": None, "serverless": True, "classic": False}[self.serverless],
            "tag_key": self.tag_key,
            "tag_value": self.tag_value,
        }


def _one_of(value: str, allowed: tuple[str, ...], place: str) -> None:
    if value not in allowed:
        raise InputError(f"{value!r} is not known here.", remedy=f"Use one of: {', '.join(allowed)}.", place=place)

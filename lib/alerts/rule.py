"""An alert rule: what to watch, from when it matters, and who hears of it."""

import re
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from lib.errors import InputError

Severity = Literal["info", "medium", "high", "critical"]
Window = Literal["day", "week", "month"]
Against = Literal["usual", "previous"]
SEVERITIES: tuple[Severity, ...] = ("info", "medium", "high", "critical")
STEPS = (1.0, 2.0, 5.0)
"""A rule is told again when its limit is reached this many times over."""
BUDGET_STEPS = (0.5, 0.75, 0.9, 1.0)
OBJECTS = ("workspace", "product", "sku", "job", "cluster", "warehouse", "pipeline", "endpoint", "app", "owner")
"""What a rule may watch one by one; or `tag:KEY`, or nothing: everything together."""


class Rule(BaseModel):
    """One rule, as a person wrote it. Amounts are in `currency`, shares are fractions (0.5 = 50 %)."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(max_length=120)
    kind: str
    """Name of a kind in `lib.alerts.kinds`."""
    by: str = ""
    """What is watched one by one: a dimension, `tag:KEY`, or empty for everything together."""
    window: Window = "day"
    """Over which time cost is added up: the last complete day, the week or the month so far."""
    amount: Decimal | None = Field(None, ge=0, max_digits=20)
    """Fires from this amount on; with `percent` too, both must hold: the amount is then a floor for small sums."""
    percent: float | None = Field(None, gt=0, le=1000)
    """Fires when the figure is this share above what it is compared with, or this share of the whole."""
    against: Against = "usual"
    """`usual`: the median of the four windows before; `previous`: the one before."""
    steps: tuple[float, ...] = Field((), max_length=10)
    """Multiples of the limit at which it is told again, the first one first; empty: the kind's own."""
    hours: float | None = Field(None, gt=0, le=24 * 90)
    """For data freshness: how old the newest row may be."""
    subject: str = ""
    """What one rule of its kind is about: a budget's id, a tag key."""
    workspaces: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    tag: str | None = None
    object_name: str = ""
    """Part of the watched thing's name; case does not matter."""
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$")
    base: Literal["list", "contract"] = "list"
    severity: Severity = "medium"
    """At the first step; each further step is one level more severe."""
    channels: tuple[str, ...] = ()
    """Names of channels in the settings; empty: shown in the app only."""
    recipients: tuple[str, ...] = ()
    """Addresses for channels that need one (mail); the watched thing's owner is added with `to_owner`."""
    to_owner: bool = False
    """Also to whom the thing belongs: who its tag names, else its team, else who the bill names, else the default."""
    team: str = ""
    """Value of the watched tag: only what carries it is watched, and the team hears of it."""
    cooldown_hours: float = Field(24, ge=0, le=24 * 90)
    """The same group at the same severity is not told again within this time."""
    highlight: bool = True
    """Shown on the overview while it fires."""
    tell_resolved: bool = False
    enabled: bool = True

    @field_validator("name")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value:
            raise ValueError("give the rule a name")
        return value

    @field_validator("by")
    @classmethod
    def _known_dimension(cls, value: str) -> str:
        if value and value not in OBJECTS and not re.fullmatch(r"tag:\S.*", value):
            raise ValueError(f"watch one of {', '.join(OBJECTS)}, tag:KEY, or leave it empty")
        return value

    @field_validator("steps")
    @classmethod
    def _rising(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if any(step <= 0 for step in value) or list(value) != sorted(set(value)):
            raise ValueError("steps rise, and the first is above zero: 1, 2, 5")
        return value

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "Rule":
        from lib.alerts.kinds import KINDS

        kind = KINDS.get(self.kind)
        if kind is None:
            raise ValueError(f"there is no kind of alert {self.kind!r}; known: {', '.join(KINDS)}")
        for name in kind.needs:
            if getattr(self, name) in (None, ""):
                raise ValueError(f"{kind.title.lower()} needs “{name}”")
        if kind.one_of and all(getattr(self, name) is None for name in kind.one_of):
            raise ValueError(f"{kind.title.lower()} needs {' or '.join(f'“{name}”' for name in kind.one_of)}")
        return self

    def of_team(self, tag: str) -> "Rule":
        """The rule with its team as a filter, where teams are values of `tag`.

        >>> Rule(name="x", kind="spend", amount=5, team="data").of_team("team").tag
        'team=data'
        """
        return self.model_copy(update={"tag": f"{tag}={self.team}"}) if self.team and not self.tag else self

    def severity_at(self, level: int) -> Severity:
        """How bad it is at a level (1 = the first step).

        >>> Rule(name="x", kind="spend", amount=5, severity="high").severity_at(3)
        'critical'
        """
        return SEVERITIES[min(SEVERITIES.index(self.severity) + max(level - 1, 0), len(SEVERITIES) - 1)]


def parse(values: dict[str, Any], *, place: str = "") -> Rule:
    """A rule from plain values; every mistake in one InputError."""
    try:
        return Rule.model_validate(values)
    except ValidationError as error:
        said = [
            f"{'.'.join(map(str, e['loc'])) or 'rule'}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        ]
        raise InputError(
            "This alert rule cannot be used:\n" + "\n".join(said),
            place=place,
            remedy="Correct the named fields; docs/alerts.md lists them all.",
        ) from error

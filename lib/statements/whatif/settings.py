"""What can be set on a warehouse, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lib.errors import InputError

SIZES = ("2X_SMALL", "X_SMALL", "SMALL", "MEDIUM", "LARGE", "X_LARGE", "2X_LARGE", "3X_LARGE", "4X_LARGE", "5X_LARGE")
DBU_PER_HOUR = dict(zip(SIZES, (4, 6, 12, 24, 40, 80, 144, 272, 528, 1040), strict=True))
"""DBUs of one cluster and hour, all clouds and types."""


@dataclass(frozen=True)
class Settings:
    """What can be set on a warehouse."""

    size: str
    auto_stop_minutes: int
    """0: never."""
    max_clusters: int
    min_clusters: int = 1

    @property
    def auto_stop_s(self) -> float:
        """The auto stop in seconds; infinite for never."""
        return self.auto_stop_minutes * 60.0 if self.auto_stop_minutes > 0 else float("inf")

    def is_cut_as(self, other: "Settings") -> bool:
        """Same size and same limits of clusters."""
        return replace(self, auto_stop_minutes=0) == replace(other, auto_stop_minutes=0)


def settings_of(facts: Mapping[str, Any]) -> Settings:
    """The settings of a row of `warehouse/versions`; without one it counts as small, with the usual auto stop."""
    size = str(facts.get("warehouse_size") or "SMALL").upper().replace("-", "_")
    stop = facts.get("auto_stop_minutes")
    return Settings(
        size if size in DBU_PER_HOUR else "SMALL",
        10 if stop is None else int(stop),
        int(facts.get("max_clusters") or 1),
        int(facts.get("min_clusters") or 1),
    )


def wanted_settings(
    now: Settings,
    *,
    size: str | None = None,
    auto_stop: int | None = None,
    max_clusters: int | None = None,
    min_clusters: int | None = None,
) -> Settings:
    """`now` with what was asked for; InputError for a size that does not exist or numbers that cannot be."""
    chosen = (size or now.size).upper().replace("-", "_").replace(" ", "_")
    if chosen not in DBU_PER_HOUR:
        raise InputError(
            f"There is no warehouse size {size!r}.", remedy=f"Use one of: {', '.join(DBU_PER_HOUR)}.", place="size"
        )
    stop = now.auto_stop_minutes if auto_stop is None else auto_stop
    most = now.max_clusters if max_clusters is None else max_clusters
    least = min(now.min_clusters, most) if min_clusters is None else min_clusters
    if stop < 0 or not 1 <= least <= most:
        raise InputError(
            "Auto stop is 0 (never) or minutes; there is at least one cluster, and never fewer at most than at least.",
            place="settings",
        )
    return Settings(chosen, stop, most, least)

"""What a check is and what it says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lib.ledger.reconcile import Difference
from lib.spend.compare import AsOf
from lib.spend.filters import Filters


class Verdict(StrEnum):
    """What a check found, worst last."""

    OK = "OK"
    NOT_ASSESSED = "NOT ASSESSED"
    WARN = "WARN"
    CRITICAL = "CRITICAL"

    @property
    def words(self) -> str:
        """As a reader is told.

        >>> Verdict.WARN.words, Verdict.NOT_ASSESSED.words
        ('Warning', 'Not assessed')
        """
        return {"OK": "OK", "WARN": "Warning"}.get(self.value, self.value.capitalize())


@dataclass(frozen=True)
class Evidence:
    """Everything the checks look at, read once."""

    filters: Filters
    as_of: AsOf
    missing: frozenset[str]
    """Known tables that were not loaded."""
    sources: dict[str, dict[str, Any]]
    """By table: `records`, `first_time`, `last_time`."""
    usage: dict[str, Any]
    """The row of `trust/usage`."""
    prices: dict[str, Any]
    """The row of `trust/prices`."""
    objects: dict[str, Any]
    """The row of `trust/jobs`."""
    unpriced: list[dict[str, Any]]
    """Rows of `trust/unpriced`."""
    parts: list[dict[str, Any]]
    """Rows of `trust/parts`."""
    days: list[dict[str, Any]]
    """Rows of `trust/days`."""
    differences: list[Difference]
    vm: dict[str, Any]
    """The row of `trust/machines`."""
    currency: str = "USD"


@dataclass(frozen=True)
class Finding:
    """The answer of one check."""

    verdict: Verdict
    evidence: str
    """The measured facts, in words."""
    details: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Check:
    """A question about the data."""

    name: str
    title: str
    why: str
    """What goes wrong for the reader when it fails."""
    remedy: str
    run: Callable[[Evidence], Finding]
    needs: tuple[str, ...] = ()
    """Tables without which it cannot be assessed."""


@dataclass(frozen=True)
class Checked:
    """A check and its answer."""

    check: Check
    finding: Finding

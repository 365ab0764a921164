"""What a rule finds in a statement's text, and its priority."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Priority(StrEnum):
    """How much a finding matters by what the text alone says."""

    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"

    @property
    def rank(self) -> int:
        """0 for High, 2 for Low."""
        return list(Priority).index(self)


@dataclass(frozen=True)
class Found:
    """A rule's finding, still at an offset of the text."""

    offset: int
    priority: Priority
    message: str
    remedy: str
    rewrite: str | None = None
    """The whole statement, changed, where that is safe: same rows for every content of its tables."""
    column_of: str = ""
    """`table.column` that it is about, in lower case, where the text alone says which; "" else."""


@dataclass(frozen=True)
class Finding:
    """Something in a statement that makes it cost more than it needs to."""

    rule: str
    title: str
    priority: Priority
    line: int
    column: int
    """Both count from 1."""
    message: str
    why: str
    remedy: str
    effort: str
    """low, medium or high: what the change asks of a person."""
    rewrite: str | None = None
    column_of: str = ""
    """`table.column` that it is about, where the text alone says which."""

    def as_dict(self) -> dict[str, Any]:
        """As JSON says it."""
        return {
            "rule": self.rule,
            "title": self.title,
            "priority": self.priority.value,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "why": self.why,
            "remedy": self.remedy,
            "effort": self.effort,
            "rewrite": self.rewrite,
        }

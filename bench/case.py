"""What a case is, and what it says: measured figures, each with the goal it has to reach."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.data import Size

Say = Callable[[str], None]


@dataclass(frozen=True)
class Goal:
    """A limit, and on which side of it a figure should be."""

    limit: float
    at_least: bool

    def met(self, value: float) -> bool:
        """Is the figure on the right side?"""
        return value >= self.limit if self.at_least else value <= self.limit

    def words(self, unit: str) -> str:
        """The goal as the table shows it."""
        return f"{'≥' if self.at_least else '≤'} {figure(self.limit, unit)}"


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    size: str
    value: float
    unit: str
    """`×`, `ms`, `s`, `MB` or `%`."""
    goal: Goal | None = None
    detail: str = ""
    """The times behind a ratio, and what the reader must know to judge it."""

    @property
    def met(self) -> bool | None:
        """None for a figure without a goal."""
        return None if self.goal is None else self.goal.met(self.value)


@dataclass(frozen=True)
class Plan:
    """What a run measures on, and how often."""

    sizes: tuple[Size, ...]
    rounds: int
    quick: bool
    say: Say

    @property
    def smallest(self) -> Size:
        """The size that others are compared with."""
        return min(self.sizes, key=lambda size: size.scale * size.days)

    @property
    def largest(self) -> Size:
        """The largest size of at most 10M rows: what takes gigabytes of pandas is not done beyond."""
        return max((size for size in self.sizes if size.scale <= 40), key=lambda size: size.scale)


@dataclass(frozen=True)
class Case:
    """One question about speed or memory."""

    name: str
    title: str
    run: Callable[[Plan], Iterator[Row]]
    needs_data: bool = True


def at_least(limit: float) -> Goal:
    """The more the better."""
    return Goal(limit, at_least=True)


def at_most(limit: float) -> Goal:
    """The less the better."""
    return Goal(limit, at_least=False)


def figure(value: float, unit: str) -> str:
    """A figure with three digits that mean something.

    >>> figure(1234.5, "×"), figure(0.1234, "s"), figure(95, "ms")
    ('1230 ×', '0.123 s', '95 ms')
    """
    rounded = float(f"{value:.3g}")
    return f"{rounded:.0f} {unit}" if rounded >= 100 or rounded == int(rounded) else f"{rounded:g} {unit}"

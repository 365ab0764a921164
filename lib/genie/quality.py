"""How good a space is likely to be: fixed checks, each with a weight, a share that is met, and what is missing.

The score is the weighted share of what was assessed, 0 to 100. A check that cannot be made (no example to parse, no
workspace to ask) counts neither way. The checks follow the vendor's own advice on spaces that answer well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lib.genie.model import Space, joined
from lib.spend.formatting import percent

ENOUGH_EXAMPLES = 5
ENOUGH_BENCHMARKS = 5
FEW_TABLES = 5
MANY_TABLES = 25
LONG_TEXT = 4_000
SHORT_TEXT = 80


@dataclass(frozen=True)
class Check:
    """One check of one space."""

    name: str
    weight: int
    share: float | None
    """What is met, 0 to 1; None when it does not apply."""
    reason: str
    """What is there, in words and figures."""
    advice: str = ""
    """What would raise the share; empty when nothing is missing."""

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class Quality:
    """All checks of a space."""

    checks: tuple[Check, ...]

    @property
    def score(self) -> int:
        """0 to 100."""
        made = [check for check in self.checks if check.share is not None]
        weight = sum(check.weight for check in made)
        return round(100 * sum(check.weight * (check.share or 0) for check in made) / weight) if weight else 0

    @property
    def missing(self) -> tuple[Check, ...]:
        """Checks with advice, the ones worth most first."""
        short = [check for check in self.checks if check.advice]
        return tuple(sorted(short, key=lambda check: -check.weight * (1 - (check.share or 0))))

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {"score": self.score, "checks": [check.as_json() for check in self.checks]}


Runs = Callable[[str], str]
"""Tries a statement; why it fails, or nothing."""


def assess(space: Space, *, runs: Runs | None = None, accuracy: float | None = None) -> Quality:
    """All checks; `runs` tries example SQL on an engine, `accuracy` is the share an evaluation found right."""
    from lib.genie.sql import complaint

    examples = [joined(item.sql) for item in space.examples]
    complete = [joined(item.sql) for item in space.examples if not item.parameters]
    parsed = [not complaint(text) for text in examples]
    checks = [
        _described_tables(space),
        _described_columns(space),
        _synonyms(space),
        _tables(space),
        _joins(space),
        _text(space),
        _count("Examples", 15, len(space.examples), ENOUGH_EXAMPLES, "Add questions with their SQL: they are what Genie trusts."),
        _parsed(parsed),
        _tried(complete, runs),
        _measures(space),
        _count("Sample questions", 5, len(space.sample_questions), 3, "Show people what they can ask."),
        _count("Benchmarks", 15, len(space.benchmarks or ()), ENOUGH_BENCHMARKS, "Add questions with known answers."),
        _accuracy(accuracy),
        Check("Description", 5, float(bool(space.description)), "present" if space.description else "none",
              "" if space.description else "Say in a sentence what the space is for."),
    ]  # fmt: skip
    return Quality(tuple(checks))


def _share(name: str, weight: int, met: int, of: int, what: str, advice: str) -> Check:
    if not of:
        return Check(name, weight, None, "nothing to check")
    return Check(name, weight, met / of, f"{met} of {of} {what}", "" if met == of else advice)


def _described_tables(space: Space) -> Check:
    tables = (*space.tables, *space.metric_views)
    met = [table for table in tables if table.description]
    without = [table.identifier for table in tables if not table.description]
    advice = f"Say what one row is: {', '.join(without[:3])}{' …' if len(without) > 3 else ''}."
    return _share("Tables described", 10, len(met), len(tables), "tables", advice)


def _described_columns(space: Space) -> Check:
    columns = [column for table in space.tables for column in table.columns if not column.exclude]
    if space.tables and not columns:
        return Check("Columns described", 10, 0.0, "no column", "Describe the columns people ask for.")
    met = sum(bool(column.description) for column in columns)
    return _share("Columns described", 10, met, len(columns), "columns", "Describe the rest, or leave them out.")


def _synonyms(space: Space) -> Check:
    tables = [table for table in space.tables if table.columns]
    if space.tables and not tables:
        return Check("Synonyms", 5, 0.0, "no column", "Name the words people use for columns.")
    met = sum(any(column.synonyms for column in table.columns) for table in tables)
    return _share("Synonyms", 5, met, len(tables), "tables have them", "Name the words people use for columns.")


def _tables(space: Space) -> Check:
    number = len(space.identifiers)
    if not number:
        return Check("Few tables", 10, 0.0, "no table", "Give the space a table.")
    over = max(0, number - FEW_TABLES) / (MANY_TABLES - FEW_TABLES)
    advice = f"More than {FEW_TABLES} tables make answers worse: split the space, or offer a view." if over else ""
    return Check("Few tables", 10, max(0.0, 1 - over), f"{number} tables", advice)


def _joins(space: Space) -> Check:
    if len(space.identifiers) < 2:
        return Check("Joins", 10, None, "one table")
    linked = {side.identifier.lower() for join in space.joins for side in (join.left, join.right)}
    alone = [name for name in space.identifiers if name.lower() not in linked]
    met = len(space.identifiers) - len(alone)
    advice = f"Say how these belong to the others: {', '.join(alone[:3])}."
    return _share("Joins", 10, met, len(space.identifiers), "tables joined", advice)


def _text(space: Space) -> Check:
    length = sum(len(joined(text.content)) for text in space.text_instructions)
    if not length:
        return Check("Instructions", 10, 0.0, "none", "Write down the rules that no table says.")
    if length < SHORT_TEXT:
        return Check("Instructions", 10, 0.5, f"{length} characters", "Say more: units, rules, what to leave out.")
    if length > LONG_TEXT:
        advice = "Long texts are read badly: move SQL to examples and snippets."
        return Check("Instructions", 10, 0.5, f"{length:,} characters", advice)
    return Check("Instructions", 10, 1.0, f"{length:,} characters")


def _count(name: str, weight: int, number: int, enough: int, advice: str) -> Check:
    share = min(1.0, number / enough)
    return Check(name, weight, share, f"{number} of {enough} or more", "" if share == 1 else advice)


def _parsed(parsed: Sequence[bool]) -> Check:
    return _share(
        "Example SQL parses", 10, sum(parsed), len(parsed), "examples", "Correct what `genie validate` names."
    )


def _tried(examples: Sequence[str], runs: Runs | None) -> Check:
    if runs is None or not examples:
        return Check("Example SQL runs", 10, None, "not tried")
    failed = [reason for reason in map(runs, examples) if reason]
    advice = f"The first that fails: {failed[0]}" if failed else ""
    return _share("Example SQL runs", 10, len(examples) - len(failed), len(examples), "examples", advice)


def _measures(space: Space) -> Check:
    number = len(space.measures) + len(space.metric_views)
    advice = "Define the measures people argue about, once."
    return Check("Measures", 5, min(1.0, float(number)), f"{number} defined", "" if number else advice)


def _accuracy(accuracy: float | None) -> Check:
    if accuracy is None:
        return Check("Benchmark accuracy", 20, None, "not evaluated")
    advice = "" if accuracy >= 0.9 else "Look at the wrong answers, and add an example for each."
    return Check("Benchmark accuracy", 20, accuracy, f"{percent(accuracy)} right", advice)

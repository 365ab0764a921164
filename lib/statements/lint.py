"""Findings in the text of statements, by parser: exact places, nothing from strings or comments, nothing guessed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlglot import exp

from lib.masking import masked
from lib.statements.finding import Finding, Priority
from lib.statements.parsed import Parsed, Unreadable, read
from lib.statements.rules import RULES

PENALTY = {Priority.HIGH: 3.0, Priority.MEDIUM: 1.5, Priority.LOW: 0.5}
WEIGHTS: dict[type[exp.Expression], float] = {
    exp.Join: 0.8,
    exp.Subquery: 0.6,
    exp.CTE: 0.5,
    exp.Union: 0.7,
    exp.Except: 0.7,
    exp.Intersect: 0.7,
    exp.Window: 0.5,
    exp.Group: 0.4,
    exp.Case: 0.3,
    exp.Exists: 0.6,
    exp.In: 0.1,
    exp.Lateral: 0.5,
    exp.Pivot: 0.7,
    exp.Merge: 1.0,
}
"""What each part of a statement adds to its complexity."""


@dataclass(frozen=True)
class Linted:
    """What was found in a text of one or more statements."""

    findings: tuple[Finding, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    """Statements that nothing is said about."""
    statements: int = 0
    complexity: int | None = None
    """1 (plain) to 10, of the most complex statement; None when nothing could be read."""
    optimisation: int | None = None
    """10 when nothing was found, down to 1."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the rules that found something, each once."""
        return tuple(dict.fromkeys(finding.rule for finding in self.findings))

    def as_dict(self, file: str | None = None) -> dict[str, Any]:
        """The object that `lint --json` prints for a file."""
        place = {} if file is None else {"file": file}
        return {
            "findings": [place | finding.as_dict() for finding in self.findings],
            "unparseable": [place | {"line": u.line, "column": u.column, "reason": u.reason} for u in self.unreadable],
            "statements": self.statements,
            "complexity": self.complexity,
            "optimisation": self.optimisation,
        }


@dataclass
class _Sum:
    findings: list[Finding] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    complexity: list[int] = field(default_factory=list)
    optimisation: list[int] = field(default_factory=list)


def lint(text: str) -> Linted:
    """Read a text and say what makes it cost more than it needs to."""
    found = _Sum()
    parts = read(text)
    for part in parts:
        if isinstance(part, Unreadable):
            found.unreadable.append(part)
            continue
        own = list(findings_of(part))
        found.findings += own
        found.complexity.append(complexity(part))
        found.optimisation.append(optimisation(own))
    return Linted(
        tuple(sorted(found.findings, key=lambda f: (f.line, f.column, f.priority.rank, f.rule))),
        tuple(found.unreadable),
        len(parts),
        max(found.complexity, default=None),
        min(found.optimisation, default=None),
    )


cached_lint = lru_cache(maxsize=4096)(lint)
"""`lint`, remembered by text: pages ask for the same statements again and again."""


def findings_of(parsed: Parsed) -> Iterator[Finding]:
    """What the rules find in one statement."""
    for rule in RULES:
        for found in rule.find(parsed):
            line, column = parsed.place(found.offset)
            yield Finding(
                rule.name, rule.title, found.priority, line, column, found.message, rule.why, found.remedy, rule.effort,
                masked(found.rewrite) if found.rewrite else None, found.column_of,
            )  # fmt: skip


def complexity(parsed: Parsed) -> int:
    """1 to 10 by the joins, subqueries, steps, windows and cases of the tree; what strings hold does not count."""
    points = sum(weight * sum(1 for _ in parsed.all(kind)) for kind, weight in WEIGHTS.items())
    return min(10, 1 + round(points))


def optimisation(findings: list[Finding]) -> int:
    """10 for a statement in which nothing was found; each rule takes points off once."""
    worst: dict[str, float] = {}
    for finding in findings:
        worst[finding.rule] = max(worst.get(finding.rule, 0.0), PENALTY[finding.priority])
    return max(1, round(10 - sum(worst.values())))

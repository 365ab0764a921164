"""Findings from what was measured of a fingerprint's runs: waits, spills, files read for nothing, work done twice."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lib.spend.formatting import percent
from lib.statements.thresholds import Thresholds

Facts = Mapping[str, Any]
"""Sums over a fingerprint's runs: the columns of `statements/shapes`, and `repeated_runs`, `repeated_cost`, `cost_30d`."""


@dataclass(frozen=True)
class Measured:
    """One thing the figures say."""

    kind: str
    title: str
    evidence: str
    remedy: str
    why: str
    saved_low: float | None
    """Share of the cost that it would save, at least; None when nothing measured says how much."""
    saved_high: float | None
    method: str
    confidence: str
    effort: str


Check = Callable[[Facts, Thresholds], Iterator[Measured]]


MAINTENANCE = frozenset({"OPTIMIZE", "ANALYZE", "VACUUM", "REFRESH", "SHOW", "DESCRIBE"})
"""Statements that read whole tables because that is what they are for."""


def measured(facts: Facts, limits: Thresholds) -> list[Measured]:
    """What the figures of one fingerprint say, in the order of CHECKS."""
    wanted = limits.checks.model_dump()
    if facts["statement_type"] in MAINTENANCE:
        wanted |= {"poor_pruning": False, "spill": False, "compile_heavy": False}
    return [found for name, check in CHECKS if wanted[name] for found in check(facts, limits)]


def _long_running(facts: Facts, limits: Thresholds) -> Iterator[Measured]:
    mean = facts["total_ms"] / max(facts["runs"], 1)
    if mean >= limits.slow_seconds * 1000:
        yield Measured(
            "long-running",
            "Long running",
            f"A run takes {mean / 60000:.1f} minutes on average, {facts['max_ms'] / 60000:.1f} at most.",
            "Look at what it reads and shuffles first; split it, or work it out once and keep the result.",
            "It holds memory and slots that others wait for.",
            None,
            None,
            "What it would save depends on the cause.",
            "low",
            "medium",
        )


def _spill(facts: Facts, limits: Thresholds) -> Iterator[Measured]:
    spilled, read, runs = facts["spilled_bytes"], facts["read_bytes"], max(facts["runs"], 1)
    if spilled and (spilled / runs >= limits.spill_bytes or (read and spilled / read > limits.spill_share)):
        yield Measured(
            "spill",
            "Spills to disk",
            f"A run writes {spilled / runs / 2**30:.1f} GiB to local disk because memory does not suffice.",
            "Select fewer columns and rows before joining, treat skewed keys apart, or use a larger warehouse for it.",
            "What does not fit into memory is written and read again.",
            0.1,
            0.3,
            "10 to 30 % of its cost: time for writing and reading back",
            "low",
            "medium",
        )


def _poor_pruning(facts: Facts, limits: Thresholds) -> Iterator[Measured]:
    read, pruned, runs = facts["read_files"], facts["pruned_files"], max(facts["runs"], 1)
    if read + pruned <= 0 or facts["read_bytes"] / runs < limits.pruning_fewest_bytes:
        return
    share = pruned / (read + pruned)
    if share < limits.pruned_share:
        yield Measured(
            "poor-pruning",
            "Reads files for nothing",
            f"Only {percent(share)} of the files are skipped; a run reads {facts['read_bytes'] / runs / 2**30:.1f} GiB.",
            "Filter by the columns the table is clustered by, cluster it by what is filtered, and keep statistics fresh.",
            "Files without a matching row are read and thrown away.",
            0.2,
            0.6,
            "20 to 60 % of its cost: the part of the scan that skipping files saves on similar tables",
            "low",
            "medium",
        )


def _queueing(facts: Facts, limits: Thresholds) -> Iterator[Measured]:
    queued, total = facts["queue_ms"], facts["total_ms"]
    if total and queued / total > limits.queue_share and queued >= limits.queue_fewest_seconds * 1000:
        yield Measured(
            "queueing",
            "Waits in the queue",
            f"{percent(queued / total)} of its time is spent waiting for room on the warehouse.",
            "Raise the most clusters of the warehouse, or move it to another time or warehouse.",
            "People wait; the cost stays the same.",
            None,
            None,
            "Saves time, not money.",
            "high",
            "low",
        )


def _compile_heavy(facts: Facts, limits: Thresholds) -> Iterator[Measured]:
    ran = facts["total_ms"] - facts["queue_ms"] - facts["compute_wait_ms"]
    if facts["runs"] >= limits.compile_fewest_runs and ran > 0 and facts["compile_ms"] / ran > limits.compile_share:
        yield Measured(
            "compile-heavy",
            "Spends its time compiling",
            f"{percent(facts['compile_ms'] / ran)} of its working time is compilation.",
            "Ask for many keys in one statement, use parameters, and keep the number of files and views below it small.",
            "Each small statement is planned anew.",
            0.2,
            0.5,
            "20 to 50 % of its cost: plans that need not be made",
            "low",
            "medium",
        )


def _fetch_bound(facts: Facts, limits: Thresholds) -> Iterator[Measured]:
    fetched = facts["fetch_ms"]
    whole = facts["total_ms"] + fetched
    if whole and fetched / whole > limits.fetch_share and fetched >= limits.fetch_fewest_seconds * 1000:
        yield Measured(
            "fetch-bound",
            "Held by whoever fetches",
            f"{percent(fetched / whole)} of the time goes into handing over rows.",
            "Aggregate before fetching, fetch fewer columns, or write the result to a table and export that.",
            "The warehouse is kept busy by a slow reader.",
            0.1,
            0.3,
            "10 to 30 % of its cost: time in which only rows are fetched",
            "low",
            "low",
        )


def _tiny_writes(facts: Facts, limits: Thresholds) -> Iterator[Measured]:
    files = facts["written_files"]
    if files >= limits.small_write_fewest_files and facts["written_bytes"] / files < limits.small_write_bytes:
        yield Measured(
            "tiny-writes",
            "Writes many small files",
            f"{files:,.0f} files of {facts['written_bytes'] / files / 2**20:.1f} MiB on average.",
            "Write less often, switch on optimised writes and automatic compaction, or OPTIMIZE the table.",
            "Readers open each file; small ones cost more than they hold.",
            None,
            None,
            "The readers save, not the writer.",
            "medium",
            "low",
        )


def _failed_waste(facts: Facts, limits: Thresholds) -> Iterator[Measured]:
    lost = facts["failed_runs"] + facts["canceled_runs"]
    if lost >= limits.failed_fewest_runs and lost / max(facts["runs"], 1) >= limits.failed_share:
        wasted, cost = facts["wasted_cost"] or 0.0, facts["cost"] or 0.0
        share = min(wasted / cost, 1.0) if cost > 0 else None
        yield Measured(
            "failed-waste",
            "Fails often",
            f"{lost:,.0f} of {facts['runs']:,.0f} runs failed or were canceled.",
            "Repair or stop what sends it; the page of failures says what the errors are.",
            "Work of a statement that fails is paid for and thrown away.",
            None if share is None else share * 0.5,
            share,
            "half to all of the cost of failed and canceled runs",
            "medium",
            "low",
        )


def _repeated(facts: Facts, limits: Thresholds) -> Iterator[Measured]:
    again = facts.get("repeated_runs") or 0
    if again >= limits.repeated_fewest_runs:
        cost, own = facts.get("repeated_cost"), facts["cost"]
        share = min(cost / own, 1.0) if cost and own else None
        yield Measured(
            "repeated",
            "Asked again and again",
            f"{again:,.0f} runs had the very text of an earlier run of the same day, worked out anew.",
            "Let the result cache answer: no clock or chance in the text, the same text each time; or keep the result.",
            "The same answer is worked out twice.",
            None if share is None else share * 0.3,
            share,
            "30 to 100 % of the cost of runs after the first of a day: tables may have changed in between",
            "medium",
            "low",
        )


CHECKS: tuple[tuple[str, Check], ...] = (
    ("long_running", _long_running),
    ("spill", _spill),
    ("poor_pruning", _poor_pruning),
    ("queueing", _queueing),
    ("compile_heavy", _compile_heavy),
    ("fetch_bound", _fetch_bound),
    ("tiny_writes", _tiny_writes),
    ("failed_waste", _failed_waste),
    ("repeated", _repeated),
)

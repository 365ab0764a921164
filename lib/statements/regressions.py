"""Which shapes became slower or dearer (or better), and why, from what was measured of their runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lib.spend.formatting import percent
from lib.statements.thresholds import Thresholds

Row = Mapping[str, Any]
MORE = 1.5
"""From this factor on, a measure counts as changed."""
FEW = 50
"""A p95 of fewer runs rests on one or two of them: then the middle run must have changed, too."""
FEWEST_COSTS = 5
"""Runs whose middle cost is compared at least: what a single run is charged depends on who else ran."""


@dataclass(frozen=True)
class Shift:
    """A shape whose time or cost is no longer what it was."""

    shape_hash: str
    workspace_id: str
    measure: str
    """`p95` (time in ms) or `run cost` (money)."""
    before: float
    now: float
    runs: int
    before_runs: int
    reasons: tuple[str, ...]
    """In words, the strongest first; "no measured cause" when nothing else changed."""

    @property
    def factor(self) -> float:
        """Now against before: above 1 is worse."""
        return self.now / self.before

    @property
    def is_worse(self) -> bool:
        """A regression, not an improvement."""
        return self.factor > 1


def shifts(rows: Iterable[Row], limits: Thresholds, sizes: Mapping[str, tuple[str, str]] | None = None) -> list[Shift]:
    """The shapes that moved by the regression factor or more, worst first; `rows` are those of `statements/windows`.

    sizes: warehouse id → its size before and now. Operators and plans are not in the query history, so no reason names them.
    """
    found = [shift for row in rows if (shift := _shift(row, limits, sizes or {})) is not None]
    return sorted(found, key=lambda shift: -shift.factor)


def _shift(row: Row, limits: Thresholds, sizes: Mapping[str, tuple[str, str]]) -> Shift | None:
    if row["before_runs"] < limits.regression_fewest_runs or not row["runs"]:
        return None
    for measure, now, before, smallest in (
        ("p95", _typical(row), row["before_p95_ms"], limits.regression_smallest_seconds * 1000),
        ("run cost", row["run_cost_p50"], row["before_run_cost_p50"], limits.regression_smallest_run_cost),
    ):
        if not now or not before or max(now, before) < smallest:
            continue
        better = measure == "p95" and _better(row, limits)
        sure = _middle_moved(row) if measure == "p95" else row["runs"] >= FEWEST_COSTS
        if (now >= before * limits.regression_factor and sure) or better:
            value = row["p95_ms"] if better else now
            reasons = tuple(_reasons(row, sizes, worse=value > before))
            return Shift(
                row["shape_hash"],
                row["workspace_id"],
                measure,
                float(before),
                float(value),
                int(row["runs"]),
                int(row["before_runs"]),
                reasons or ("no measured cause",),
            )
    return None


def _typical(row: Row) -> float | None:
    """p95 of many runs; of a few, their median: one slow run among four says little, one among one is all there is."""
    return row["p95_ms"] if row["runs"] >= 5 else row["p50_ms"]


def _middle_moved(row: Row) -> bool:
    """There are many runs, or the middle one takes half as long again."""
    return row["runs"] >= FEW or bool(row["p50_ms"] and row["p50_ms"] >= row["before_p50_ms"] * MORE)


def _better(row: Row, limits: Thresholds) -> bool:
    enough = row["runs"] >= limits.regression_fewest_runs
    enough = enough and (row["runs"] >= FEW or row["p50_ms"] * MORE <= row["before_p50_ms"])
    return bool(enough and row["p95_ms"] and row["p95_ms"] * limits.regression_factor <= row["before_p95_ms"])


def _reasons(row: Row, sizes: Mapping[str, tuple[str, str]], *, worse: bool) -> list[str]:
    found: list[tuple[float, str]] = []

    def moved(name: str, words: str, smallest: float) -> None:
        now, before = row[name] or 0.0, row[f"before_{name}"] or 0.0
        high, low = (now, before) if worse else (before, now)
        if high >= smallest and high >= low * MORE:
            factor = high / low if low else float("inf")
            times = f"{factor:.1f} times" if low else "not before" if worse else "not any more"
            found.append((factor, words.format("more" if worse else "less", times)))

    moved("run_bytes", "a run reads {0} ({1})", 1e7)
    moved("run_rows", "a run reads {0} rows ({1})", 1e5)
    moved("run_spill", "a run spills {0} ({1})", 1e7)
    moved("run_queue_ms", "a run queues {0} ({1})", 1000)
    moved("run_compute_wait_ms", "a run waits {0} for compute to start ({1})", 1000)
    moved("hour_statements", "{0} statements share the hour on its warehouse ({1})", 10)
    pruned, before = _pruned(row, ""), _pruned(row, "before_")
    if pruned is not None and before is not None and abs(pruned - before) >= 0.2 and (pruned < before) is worse:
        found.append((abs(pruned - before) * 10, f"files skipped went from {percent(before)} to {percent(pruned)}"))
    cached, was = row["cached_share"] or 0.0, row["before_cached_share"] or 0.0
    if abs(cached - was) >= 0.2 and (cached < was) is worse:
        found.append(
            (abs(cached - was) * 10, f"answers from the result cache went from {percent(was)} to {percent(cached)}")
        )
    old, new = row["before_warehouse_id"], row["warehouse_id"]
    if old and new and old != new and row["warehouses"] == row["before_warehouses"] == 1:
        found.append((2.0, "it moved to another warehouse"))
    elif new in sizes and sizes[new][0] != sizes[new][1]:
        found.append((2.0, f"the warehouse was changed from {sizes[new][0]} to {sizes[new][1]}"))
    return [words for _, words in sorted(found, key=lambda item: -item[0])]


def _pruned(row: Row, when: str) -> float | None:
    read, pruned = row[f"{when}read_files"], row[f"{when}pruned_files"]
    return pruned / (read + pruned) if read is not None and pruned is not None and read + pruned > 0 else None

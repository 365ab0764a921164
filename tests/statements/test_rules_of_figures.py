"""What figures say: regressions, measured findings, failures, severities, thresholds."""

from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.errors import SettingsError
from lib.recommendations.lifecycle import Tracked, tracked
from lib.statements.failures import CATEGORIES, category
from lib.statements.measured import CHECKS, measured
from lib.statements.regressions import shifts
from lib.statements.thresholds import SHIPPED, Thresholds, thresholds
from lib.statements.tracking import progress
from lib.store.recommendations import Decision

LIMITS = thresholds()
STEADY: dict[str, Any] = {
    "shape_hash": "h", "workspace_id": "ws1", "runs": 1, "before_runs": 20, "p95_ms": 10_000.0, "before_p95_ms": 10_000.0, "p50_ms": 10_000.0,
    "before_p50_ms": 10_000.0, "run_cost": 0.1, "before_run_cost": 0.1, "run_cost_p50": 0.1, "before_run_cost_p50": 0.1, "run_bytes": 1e9,
    "before_run_bytes": 1e9, "run_spill": 0.0, "before_run_spill": 0.0, "run_queue_ms": 0.0, "before_run_queue_ms": 0.0,
    "run_compute_wait_ms": 0.0, "before_run_compute_wait_ms": 0.0, "cached_share": 0.0, "before_cached_share": 0.0, "read_files": 100.0,
    "before_read_files": 100.0, "pruned_files": 100.0, "before_pruned_files": 100.0, "warehouse_id": "w1", "before_warehouse_id": "w1",
    "warehouses": 1, "before_warehouses": 1,
}  # fmt: skip
QUIET: dict[str, Any] = {
    "statement_type": "SELECT", "runs": 100, "failed_runs": 0, "canceled_runs": 0, "cost": 10.0, "wasted_cost": 0.0, "total_ms": 100 * 5_000,
    "compute_wait_ms": 0, "queue_ms": 0, "compile_ms": 100 * 200, "execute_ms": 100 * 4_800, "fetch_ms": 0, "max_ms": 9_000,
    "read_bytes": 100 * 10**8, "read_files": 1_000, "pruned_files": 9_000, "spilled_bytes": 0, "written_bytes": 0, "written_files": 0,
    "repeated_runs": 0, "repeated_cost": None,
}  # fmt: skip


def test_one_run_of_sixty_seconds_after_twenty_of_ten_is_a_regression_and_steady_is_none() -> None:
    (shift,) = shifts([STEADY | {"p95_ms": 60_000.0, "p50_ms": 60_000.0}], LIMITS)
    assert (shift.measure, shift.factor, shift.is_worse) == ("p95", 6.0, True)
    assert shift.reasons == ("no measured cause",)
    assert shifts([STEADY], LIMITS) == []


@pytest.mark.parametrize(
    ("change", "fires"),
    [
        ({"p95_ms": 20_000.0, "p50_ms": 20_000.0}, True),
        ({"p95_ms": 19_999.0, "p50_ms": 19_999.0}, False),
        ({"p95_ms": 60_000.0, "p50_ms": 60_000.0, "before_runs": 4}, False),
        ({"p95_ms": 60_000.0, "p50_ms": 60_000.0, "before_runs": 5}, True),
        ({"run_cost_p50": 0.2, "runs": 5}, True),
        ({"run_cost_p50": 0.19, "runs": 5}, False),
        ({"run_cost_p50": 0.2, "runs": 4}, False),
        ({"p95_ms": 20_000.0, "p50_ms": 14_999.0, "runs": 49}, False),
        ({"p95_ms": 20_000.0, "p50_ms": 15_000.0, "runs": 49}, True),
        ({"p95_ms": 20_000.0, "p50_ms": 10_000.0, "runs": 50}, True),
        ({"before_p95_ms": 100.0, "p95_ms": 1_900.0, "p50_ms": 1_900.0}, False),
    ],
)
def test_boundaries_of_a_regression(change: dict[str, Any], fires: bool) -> None:
    assert bool(shifts([STEADY | change], LIMITS)) is fires


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ({"run_bytes": 5e9}, "reads more"),
        ({"run_spill": 5e9}, "spills more"),
        ({"run_queue_ms": 30_000.0}, "queues more"),
        ({"pruned_files": 2.0}, "files skipped"),
        ({"before_cached_share": 0.6}, "result cache"),
        ({"warehouse_id": "w2"}, "another warehouse"),
    ],
)
def test_reasons_come_from_what_was_measured(cause: dict[str, Any], words: str) -> None:
    (shift,) = shifts([STEADY | {"p95_ms": 60_000.0, "p50_ms": 60_000.0} | cause], LIMITS)
    assert words in shift.reasons[0]


def test_a_change_of_size_is_a_reason_and_improvements_are_told_apart() -> None:
    slower = STEADY | {"p95_ms": 60_000.0, "p50_ms": 60_000.0}
    (shift,) = shifts([slower], LIMITS, {"w1": ("LARGE", "SMALL")})
    assert "from LARGE to SMALL" in shift.reasons[0]
    (better,) = shifts([STEADY | {"runs": 10, "p50_ms": 4_000.0, "p95_ms": 4_000.0, "run_bytes": 1e8}], LIMITS)
    assert not better.is_worse
    assert "reads less" in better.reasons[0]


LOUD = {
    "long-running": {"total_ms": 100 * 400_000},
    "spill": {"spilled_bytes": 100 * 11 * 2**30},
    "poor-pruning": {"read_bytes": 100 * 2**31, "read_files": 9_000, "pruned_files": 1_000},
    "queueing": {"queue_ms": 100 * 1_000},
    "compile-heavy": {"compile_ms": 100 * 3_000},
    "fetch-bound": {"fetch_ms": 100 * 4_000},
    "tiny-writes": {"written_files": 2_000, "written_bytes": 2_000 * 2**20},
    "failed-waste": {"failed_runs": 30, "wasted_cost": 3.0},
    "repeated": {"repeated_runs": 40, "repeated_cost": 4.0},
}


@pytest.mark.parametrize("kind", LOUD)
def test_each_measured_finding_is_found_and_alone(kind: str) -> None:
    (found,) = measured(QUIET | LOUD[kind], LIMITS)
    assert found.kind == kind
    assert found.evidence
    assert found.remedy
    assert found.method
    if found.saved_high is not None:
        assert 0 <= (found.saved_low or 0) <= found.saved_high <= 1


def test_nothing_is_found_in_quiet_figures_and_every_check_has_a_loud_case() -> None:
    assert measured(QUIET, LIMITS) == []
    assert len(LOUD) == len(CHECKS)


def test_maintenance_reads_whole_tables_by_design() -> None:
    assert measured(QUIET | LOUD["poor-pruning"] | {"statement_type": "OPTIMIZE"}, LIMITS) == []


def test_a_check_can_be_switched_off(tmp_path: Path) -> None:
    own = tmp_path / "q.yaml"
    own.write_text("checks: {spill: false}\n", encoding="utf-8")
    assert measured(QUIET | LOUD["spill"], thresholds(own)) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[STATEMENT_TIMEOUT] Query timed out after 3600 seconds", "timeout"),
        ("[INSUFFICIENT_PERMISSIONS] User does not have SELECT on table.", "permission"),
        ("java.lang.OutOfMemoryError: Java heap space", "memory"),
        ("[PARSE_SYNTAX_ERROR] Syntax error at or near 'FORM'.", "syntax"),
        ("[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `region` cannot be resolved.", "syntax"),
        ("[DIVIDE_BY_ZERO] Division by zero.", "data"),
        ("Something else went wrong", "other"),
        ("", "not said"),
        (None, "not said"),
    ],
)
def test_failures_have_a_category(text: str | None, wanted: str) -> None:
    assert category(text) == wanted
    assert wanted in CATEGORIES


@pytest.mark.parametrize(
    ("minutes", "dbus", "slow", "expensive"),
    [
        (4.99, 19.9, None, None),
        (5, 20, "low", "low"),
        (15, 50, "medium", "medium"),
        (29.9, 99.9, "medium", "medium"),
        (30, 100, "high", "high"),
    ],
)
def test_severities_begin_at_their_limits(minutes: float, dbus: float, slow: str | None, expensive: str | None) -> None:
    assert (LIMITS.slow_now_minutes.of(minutes), LIMITS.expensive_now_dbus.of(dbus)) == (slow, expensive)


def test_utilisation_classes() -> None:
    assert [LIMITS.utilisation_class(share) for share in (0.29, 0.3, 0.8, 0.81)] == ["low", "fair", "fair", "high"]


def test_every_key_is_known_and_an_unknown_one_is_rejected(tmp_path: Path) -> None:
    from ruamel.yaml import YAML

    assert set(YAML(typ="safe").load(SHIPPED)) == set(Thresholds.model_fields)
    own = tmp_path / "q.yaml"
    own.write_text("slow_secnds: 5\nfast_seconds: many\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="slow_secnds") as caught:
        thresholds(own)
    assert "fast_seconds" in str(caught.value)
    own.write_text("slow_now_minutes: {low: 9, medium: 5, high: 30}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="rise"):
        thresholds(own)
    own.write_text("fast_seconds: 3\n", encoding="utf-8")
    assert thresholds(own).fast_seconds == 3


@pytest.mark.parametrize(
    ("state", "verified", "stage", "roi"),
    [
        ("accepted", None, "planned", None),
        ("done", None, "implemented", None),
        ("done", "30", "verified", 3.56),
        ("done", "-10", "verified", -2.52),
    ],
)
def test_a_decision_goes_from_planned_to_verified_and_may_cost_more_than_it_saves(
    state: str, verified: str | None, stage: str, roi: float | None
) -> None:
    made = Decision(
        key="repeated/1/f", kind="repeated", workspace_id="1", object_type="statement", object_id="f", object_name="SELECT 1",
        title="Asked again", state=state, reason="", until=None, owner="ann", decided_by="ann",
        decided_at=datetime(2026, 6, 1, tzinfo=timezone.utc), done_on=None, currency="USD", saving_low=None,
        saving_high=Decimal(40), verified=None if verified is None else Decimal(verified),
        cost_before=None if verified is None else Decimal(100),
    )  # fmt: skip
    found = progress(Tracked(made.key, state, None, made), LIMITS)  # type: ignore[arg-type]
    assert found is not None
    assert (found.stage, found.effort_cost) == (stage, Decimal(80))
    assert found.cost_after == (None if verified is None else Decimal(100) - Decimal(verified))
    assert (None if found.roi is None else round(float(found.roi), 2)) == roi
    assert progress(Tracked(made.key, "open", None, None), LIMITS) is None
    assert tracked([], {made.key: made}, date(2026, 6, 2), lambda decision: decision.object_type != "statement") == []

"""Each check finds what it is for, on data made for it, and is calm on clean data."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.trust.check import Verdict
from lib.trust.checks import CHECKS
from lib.trust.trust import trust
from tests.account import Account, price, usage

USAGE, PRICES = "system.billing.usage", "system.billing.list_prices"
FILTERS = Filters(Period(date(2026, 6, 1), date(2026, 7, 1)))
AS_OF = AsOf(date(2026, 6, 10), date(2026, 6, 11), date(2026, 6, 12))
SOURCES = (
    "system.lakeflow.jobs", "system.lakeflow.job_run_timeline", "system.lakeflow.job_task_run_timeline",
    "system.compute.clusters", "system.compute.node_timeline", "system.compute.warehouses",
    "system.compute.warehouse_events", "system.query.history", "system.access.workspaces_latest",
)  # fmt: skip
CLEAN: dict[str, list[dict[str, Any]]] = {
    USAGE: [usage(5, run_as="ada"), usage(5, start="2026-06-11 10:00", run_as="ada")],
    PRICES: [price("1")],
    **{name: [] for name in SOURCES},
    "system.access.workspaces_latest": [{"workspace_id": "ws1", "workspace_name": "prod", "status": "RUNNING"}],
}


def verdicts(tmp_path: Path, **changes: Any) -> dict[str, Verdict]:
    tables = CLEAN | {name.replace("__", "."): rows for name, rows in changes.items()}
    account = Account(tmp_path, {name: rows for name, rows in tables.items() if rows is not None})
    return {c.check.name: c.finding.verdict for c in trust(account.warehouse, FILTERS, AS_OF).checked}


def test_clean_data_is_believed(tmp_path: Path) -> None:
    found = verdicts(tmp_path)
    assert {name for name, verdict in found.items() if verdict is not Verdict.OK} <= {"regions"}
    assert len(found) == len(CHECKS) >= 12


@pytest.mark.parametrize(
    ("check", "verdict", "changes"),
    [
        ("unpriced", Verdict.WARN, {USAGE: [*CLEAN[USAGE], usage(1, sku_name="NEW", run_as="ada")]}),
        ("duplicates", Verdict.CRITICAL, {USAGE: [CLEAN[USAGE][0], CLEAN[USAGE][0]]}),
        (
            "price_windows",
            Verdict.WARN,
            {PRICES: [price("1", until="2026-06-10 12:00"), price("2", since="2026-06-11 00:00")]},
        ),
        ("price_windows", Verdict.WARN, {PRICES: [price("1"), price("1")]}),
        ("coverage", Verdict.WARN, {USAGE: [usage(1, start="2026-06-01 10:00"), usage(1, start="2026-06-09 10:00")]}),
        ("tables", Verdict.WARN, {"system.query.history": None}),
        ("workspaces", Verdict.WARN, {USAGE: [usage(1, workspace_id="gone")]}),
        ("job_names", Verdict.WARN, {USAGE: [usage(1, job_id="j1", job_run_id="r1")]}),
        ("job_names", Verdict.NOT_ASSESSED, {"system.lakeflow.jobs": None}),
        ("corrections", Verdict.WARN, {USAGE: [usage(2), usage(-1, record_type="RETRACTION")]}),
        ("orphans", Verdict.WARN, {USAGE: [usage(1, billing_origin_product="ALL_PURPOSE", cluster_id="c1")]}),
        ("shape", Verdict.WARN, {USAGE: [usage(1) | {"usage_date": date(2026, 6, 9)}]}),
        ("owners", Verdict.WARN, {USAGE: [usage(1)]}),
        (
            "machines",
            Verdict.WARN,
            {USAGE: [usage(1, billing_origin_product="ALL_PURPOSE", cluster_id="c1", node_type="unheard.of")]},
        ),
    ],
)
def test_a_check_finds_what_it_is_for(tmp_path: Path, check: str, verdict: Verdict, changes: dict[str, Any]) -> None:
    assert verdicts(tmp_path, **changes)[check] is verdict


def test_a_missing_usage_table_is_critical_and_the_rest_is_not_assessed(tmp_path: Path) -> None:
    tables = {name: rows for name, rows in CLEAN.items() if name != USAGE}
    account = Account(tmp_path, tables)
    result = trust(account.warehouse, FILTERS, AS_OF)
    found = {c.check.name: c.finding.verdict for c in result.checked}
    assert found["tables"] is Verdict.CRITICAL
    assert {found[check.name] for check in CHECKS if USAGE in check.needs} == {Verdict.NOT_ASSESSED}
    assert result.verdict is Verdict.CRITICAL


def test_evidence_names_the_figures(tmp_path: Path) -> None:
    account = Account(tmp_path, CLEAN)
    said = {c.check.name: c.finding for c in trust(account.warehouse, FILTERS, AS_OF).checked}
    assert "$10.00" in said["reconciled"].evidence
    assert "Σ workspace = 10.0000 USD" in said["parts"].details

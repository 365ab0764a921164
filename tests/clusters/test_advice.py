"""Every rule fires on its cases and on none of the clean ones; savings are from own usage and never beyond own cost."""

import importlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lib.clusters import advice
from lib.clusters.advice import RULES, Rule
from lib.clusters.advice.facts import Facts, NodeType

CASES = Path(__file__).parent / "cases"
ADVICE = Path(advice.__file__).parent
NODES = (
    NodeType("r5.4xlarge", 16, 131072, 0, 1.0, 3.6, "AWS"), NodeType("r5.2xlarge", 8, 65536, 0, 0.5, 1.8, "AWS"),
    NodeType("r5.xlarge", 4, 32768, 0, 0.25, 0.9, "AWS"), NodeType("m5.4xlarge", 16, 65536, 0, 0.77, 2.7, "AWS"),
    NodeType("g5.12xlarge", 48, 196608, 4, 5.7, 7.7, "AWS"), NodeType("r4.4xlarge", 16, 124928, 0, 1.1, 3.6, "AWS"),
)  # fmt: skip
# 4 workers and a driver of one size, 200 hours up, $800: workers are four fifths of it
HEALTHY: dict[str, Any] = {
    "workspace_id": "ws1", "cluster_id": "c1", "pool_id": "p1", "warehouse_id": "w1", "name": "etl", "owner": "ann@x.example",
    "source": "UI", "cloud": "AWS", "driver_node_type": "r5.4xlarge", "worker_node_type": "r5.4xlarge", "workers": 4.0,
    "min_workers": None, "max_workers": None, "auto_stop_minutes": 30, "tags": {}, "runtime": "15.4.x-scala2.12", "photon": False,
    "availability": "SPOT_WITH_FALLBACK", "first_on_demand": 1.0, "driver_cores": 16.0, "worker_cores": 16.0, "gpus": 0,
    "driver_vm_price": 1.0, "worker_vm_price": 1.0, "driver_dbu_rate": 3.6, "worker_dbu_rate": 3.6, "spot_share": 0.4,
    "dbus": 1090.0, "dbu_cost": 600.0, "vm_cost": 200.0, "total_cost": 800.0, "up_minutes": 12000.0, "quiet_minutes": 1200.0,
    "idle_after_30": 900.0, "idle_after_60": 0.0, "longest_quiet": 45.0, "starts": 20, "up_days": 20, "idle_cost": 60.0,
    "idle_cost_60": 0.0, "measured_cost": 800.0, "driver_cpu_p50": 30.0, "driver_cpu_p95": 60.0, "driver_memory_p95": 60.0,
    "driver_swap_minutes": 0.0, "driver_node_minutes": 12000.0, "worker_cpu_mean": 45.0, "worker_cpu_p50": 45.0,
    "worker_cpu_p95": 70.0, "worker_memory_p50": 50.0, "worker_memory_p95": 65.0, "worker_swap_minutes": 0.0,
    "worker_node_minutes": 48000.0,
}  # fmt: skip


def facts(of: str, overrides: dict[str, Any]) -> Facts:
    row = {k: v for k, v in overrides.items() if not k.startswith("_")}
    around = {k.removeprefix("_"): v for k, v in overrides.items() if k.startswith("_")}
    base = HEALTHY if of == "cluster" else {k: HEALTHY[k] for k in ("workspace_id", f"{of}_id", "name")}
    return Facts({**base, **row}, of, today=date(2026, 11, 20), **({"node_types": NODES} | around))


def cases(rule: Rule) -> Any:
    return importlib.import_module(f"tests.clusters.cases.{rule.kind}")


def test_registry_folder_and_cases_are_the_same() -> None:
    kinds = {rule.kind for rule in RULES}
    assert {path.stem for path in ADVICE.glob("*.py")} - {"__init__", "facts"} == kinds
    assert {path.stem for path in CASES.glob("*.py")} - {"__init__"} == kinds
    assert all(rule.about and rule.title for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_it_fires_on_its_cases_and_no_other(rule: Rule) -> None:
    told = cases(rule)
    assert getattr(told, "OF", "cluster") == rule.of
    assert told.FOUND
    assert told.CLEAN
    for name, overrides in told.CLEAN.items():
        assert rule.find(facts(rule.of, overrides)) is None, f"invented on: {name}"
    for name, overrides in told.FOUND.items():
        found = rule.find(facts(rule.of, overrides))
        assert found is not None, f"missed: {name}"
        assert found.kind == rule.kind
        assert found.key.startswith(f"{rule.kind}/ws1/")
        assert found.evidence
        assert found.action
        assert found.method
        if found.saving_high is not None:
            assert found.own_cost is not None
            assert 0 <= (found.saving_low or 0) <= found.saving_high <= found.own_cost


@pytest.mark.parametrize("rule", [r for r in RULES if hasattr(cases(r), "SAVES")], ids=lambda rule: rule.kind)
def test_savings_by_hand(rule: Rule) -> None:
    told = cases(rule)
    for name, saves in told.SAVES.items():
        found = rule.find(facts(rule.of, told.FOUND[name]))
        said = (
            None
            if found is None or found.saving_high is None
            else (round(found.saving_low or 0), round(found.saving_high))
        )
        assert said == saves, name


def test_a_healthy_cluster_gets_no_advice() -> None:
    assert [rule.kind for rule in RULES if rule.of == "cluster" and rule.find(facts("cluster", {}))] == []


@pytest.mark.parametrize(
    ("overrides", "kind"),
    [
        ({"auto_stop_minutes": 0, "idle_cost": None}, "auto_stop"),
        ({"workers": 10.0, "worker_node_minutes": 120000.0, "worker_cpu_p95": 75.0}, "no_autoscale"),
        ({"_up_hours": 30.0}, "long_running"),
        ({"workers": None, "min_workers": 7.0, "max_workers": 28.0, "worker_node_minutes": None}, "autoscaling"),
        ({"runtime": "12.2.x-scala2.12"}, "old_runtime"),
    ],
)
def test_each_of_the_five_quick_checks_fires_alone(overrides: dict[str, Any], kind: str) -> None:
    fired = [rule.kind for rule in RULES if rule.of == "cluster" and rule.find(facts("cluster", overrides))]
    assert fired == [kind]


def test_suggested_machines_are_ones_the_workspace_offers() -> None:
    offered = {node.name for node in NODES}
    for kind, overrides in (("oversized_driver", {"driver_cpu_p95": 8.0, "driver_memory_p95": 20.0}),
                            ("oversized_memory", {"worker_memory_p95": 25.0})):  # fmt: skip
        rule = next(rule for rule in RULES if rule.kind == kind)
        found = rule.find(facts("cluster", overrides))
        assert found is not None
        assert any(name in found.action for name in offered)

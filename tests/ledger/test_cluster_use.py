"""How busy clusters were, by hand: bands and means, idle spells, midnight, and the same from a refresh of one day."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.account import ACCOUNT, Account, Row, at, node_minutes, price, usage

CLUSTER: Row = {
    "account_id": ACCOUNT, "workspace_id": "ws1", "cluster_id": "c1", "cluster_name": "etl", "owned_by": "ann", "cluster_source": "UI",
    "create_time": at("2026-01-01 00:00"), "change_time": at("2026-01-01 00:00"), "change_date": date(2026, 1, 1),
    "driver_node_type": "m5.xlarge", "worker_node_type": "m5.xlarge", "worker_count": 1, "tags": {}, "dbr_version": "15.4.x-scala2.12",
}  # fmt: skip


def minutes(start: str, count: int, cpu: float, *, driver: bool = True, memory: float = 42, **more: Any) -> list[Row]:
    values = {
        "cpu_user_percent": cpu * 0.8,
        "cpu_system_percent": cpu * 0.2,
        "mem_used_percent": memory,
        "mem_swap_percent": 0.0,
    }
    return node_minutes(start, count, driver=driver, instance_id="d" if driver else "w", **values | more)


def account(path: Path, *rows: list[Row]) -> Account:
    every = [row for part in rows for row in part]
    bill = [usage(10, start=start, cluster_id="c1", sku_name="PREMIUM_ALL_PURPOSE_COMPUTE", billing_origin_product="ALL_PURPOSE")
            for start in ("2026-06-10 08:00", "2026-06-11 08:00")]  # fmt: skip
    return Account(path, {
        "system.compute.clusters": [CLUSTER], "system.compute.node_timeline": every, "system.billing.usage": bill,
        "system.billing.list_prices": [price("0.5", sku_name="PREMIUM_ALL_PURPOSE_COMPUTE")],
    })  # fmt: skip


FLEET = {
    "start_date": date(2026, 6, 1), "end_date": date(2026, 7, 1), "week_start": date(2026, 6, 24), "day_start": date(2026, 6, 30),
    "currency": "USD", "base": "list", "sources": None, "workspaces": None, "cluster_id": None,
}  # fmt: skip


def test_spells_without_work(tmp_path: Path) -> None:
    # busy 20, quiet 50, busy 10, quiet 45 with a busy worker for its 6th minute
    made = account(
        tmp_path, minutes("2026-06-10 08:00", 20, 50), minutes("2026-06-10 08:20", 50, 2), minutes("2026-06-10 09:10", 10, 50),
        minutes("2026-06-10 09:20", 45, 2), minutes("2026-06-10 09:25", 1, 60, driver=False),
    )  # fmt: skip
    (row,) = [r for r in made.rows("base/cluster_idle") if r["usage_date"] == date(2026, 6, 10)]
    assert (row["up_minutes"], row["quiet_minutes"], row["starts"], row["longest_quiet"]) == (125, 94, 1, 50)
    # beyond the 10th: 40 + 0 + 29; the 30th: 20 + 0 + 9; the 60th: none
    assert (row["idle_after_10"], row["idle_after_30"], row["idle_after_60"]) == (69, 29, 0)
    (fleet,) = made.rows("clusters/fleet", **FLEET)
    # the machine's price comes on top of 10 DBU × $0.50, both of that day only
    past = made.rows("clusters/past", workspace_id="ws1", cluster_ids=["c1"], base="list")
    cost = next(
        float(d["dbu_cost"] + (d["vm_cost"] or 0))
        for d in past
        if d["grain"] == "day" and d["at"] == at("2026-06-10 00:00")
    )
    assert float(fleet["idle_cost"]) == pytest.approx(cost * 29 / 125)


def test_midnight_ends_no_spell_and_a_gap_does(tmp_path: Path) -> None:
    made = account(
        tmp_path,
        minutes("2026-06-10 23:20", 80, 1),
        minutes("2026-06-11 08:00", 20, 1),
        minutes("2026-06-11 08:40", 20, 1),
    )
    first, second = sorted(made.rows("base/cluster_idle"), key=lambda row: row["usage_date"])
    assert (first["up_minutes"], first["idle_after_30"]) == (40, 10)
    assert (second["up_minutes"], second["idle_after_30"], second["longest_quiet"], second["starts"]) == (80, 40, 80, 2)


def test_a_late_day_is_worked_out_as_if_it_had_been_there(tmp_path: Path) -> None:
    tables = {
        "system.compute.clusters": [CLUSTER], "system.billing.usage": [usage(1)], "system.billing.list_prices": [price()],
    }  # fmt: skip
    early, late = minutes("2026-06-10 23:00", 60, 1), minutes("2026-06-11 00:00", 60, 1)
    made = Account(tmp_path, tables | {"system.compute.node_timeline": early})
    made.change(tables | {"system.compute.node_timeline": early + late})
    rows = sorted(made.rows("base/cluster_idle"), key=lambda row: row["usage_date"])
    assert [row["idle_after_30"] for row in rows] == [30, 60]


def test_load_by_role_with_exact_means(tmp_path: Path) -> None:
    made = account(
        tmp_path, minutes("2026-06-10 08:00", 90, 10), minutes("2026-06-10 09:30", 10, 90),
        minutes("2026-06-10 08:00", 100, 3, driver=False, memory=97, mem_swap_percent=2.0),
    )  # fmt: skip
    params = {name: FLEET[name] for name in ("start_date", "end_date", "sources", "workspaces", "cluster_id")}
    (row,) = made.rows("base/cluster_use", **params)
    assert row["driver_cpu_mean"] == pytest.approx(18.0)
    assert 10 <= row["driver_cpu_p50"] <= 15
    assert 90 <= row["driver_cpu_p95"] <= 95
    assert (row["worker_cpu_mean"], row["worker_swap_minutes"], row["worker_node_minutes"]) == (
        pytest.approx(3.0),
        100,
        100,
    )
    assert row["worker_memory_p95"] >= 95

"""Virtual machines: their hours, who pays for them, and what is inferred."""

from decimal import Decimal as D
from pathlib import Path

import pytest

from tests.account import NO_FILTERS, Account, node_minutes, price, usage
from tests.ledger.traps.rows import JOINED, PRICES, USAGE, cluster


def test_9_versions_of_a_cluster_do_not_multiply_its_cost(tmp_path: Path) -> None:
    rows = [usage(10, billing_origin_product="ALL_PURPOSE", cluster_id="c1")]
    versions = [cluster("old"), cluster("older", "2025-12-01 00:00"), cluster("now", "2026-06-01 00:00")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "system.compute.clusters": versions})
    assert (
        account.naive(
            "SELECT sum(usage_quantity) FROM billing.usage u JOIN compute.clusters c ON c.cluster_id = u.usage_metadata.cluster_id"
        )
        == 30
    )
    assert account.by("cluster") == {"c1": D(10)}
    assert [
        r["name1"]
        for r in account.rows("spend/by", **NO_FILTERS, dim1="cluster", dim2=None, dim1_tag=None, dim2_tag=None)
    ] == ["now"]


def test_22_and_23_node_minutes_are_hours_by_role(tmp_path: Path) -> None:
    nodes = [
        *node_minutes("2026-06-10 10:00", 60),
        *node_minutes("2026-06-10 10:00", 30, instance_id="i2", driver=False),
    ]
    nodes += node_minutes("2026-06-10 10:00", 30, instance_id="i2", driver=False)  # told twice
    account = Account(tmp_path, {USAGE: [usage("1.035", job_id="j1", job_run_id="r1", cluster_id="c1", node_type="m5.xlarge")],
                                 PRICES: [price()], "system.compute.node_timeline": nodes})  # fmt: skip
    assert account.naive("SELECT count(*) FROM compute.node_timeline") == 120
    [day] = account.rows("base/cluster_day")
    assert (day["driver_hours"], day["worker_hours"], day["inferred_hours"]) == (1.0, 0.5, 0.0)
    assert float(day["vm_cost"]) == pytest.approx(1.5 * 0.192)


def test_27_serverless_has_no_machines(tmp_path: Path) -> None:
    rows = [usage(10, job_id="j1", job_run_id="r1", is_serverless=True, sku_name="PREMIUM_JOBS_SERVERLESS_COMPUTE_EU")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1", sku_name=rows[0]["sku_name"])]})
    as_rule_of_thumb = f"SELECT sum(usage_quantity * pricing.default) * 2 FROM {JOINED}"
    assert account.naive(as_rule_of_thumb) == 20, "machines cost about what DBUs cost: of classic compute"
    assert account.total() == 10
    assert account.rows("base/cluster_day") == []
    assert account.by("job", "vm_cost") == {"j1": None}


def test_machines_without_usage_are_still_paid(tmp_path: Path) -> None:
    account = Account(
        tmp_path,
        {USAGE: [usage(1)], PRICES: [price("1")], "system.compute.node_timeline": node_minutes("2026-06-10 10:00", 60)},
    )
    assert float(account.total("vm_cost")) == pytest.approx(0.192)
    assert account.total() == 1


def test_nodes_that_the_timeline_missed_are_inferred_from_dbus(tmp_path: Path) -> None:
    rows = [usage("6.9", job_id="j1", job_run_id="r1", cluster_id="c1", node_type="m5.xlarge")]
    account = Account(
        tmp_path,
        {USAGE: rows, PRICES: [price()], "system.compute.node_timeline": node_minutes("2026-06-10 10:00", 120)},
    )
    [day] = account.rows("base/cluster_day")
    assert (day["driver_hours"], day["inferred_hours"]) == (2.0, pytest.approx(8.0))
    assert float(day["vm_cost"]) == pytest.approx(10 * 0.192)


def test_spot_nodes_cost_the_spot_share(tmp_path: Path) -> None:
    nodes = node_minutes("2026-06-10 10:00", 60)
    for worker in ("i2", "i3"):
        nodes += node_minutes("2026-06-10 10:00", 60, instance_id=worker, driver=False)
    versions = [cluster(aws_attributes={"availability": "SPOT_WITH_FALLBACK", "first_on_demand": 2})]
    usage_rows = [usage("2.07", job_id="j1", job_run_id="r1", cluster_id="c1", node_type="m5.xlarge")]
    account = Account(
        tmp_path,
        {
            USAGE: usage_rows,
            PRICES: [price()],
            "system.compute.node_timeline": nodes,
            "system.compute.clusters": versions,
        },
    )
    [day] = account.rows("base/cluster_day")
    assert float(day["vm_cost"]) == pytest.approx((2 + 0.4) * 0.192)

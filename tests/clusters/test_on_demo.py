"""On the demo account: planted facts are found, healthy clusters stay quiet, figures belong together."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lib import operate
from lib.clusters import findings
from lib.clusters.detail import detail
from lib.clusters.fleet import Fleet, Window, fleet, sums, with_live
from lib.clusters.warehouses import pools, warehouses
from lib.config import load
from lib.context import Context
from lib.recommendations.lifecycle import open_savings
from lib.recommendations.model import together
from lib.store import recommendations as kept
from lib.warehouse.embedded import EmbeddedWarehouse
from lib.workspace.compute import LiveCluster

WORKSPACE = "3482915067342118"


@pytest.fixture(scope="module")
def over(demo_home: object) -> Window:
    return Window(date(2026, 10, 21), date(2026, 11, 20))


@pytest.fixture
def known(demo: Context, over: Window) -> Fleet:
    return fleet(demo.warehouse, over)


@pytest.fixture
def found(demo: Context, over: Window) -> dict[str, dict[str, findings.Recommendation]]:
    told: dict[str, dict[str, findings.Recommendation]] = {}
    for item in findings.find(demo.warehouse, over, date(2026, 11, 20), operate.limits(demo.settings)).recommendations:
        told.setdefault(item.object_name, {})[item.kind] = item
    return told


def test_asked_twice_nothing_is_counted_twice(demo: Context, over: Window) -> None:
    told = []
    for _ in range(2):
        said = findings.find(demo.warehouse, over, date(2026, 11, 20), operate.limits(demo.settings)).recommendations
        count, saved = open_savings(operate.track(demo, said))
        told.append((count, saved))
        assert count == len({item.key for item in said})
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("analytics-shared", {"cluster_idle", "auto_stop"}),
        ("ml-dev-scratch", {"cluster_idle", "auto_stop", "long_running"}),
        ("pricing-simulation", {"oversized_workers", "oversized_memory", "oversized_driver"}),
        ("shared-etl", {"jobs_on_all_purpose"}),
        ("pandas-notebooks", {"driver_bound"}),
        ("risk-models", {"undersized"}),
        ("Finance Reporting", {"warehouse_queueing"}),
        ("Analyst Ad Hoc", {"warehouse_auto_stop"}),
        ("Gateway Always On", {"warehouse_auto_stop"}),
        ("small-loads-pool", {"pool_idle"}),
    ],
)
def test_planted_facts_are_found(found: dict[str, dict[str, object]], name: str, kinds: set[str]) -> None:
    assert kinds <= found[name].keys()


@pytest.mark.parametrize(
    "name", ["streaming-debug", "supply-planning", "campaign-lab", "eu-analytics", "BI Production"]
)
def test_nothing_is_invented_on_healthy_ones(found: dict[str, dict[str, object]], name: str) -> None:
    assert found.get(name, {}).keys() <= {"no_spot"}


def test_savings_stay_within_what_things_cost(found: dict[str, dict[str, findings.Recommendation]]) -> None:
    every = [item for kinds in found.values() for item in kinds.values()]
    for item in every:
        if item.saving_high is not None:
            assert item.own_cost is not None
            assert 0 <= (item.saving_low or 0) <= item.saving_high <= item.own_cost
    costs = {item.object_key: item.own_cost or Decimal(0) for item in every}
    (whole,) = together(every)
    assert whole.low <= whole.high <= sum(costs.values())


def test_fleet_costs_are_those_of_the_bill(demo: Context, known: Fleet, over: Window) -> None:
    account = duckdb.connect(str(demo.folder.current().ledger), read_only=True)
    (spent,) = account.execute(
        "SELECT sum(coalesce(list_cost, 0) + coalesce(vm_cost, 0)) FROM ledger.spend_daily WHERE cluster_id = $c"
        " AND usage_date >= $a AND usage_date < $b AND currency = 'USD'",
        {"c": _id(known, "shared-etl"), "a": over.start, "b": over.end},
    ).fetchall()[0]
    account.close()
    row = known.clusters[known.clusters["name"] == "shared-etl"].iloc[0]
    assert row["total_cost"] == pytest.approx(float(spent))
    assert sums(known.clusters).month_cost == pytest.approx(known.clusters["total_cost"].sum())


def _id(known: Fleet, name: str) -> str:
    return str(known.clusters.loc[known.clusters["name"] == name, "cluster_id"].iloc[0])


def test_percentiles_are_within_a_band_of_the_true_ones(demo: Context, known: Fleet, over: Window) -> None:
    account = duckdb.connect(str(demo.folder.current().account), read_only=True)
    account.execute("SET TimeZone='UTC'")
    for name in ("shared-etl", "pricing-simulation", "pandas-notebooks"):
        mean, p50, p95, memory = account.execute(
            "SELECT avg(c), quantile_cont(c, 0.5), quantile_cont(c, 0.95), quantile_cont(m, 0.95) FROM (SELECT"
            " cpu_user_percent + cpu_system_percent AS c, mem_used_percent AS m FROM compute.node_timeline"
            " WHERE cluster_id = $c AND NOT driver AND start_time >= $a AND start_time < $b)",
            {"c": _id(known, name), "a": over.start, "b": over.end},
        ).fetchall()[0]
        row = known.clusters[known.clusters["name"] == name].iloc[0]
        assert row["worker_cpu_mean"] == pytest.approx(mean)
        assert abs(row["worker_cpu_p50"] - p50) <= 5
        assert abs(row["worker_cpu_p95"] - p95) <= 5
        assert abs(row["worker_memory_p95"] - memory) <= 5
    account.close()


def test_one_cluster_with_its_days_users_and_history(demo: Context, known: Fleet, over: Window) -> None:
    shown = detail(demo.warehouse, over, WORKSPACE, _id(known, "shared-etl"))
    assert shown.days["total_cost"].sum() == pytest.approx(shown.row["total_cost"])
    assert len(shown.jobs) == 3
    assert list(shown.people["key"]) == [shown.row["owner"]]
    assert {"driver", "worker"} == set(shown.hours["node_role"])
    assert any(change.attribute == "Runtime" and change.who == shown.row["owner"] for change in shown.changes)


def test_savings_of_all_that_is_done_are_read_at_once_and_only_when_bills_say_more(
    demo: Context, known: Fleet, over: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = EmbeddedWarehouse.fetch
    monkeypatch.setattr(
        EmbeddedWarehouse, "fetch", lambda self, query, *more: asked.append(str(query)) or real(self, query, *more)
    )
    context = Context(
        load(source="demo", home=demo.settings.home, store_url=f"sqlite:///{tmp_path / 's.db'}"), demo.today
    )
    done = [
        kept.Decision(
            key=f"auto_stop/{WORKSPACE}/{_id(known, name)}", kind="auto_stop", workspace_id=WORKSPACE, object_type="cluster",
            object_id=_id(known, name), object_name=name, title="Never stops", state="done", reason="", until=None, owner="",
            decided_by="ann", decided_at=datetime(2026, 11, 1, tzinfo=timezone.utc), done_on=date(2026, 11, 2), currency="USD",
            saving_low=None, saving_high=None,
        )
        for name in ("analytics-shared", "shared-etl")
    ]  # fmt: skip
    for decision in done:
        kept.put(context.store, decision, None)
    said = {item.name: item.decision for item in operate.track(context, [])}
    assert asked.count("clusters/object_days") == 1
    for name in ("analytics-shared", "shared-etl"):
        decision = said[name]
        assert decision is not None
        assert decision.verified is not None
        assert decision.verified_days == (context.as_of.complete_until - date(2026, 11, 2)).days
    operate.track(context, [])
    assert asked.count("clusters/object_days") == 1
    context.store.close()


def test_what_only_the_workspace_knows_replaces_what_the_tables_guess(demo: Context, over: Window) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    seen = findings.judged(demo.warehouse, over, date(2026, 11, 20))
    tables = {item.object_name for item in seen.found.recommendations if item.kind == "long_running"}
    assert "ml-dev-scratch" in tables
    live = [
        LiveCluster(_id(seen.fleet, "ml-dev-scratch"), "ml-dev-scratch", "TERMINATED", source="UI"),
        LiveCluster(
            _id(seen.fleet, "shared-etl"), "shared-etl", "RUNNING", source="UI", restarted_at=now - timedelta(hours=30),
            spark_conf={"spark.sql.adaptive.enabled": "false"},
        ),
    ]  # fmt: skip
    said = findings.with_live(seen.found.recommendations, seen, live, WORKSPACE, now)
    of = {(item.object_name, item.kind) for item in said if item.workspace_id == WORKSPACE}
    assert ("ml-dev-scratch", "long_running") not in of
    assert {("shared-etl", "long_running"), ("shared-etl", "spark_settings")} <= of
    assert {item for item in said if item.kind not in findings.LIVE} == {
        item for item in seen.found.recommendations if item.kind not in findings.LIVE
    }


def test_a_machine_is_suggested_only_where_the_workspace_offers_it(demo: Context, over: Window) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    seen = findings.judged(demo.warehouse, over, date(2026, 11, 20))

    def suggested(offered: frozenset[str]) -> dict[str, str]:
        said = findings.with_live(seen.found.recommendations, seen, [], WORKSPACE, now, offered)
        return {i.object_name: i.action for i in said if i.kind == "oversized_driver" and i.workspace_id == WORKSPACE}

    every = frozenset(node.name for node in seen.node_types)
    before = suggested(every)
    assert before == {
        i.object_name: i.action
        for i in seen.found.recommendations
        if i.kind == "oversized_driver" and i.workspace_id == WORKSPACE
    }
    first = next(name for name in sorted(every) if any(f"Use {name}" in action for action in before.values()))
    without = suggested(every - {first})
    assert before != without
    assert not any(f"Use {first}" in action for action in without.values())


def test_live_states_replace_those_of_the_tables_and_new_clusters_are_added(known: Fleet) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    etl = LiveCluster(
        _id(known, "shared-etl"), "shared-etl", "RUNNING", source="API", restarted_at=now - timedelta(hours=2)
    )
    new = LiveCluster("new-1", "brand new", "PENDING", source="UI", workers=3)
    job = LiveCluster("job-1", "a job's", "RUNNING", source="JOB")
    seen = with_live(known, [etl, new, job], WORKSPACE, now).clusters.set_index("name")
    assert (seen.at["shared-etl", "state"], seen.at["shared-etl", "state_live"]) == ("RUNNING", True)
    assert seen.at["brand new", "state"] == "PENDING"
    assert "a job's" not in seen.index
    assert not seen.at["pandas-notebooks", "state_live"]
    assert known.clusters["state_live"].sum() == 0


def test_warehouses_and_pools(demo: Context, over: Window) -> None:
    listed = warehouses(demo.warehouse, over).rows.set_index("name")
    assert listed.at["Finance Reporting", "queued_share"] > 0.1
    assert listed.at["Gateway Always On", "on_minutes"] == pytest.approx(30 * 1440, rel=0.05)
    assert (listed["busy_share"].dropna() <= 1).all()
    pool = pools(demo.warehouse, over).rows.iloc[0]
    assert pool["idle_cost"] == pytest.approx(pool["idle_hours"] * pool["vm_price"])

"""The traps of the system tables, by their number: the naive answer beside ours, on rows made by hand."""

from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from lib.jobs.table import jobs
from lib.spend.compare import AsOf, comparison
from lib.spend.filters import Filters
from lib.spend.period import Period
from tests.account import ALL, NO_FILTERS, Account, at, node_minutes, price, run_slice, usage

USAGE, PRICES = "system.billing.usage", "system.billing.list_prices"
JUNE = Period(date(2026, 6, 1), date(2026, 7, 1))
AS_OF = AsOf(date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 2))
JOINED = "billing.usage u JOIN billing.list_prices p ON u.sku_name = p.sku_name"


def cluster(name: str = "etl", changed: str = "2026-01-01 00:00", **values: Any) -> dict[str, Any]:
    return {
        "account_id": "acc-1", "workspace_id": "ws1", "cluster_id": "c1", "cluster_name": name, "change_time": at(changed),
        "change_date": at(changed).date(), "cluster_source": "UI", "owned_by": "ada",
    } | values  # fmt: skip


def job_row(name: str = "nightly", changed: str = "2026-01-01 00:00", **values: Any) -> dict[str, Any]:
    return {
        "account_id": "acc-1",
        "workspace_id": "ws1",
        "job_id": "j1",
        "name": name,
        "change_time": at(changed),
    } | values


def test_4_a_price_history_is_not_paid_more_than_once(tmp_path: Path) -> None:
    old, new = price("0.10", until="2026-06-01 00:00"), price("0.15", since="2026-06-01 00:00")
    account = Account(tmp_path, {USAGE: [usage(10)], PRICES: [old, new]})
    assert account.naive(f"SELECT sum(usage_quantity * pricing.default) FROM {JOINED}") == D("2.5")
    assert account.total() == D("1.5")


def test_5_yesterdays_usage_keeps_yesterdays_price(tmp_path: Path) -> None:
    rows = [usage(10, start="2026-05-31 23:00"), usage(10, start="2026-06-01 00:00"), usage(10, sku_name="GONE")]
    prices = [price("0.10", until="2026-06-01 00:00"), price("0.15", since="2026-06-01 00:00"),
              price("1", sku_name="GONE", until="2026-06-15 00:00")]  # fmt: skip
    account = Account(tmp_path, {USAGE: rows, PRICES: prices})
    assert account.naive(f"SELECT sum(usage_quantity * pricing.default) FROM {JOINED} AND price_end_time IS NULL") == D(
        "3.0"
    )
    assert account.total() == D("1.0") + D("1.5") + D("10")


@pytest.mark.parametrize("end", ["2026-06-10 10:00", "2026-06-10 09:59:59.999", "2026-06-10 09:59:59"])
def test_6_usage_on_the_seam_of_two_windows_has_the_new_price_once(tmp_path: Path, end: str) -> None:
    prices = [price("0.10", until=end), price("0.15", since="2026-06-10 10:00")]
    account = Account(
        tmp_path,
        {USAGE: [usage(10, start="2026-06-10 10:00"), usage(10, start="2026-06-10 09:59:59.9995")], PRICES: prices},
    )
    assert account.total() == D("1.5") + D("1.0")
    if end == "2026-06-10 10:00":
        both_ends = f"{JOINED} AND usage_start_time BETWEEN price_start_time AND coalesce(price_end_time, now())"
        assert account.naive(f"SELECT sum(usage_quantity * pricing.default) FROM {both_ends}") == D("3.5")


def test_a_wider_gap_between_windows_stays_unpriced(tmp_path: Path) -> None:
    prices = [price("0.10", until="2026-06-10 09:59:58"), price("0.15", since="2026-06-10 10:00")]
    account = Account(tmp_path, {USAGE: [usage(10, start="2026-06-10 09:59:59")], PRICES: prices})
    assert account.total() == 0
    assert account.total("unpriced_quantity") == 10


def test_7_usage_without_price_is_unpriced_not_gone_and_not_zero(tmp_path: Path) -> None:
    account = Account(tmp_path, {USAGE: [usage(10), usage(7, sku_name="NEW")], PRICES: [price()]})
    assert account.naive(f"SELECT sum(usage_quantity) FROM {JOINED}") == 10
    assert account.by("sku") == {"PREMIUM_JOBS_COMPUTE": D("1.5"), "NEW": None}
    assert account.by("sku", "unpriced_quantity")["NEW"] == 7


def test_8_corrections_count(tmp_path: Path) -> None:
    rows = [
        usage(10),
        usage(-10, record_type="RETRACTION"),
        usage(8, record_type="RESTATEMENT"),
        usage(-1, record_type="RETRACTION"),
    ]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")]})
    assert account.naive("SELECT sum(usage_quantity) FROM billing.usage WHERE record_type = 'ORIGINAL'") == 10
    assert account.total() == 7


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


def test_10_one_job_id_in_two_workspaces_is_two_jobs(tmp_path: Path) -> None:
    rows = [usage(10, job_id="j1", job_run_id="r1"), usage(5, job_id="j1", job_run_id="r2", workspace_id="ws2")]
    names = [job_row("ours"), job_row("theirs", workspace_id="ws2")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "system.lakeflow.jobs": names})
    assert account.naive("SELECT count(DISTINCT usage_metadata.job_id) FROM billing.usage") == 1
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert list(zip(view.jobs["job_name"], view.jobs["total_cost"], strict=True)) == [("ours", 10.0), ("theirs", 5.0)]


SLICED = [
    run_slice("2026-06-10 10:00", "2026-06-10 11:00", None),
    run_slice("2026-06-10 11:00", "2026-06-10 11:30", "FAILED"),
    run_slice("2026-06-10 14:00", "2026-06-10 15:00", None),
    run_slice("2026-06-10 15:00", "2026-06-10 15:30", "SUCCEEDED"),
]
"""One run: an hour and a half that failed, repaired after a wait of two and a half hours."""


def test_11_to_13_and_15_slices_and_repairs_are_one_run(tmp_path: Path) -> None:
    account = Account(
        tmp_path,
        {
            USAGE: [usage(12, job_id="j1", job_run_id="r1")],
            PRICES: [price("1")],
            "system.lakeflow.job_run_timeline": SLICED,
        },
    )
    assert account.naive("SELECT count(*) FROM lakeflow.job_run_timeline") == 4
    assert (
        account.naive(
            "SELECT sum(usage_quantity) FROM billing.usage u JOIN lakeflow.job_run_timeline t ON t.run_id = u.usage_metadata.job_run_id"
        )
        == 48
    )
    assert (
        account.naive("SELECT epoch(max(period_end_time) - min(period_start_time)) FROM lakeflow.job_run_timeline")
        == 5.5 * 3600
    )
    share_of_rows = "SELECT count_if(result_state = 'FAILED') / count(*) FROM lakeflow.job_run_timeline"
    assert account.naive(share_of_rows) == D("0.25"), "a quarter failed, by rows; half of them are of no known result"
    [run] = account.rows("base/job_runs")
    assert (run["attempts"], run["final_state"], run["busy_s"], run["failed_attempt_s"]) == (
        2,
        "SUCCEEDED",
        3 * 3600,
        1.5 * 3600,
    )
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert (view.cards.runs, view.cards.total_cost, view.cards.failure_cost) == (1, D(12), D(6))
    assert view.jobs["success_rate"].tolist() == [1.0]


def test_12_a_run_that_has_not_ended_is_running_not_failed(tmp_path: Path) -> None:
    account = Account(tmp_path, {USAGE: [], PRICES: [], "system.lakeflow.job_run_timeline": SLICED[:1]})
    assert account.naive("SELECT count(*) FROM lakeflow.job_run_timeline WHERE result_state = 'SUCCEEDED'") == 0
    assert [run["final_state"] for run in account.rows("base/job_runs")] == ["RUNNING"]


def test_14_a_task_run_is_found_by_its_job_run(tmp_path: Path) -> None:
    task = run_slice(
        "2026-06-10 10:00", "2026-06-10 11:00", run_id="t9", job_run_id="r1", task_key="load", compute_ids=["c1"]
    )
    tasks = [{k: v for k, v in task.items() if k not in ("trigger_type", "run_type")}]
    account = Account(tmp_path, {USAGE: [], PRICES: [], "system.lakeflow.job_task_run_timeline": tasks})
    assert account.naive("SELECT count(*) FROM lakeflow.job_task_run_timeline WHERE run_id = 'r1'") == 0
    found = account.rows("runs/tasks", workspace_id="ws1", job_id="j1", run_id="r1")
    assert [(row["task_key"], row["task_run_id"], row["work_s"]) for row in found] == [("load", "t9", 3600.0)]


def test_16_17_and_36_product_and_serverless_are_never_read_from_sku_text(tmp_path: Path) -> None:
    serving = {
        "sku_name": "PREMIUM_ANTHROPIC_MODEL_SERVING",
        "billing_origin_product": "MODEL_SERVING",
        "is_serverless": None,
    }
    rows = [
        usage(10, job_id="j1", job_run_id="r1"),
        usage(
            5,
            sku_name="PREMIUM_JOBS_SERVERLESS_COMPUTE_EU",
            billing_origin_product="DLT",
            dlt_pipeline_id="p1",
            is_serverless=True,
        ),
        usage(2, **serving),
    ]
    skus = [price("1", sku_name=row["sku_name"]) for row in rows]
    account = Account(tmp_path, {USAGE: rows, PRICES: skus})
    assert account.naive("SELECT sum(usage_quantity) FROM billing.usage WHERE sku_name LIKE '%JOBS%'") == 15
    assert account.by("product") == {"JOBS": 10, "DLT": 5, "MODEL_SERVING": 2}
    assert (
        account.naive(
            "SELECT sum(usage_quantity) FROM billing.usage WHERE NOT coalesce(product_features.is_serverless, false)"
        )
        == 12
    )
    assert account.by("serverless") == {"false": 10, "true": 5, None: 2}
    assert account.total(serverless=False) == 10


def test_18_and_19_object_ids_count_only_where_the_product_means_them(tmp_path: Path) -> None:
    rows = [
        usage(10, billing_origin_product="ALL_PURPOSE", cluster_id="c1"),
        usage(3, billing_origin_product="MODEL_SERVING", cluster_id="c1", endpoint_id="e1"),
        usage(4, billing_origin_product="VECTOR_SEARCH", dlt_pipeline_id="p1", endpoint_id="e2"),
        usage(5, billing_origin_product="SQL", dlt_pipeline_id="p2", sku_name="PREMIUM_JOBS_COMPUTE"),
    ]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")]})
    assert account.naive("SELECT sum(usage_quantity) FROM billing.usage WHERE usage_metadata.cluster_id = 'c1'") == 13
    assert account.by("cluster") == {"c1": 10, None: 12}
    assert account.by("pipeline") == {"p2": 5, None: 17}
    assert account.by("endpoint") == {"e1": 3, "e2": 4, None: 15}


def warehouse_hour(statements: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """An hour of a warehouse that cost 12, on all the hour."""
    event = {"account_id": "acc-1", "workspace_id": "ws1", "warehouse_id": "w1"}
    return {
        USAGE: [usage(12, billing_origin_product="SQL", warehouse_id="w1")],
        PRICES: [price("1")],
        "system.compute.warehouse_events": [
            event | {"event_type": "RUNNING", "cluster_count": 1, "event_time": at("2026-06-10 10:00")},
            event | {"event_type": "STOPPED", "cluster_count": 0, "event_time": at("2026-06-10 11:00")},
        ],
        "system.query.history": statements,
    }


def statement(
    id_: str, start: str, end: str, *, job: str | None = None, task_ms: int = 1000, **values: Any
) -> dict[str, Any]:
    info = {"job_id": job, "job_run_id": "r1"} if job else {}
    return {
        "account_id": "acc-1", "workspace_id": "ws1", "statement_id": id_, "start_time": at(start), "end_time": at(end),
        "update_time": at(end), "compute": {"type": "WAREHOUSE", "warehouse_id": "w1"}, "total_task_duration_ms": task_ms,
        "execution_status": "FINISHED", "query_source": {"job_info": info}, "from_result_cache": False,
    } | values  # fmt: skip


def test_20_26_31_and_32_a_job_gets_its_share_of_a_warehouse_hour(tmp_path: Path) -> None:
    rows = [
        statement("s1", "2026-06-10 10:00", "2026-06-10 10:15", job="j1", task_ms=3000),
        statement(
            "s1", "2026-06-10 10:00", "2026-06-10 10:15", job="j1", task_ms=9000, update_time=at("2026-06-10 10:05")
        ),
        statement("s2", "2026-06-10 10:15", "2026-06-10 10:30", task_ms=1000),
        statement("s3", "2026-06-10 10:30", "2026-06-10 10:59", task_ms=0, waiting_at_capacity_duration_ms=29 * 60_000),
    ]
    account = Account(tmp_path, warehouse_hour(rows))
    assert account.naive('SELECT count(*) FROM "query".history WHERE query_source.job_info IS NOT NULL') == 4
    [share] = account.rows("base/shared_job_cost")
    # busy half of the hour, three quarters of the work: 12 × 1/2 × 3/4
    assert (share["job_id"], share["resource_kind"], float(share["shared_list_cost"])) == (
        "j1",
        "warehouse",
        pytest.approx(4.5),
    )


def test_21_tags_do_not_repeat_a_row(tmp_path: Path) -> None:
    rows = [
        usage(10, custom_tags={"team": "a", "env": "prod"}),
        usage(5, custom_tags={"team": "b", "ClusterId": "x"}),
        usage(1),
    ]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")]})
    assert (
        account.naive("SELECT sum(q) FROM (SELECT usage_quantity q, unnest(map_keys(custom_tags)) FROM billing.usage)")
        == 30
    )
    assert account.by("tag", dim1_tag="team") == {"a": 10, "b": 5, None: 1}
    assert account.total() == 16


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


def task(job: str, start: str, end: str) -> dict[str, Any]:
    row = run_slice(
        start, end, job_id=job, run_id=f"t-{job}", job_run_id=f"r-{job}", task_key="main", compute_ids=["c1"]
    )
    return {k: v for k, v in row.items() if k not in ("trigger_type", "run_type")}


def test_25_jobs_share_an_all_purpose_cluster_and_leave_the_rest_to_it(tmp_path: Path) -> None:
    account = Account(tmp_path, {
        USAGE: [usage(12, billing_origin_product="ALL_PURPOSE", cluster_id="c1")],
        PRICES: [price("1")],
        "system.compute.clusters": [cluster()],
        "system.compute.node_timeline": node_minutes("2026-06-10 10:00", 60),
        "system.lakeflow.job_task_run_timeline": [
            task("j1", "2026-06-10 10:00", "2026-06-10 10:20"), task("j2", "2026-06-10 10:10", "2026-06-10 10:20"),
            task("j3", "2026-06-10 10:20", "2026-06-10 10:30"),
        ],
    })  # fmt: skip
    assert account.naive("SELECT 3 * sum(usage_quantity) FROM billing.usage") == 36
    shares = {row["job_id"]: float(row["shared_list_cost"]) for row in account.rows("base/shared_job_cost")}
    # half an hour busy of one: 6 of 12 are the jobs', by 20, 10 and 10 minutes
    assert shares == pytest.approx({"j1": 3.0, "j2": 1.5, "j3": 1.5})
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert view.cards.total_cost is None, "an estimate is never part of the total"


def test_27_serverless_has_no_machines(tmp_path: Path) -> None:
    rows = [usage(10, job_id="j1", job_run_id="r1", is_serverless=True, sku_name="PREMIUM_JOBS_SERVERLESS_COMPUTE_EU")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1", sku_name=rows[0]["sku_name"])]})
    as_rule_of_thumb = f"SELECT sum(usage_quantity * pricing.default) * 2 FROM {JOINED}"
    assert account.naive(as_rule_of_thumb) == 20, "machines cost about what DBUs cost: of classic compute"
    assert account.total() == 10
    assert account.rows("base/cluster_day") == []
    assert account.by("job", "vm_cost") == {"j1": None}


def test_28_units_are_never_added(tmp_path: Path) -> None:
    rows = [usage(10), usage(300, usage_unit="GB", sku_name="NET", billing_origin_product="NETWORKING")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1"), price("0.01", sku_name="NET", usage_unit="GB")]})
    assert account.naive("SELECT sum(usage_quantity) FROM billing.usage") == 310
    by_day = account.rows("spend/by_overview", **NO_FILTERS, dim1="day", dim2=None)
    assert {row["usage_unit"]: row["usage_quantity"] for row in by_day} == {"DBU": 10, "GB": 300}
    assert sum(row["dbus"] or 0 for row in by_day) == 10


def test_29_jobs_of_one_name_stay_two(tmp_path: Path) -> None:
    rows = [usage(1, job_id="j1", job_run_id="r1"), usage(2, job_id="j2", job_run_id="r2")]
    account = Account(
        tmp_path, {USAGE: rows, PRICES: [price("1")], "system.lakeflow.jobs": [job_row(), job_row(job_id="j2")]}
    )
    by_name = """SELECT count(*) FROM (SELECT name, sum(usage_quantity) FROM billing.usage u
        JOIN lakeflow.jobs j ON j.job_id = u.usage_metadata.job_id GROUP BY name)"""
    assert account.naive(by_name) == 1
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert list(zip(view.jobs["job_name"], view.jobs["total_cost"], strict=True)) == [
        ("nightly", 2.0),
        ("nightly", 1.0),
    ]


def test_30_a_day_that_has_just_begun_is_no_fall(tmp_path: Path) -> None:
    days = [(f"2026-06-{day} 10:00", 10) for day in range(26, 31)] + [("2026-07-01 01:00", 3)]
    rows = [usage(quantity, start=start, job_id="j1", job_run_id=f"r{n}") for n, (start, quantity) in enumerate(days)]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")]})
    day = "SELECT sum(usage_quantity) FROM billing.usage WHERE usage_date = DATE '2026-{}'"
    assert account.naive(f"SELECT ({day.format('07-01')}) - ({day.format('06-30')})") == -7
    until = AsOf(date(2026, 6, 26), date(2026, 7, 1), date(2026, 7, 1))
    view = jobs(account.warehouse, Filters(Period(date(2026, 6, 28), date(2026, 7, 2))), until)
    assert view.cards.change is not None
    assert view.cards.change.amount == 0


def test_30_incomplete_days_are_not_compared() -> None:
    compared = comparison(
        Period(date(2026, 6, 25), date(2026, 7, 2)), AsOf(date(2026, 1, 1), date(2026, 7, 1), date(2026, 7, 1))
    )
    assert compared is not None
    assert (compared.recent, compared.left_out) == (Period(date(2026, 6, 25), date(2026, 6, 30)), 2)
    assert compared.previous == Period(date(2026, 6, 20), date(2026, 6, 25))


def test_33_a_warehouse_owner_is_said_to_own_not_to_use(tmp_path: Path) -> None:
    account = Account(
        tmp_path,
        {USAGE: [usage(1, billing_origin_product="SQL", warehouse_id="w1", owned_by="ada")], PRICES: [price("1")]},
    )
    assert account.by("owner") == {"ada": 1}


def test_35_deleted_workspaces_and_rows_without_one_keep_their_cost(tmp_path: Path) -> None:
    listed = [{"account_id": "acc-1", "workspace_id": "ws1", "workspace_name": "prod", "status": "RUNNING"}]
    rows = [usage(1), usage(2, workspace_id="gone"), usage(4, workspace_id=None)]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "system.access.workspaces_latest": listed})
    assert (
        account.naive(
            "SELECT sum(usage_quantity) FROM billing.usage JOIN access.workspaces_latest USING (workspace_id)"
        )
        == 1
    )
    assert account.by("workspace") == {"ws1": 1, "gone": 2, None: 4}


def discounts(path: Path, *rules: str) -> Path:
    path.write_text("discounts:\n" + "".join(f"- {{{rule}}}\n" for rule in rules))
    return path


def test_37_one_discount_rule_holds_the_most_exact_one(tmp_path: Path) -> None:
    rules = discounts(
        tmp_path / "d.yaml",
        "id: everything, discount: 0.1", "id: jobs, product: JOBS, discount: 0.2",
        'id: pattern, sku: "PREMIUM_*", discount: 0.3', "id: exact, sku: PREMIUM_JOBS_COMPUTE, discount: 0.4, from: 2026-06-10",
    )  # fmt: skip
    rows = [usage(10), usage(10, start="2026-06-09 10:00"), usage(10, sku_name="STANDARD_X"),
            usage(10, sku_name="STANDARD_X", billing_origin_product="SQL")]  # fmt: skip
    account = Account(
        tmp_path / "home", {USAGE: rows, PRICES: [price("1"), price("1", sku_name="STANDARD_X")]}, discounts=rules
    )
    found = {
        (r["usage_date"].day, r["sku_name"], r["product"]): (r["rule_id"], r["cost"])
        for r in account.rows("base/priced_usage")
    }
    assert found == {
        (10, "PREMIUM_JOBS_COMPUTE", "JOBS"): ("exact", D(6)), (9, "PREMIUM_JOBS_COMPUTE", "JOBS"): ("pattern", D(7)),
        (10, "STANDARD_X", "JOBS"): ("jobs", D(8)), (10, "STANDARD_X", "SQL"): ("everything", D(9)),
    }  # fmt: skip
    assert account.total() == 40


def test_38_an_account_price_wins_over_rules_and_says_so(tmp_path: Path) -> None:
    rules = discounts(tmp_path / "d.yaml", "id: everything, discount: 0.5")
    own = price("0.12") | {"pricing": {"default": D("0.12")}}
    rows = [usage(10), usage(10, sku_name="OTHER")]
    account = Account(
        tmp_path / "home",
        {USAGE: rows, PRICES: [price("1"), price("1", sku_name="OTHER")], "system.billing.account_prices": [own]},
        discounts=rules,
    )
    found = {r["sku_name"]: (r["price_source"], r["cost"], r["list_cost"]) for r in account.rows("base/priced_usage")}
    assert found == {"PREMIUM_JOBS_COMPUTE": ("account", D("1.2"), D(10)), "OTHER": ("rule", D(5), D(10))}


def test_currencies_are_never_added(tmp_path: Path) -> None:
    prices = [price("1"), price("0.9", currency_code="EUR"), price("5", sku_name="EURO", currency_code="EUR")]
    account = Account(tmp_path, {USAGE: [usage(10), usage(1, sku_name="EURO")], PRICES: prices})
    assert account.naive(f"SELECT sum(usage_quantity * pricing.default) FROM {JOINED}") == D("24.0")
    assert (account.total(currency="USD"), account.total(currency="EUR")) == (D(10), D(14))
    assert account.total("unpriced_quantity", currency="USD") == 1


def test_a_price_of_another_cloud_unit_or_account_is_no_price(tmp_path: Path) -> None:
    others = [price("9", cloud="GCP"), price("9", usage_unit="GB"), price("9", account_id="acc-2")]
    account = Account(tmp_path, {USAGE: [usage(10)], PRICES: [price("1"), *others]})
    assert account.total() == 10


def test_promotions_are_part_of_the_list_price(tmp_path: Path) -> None:
    promoted = price("1") | {
        "pricing": {"default": D(1), "promotional": {"default": D("0.5")}, "effective_list": {"default": D("0.5")}}
    }
    assert Account(tmp_path, {USAGE: [usage(10)], PRICES: [promoted]}).total() == 5


def test_a_run_over_midnight_and_months_has_its_whole_cost(tmp_path: Path) -> None:
    rows = [
        usage(15, start="2026-05-31 23:00", job_id="j1", job_run_id="r1"),
        usage(30, start="2026-06-01 00:00", job_id="j1", job_run_id="r1"),
    ]
    slices = [
        run_slice("2026-05-31 23:00", "2026-06-01 00:00", None),
        run_slice("2026-06-01 00:00", "2026-06-01 01:00"),
    ]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "system.lakeflow.job_run_timeline": slices})
    june = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert (june.cards.total_cost, june.cards.runs, june.cards.most_expensive_run) == (D(30), 1, 45.0)


def spend_row(run: str, ec2: str, **values: Any) -> dict[str, Any]:
    return {
        "cluster_id": "c1",
        "job_id": "j1",
        "run_id": run,
        "usage_date": date(2026, 6, 10),
        "ec2_cost": D(ec2),
        "databricks_cost": D(10),
    } | values


def test_a_cluster_days_bill_is_split_over_its_runs_not_repeated(tmp_path: Path) -> None:
    rows = [usage(q, job_id="j1", job_run_id=r, cluster_id="c1") for r, q in (("r1", 1), ("r2", 2), ("r3", 3))]
    bill = [spend_row(run, "30") for run in ("r1", "r2", "r3")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "external.databricks_job_spends": bill})
    assert account.naive("SELECT sum(ec2_cost) FROM external.databricks_job_spends") == 90
    runs = {row["run_id"]: float(row["vm_cost"]) for row in account.rows("base/job_run_cost")}
    assert runs == pytest.approx({"r1": 5.0, "r2": 10.0, "r3": 15.0})
    assert account.total("vm_cost") == 30
    assert {row["vm_basis"] for row in account.rows("base/job_run_cost")} == {"billed"}


def test_an_account_known_by_its_spend_table_only(tmp_path: Path) -> None:
    bill = [spend_row("r1", "30"), spend_row("r2", "30", databricks_cost=D(20)), spend_row("r9", "7", cluster_id="c2")]
    account = Account(tmp_path, {"external.databricks_job_spends": bill})
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert (view.cards.dbu_cost, view.cards.vm_cost, view.cards.runs) == (D(40), D(37), 3)


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


def test_a_renamed_job_is_one_job_with_its_newest_name(tmp_path: Path) -> None:
    rows = [usage(1, job_id="j1", job_run_id="r1"), usage(2, start="2026-06-20 10:00", job_id="j1", job_run_id="r2")]
    versions = [job_row("before"), job_row("after", "2026-06-15 00:00"), job_row("between", "2026-06-12 00:00")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "system.lakeflow.jobs": versions})
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert view.jobs[["job_name", "runs", "total_cost"]].values.tolist() == [["after", 2, 3.0]]


def test_a_one_time_submit_is_named_by_its_usage(tmp_path: Path) -> None:
    account = Account(
        tmp_path,
        {
            USAGE: [usage(1, job_id="j7", job_run_id="r1", run_name="adhoc backfill")],
            PRICES: [price("1")],
            "system.lakeflow.jobs": [],
        },
    )
    assert jobs(account.warehouse, Filters(JUNE), AS_OF).jobs["job_name"].tolist() == ["adhoc backfill"]


def test_skipped_runs_are_not_runs(tmp_path: Path) -> None:
    slices = [
        run_slice("2026-06-10 10:00", "2026-06-10 10:00", "SKIPPED", run_id="r2"),
        run_slice("2026-06-10 10:00", "2026-06-10 11:00"),
    ]
    account = Account(
        tmp_path,
        {
            USAGE: [usage(1, job_id="j1", job_run_id="r1")],
            PRICES: [price("1")],
            "system.lakeflow.job_run_timeline": slices,
        },
    )
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert view.jobs[["runs", "skipped_runs", "success_rate"]].values.tolist() == [[1, 1, 1.0]]


def test_the_period_is_half_open(tmp_path: Path) -> None:
    rows = [
        usage(1, start="2026-05-31 23:59"),
        usage(2, start="2026-06-01 00:00"),
        usage(4, start="2026-06-30 23:00"),
        usage(8, start="2026-07-01 00:00"),
    ]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")]})
    assert account.total(start_date=JUNE.start, end_date=JUNE.end) == 6
    assert ALL["currency"] == "USD"


def test_a_run_whose_usage_has_not_arrived_costs_nothing_known_not_zero(tmp_path: Path) -> None:
    runs = [
        run_slice("2026-06-10 10:00", "2026-06-10 11:00", "SUCCEEDED", run_id="r1"),
        run_slice("2026-06-11 10:00", "2026-06-11 11:00", "SUCCEEDED", run_id="r2"),
    ]
    rows = [usage(10, job_id="j1", job_run_id="r1")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "system.lakeflow.job_run_timeline": runs})
    each = """SELECT median(coalesce(q, 0)) FROM lakeflow.job_run_timeline t LEFT JOIN (
        SELECT usage_metadata.job_run_id AS run_id, sum(usage_quantity) AS q FROM billing.usage GROUP BY ALL) USING (run_id)"""
    assert account.naive(each) == 5
    view = jobs(account.warehouse, Filters(JUNE), AS_OF)
    assert view.cards.runs == 2
    assert view.jobs["run_cost_p50"].tolist() == [10.0]

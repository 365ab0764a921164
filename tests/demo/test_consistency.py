"""The tables of the account agree with each other, and with how a real account looks."""

from datetime import datetime, time, timedelta, timezone

import duckdb
import pytest

from lib.demo.spec import NEWEST, newest_day
from tests.demo.conftest import SMALL

NOTHING_WRONG = {
    "record ids are unique": "SELECT count(*) - count(DISTINCT record_id) FROM billing.usage",
    "usage takes at most an hour": """
        SELECT count(*) FROM billing.usage
        WHERE usage_end_time <= usage_start_time OR usage_end_time > usage_start_time + INTERVAL 3601 SECOND""",
    "usage_date is the UTC date of the start": """
        SELECT count(*) FROM billing.usage WHERE usage_date <> CAST(usage_start_time AS DATE)""",
    "only planted usage is unpriced": """
        SELECT count(*) FROM priced WHERE price IS NULL AND sku_name NOT IN (
          SELECT entity FROM meta.planted WHERE fact IN ('unpriced_sku', 'sku_only_in_eur', 'price_gap_59_999'))""",
    "no usage row has two prices": "SELECT (SELECT count(*) FROM priced) - (SELECT count(*) FROM billing.usage)",
    "price windows of a SKU do not overlap": """
        SELECT count(*) FROM (
          SELECT price_end_time, lead(price_start_time) OVER (
            PARTITION BY sku_name, cloud, usage_unit, currency_code ORDER BY price_start_time) AS next_start
          FROM billing.list_prices)
        WHERE next_start IS NOT NULL AND (price_end_time IS NULL OR price_end_time > next_start)""",
    "retractions take back what was there": """
        SELECT count(*) FROM billing.usage AS r WHERE record_type = 'RETRACTION' AND NOT EXISTS (
          FROM billing.usage AS o WHERE o.record_type = 'ORIGINAL' AND o.usage_quantity = -r.usage_quantity
            AND o.usage_start_time = r.usage_start_time AND o.sku_name = r.sku_name
            AND o.usage_metadata = r.usage_metadata)""",
    "nothing lands before it was used": "SELECT count(*) FROM billing.usage WHERE ingestion_date < usage_date",
    "a slice is at most an hour, within one clock hour": """
        SELECT count(*) FROM (FROM lakeflow.job_run_timeline SELECT period_start_time AS s, period_end_time AS e
          UNION ALL FROM lakeflow.job_task_run_timeline SELECT period_start_time, period_end_time
          UNION ALL FROM lakeflow.pipeline_update_timeline SELECT period_start_time, period_end_time)
        WHERE e < s OR (e > s AND date_trunc('hour', s) <> date_trunc('hour', e - INTERVAL 1 SECOND))""",
    "only the last slice before a gap carries a result": """
        SELECT count(*) FROM (
          SELECT result_state, period_end_time, lead(period_start_time) OVER (
            PARTITION BY workspace_id, run_id ORDER BY period_start_time) AS next_start
          FROM lakeflow.job_run_timeline)
        WHERE next_start IS NOT NULL AND (result_state IS NULL) <> (next_start = period_end_time)""",
    "a run without a result is still running": """
        SELECT count(*) FROM (
          SELECT max(period_end_time) AS until_time FROM lakeflow.job_run_timeline
          GROUP BY workspace_id, run_id HAVING count(result_state) = 0)
        WHERE until_time < (SELECT max(period_end_time) FROM lakeflow.job_run_timeline) - INTERVAL 61 MINUTE""",
    "tasks run within their run": """
        SELECT count(*) FROM lakeflow.job_task_run_timeline AS t WHERE NOT EXISTS (
          FROM lakeflow.job_run_timeline AS r WHERE r.workspace_id = t.workspace_id AND r.run_id = t.job_run_id
            AND r.job_id = t.job_id)
          AND t.period_end_time < (SELECT max(period_end_time) FROM lakeflow.job_run_timeline) - INTERVAL 1 HOUR""",
    "runs that are billed are known": """
        SELECT count(*) FROM billing.usage AS u
        WHERE billing_origin_product = 'JOBS' AND workspace_id NOT IN (
            SELECT entity FROM meta.planted WHERE fact = 'workspace_outside_region')
          AND NOT EXISTS (FROM lakeflow.job_run_timeline AS r
            WHERE r.workspace_id = u.workspace_id AND r.job_id = u.usage_metadata.job_id
              AND r.run_id = u.usage_metadata.job_run_id)""",
    "clusters that are billed are known": """
        SELECT count(*) FROM billing.usage AS u
        WHERE billing_origin_product IN ('JOBS', 'ALL_PURPOSE', 'DLT') AND usage_metadata.cluster_id IS NOT NULL
          AND workspace_id NOT IN (SELECT entity FROM meta.planted WHERE fact = 'workspace_outside_region')
          AND NOT EXISTS (FROM compute.clusters AS c
            WHERE c.workspace_id = u.workspace_id AND c.cluster_id = u.usage_metadata.cluster_id)""",
    "statements run while their warehouse does": """
        SELECT count(*) FROM statement AS s WHERE compute.warehouse_id IS NOT NULL AND NOT EXISTS (
          FROM (SELECT warehouse_id, event_time AS from_time, coalesce(lead(event_time) OVER (
                  PARTITION BY warehouse_id ORDER BY event_time), TIMESTAMPTZ '2100-01-01') AS to_time, event_type
                FROM compute.warehouse_events WHERE event_type IN ('STARTING', 'STOPPED')) AS w
          WHERE w.event_type = 'STARTING' AND w.warehouse_id = s.compute.warehouse_id
            AND s.start_time >= w.from_time AND s.end_time <= w.to_time)""",
    "the parts of a statement add up": """
        SELECT count(*) FROM statement
        WHERE total_duration_ms <> coalesce(waiting_for_compute_duration_ms, 0) + waiting_at_capacity_duration_ms
            + compilation_duration_ms + execution_duration_ms
          OR end_time <> start_time + to_milliseconds(total_duration_ms)""",
    "statements of jobs are in their task run": """
        SELECT count(*) FROM statement AS s WHERE query_source.job_info.job_id IS NOT NULL
          AND s.end_time < (SELECT max(period_end_time) FROM lakeflow.job_task_run_timeline) - INTERVAL 1 HOUR
          AND NOT EXISTS (FROM lakeflow.job_task_run_timeline AS t
            WHERE t.workspace_id = s.workspace_id AND t.run_id = s.query_source.job_info.job_task_run_id
              AND t.job_run_id = s.query_source.job_info.job_run_id)""",
    "node types are known": """
        SELECT count(*) FROM billing.usage
        WHERE usage_metadata.node_type NOT IN (SELECT node_type FROM compute.node_types)""",
    "a node has one row a minute": """
        SELECT count(*) - count(DISTINCT (instance_id, date_trunc('minute', start_time))) FROM compute.node_timeline""",
    "percentages are percentages": """
        SELECT count(*) FROM compute.node_timeline
        WHERE cpu_user_percent + cpu_system_percent NOT BETWEEN 0 AND 100 OR mem_used_percent NOT BETWEEN 0 AND 100""",
    "everything names its account": """
        SELECT count(*) FROM (FROM billing.usage SELECT account_id UNION ALL FROM "query".history SELECT account_id)
        WHERE account_id <> (SELECT any_value(account_id) FROM access.workspaces_latest)""",
}


@pytest.mark.parametrize("rule", NOTHING_WRONG)
def test_nothing_breaks_the_rule(account: duckdb.DuckDBPyConnection, rule: str):
    assert account.execute(NOTHING_WRONG[rule]).fetchall() == [(0,)]


def test_warehouses_bill_what_their_events_say(account: duckdb.DuckDBPyConnection):
    off = account.execute("""
        WITH rate(size, dbu) AS (VALUES ('2X_SMALL', 4), ('X_SMALL', 6), ('SMALL', 12), ('MEDIUM', 24), ('LARGE', 40)),
        day AS (SELECT DISTINCT usage_date FROM billing.usage WHERE usage_date < (SELECT max(usage_date) FROM billing.usage)),
        running AS (
          SELECT s.warehouse_id, d.usage_date, sum(epoch(least(s.until_time, d.usage_date + INTERVAL 1 DAY) - greatest(s.event_time, d.usage_date))
            * s.cluster_count * r.dbu) / 3600 AS expected
          FROM warehouse_state AS s JOIN day AS d ON s.event_time < d.usage_date + INTERVAL 1 DAY AND s.until_time > d.usage_date
          JOIN compute.warehouses AS w ON w.warehouse_id = s.warehouse_id JOIN rate AS r ON r.size = w.warehouse_size
          WHERE s.cluster_count > 0
            AND w.change_time = (SELECT max(change_time) FROM compute.warehouses AS v WHERE v.warehouse_id = w.warehouse_id
              AND v.change_time <= s.event_time)
          GROUP BY ALL),
        billed AS (
          SELECT usage_metadata.warehouse_id AS warehouse_id, usage_date, sum(usage_quantity)::DOUBLE AS dbus
          FROM billing.usage WHERE usage_metadata.warehouse_id IS NOT NULL AND record_type = 'ORIGINAL' GROUP BY ALL)
        SELECT count(*), count(*) FILTER (WHERE abs(expected - dbus) > 0.01 * dbus + 0.1)
        FROM running JOIN billed USING (warehouse_id, usage_date)""").fetchall()[0]
    assert off[0] > 300
    assert off[1] <= 2


def test_node_hours_explain_the_dbus_of_classic_clusters(account: duckdb.DuckDBPyConnection):
    rows = account.execute("""
        WITH hours AS (
          SELECT cluster_id, sum(epoch(end_time - start_time)) / 3600 AS node_hours, min(start_time) AS first_time
          FROM compute.node_timeline GROUP BY cluster_id),
        billed AS (
          SELECT usage_metadata.cluster_id AS cluster_id, any_value(usage_metadata.node_type) AS node_type, bool_or(product_features.is_photon) AS photon,
            any_value(billing_origin_product) AS product, any_value(cloud) AS cloud, min(usage_start_time) AS first_time,
            sum(usage_quantity)::DOUBLE AS dbus, max(ingestion_date) AS landed
          FROM billing.usage WHERE billing_origin_product = 'JOBS' AND record_type = 'ORIGINAL' GROUP BY ALL),
        rate(node_type, dbu) AS (VALUES ('i3.xlarge', 1.0), ('r5.4xlarge', 3.6), ('m5d.xlarge', 0.69), ('c5.4xlarge', 2.43))
        SELECT dbus / (node_hours * dbu * CASE WHEN photon THEN 2.9 ELSE 1 END)
        FROM hours JOIN billed USING (cluster_id) JOIN rate USING (node_type)
        WHERE hours.first_time = billed.first_time AND billed.first_time < (SELECT max(usage_date) FROM billing.usage) - INTERVAL 1 DAY
        """).fetchall()
    assert len(rows) > 20
    assert all(0.98 < ratio < 1.02 for (ratio,) in rows)


def test_weekends_are_quieter_but_jobs_go_on(account: duckdb.DuckDBPyConnection):
    share = dict(
        account.execute("""
        SELECT billing_origin_product, sum(cost) FILTER (WHERE weekend) / 2 / (sum(cost) FILTER (WHERE NOT weekend) / 5)
        FROM (SELECT *, isodow(usage_date) > 5 AS weekend FROM priced
              WHERE usage_date BETWEEN (SELECT max(usage_date) FROM priced) - 29 AND (SELECT max(usage_date) FROM priced) - 2
                AND sku_name NOT LIKE '%JOBS_SERVERLESS%')
        GROUP BY 1""").fetchall()
    )
    assert 0.2 < share["SQL"] < 0.65
    assert share["INTERACTIVE"] < 0.6
    assert share["JOBS"] > 0.75


def test_daily_cost_is_that_of_a_small_account(account: duckdb.DuckDBPyConnection):
    shares = dict(
        account.execute("""
        SELECT billing_origin_product, (sum(cost) / sum(sum(cost)) OVER ())::DOUBLE FROM priced
        WHERE cost IS NOT NULL GROUP BY 1""").fetchall()
    )
    (daily,) = account.execute("SELECT (sum(cost) / count(DISTINCT usage_date))::DOUBLE FROM priced").fetchall()[0]
    assert 1_000 < daily < 6_000
    assert shares["SQL"] > max(share for product, share in shares.items() if product != "SQL")
    assert {"JOBS", "ALL_PURPOSE", "DLT", "INTERACTIVE", "MODEL_SERVING", "APPS", "GENIE", "DATABASE"} <= shares.keys()


def test_three_clouds_and_several_workspaces(account: duckdb.DuckDBPyConnection):
    clouds = dict(
        account.execute("SELECT cloud, count(DISTINCT workspace_id) FROM billing.usage GROUP BY 1").fetchall()
    )
    assert clouds == {"AWS": 6, "AZURE": 1, "GCP": 1}


@pytest.mark.parametrize("column", ["compute.node_timeline.end_time", "compute.instance_events.event_time",
                                    "billing.usage.usage_end_time", "lakeflow.job_run_timeline.period_end_time",
                                    "query.history.start_time"])  # fmt: skip
def test_nothing_happens_after_the_accounts_clock(account: duckdb.DuckDBPyConnection, column: str) -> None:
    table, _, name = column.rpartition(".")
    ((newest,),) = account.sql(f"SELECT CAST(epoch(max({name})) AS BIGINT) FROM {table}").fetchall()
    clock = datetime.combine(SMALL.today, time(), timezone.utc) + NEWEST
    assert clock - timedelta(days=2) < datetime.fromtimestamp(newest, timezone.utc) <= clock


@pytest.mark.parametrize("hour", range(24))
def test_the_newest_account_holds_nothing_that_is_still_to_come(hour: int) -> None:
    now = datetime(2026, 11, 27, hour, 30, tzinfo=timezone.utc)
    midnight = datetime.combine(newest_day(now), time(), timezone.utc)
    assert now - timedelta(days=1) < midnight + NEWEST <= now

"""The tables as pandas gets them, and what all parts of the answer have in common."""

from datetime import date

import pandas as pd

from lib.spend.period import Period
from lib.warehouse.connections import attach, attach_ledger, open_memory
from lib.warehouse.store import Pointer

MACHINE_USAGE = """
SELECT account_id, workspace_id, cloud, sku_name, usage_unit, CAST(usage_start_time AS TIMESTAMP) AS usage_start_time,
  CAST(usage_date AS TIMESTAMP) AS day, usage_quantity, billing_origin_product AS product,
  usage_metadata.cluster_id AS cluster_id, usage_metadata.node_type AS node_type,
  COALESCE(product_features.is_photon, FALSE) AS is_photon
FROM account.billing.usage
"""
JOB_USAGE = """
SELECT account_id, workspace_id, cloud, sku_name, usage_unit, CAST(usage_start_time AS TIMESTAMP) AS usage_start_time,
  CAST(usage_date AS TIMESTAMP) AS day, usage_quantity, billing_origin_product AS product,
  usage_metadata.cluster_id AS cluster_id, usage_metadata.node_type AS node_type,
  COALESCE(product_features.is_photon, FALSE) AS is_photon,
  usage_metadata.job_id AS job_id, usage_metadata.job_run_id AS run_id, usage_metadata.warehouse_id AS warehouse_id,
  product_features.is_serverless AS is_serverless,
  COALESCE(identity_metadata.run_as, identity_metadata.owned_by, identity_metadata.created_by) AS owner
FROM account.billing.usage
"""
LIST_PRICES = """
SELECT account_id, cloud, sku_name, usage_unit, CAST(price_start_time AS TIMESTAMP) AS valid_from,
  CAST(price_end_time AS TIMESTAMP) AS valid_to,
  CAST(COALESCE(pricing.effective_list.default, pricing.default) AS DOUBLE) AS price
FROM account.billing.list_prices WHERE currency_code = 'USD'
"""
ACCOUNT_PRICES = """
SELECT account_id, cloud, sku_name, usage_unit, CAST(price_start_time AS TIMESTAMP) AS valid_from,
  CAST(price_end_time AS TIMESTAMP) AS valid_to, CAST(pricing.default AS DOUBLE) AS price
FROM account.billing.account_prices WHERE currency_code = 'USD'
"""
RULES = """
SELECT match_kind, match_value, CAST(discount_share AS DOUBLE) AS discount_share,
  CAST(valid_from AS TIMESTAMP) AS valid_from, CAST(valid_to AS TIMESTAMP) AS valid_to, position
FROM book.reference.discount_rules
"""
VM_PRICES = "SELECT node_type, dbu_per_hour, usd_per_hour, spot_share FROM book.reference.vm_prices"
PHOTON = "SELECT cloud, product, photon_factor FROM book.reference.photon_factors"
NODES = """
SELECT workspace_id, cluster_id, instance_id, node_type, driver, CAST(start_time AS TIMESTAMP) AS start_time
FROM account.compute.node_timeline
"""
INSTANCES = """
SELECT workspace_id, instance_id, availability_type, CAST(event_time AS TIMESTAMP) AS event_time
FROM account.compute.instance_events
"""
CLUSTERS = """
SELECT workspace_id, cluster_id, CAST(change_time AS TIMESTAMP) AS change_time, cluster_source,
  COALESCE(aws_attributes.availability, azure_attributes.availability, gcp_attributes.availability) AS availability,
  COALESCE(aws_attributes.first_on_demand, azure_attributes.first_on_demand, 1) AS first_on_demand
FROM account.compute.clusters
"""
RUNS = """
SELECT workspace_id, job_id, run_id, run_name, CAST(period_start_time AS TIMESTAMP) AS start_time,
  CAST(period_end_time AS TIMESTAMP) AS end_time, result_state
FROM account.lakeflow.job_run_timeline
"""
TASKS = """
SELECT workspace_id, job_id, job_run_id AS run_id, run_id AS task_run_id, task_key, compute_ids, result_state,
  CAST(period_start_time AS TIMESTAMP) AS start_time, CAST(period_end_time AS TIMESTAMP) AS end_time
FROM account.lakeflow.job_task_run_timeline
"""
BILLED_NAMES = """
SELECT workspace_id, usage_metadata.job_id AS job_id, CAST(usage_start_time AS TIMESTAMP) AS usage_start_time,
  COALESCE(usage_metadata.job_name, usage_metadata.run_name) AS billed_name
FROM account.billing.usage
WHERE billing_origin_product = 'JOBS' AND usage_metadata.job_id IS NOT NULL
  AND COALESCE(usage_metadata.job_name, usage_metadata.run_name) IS NOT NULL
"""
JOBS = """
SELECT workspace_id, job_id, name, COALESCE(run_as_user_name, run_as, creator_user_name) AS owner,
  delete_time IS NOT NULL AS is_deleted, CAST(change_time AS TIMESTAMP) AS change_time
FROM account.lakeflow.jobs
"""
WORKSPACES = "SELECT workspace_id, workspace_name FROM account.access.workspaces_latest"
STATEMENTS = """
SELECT workspace_id, statement_id, compute.warehouse_id AS warehouse_id, query_source.job_info.job_id AS job_id,
  query_source.job_info.job_run_id AS run_id, CAST(start_time AS TIMESTAMP) AS start_time,
  CAST(end_time AS TIMESTAMP) AS end_time, CAST(update_time AS TIMESTAMP) AS update_time,
  COALESCE(waiting_for_compute_duration_ms, 0) + COALESCE(waiting_at_capacity_duration_ms, 0) AS wait_ms,
  COALESCE(result_fetch_duration_ms, 0) AS fetch_ms,
  COALESCE(total_task_duration_ms, 0) + COALESCE(compilation_duration_ms, 0) + COALESCE(result_fetch_duration_ms, 0)
    AS work_ms
FROM account.query.history
WHERE compute.warehouse_id IS NOT NULL AND end_time IS NOT NULL AND NOT COALESCE(from_result_cache, FALSE)
"""
WAREHOUSE_EVENTS = """
SELECT workspace_id, warehouse_id, cluster_count, event_type, CAST(event_time AS TIMESTAMP) AS event_time
FROM account.compute.warehouse_events
"""

DAY, HOUR = pd.Timedelta(days=1), pd.Timedelta(hours=1)
PRICE_KEY = ["account_id", "cloud", "sku_name", "usage_unit"]
CLUSTER_DAY = ["day", "workspace_id", "cluster_id"]
JOB = ["workspace_id", "job_id"]
RUN = [*JOB, "run_id"]


class Tables:
    """Loads each table once for every question, as a script or a simple dashboard does."""

    def __init__(self, files: Pointer, *, every: bool) -> None:
        """`every`: loads all rows and cuts the days out in pandas; else the database cuts them out. The ledger file is
        there for the tables of machine prices and discount rules alone."""
        self._con = open_memory()
        attach(self._con, files.account, "account")
        if files.ledger:
            attach_ledger(self._con, files.ledger, files.base)
        self._every = every
        self._loaded: dict[tuple[object, ...], pd.DataFrame] = {}

    def forget(self) -> None:
        """Nothing is loaded: the next question begins from nothing."""
        self._loaded.clear()

    def rows(self, statement: str, column: str, period: Period) -> pd.DataFrame:
        """The statement's rows whose `column` lies in the period."""
        if self._every:
            return within(self.load(statement), column, period)
        cut = f"SELECT * FROM ({statement}) WHERE {column} >= $start AND {column} < $end"
        return self.load(cut, {"start": period.start, "end": period.end})

    def load(self, statement: str, params: dict[str, date] | None = None) -> pd.DataFrame:
        """The statement's rows, read once."""
        key = (statement, *(params or {}).values())
        if key not in self._loaded:
            self._loaded[key] = self._con.sql(statement, params=params or {}).df()
        return self._loaded[key]


def within(rows: pd.DataFrame, column: str, period: Period) -> pd.DataFrame:
    return rows[(rows[column] >= pd.Timestamp(period.start)) & (rows[column] < pd.Timestamp(period.end))]


def wider(period: Period) -> Period:
    return Period(period.start - 31 * DAY, period.end + 31 * DAY)


def of_job(rows: pd.DataFrame, workspace_id: str, job_id: str) -> pd.Series:
    return (rows["workspace_id"] == workspace_id) & (rows["job_id"] == job_id)

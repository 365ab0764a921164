"""A small demo account, built once, and views that its tests share."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from lib.demo import DemoSpec, create_account
from tests.once import copy_of

SMALL = DemoSpec(seed=11, today=date(2026, 3, 12), days=60, scale=0.05)

VIEWS = """
-- One row: a usage row with its USD list price, half-open windows.
CREATE TEMP VIEW priced AS
SELECT u.*, usage_quantity * CAST(p.price AS DECIMAL(14, 10)) AS cost, p.price
FROM billing.usage AS u LEFT JOIN (
  SELECT *, coalesce(pricing.effective_list."default", pricing."default") AS price
  FROM billing.list_prices WHERE currency_code = 'USD'
) AS p ON p.sku_name = u.sku_name AND p.cloud = u.cloud AND p.usage_unit = u.usage_unit
  AND u.usage_start_time >= p.price_start_time
  AND (p.price_end_time IS NULL OR u.usage_start_time < p.price_end_time);

-- One row: a statement, its newest version.
CREATE TEMP VIEW statement AS
SELECT * FROM "query".history QUALIFY row_number() OVER (PARTITION BY statement_id ORDER BY update_time DESC) = 1;

-- One row: a warehouse in one state with one number of clusters.
CREATE TEMP VIEW warehouse_state AS
SELECT *, lead(event_time) OVER (PARTITION BY warehouse_id ORDER BY event_time) AS until_time
FROM compute.warehouse_events;
"""


@pytest.fixture(scope="session")
def small_account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the small account."""
    name = "account-small.duckdb"
    return copy_of("small", lambda home: create_account(home / name, SMALL), tmp_path_factory) / name


@pytest.fixture(scope="session")
def account(small_account: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The small account, read only, with the shared views."""
    with duckdb.connect(str(small_account), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(VIEWS)
        yield connection

"""Small accounts by hand: rows as dicts, everything not named is NULL. Real files, real schema, the real ledger."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from lib.ledger.reference import tables as reference_tables
from lib.ledger.refresh import Refreshed
from lib.warehouse.connections import open_writable
from lib.warehouse.ddl import ddl, duckdb_statements
from lib.warehouse.embedded import EmbeddedWarehouse
from lib.warehouse.refreshing import refresh_ledger
from lib.warehouse.store import DatabaseFolder

ACCOUNT = "acc-1"
Row = dict[str, Any]
DAY = date(2026, 6, 10)
ALL = {"start_date": date(2026, 1, 1), "end_date": date(2027, 1, 1), "currency": "USD"}


def at(text: str) -> datetime:
    """A UTC instant: "2026-06-10 13:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


_ids = iter(range(10**9))


def usage(quantity: object = 1, *, start: str = "2026-06-10 10:00", **values: Any) -> Row:
    """One row of system.billing.usage: an hour of a classic job unless told otherwise."""
    begin = at(start)
    metadata = {k: values.pop(k) for k in _METADATA & values.keys()}
    features = {k: values.pop(k) for k in ("is_serverless", "is_photon") if k in values}
    identity = {k: values.pop(k) for k in ("run_as", "owned_by", "created_by") if k in values}
    return {
        "record_id": f"r{next(_ids)}", "account_id": ACCOUNT, "workspace_id": "ws1", "sku_name": "PREMIUM_JOBS_COMPUTE",
        "cloud": "AWS", "usage_start_time": begin, "usage_end_time": begin + timedelta(hours=1),
        "usage_date": begin.date(), "custom_tags": {}, "usage_unit": "DBU", "usage_quantity": Decimal(str(quantity)),
        "usage_metadata": metadata, "identity_metadata": identity, "record_type": "ORIGINAL",
        "ingestion_date": begin.date(), "billing_origin_product": "JOBS",
        "product_features": {"is_serverless": False} | features, "usage_type": "COMPUTE_TIME",
    } | values  # fmt: skip


_METADATA = {
    "job_id", "job_run_id", "job_name", "run_name", "cluster_id", "warehouse_id", "node_type", "dlt_pipeline_id",
    "endpoint_id", "endpoint_name", "app_id", "app_name", "notebook_id",
}  # fmt: skip


def price(amount: object = "0.15", *, since: str = "2026-01-01 00:00", until: str | None = None, **values: Any) -> Row:
    """One row of system.billing.list_prices."""
    amount = Decimal(str(amount))
    return {
        "account_id": ACCOUNT, "price_start_time": at(since), "price_end_time": at(until) if until else None,
        "sku_name": "PREMIUM_JOBS_COMPUTE", "cloud": "AWS", "currency_code": "USD", "usage_unit": "DBU",
        "pricing": {"default": amount, "effective_list": {"default": amount}},
    } | values  # fmt: skip


def run_slice(start: str, end: str, state: str | None = "SUCCEEDED", **values: Any) -> Row:
    """One row of system.lakeflow.job_run_timeline."""
    return {
        "account_id": ACCOUNT, "workspace_id": "ws1", "job_id": "j1", "run_id": "r1", "period_start_time": at(start),
        "period_end_time": at(end), "trigger_type": "CRON", "run_type": "JOB_RUN", "result_state": state,
    } | values  # fmt: skip


def node_minutes(start: str, minutes: int, **values: Any) -> list[Row]:
    """Rows of system.compute.node_timeline: one node, one row a minute."""
    begin = at(start)
    return [
        {
            "account_id": ACCOUNT, "workspace_id": "ws1", "cluster_id": "c1", "instance_id": "i1",
            "start_time": begin + timedelta(minutes=n), "end_time": begin + timedelta(minutes=n + 1), "driver": True,
            "node_type": "m5.xlarge",
        } | values
        for n in range(minutes)
    ]  # fmt: skip


def write_account(path: Path, tables: Mapping[str, Iterable[Row]]) -> None:
    """An account file that holds these rows; tables that are not named are missing."""
    unknown = set(tables) - {table.name for table in ddl()}
    assert not unknown, unknown
    path.write_bytes(_empty_account())
    with open_writable(path) as con:
        con.begin()
        for table in ddl():
            if rows := list(tables.get(table.name, ())):
                insert(con, table.duckdb_name, rows)
            if table.name in tables:
                con.execute(
                    "UPDATE meta.tables SET loaded = TRUE, rows = $rows WHERE table_name = $name",
                    {"name": table.name, "rows": len(rows)},
                )
        con.commit()


@cache
def _empty_account() -> bytes:
    """The file of an account without rows: its many tables are made once a process."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        with open_writable(path) as con:
            con.begin()
            for statement in duckdb_statements():
                con.execute(statement)
            con.execute("CREATE SCHEMA meta")
            con.execute(
                "CREATE TABLE meta.tables (table_name TEXT, loaded BOOLEAN, rows BIGINT, loaded_at TIMESTAMPTZ, origin TEXT)"
            )
            con.execute(
                "INSERT INTO meta.tables SELECT unnest($names), FALSE, 0, now(), 'test'",
                {"names": [table.name for table in ddl()]},
            )
            con.commit()
        return path.read_bytes()


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    """Append dicts to a DuckDB table, by column name."""
    schema = con.sql(f"SELECT * FROM {table} LIMIT 0").to_arrow_table().schema
    arriving = pa.table({f.name: pa.array([_value(row.get(f.name), f.type) for row in rows], f.type) for f in schema})
    con.register("arriving", arriving)
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM arriving")
    con.unregister("arriving")


def _value(value: Any, type_: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_map(type_):
        return list(value.items())
    if pa.types.is_struct(type_):
        unknown = set(value) - {field.name for field in type_}
        assert not unknown, unknown
        return {field.name: _value(value.get(field.name), field.type) for field in type_}
    return value


class Account:
    """A folder with an account and its ledger; `warehouse` reads it, stored or worked out live."""

    def __init__(self, path: Path, tables: Mapping[str, Iterable[Row]], **settings: Any) -> None:
        self.folder = DatabaseFolder(path)
        self.settings = settings
        self.change(tables)
        self.warehouse = EmbeddedWarehouse(path)
        self.live = EmbeddedWarehouse(path, stored=frozenset())

    def change(self, tables: Mapping[str, Iterable[Row]], *, full: bool = False, thorough: bool = False) -> Refreshed:
        """The account holds these rows now, and the ledger is refreshed to them."""
        account = self.folder.new_file("account")
        write_account(account, tables)
        with self.folder.writing():
            return refresh_ledger(
                self.folder,
                currency=self.settings.get("currency", "USD"),
                reference=reference_tables(self.settings.get("vm_prices"), self.settings.get("discounts")),
                account=account,
                full=full,
                thorough=thorough,
            )

    def rows(self, query: str, **params: object) -> list[Row]:
        """Rows of a query from the ledger, after checking that working it out live gives the same."""
        from tests.same import assert_same

        stored = self.warehouse.fetch(query, ALL | params)
        assert_same(stored, self.live.fetch(query, ALL | params))
        return stored.to_pylist()

    def naive(self, statement: str) -> Any:
        """The one value of a statement in DuckDB's SQL on the account's own tables: how not to do it."""
        con = duckdb.connect(str(self.folder.current().account), read_only=True, config={"threads": 1})
        try:
            con.execute("SET TimeZone='UTC'")
            return con.execute(statement).fetchall()[0][0]
        finally:
            con.close()

    def total(self, column: str = "list_cost", **params: object) -> Decimal:
        """The whole bill of one currency, from the ledger."""
        rows = self.rows("spend/by_overview", **NO_FILTERS | {"dim1": "product", "dim2": None} | params)
        return sum((row[column] for row in rows if row[column] is not None), Decimal(0))

    def by(self, dim: str, column: str = "list_cost", **params: object) -> dict[str | None, Decimal | None]:
        """Spend by one dimension: key → amount, units put together."""
        dims = {"dim1": dim, "dim2": None, "dim1_tag": None, "dim2_tag": None}
        sums: dict[str | None, Decimal | None] = {}
        for row in self.rows("spend/by", **NO_FILTERS | dims | params):
            before = sums.get(row["key1"])
            sums[row["key1"]] = row[column] if before is None else before + (row[column] or 0)
        return sums


NO_FILTERS: Row = {
    "base": "list", "workspaces": None, "products": None, "owners": None, "serverless": None, "tag_key": None,
    "tag_value": None,
}  # fmt: skip

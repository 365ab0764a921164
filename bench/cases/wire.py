"""The wire of the Databricks path: a million rows through the real connector, against the engine without it."""

import time
from collections.abc import Iterator
from contextlib import closing
from statistics import median
from typing import Any

from bench.case import Case, Plan, Row, at_most

ROWS = 1_000_000
TEXT = (
    "SELECT id, id % 97 AS small, id * 1.5 AS amount, CAST(id AS DECIMAL(18,4)) AS exact, concat('name-', id % 1000) AS name,"
    f" date_add(DATE '2026-01-01', CAST(id % 180 AS INT)) AS day FROM range({ROWS})"
)


def run(plan: Plan) -> Iterator[Row]:
    from bench.measure import seconds
    from lib.demo.workspace import start

    plan.say("a million rows over the wire")
    with start(None, tls=True, process=True) as workspace:
        took = {name: median(_seconds(workspace, how, plan.rounds)) for name, how in WAYS.items()}
    bare = seconds(_without_wire, plan.rounds)
    for name, value in took.items():
        goal = at_most(10) if name == "CloudFetch" else None
        detail = f"{value:.2f} s, {ROWS / value / 1e6:.1f} million rows a second; the engine alone {bare:.2f} s; six columns, TLS"
        yield Row(f"1M rows by {name} against no wire", "", value / bare, "×", goal, detail)


WAYS: dict[str, dict[str, Any]] = {
    "CloudFetch": {},
    "Thrift inline, LZ4": {"use_cloud_fetch": False},
    "Thrift inline": {"use_cloud_fetch": False, "enable_query_result_lz4_compression": False},
}


def _seconds(workspace: Any, how: dict[str, Any], rounds: int) -> Iterator[float]:
    import logging

    from databricks import sql

    from lib.demo.workspace.warehouses import WAREHOUSE

    logging.getLogger("databricks.sql").setLevel(logging.WARNING)
    connection = sql.connect(
        server_hostname="localhost",
        _port=workspace.port,
        http_path=f"/sql/1.0/warehouses/{WAREHOUSE}",
        access_token=workspace.token,
        _tls_trusted_ca_file=str(workspace.ca_file),
        enable_telemetry=False,
        **how,
    )
    with closing(connection):
        for _ in range(rounds):
            began = time.perf_counter()
            with closing(connection.cursor()) as cursor:
                cursor.execute(TEXT)
                assert cursor.fetchall_arrow().num_rows == ROWS
            yield time.perf_counter() - began


def _without_wire() -> None:
    from lib.warehouse.connections import open_memory
    from lib.warehouse.dialect import to_duckdb

    with open_memory() as con:
        text = to_duckdb(TEXT.replace(f"FROM range({ROWS})", f"FROM (SELECT range AS id FROM range({ROWS})) AS r"))
        assert con.execute(text).to_arrow_table().num_rows == ROWS


CASE = Case("wire", "The wire of the Databricks path", run, needs_data=False)

"""The list of clusters with 5,000 of them: tables read, rules run, states of the workspace laid over, rows worked out."""

import os
import shutil
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from statistics import median

from bench.case import Case, Plan, Row, at_most
from bench.measure import in_child

CLUSTERS = 5_000
TODAY = date(2026, 11, 20)
HOME = Path(os.environ.get("BENCH_FOLDER", "/tmp/lakeledger-bench")) / f"fleet-{CLUSTERS}"
MORE = """
INSERT INTO compute.clusters BY NAME
SELECT c.* REPLACE ('f-' || n AS cluster_id, 'fleet-' || n AS cluster_name, 'owner' || n % 300 || '@x.example' AS owned_by)
FROM range($clusters) AS t(n),
  (SELECT * FROM compute.clusters WHERE cluster_name = 'shared-etl' ORDER BY change_time DESC LIMIT 1) AS c;
INSERT INTO billing.usage BY NAME
SELECT u.* REPLACE (
  'f-' || n || '-' || d AS record_id, $today::DATE - d::INT AS usage_date, u.usage_quantity * (1 + n % 9) AS usage_quantity,
  ($today::DATE - d::INT)::TIMESTAMP + INTERVAL 9 HOUR AS usage_start_time,
  ($today::DATE - d::INT)::TIMESTAMP + INTERVAL 10 HOUR AS usage_end_time,
  struct_update(u.usage_metadata, cluster_id := 'f-' || n) AS usage_metadata)
FROM range($clusters) AS t(n), range(1, 31) AS r(d),
  (SELECT * FROM billing.usage WHERE billing_origin_product = 'ALL_PURPOSE' ORDER BY record_id LIMIT 1) AS u;
INSERT INTO compute.node_timeline BY NAME
SELECT m.* REPLACE ('f-' || n AS cluster_id, 'i-' || n AS instance_id, (n + k) % 3 = 0 AS driver,
  ($today::DATE - d::INT)::TIMESTAMP + INTERVAL 9 HOUR + k * INTERVAL 1 MINUTE AS start_time,
  ($today::DATE - d::INT)::TIMESTAMP + INTERVAL 9 HOUR + (k + 1) * INTERVAL 1 MINUTE AS end_time,
  (n * 7 + k) % 90 AS cpu_user_percent)
FROM range($clusters) AS t(n), range(1, 31) AS r(d), range(12) AS s(k),
  (SELECT * FROM compute.node_timeline LIMIT 1) AS m;
"""


def run(plan: Plan) -> Iterator[Row]:
    plan.say(f"account of {CLUSTERS:,} clusters")
    in_child(ready)
    plan.say("fleet")
    told = in_child(opened, 2 if plan.quick else 3)
    first, again, rows, cpu = told.value
    bare = in_child(imported).peak_mb
    detail = f"{rows:,} rows with states, findings and filters; first time in the process {first:.2f} s; {cpu:.2f} s of processor"
    yield Row("Fleet opens", f"{CLUSTERS:,}", again, "s", at_most(1.5), detail)
    more = f"{told.peak_mb:.0f} MB in all, {bare:.0f} MB of them for the packages alone"
    yield Row("Memory it takes", f"{CLUSTERS:,}", told.peak_mb - bare, "MB", at_most(300), more)


def ready() -> None:
    """Make the account, once: the small demo, and as many clusters more, a month of days each."""
    from lib.config import load
    from lib.context import Context
    from lib.demo import DemoSpec
    from lib.warehouse.connections import open_writable

    context = Context(load(source="demo", home=HOME))
    if context.folder.find() is not None:
        return
    made = HOME.with_suffix(".making")
    shutil.rmtree(made, ignore_errors=True)
    context = Context(load(source="demo", home=made))
    context.make_demo(DemoSpec(seed=1, today=TODAY, days=60, scale=0.05))
    account = context.folder.new_file("account")
    shutil.copyfile(context.folder.current().account, account)
    con = open_writable(account)
    con.execute("SET TimeZone='UTC'")
    for statement in MORE.split(";\n"):
        if statement.strip():
            names = {"clusters": CLUSTERS} | ({"today": TODAY} if "$today" in statement else {})
            con.execute(statement, names)
    con.close()
    context.refresh(full=True, account=account)
    made.rename(HOME)


def imported() -> None:
    """What the process weighs before it does anything."""
    import duckdb  # noqa: F401
    import pyarrow  # noqa: F401

    import lib.ui.fleet_parts
    import lib.warehouse.embedded  # noqa: F401


def opened(rounds: int) -> tuple[float, float, int, float]:
    """Seconds for the first opening, the median of the others, how many rows there were, and processor seconds of one."""
    from lib.config import load
    from lib.context import Context

    took, worked = [], []
    count = 0
    for _ in range(rounds + 1):
        begun, cpu = time.perf_counter(), time.process_time()
        count = _open(Context(load(source="demo", home=HOME)))
        took.append(time.perf_counter() - begun)
        worked.append(time.process_time() - cpu)
    return took[0], median(took[1:]), count, median(worked[1:])


def _open(context: object) -> int:
    from lib.clusters.findings import judged
    from lib.clusters.findings import with_live as told
    from lib.clusters.fleet import Window, sums, with_live
    from lib.clusters.narrowed import Narrowed, rows
    from lib.workspace.compute import LiveCluster

    seen = judged(context.warehouse, Window(TODAY - timedelta(days=30), TODAY), TODAY)  # type: ignore[attr-defined]
    known = seen.fleet
    now = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    workspace = str(known.clusters["workspace_id"].mode().iloc[0])
    here = known.clusters[known.clusters["workspace_id"] == workspace]
    live = [
        LiveCluster(cluster_id, name, "RUNNING" if n % 7 == 0 else "TERMINATED", source="UI", started_at=now)
        for n, (cluster_id, name) in enumerate(zip(here["cluster_id"], here["name"], strict=True))
    ]
    said = told(seen.found.recommendations, seen, live, workspace, now)
    counts: dict[tuple[str, str], int] = {}
    for item in said:
        key = (item.workspace_id, item.object_id)
        counts[key] = counts.get(key, 0) + 1
    shown = rows(with_live(known, live, workspace, now), Narrowed(), counts)
    sums(shown)
    return len(shown)


CASE = Case("fleet", "Clusters: a fleet of 5,000", run, needs_data=False)

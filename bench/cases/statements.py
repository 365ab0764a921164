"""Statements: texts read a minute, their ledger, and the pages about them from it."""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.case import Case, Plan, Row, at_least, at_most
from bench.data import last
from bench.many import ONE_MILLION, TEN_MILLION, Many, context, ready
from bench.measure import in_child, processor_s, seconds

SHAPES = (
    "SELECT o.order_date, SUM(i.net) AS revenue FROM main.sales.orders{t} o JOIN main.sales.items i ON i.order_id = o.order_id "
    "WHERE o.order_date >= DATE '{d}' AND o.region = '{r}' GROUP BY o.order_date ORDER BY o.order_date",
    "SELECT * FROM main.crm.customer_{t} WHERE country = '{r}' AND id = {n}",
    "WITH paid AS (SELECT id, SUM(amount) AS paid FROM main.fin.pay{t} GROUP BY id) SELECT i.id, "
    "i.amount - COALESCE(p.paid, {n}) AS open FROM main.fin.inv i LEFT JOIN paid p ON p.id = i.id WHERE i.due < DATE '{d}'",
    "MERGE INTO main.x.t{t} AS t USING main.x.s AS s ON t.k = s.k AND s.d = DATE '{d}' "
    "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
    "SELECT page, COUNT(*) AS views FROM main.web.e{t} WHERE CAST(at AS DATE) = DATE '{d}' AND id > {n} "
    "GROUP BY page ORDER BY views DESC LIMIT 30",
)
WAREHOUSE = "0004000000000000"
"""One of the accounts' forty."""


def texts(count: int, shapes: int) -> Iterator[str]:
    """`count` distinct texts of about `shapes` shapes."""
    chance = random.Random(7)
    for number in range(count):
        yield SHAPES[number % len(SHAPES)].format(
            t=number % max(shapes // len(SHAPES), 1),
            d=f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}",
            r=chance.choice("abcdef"),
            n=number,
        )


def throughput(count: int, shapes: int, processes: int) -> dict[str, Any]:
    """Texts a minute, and the most memory of this process and of those that read for it."""
    import resource

    from lib.statements.bulk import readings

    begin = time.perf_counter()
    done = sum(1 for _ in readings(texts(count, shapes), processes=processes))
    taken = time.perf_counter() - begin
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "minute": done / taken * 60,
        "processor_minute": done / max((time.process_time() + used.ru_utime + used.ru_stime) / processes, 1e-9) * 60,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "worker_mb": used.ru_maxrss / 1024,
    }


def pages(many: Many) -> dict[str, tuple[float, float]]:
    """Seconds, and seconds of processor, of the data of each page about statements, asked before."""
    from lib.statements import overview as glances
    from lib.statements.findings import findings
    from lib.statements.insights import regressions
    from lib.statements.monitor import standing
    from lib.statements.one import fingerprint_view
    from lib.statements.shapes import fingerprints
    from lib.statements.statement import statement
    from lib.statements.thresholds import thresholds
    from lib.statements.warehouse import warehouse_view

    here, view, limits = context(many), last(30), thresholds()
    until, engine = here.as_of, here.warehouse
    head = fingerprints(engine, view, until).table.iloc[0]
    one = glances.top(engine, view, "time").iloc[0]
    works: dict[str, Callable[[], object]] = {
        "queries, overview": lambda: glances.glance(engine, view, until),
        "queries, by warehouse": lambda: glances.by(engine, view, "warehouse"),
        "queries, fingerprints": lambda: fingerprints(engine, view, until),
        "queries, regressions": lambda: regressions(engine, view, until, limits),
        "queries, most expensive": lambda: glances.top(engine, view, "cost"),
        "queries, failures": lambda: glances.failures(engine, view),
        "queries, stands out now": lambda: standing(engine, view, until, limits),
        "query findings": lambda: findings(engine, view, until, limits),
        "one fingerprint": lambda: fingerprint_view(
            engine, view, until, limits, head["fingerprint"], head["shapes"][0], head["workspace_id"]
        ),
        "one statement": lambda: statement(
            engine, view, until, one["statement_id"], one["workspace_id"], here.viewer, one["usage_date"]
        ),
        "one warehouse, what-if": lambda: warehouse_view(engine, view, until, limits, None, WAREHOUSE),
    }
    found = {}
    for name, work in works.items():
        work()
        found[name] = (min(seconds(work) for _ in range(3)), processor_s(work))
    return found


def run(plan: Plan) -> Iterator[Row]:
    count = 20_000 if plan.quick else 1_000_000
    plan.say(f"statements, {count:,} texts")
    found = in_child(throughput, count, 5_000, 2).value
    yield Row(
        "distinct texts a minute",
        f"{count // 1000}k",
        found["minute"] / 50_000,
        "×",
        at_least(1),
        f"of 50,000: {found['minute']:,.0f} ({found['processor_minute']:,.0f} by processor time), fingerprint and findings, two "
        f"processes of {found['worker_mb']:.0f} MB, {found['mb']:.0f} MB in the one that asks",
    )
    few = count // 10
    found = in_child(throughput, few, few * len(SHAPES), 2).value
    yield Row(
        "distinct shapes a minute",
        f"{few // 1000}k",
        found["minute"] / 50_000,
        "×",
        at_least(1),
        f"of 50,000: {found['minute']:,.0f}, nothing remembered",
    )
    many = ONE_MILLION if plan.quick else TEN_MILLION
    plan.say(f"account of {many.name} statements")
    made = in_child(ready, many)
    yield Row(
        "ledger of statements",
        many.name,
        made.peak_mb,
        "MB",
        None,
        f"{made.cpu_s:.0f} s of processor; little when it was there",
    )
    for name, (wall, processor) in in_child(pages, many).value.items():
        yield Row(
            name,
            many.name,
            wall * 1e3,
            "ms",
            at_most(300),
            f"30 days, from the ledger; {processor * 1e3:.0f} ms of processor",
        )


CASE = Case("statements", "Statements read, and the pages about them", run, needs_data=False)

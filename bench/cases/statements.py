"""Statements: texts read a minute, and the pages about them from the ledger."""

import random
import time
from collections.abc import Iterator
from typing import Any

from bench.case import Case, Plan, Row, at_least, at_most
from bench.data import Size, context, last
from bench.measure import in_child, in_turns

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
    """Texts a minute, and the most memory of this process."""
    import resource

    from lib.statements.bulk import readings

    begin = time.perf_counter()
    done = sum(1 for _ in readings(texts(count, shapes), processes=processes))
    return {
        "minute": done / (time.perf_counter() - begin) * 60,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def pages(size: Size, rounds: int) -> dict[str, float]:
    """Seconds of the data of each page about statements, asked before."""
    from lib.statements.findings import findings
    from lib.statements.overview import overview, top
    from lib.statements.shapes import fingerprints
    from lib.statements.thresholds import thresholds

    here = context(size)
    view, until, warehouse = last(30), here.as_of, here.warehouse
    works = {
        "queries": lambda: overview(warehouse, view, until),
        "slowest statements": lambda: top(warehouse, view, "time"),
        "fingerprints": lambda: fingerprints(warehouse, view, until),
        "query findings": lambda: findings(warehouse, view, until, thresholds()),
    }
    return in_turns(works, rounds)


def run(plan: Plan) -> Iterator[Row]:
    count = 20_000 if plan.quick else 1_000_000
    plan.say(f"statements, {count:,} texts")
    found = in_child(throughput, count, 5_000, 2).value
    detail = f"fingerprint and findings, two processes; {found['mb']:.0f} MB in the process that asks"
    yield Row(
        "distinct texts a minute",
        f"{count // 1000}k",
        found["minute"] / 50_000,
        "×",
        at_least(1),
        f"of 50,000: {found['minute']:,.0f}; {detail}",
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
    size = plan.largest
    for name, warm in in_child(pages, size, plan.rounds).value.items():
        yield Row(name, size.name, warm * 1e3, "ms", at_most(300), "30 days, from the ledger")


CASE = Case("statements", "Statements read, and the pages about them", run)

"""Without a ledger: everything worked out from raw rows, against the naive way over the same rows."""

from collections.abc import Iterator
from typing import Any

from bench.case import Case, Plan, Row, at_least
from bench.data import Size, context, last
from bench.measure import in_child, in_turns
from bench.naive import Naive

DBU_COST = """
-- List cost by product, without machines: the question that the naive way answers.
-- Row: (product)
-- Params: start_date DATE, end_date DATE, currency STRING
-- Returns: product STRING, list_cost DECIMAL(38,12)
SELECT product, SUM(list_cost) AS list_cost
FROM priced_usage
WHERE usage_date >= :start_date AND usage_date < :end_date AND currency = :currency
GROUP BY product
"""
WORDS = {
    "dbu": "DBU cost by product (priced_usage alone)",
    "product": "Spend by product",
    "product_workspace": "Explorer: product × workspace",
    "jobs": "Jobs table",
    "job": "One job",
}


def run(plan: Plan) -> Iterator[Row]:
    for size in dict.fromkeys((plan.smallest, plan.largest)):
        for what, words in WORDS.items():
            plan.say(f"live, {size.name}, {what}")
            took = in_child(measured, size, what, plan.rounds).value
            detail = f"live {took['live'] * 1e3:.0f} ms, .df() {took['naive'] * 1e3:.0f} ms"
            detail += "" if what == "dbu" else "; live adds machines, which the naive way leaves out"
            yield Row(f"{words}, live vs pandas", size.name, took["naive"] / took["live"], "×", at_least(50), detail)


def measured(size: Size, what: str, rounds: int) -> dict[str, Any]:
    """Seconds of the live answer and of the naive one, 30 days."""
    from lib.explorer.by import spend
    from lib.jobs.job import job
    from lib.jobs.table import jobs
    from lib.queries.catalogue import load, parse_query
    from lib.warehouse.embedded import EmbeddedWarehouse

    here, view = context(size), last(30)
    live = EmbeddedWarehouse(here.settings.folder, frozenset(), memory_limit=here.settings.memory_limit)
    naive, as_of = Naive(here.folder.current().account), here.as_of
    params = {"start_date": view.period.start, "end_date": view.period.end, "currency": view.currency}
    dbu_cost = parse_query("bench/dbu_cost", DBU_COST.strip(), load().relation_names)
    top = jobs(here.warehouse, view, as_of).jobs.iloc[0]
    ids = (str(top["workspace_id"]), str(top["job_id"]))
    ways = {
        "dbu": (lambda: live.fetch(dbu_cost, params), lambda: naive.by(view.period, ["product"])),
        "product": (lambda: spend(live, view, ("product",)), lambda: naive.by(view.period, ["product"])),
        "product_workspace": (
            lambda: spend(live, view, ("product", "workspace")),
            lambda: naive.by(view.period, ["product", "workspace_id"]),
        ),
        "jobs": (lambda: jobs(live, view, as_of), lambda: naive.jobs(view.period)),
        "job": (lambda: job(live, view, as_of, *ids), lambda: naive.job(view.period, *ids)),
    }
    return in_turns(dict(zip(("live", "naive"), ways[what], strict=True)), rounds)


CASE = Case("live", "Without a ledger: raw rows against pandas", run)

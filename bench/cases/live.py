"""Without a ledger: everything worked out from raw rows, against the naive way over the same rows."""

from collections.abc import Callable, Iterator
from typing import Any

from bench.case import Case, Plan, Row, at_least
from bench.data import EVERY_DAY, Size, context, last
from bench.measure import Work, in_child, in_turns
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
            detail = (
                f"live {took['live'] * 1e3:.0f} ms, every row by .df() {took['naive'] * 1e3:.0f} ms, "
                f"the period's {took['cut'] * 1e3:.0f} ms"
            )
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
    account, as_of = here.folder.current().account, here.as_of
    params = {"start_date": view.period.start, "end_date": view.period.end, "currency": view.currency}
    dbu_cost = parse_query("bench/dbu_cost", DBU_COST.strip(), load().relation_names)
    top = jobs(here.warehouse, view, as_of).jobs.iloc[0]
    ids = (str(top["workspace_id"]), str(top["job_id"]))
    lives: dict[str, Work] = {
        "dbu": lambda: live.fetch(dbu_cost, params),
        "product": lambda: spend(live, view, ("product",)),
        "product_workspace": lambda: spend(live, view, ("product", "workspace")),
        "jobs": lambda: jobs(live, view, as_of),
        "job": lambda: job(live, view, as_of, *ids),
    }
    naives: dict[str, Callable[[Naive], object]] = {
        "dbu": lambda naive: naive.by(view.period, ["product"]),
        "product": lambda naive: naive.by(view.period, ["product"]),
        "product_workspace": lambda naive: naive.by(view.period, ["product", "workspace_id"]),
        "jobs": lambda naive: naive.jobs(view.period),
        "job": lambda naive: naive.job(view.period, *ids),
    }
    every, cut = Naive(account, reach=EVERY_DAY), Naive(account)
    ways = {"live": lives[what], "naive": lambda: naives[what](every), "cut": lambda: naives[what](cut)}
    return in_turns(ways, rounds)


CASE = Case("live", "Without a ledger: raw rows against pandas", run)

"""Without a ledger: everything worked out from raw rows, against the naive way over the same rows."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, cast

import pandas as pd

from bench.case import Case, Plan, Row, at_least
from bench.data import EVERY_DAY, Size, context, last
from bench.measure import Work, in_child, in_turns
from bench.naive import Naive, Whole
from bench.same_answer import SameAnswer, agreement
from lib.spend.compare import Comparison
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.spend.window import wide

DBU_COST = """
-- List cost by product, without machines.
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
WHOLE = ("product", "jobs", "job")
"""What is also asked of whole tables in pandas, which takes about a minute each."""


def run(plan: Plan) -> Iterator[Row]:
    size = plan.smallest  # at 10M rows the frames of the same answer take more memory than a laptop has
    for what, words in WORDS.items():
        plan.say(f"live, {size.name}, {what}")
        took, off = in_child(measured, size, what, plan.rounds).value
        live = took["live"]
        ms = {way: f"{seconds * 1e3:.0f} ms" for way, seconds in took.items()}
        if what == "dbu":
            detail = f"live {ms['live']}, every row by .df() {ms['list']}, the period's {ms['list_cut']}"
            yield Row(f"{words}, live vs pandas", size.name, took["list"] / live, "×", at_least(50), detail)
            continue
        if "whole" in took:
            detail = f"live {ms['live']}, SELECT * of its tables by .df() {took['whole']:.0f} s, then merge and group"
            yield Row(
                f"{words}, live vs pandas, whole tables", size.name, took["whole"] / live, "×", at_least(50), detail
            )
        detail = f"live {ms['live']}, every row by .df() {ms['same']}, the period's {ms['same_cut']}; {off}"
        yield Row(f"{words}, live vs pandas, same answer", size.name, took["same"] / live, "×", at_least(50), detail)
        detail = f"every row by .df() {ms['list']}, the period's {ms['list_cut']}; live adds machines, contract prices, rules"
        yield Row(f"{words}, live vs pandas, list cost only", size.name, took["list"] / live, "×", detail=detail)


def measured(size: Size, what: str, rounds: int) -> tuple[dict[str, float], str]:
    """Seconds of the live answer and of the naive ones, 30 days; and how far the same answer is from the live one."""
    from lib.explorer.by import spend
    from lib.jobs.job import job
    from lib.jobs.table import jobs
    from lib.queries.catalogue import load, parse_query
    from lib.warehouse.embedded import EmbeddedWarehouse

    here, view = context(size), last(30)
    live = EmbeddedWarehouse(here.settings.folder, frozenset(), memory_limit=here.settings.memory_limit)
    files, as_of = here.folder.current(), here.as_of
    params = {"start_date": view.period.start, "end_date": view.period.end, "currency": view.currency}
    dbu_cost = parse_query("bench/dbu_cost", DBU_COST.strip(), load().relation_names)
    table = jobs(here.warehouse, view, as_of)
    top, previous = table.jobs.iloc[0], table.comparison.previous if table.comparison else None
    ids = (str(top["workspace_id"]), str(top["job_id"]))
    lives: dict[str, Work] = {
        "dbu": lambda: live.fetch(dbu_cost, params),
        "product": lambda: spend(live, view, ("product",)),
        "product_workspace": lambda: spend(live, view, ("product", "workspace")),
        "jobs": lambda: jobs(live, view, as_of),
        "job": lambda: job(live, view, as_of, *ids),
    }
    lists: dict[str, Callable[[Naive], object]] = {
        "dbu": lambda naive: naive.by(view.period, ["product"]),
        "product": lambda naive: naive.by(view.period, ["product"]),
        "product_workspace": lambda naive: naive.by(view.period, ["product", "workspace_id"]),
        "jobs": lambda naive: naive.jobs(view.period),
        "job": lambda naive: naive.job(view.period, *ids),
    }
    sames: dict[str, Callable[[SameAnswer], Any]] = {
        "product": lambda naive: naive.spend(view.period, ["product"]),
        "product_workspace": lambda naive: naive.spend(view.period, ["product", "workspace_id"]),
        "jobs": lambda naive: naive.jobs(view.period, window(view, table.comparison), previous),
        "job": lambda naive: naive.job(view.period, window(view, None), *ids),
    }
    every, cut = Naive(files.account, reach=EVERY_DAY), Naive(files.account)
    ways = {"live": lives[what], "list": lambda: lists[what](every), "list_cut": lambda: lists[what](cut)}
    if what in WHOLE:
        ways["whole"] = lambda: lists[what](Whole(files.account))
    if what not in sames:
        return in_turns(ways, rounds), ""
    same, same_cut = (SameAnswer(files, every=all_rows) for all_rows in (True, False))
    ways |= {"same": lambda: sames[what](same), "same_cut": lambda: sames[what](same_cut)}
    return in_turns(ways, rounds), agreement(beside(what, sames[what](same), lives[what]()))


def window(view: Filters, compared: Comparison | None) -> Period:
    """The days in which runs are followed."""
    params = wide(view, compared)
    return Period(cast(date, params["start_date"]), cast(date, params["end_date"]))


def beside(what: str, naive: Any, live: Any) -> list[tuple[pd.DataFrame, pd.DataFrame, Sequence[str]]]:
    """Frames of both answers and the columns whose sums must be the same."""
    if what == "jobs":
        money = ("dbu_cost", "vm_cost", "shared_cost", "failure_cost", "previous_cost", "run_cost_p50", "run_cost_p95")
        return [(naive["table"], live.jobs, (*money, "runs", "failed_runs", "busy_s"))]
    if what == "job":
        runs = (naive["runs"], live.runs, ("total_cost", "busy_s"))
        return [(naive["skus"], live.skus, ("cost", "vm_cost")), runs, (naive["tasks"], live.tasks, ("work_s",))]
    return [(naive, live.frame, ("list_cost", "contract_cost", "vm_cost"))]


CASE = Case("live", "Without a ledger: raw rows against pandas", run)

"""The landing page's spend by day and product: from the ledger, worked out from raw rows, and the naive way."""

from collections.abc import Iterator
from typing import Any

from bench.case import Case, Plan, Row, at_least
from bench.data import EVERY_DAY, Size, context, last
from bench.measure import in_child, in_turns
from bench.naive import Naive, Whole
from bench.same_answer import SameAnswer, agreement

STATEMENT = "spend/by_overview"
DAYS = {"250k": (30, 180), "1M": (30, 180), "10M": (30, 90)}
"""Windows; 10M rows at once would need more memory than most laptops have."""

SAME_ANSWER = 4
"""Largest scale (1M rows) at which pandas works out the same answer or loads whole tables: beyond, its frames take more memory
than a laptop has."""


def run(plan: Plan) -> Iterator[Row]:
    for size in dict.fromkeys((plan.smallest, plan.largest)):
        for days in DAYS.get(size.name, (30,)):
            plan.say(f"overview, {size.name}, {days} days")
            yield from _rows(size, days, in_child(measured, size, days, plan.rounds).value)


def _rows(size: Size, days: int, found: dict[str, Any]) -> Iterator[Row]:
    took = found["seconds"]
    ledger = took["ledger"]
    ms = {way: s * 1e3 for way, s in took.items()}
    what = f"Spend by day and product, {days} days"
    if "whole" in took:
        detail = f"SELECT * of usage and prices by .df() {took['whole']:.0f} s, then merge and group; list cost only"
        yield Row(
            f"{what}: ledger vs pandas, whole tables", size.name, took["whole"] / ledger, "×", at_least(1000), detail
        )
    if "same" in took:
        detail = (
            f"ledger {ms['ledger']:.1f} ms, raw {ms['raw']:.0f} ms, every row by .df() {ms['same']:.0f} ms, the period's "
            f"{ms['same_cut']:.0f} ms; {found['agreement']}"
        )
        name = f"{what}: ledger vs pandas, same answer"
        yield Row(name, size.name, took["same"] / ledger, "×", at_least(1000), detail)
    detail = (
        f"ledger {ms['ledger']:.1f} ms, every row by .df() {ms['every']:.0f} ms, the period's {ms['naive']:.0f} ms, by "
        f"fetchall {ms['fetchall']:.0f} ms; naive total is off by {found['off']:.2%}"
    )
    yield Row(f"{what}: ledger vs pandas, list cost only", size.name, took["every"] / ledger, "×", detail=detail)
    yield Row(
        f"{what}: ledger vs pandas, asked again",
        size.name,
        took["same" if "same" in took else "every"] / took["again"],
        "×",
        at_least(1000),
        f"{took['again'] * 1e6:.0f} µs: nothing changed, the answer is remembered",
    )
    yield Row(f"{what}: ledger vs pandas, list cost only, the period's rows", size.name, took["naive"] / ledger, "×")
    yield Row(f"{what}: ledger vs raw rows", size.name, took["raw"] / ledger, "×", at_least(10))
    yield Row(
        f"{what}: whole overview page",
        size.name,
        took["page"] * 1e3,
        "ms",
        detail="all its statements, frames and rankings",
    )


def measured(size: Size, days: int, rounds: int) -> dict[str, Any]:
    """Seconds of each way, and by how much the naive total differs from the ledger's."""
    from lib.explorer.by import spend
    from lib.explorer.overview import overview
    from lib.warehouse.embedded import EmbeddedWarehouse
    from lib.warehouse.remembered import Remembered, Room

    here = context(size)
    live = EmbeddedWarehouse(here.settings.folder, frozenset(), memory_limit=here.settings.memory_limit)
    again = EmbeddedWarehouse(here.settings.folder, remembered=Remembered(Room(64_000_000)))
    view, as_of, files = last(days), here.as_of, here.folder.current()
    account = files.account
    same, same_cut = (SameAnswer(files, every=all_rows) for all_rows in (True, False))
    naive, fetchall, every = Naive(account), Naive(account, "fetchall"), Naive(account, reach=EVERY_DAY)
    keys = ["usage_date", "product"]
    keys_same = ["day", "product"]
    ways = {
        "ledger": lambda: spend(here.warehouse, view, ("day", "product")),
        "again": lambda: spend(again, view, ("day", "product")),
        "raw": lambda: spend(live, view, ("day", "product")),
        "page": lambda: overview(here.warehouse, view, as_of),
        "naive": lambda: naive.by(view.period, keys),
        "every": lambda: every.by(view.period, keys),
    }
    if size.scale <= SAME_ANSWER:
        ways |= {
            "whole": lambda: Whole(account).by(view.period, keys),
            "same": lambda: same.spend(view.period, keys_same),
            "same_cut": lambda: same_cut.spend(view.period, keys_same),
        }
    took = in_turns(ways, rounds) | in_turns({"fetchall": lambda: fetchall.by(view.period, keys)}, 1)
    exact = spend(here.warehouse, view, ("day", "product")).frame
    found = {"seconds": took, "off": naive.by(view.period, keys)["list_cost"].sum() / exact["list_cost"].sum() - 1}
    if "same" in took:
        found["agreement"] = agreement(
            [(same_cut.spend(view.period, keys_same), exact, ("list_cost", "contract_cost", "vm_cost"))]
        )
    return found


CASE = Case("overview", "Overview: ledger against pandas and against raw rows", run)

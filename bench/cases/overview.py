"""The landing page's spend by day and product: from the ledger, worked out from raw rows, and the naive way."""

from collections.abc import Iterator
from typing import Any

from bench.case import Case, Plan, Row, at_least
from bench.data import EVERY_DAY, Size, context, last
from bench.measure import in_child, in_turns
from bench.naive import Naive

STATEMENT = "spend/by_overview"
DAYS = {"250k": (30, 180), "1M": (30, 180), "10M": (30, 90)}
"""Windows; 10M rows at once would need more memory than most laptops have."""


def run(plan: Plan) -> Iterator[Row]:
    for size in dict.fromkeys((plan.smallest, plan.largest)):
        for days in DAYS.get(size.name, (30,)):
            plan.say(f"overview, {size.name}, {days} days")
            yield from _rows(size, days, in_child(measured, size, days, plan.rounds).value)


def _rows(size: Size, days: int, found: dict[str, Any]) -> Iterator[Row]:
    took = found["seconds"]
    ledger = took["ledger"]
    ms = {way: s * 1e3 for way, s in took.items()}
    detail = (
        f"ledger {ms['ledger']:.1f} ms, raw {ms['raw']:.0f} ms, every row by .df() {ms['every']:.0f} ms, the period's "
        f"{ms['naive']:.0f} ms, by fetchall {ms['fetchall']:.0f} ms; naive total is off by {found['off']:.2%}"
    )
    what = f"Spend by day and product, {days} days"
    yield Row(f"{what}: ledger vs pandas, every row", size.name, took["every"] / ledger, "×", at_least(1000), detail)
    yield Row(
        f"{what}: ledger vs pandas, asked again",
        size.name,
        took["every"] / took["again"],
        "×",
        at_least(1000),
        f"{took['again'] * 1e6:.0f} µs: nothing changed, the answer is remembered",
    )
    yield Row(f"{what}: ledger vs pandas, the period's rows", size.name, took["naive"] / ledger, "×")
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
    view, as_of, account = last(days), here.as_of, here.folder.current().account
    naive, fetchall, every = Naive(account), Naive(account, "fetchall"), Naive(account, reach=EVERY_DAY)
    keys = ["usage_date", "product"]
    took = in_turns(
        {
            "ledger": lambda: spend(here.warehouse, view, ("day", "product")),
            "again": lambda: spend(again, view, ("day", "product")),
            "raw": lambda: spend(live, view, ("day", "product")),
            "page": lambda: overview(here.warehouse, view, as_of),
            "naive": lambda: naive.by(view.period, keys),
            "every": lambda: every.by(view.period, keys),
        },
        rounds,
    ) | in_turns({"fetchall": lambda: fetchall.by(view.period, keys)}, 1)
    exact = spend(here.warehouse, view, ("day", "product")).frame["list_cost"].sum()
    return {"seconds": took, "off": naive.by(view.period, keys)["list_cost"].sum() / exact - 1}


CASE = Case("overview", "Overview: ledger against pandas and against raw rows", run)

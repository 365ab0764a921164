"""Many readers at once: nothing is lost when they ask different things, and little is done when they ask the same."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from statistics import median

from bench.case import Case, Plan, Row, at_least, at_most
from bench.data import Size, context, last
from bench.measure import in_child, seconds
from lib.spend.filters import Filters
from lib.spend.period import Period

CLIENTS = 16


def run(plan: Plan) -> Iterator[Row]:
    size = plan.largest
    plan.say(f"clients, {size.name}")
    found = in_child(measured, size, plan.rounds, 1.0 if plan.quick else 3.0).value
    for way, words in (("rows", "rows"), ("frames", "rows made into pandas frames (information)")):
        one, many = found[f"{way} one"], found[f"{way} many"]
        detail = f"{one:.1f} answers a second for one, {many:.1f} for {CLIENTS}; {found['wrong']:.0f} wrong answers"
        goal = at_least(0.95) if way == "rows" else None
        yield Row(
            f"{CLIENTS} clients, different questions, {words}: throughput", size.name, many / one, "×", goal, detail
        )
    detail = f"one {found['single'] * 1e3:.0f} ms, {CLIENTS} at once {found['same'] * 1e3:.0f} ms"
    ratio = found["same"] / found["single"]
    yield Row(f"{CLIENTS} identical requests at once", size.name, ratio, "×", at_most(1.5), detail)


def measured(size: Size, rounds: int, span_s: float) -> dict[str, float]:
    """Answers a second, and seconds of one and of 16 identical requests."""
    import pyarrow.compute as pc

    from lib.explorer.by import spend

    here = context(size)
    views = [_shifted(last(30), days) for days in range(CLIENTS * 4)]

    def rows(view: Filters) -> float:
        return float(pc.sum(spend(here.warehouse, view, ("day", "product")).rows["records"]).as_py())

    def frames(view: Filters) -> float:
        return float(spend(here.warehouse, view, ("day", "product")).frame["total_cost"].sum())

    found: dict[str, float] = {"wrong": 0}
    for way, ask in (("rows", rows), ("frames", frames)):
        expected = {view: ask(view) for view in views}
        rates: dict[int, list[float]] = {1: [], CLIENTS: []}
        for _ in range(rounds):
            for clients, told in rates.items():
                rate, wrong = throughput(ask, expected, clients, span_s)
                told.append(rate)
                found["wrong"] += wrong
        found |= {f"{way} one": median(rates[1]), f"{way} many": median(rates[CLIENTS])}
    alone, together = [], []
    heavy = last(90)
    for _ in range(max(rounds, 5)):
        alone.append(seconds(lambda: spend(here.warehouse, heavy, ("job",)).rows))
        together.append(seconds(lambda: at_once(lambda: spend(here.warehouse, heavy, ("job",)).rows)))
    return found | {"single": median(alone), "same": median(together)}


def throughput(
    ask: Callable[[Filters], float], expected: dict[Filters, float], clients: int, span_s: float
) -> tuple[float, int]:
    """Answers a second of some clients that never ask the same at the same time, and how many were wrong."""
    views, turn, until = list(expected), count(), time.perf_counter() + span_s
    started = time.perf_counter()

    def client(_: int) -> tuple[int, int]:
        done = wrong = 0
        while time.perf_counter() < until:
            view = views[next(turn) % len(views)]
            wrong += abs(ask(view) - expected[view]) > 0.005
            done += 1
        return done, wrong

    with ThreadPoolExecutor(clients) as pool:
        told = list(pool.map(client, range(clients)))
    return sum(done for done, _ in told) / (time.perf_counter() - started), sum(wrong for _, wrong in told)


def at_once(work: Callable[[], object]) -> None:
    """16 threads do the same work, starting together."""
    gate = threading.Barrier(CLIENTS)

    def client(_: int) -> None:
        gate.wait()
        work()

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))


def _shifted(view: Filters, days: int) -> Filters:
    back = timedelta(days=days)
    return replace(view, period=Period(view.period.start - back, view.period.end - back))


CASE = Case("clients", "Many readers", run)

"""Memory of a process that works out the data of every page, at two sizes."""

from collections.abc import Iterator

from bench.case import Case, Plan, Row, at_most
from bench.data import Size, context, last
from bench.measure import in_child


def run(plan: Plan) -> Iterator[Row]:
    peaks = {}
    for size in dict.fromkeys((plan.smallest, plan.largest)):
        plan.say(f"memory, {size.name}")
        child = in_child(all_pages, size)
        peaks[size.name] = child.peak_mb
        detail = (
            f"{child.value:.0f} MB before the first question; the engine keeps at most LAKELEDGER_PAGE_MEMORY_LIMIT"
        )
        yield Row("Peak memory after the data of every page", size.name, child.peak_mb, "MB", detail=detail)
    if len(peaks) == 2:
        small, large = peaks.values()
        what = f"Peak memory against {plan.smallest.name}"
        yield Row(
            what,
            plan.largest.name,
            large / small,
            "×",
            at_most(1.25),
            "“not growing” is taken as at most a quarter more",
        )


def all_pages(size: Size) -> float:
    """MB before the first question; the process then asks for everything, twice."""
    from bench.measure import peak_mb
    from bench.screens import SCREENS, asking

    here = context(size)
    before = peak_mb()
    asked = asking(here, last(30))
    for _ in range(2):
        for ask in SCREENS.values():
            ask(asked)
    return before


CASE = Case("memory", "Memory of page data", run)

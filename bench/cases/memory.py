"""Memory of a process that works out the data of every page, at two sizes."""

from collections.abc import Iterator

from bench.case import Case, Plan, Row, at_most
from bench.data import Size, context, last
from bench.measure import in_child

NOT_GROWING = at_most(1.25)


def run(plan: Plan) -> Iterator[Row]:
    peaks, resting = {}, {}
    for size in dict.fromkeys((plan.smallest, plan.largest)):
        plan.say(f"memory, {size.name}")
        child = in_child(all_pages, size)
        before, resting[size.name] = child.value
        peaks[size.name] = child.peak_mb
        detail = f"{before:.0f} MB before the first question; {resting[size.name]:.0f} MB afterwards, at rest"
        yield Row("Peak memory after the data of every page", size.name, child.peak_mb, "MB", detail=detail)
    for what, found in (("Peak memory", peaks), ("Memory at rest", resting)):
        if len(found) == 2:
            small, large = found.values()
            told = "“not growing” is taken as at most a quarter more"
            yield Row(f"{what} against {plan.smallest.name}", plan.largest.name, large / small, "×", NOT_GROWING, told)


def all_pages(size: Size) -> tuple[float, float]:
    """MB before the first question and after everything was asked for, twice."""
    from bench.measure import peak_mb, resident_mb
    from bench.screens import SCREENS, asking

    here = context(size)
    before = peak_mb()
    asked = asking(here, last(30))
    for _ in range(2):
        for ask in SCREENS.values():
            ask(asked)
    return before, resident_mb()


CASE = Case("memory", "Memory of page data", run)

"""Does the overview stay as fast when the account grows?"""

from collections.abc import Iterator
from functools import partial

from bench.case import Case, Plan, Row, at_most
from bench.data import Size, context, last
from bench.measure import Work, in_child, in_turns


def run(plan: Plan) -> Iterator[Row]:
    if len(plan.sizes) < 2:
        return
    plan.say("growth")
    took = in_child(measured, plan.sizes, max(plan.rounds, 5)).value
    small = plan.smallest.name
    for size in plan.sizes:
        if size is plan.smallest:
            continue
        for what, words in (("statement", "Spend by day and product"), ("page", "Whole overview page")):
            ratio = took[f"{what} {size.name}"] / took[f"{what} {small}"]
            detail = f"{took[f'{what} {small}'] * 1e3:.1f} ms at {small}, {took[f'{what} {size.name}'] * 1e3:.1f} ms"
            yield Row(f"{words}, 30 days: time against {small}", size.name, ratio, "×", at_most(2), detail)


def measured(sizes: tuple[Size, ...], rounds: int) -> dict[str, float]:
    """Seconds of the overview's statement and of the whole page at each size, in turns."""
    from lib.explorer.by import spend
    from lib.explorer.overview import overview

    works: dict[str, Work] = {}
    for size in sizes:
        here, view = context(size), last(30)
        works[f"statement {size.name}"] = partial(spend, here.warehouse, view, ("day", "product"))
        works[f"page {size.name}"] = partial(overview, here.warehouse, view, here.as_of)
    return in_turns(works, rounds)


CASE = Case("growth", "Independence of size", run)

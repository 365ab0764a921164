"""The data of every page: first time in a process, and again."""

from collections.abc import Iterator
from typing import Any

from bench.case import Case, Plan, Row, at_most
from bench.data import Size, context, last
from bench.measure import in_child, in_turns, processor_s, seconds


def run(plan: Plan) -> Iterator[Row]:
    size = plan.largest
    plan.say(f"pages, {size.name}")
    found = in_child(measured, size, plan.rounds).value
    for name, warm in found["seconds"].items():
        plan.say(f"pages, {size.name}, {name}")
        first = in_child(first_time, size, name, found["ids"]).value
        detail = f"{found['processor'][name] * 1e3:.0f} ms of processor; first in a process {first * 1e3:.0f} ms"
        yield Row(name, size.name, warm * 1e3, "ms", at_most(200), detail)


def measured(size: Size, rounds: int) -> dict[str, Any]:
    """Seconds of each page's data once it was asked for, and whom to ask about."""
    from bench.screens import SCREENS, asking

    asked = asking(context(size), last(30))
    works = {name: (lambda ask=ask: ask(asked)) for name, ask in SCREENS.items()}
    return {
        "seconds": in_turns(works, rounds),
        "processor": {name: processor_s(work) for name, work in works.items()},
        "ids": _ids(asked),
    }


def _ids(asked: Any) -> tuple[str, str, str, tuple[str, ...]]:
    """The ids to ask about: they travel to another process."""
    return (asked.workspace_id, asked.job_id, asked.run_id, asked.job_keys)


def first_time(size: Size, name: str, ids: tuple[Any, ...]) -> float:
    """Seconds of a page's data in a process that has imported everything and asked for nothing yet."""
    from bench.screens import SCREENS, Asking

    here = context(size)
    as_of = here.as_of if not name.endswith("goes") else None
    asked = Asking(here, last(30), as_of, *ids)  # type: ignore[arg-type]
    return seconds(lambda: SCREENS[name](asked))


CASE = Case("pages", "Data of every page, 30 days", run)

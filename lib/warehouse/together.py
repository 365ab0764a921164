"""Several questions to one warehouse: side by side or in one statement where that is quicker, else one after the other."""

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lib.warehouse import Warehouse
from lib.warehouse.gathering import Gathering, current

SIDE_BY_SIDE = 6
MOST_MEMBERS = 32


def together(warehouse: Warehouse, *questions: Callable[[], Any]) -> tuple[Any, ...]:
    """The answers, in order, each query a statement of its own. The first failure is raised when all have ended.

    The embedded engine uses all cores for each statement, so its statements follow one another.
    """
    if not getattr(warehouse, "parallel", False) or len(questions) < 2:
        return tuple(question() for question in questions)
    if current() is not None or getattr(warehouse, "gathers", False):
        return at_once(warehouse, *questions)
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(questions)), thread_name_prefix="lakeledger-together") as pool:
        asked = [pool.submit(contextvars.copy_context().run, question) for question in questions]
    return tuple(one.result() for one in asked)


def at_once(warehouse: Warehouse, *questions: Callable[[], Any]) -> tuple[Any, ...]:
    """The answers, in order; what the questions ask at the same time goes out as one statement.

    For small answers: a page then costs a few statements, however many parts it has.
    """
    if not getattr(warehouse, "parallel", False) or len(questions) < 2:
        return tuple(question() for question in questions)
    outer = current()
    gathering = outer or Gathering(len(questions))
    if outer:
        outer.join(len(questions))
    try:
        with ThreadPoolExecutor(min(MOST_MEMBERS, len(questions)), thread_name_prefix="lakeledger-at-once") as pool:
            asked = [pool.submit(contextvars.copy_context().run, gathering.do, question) for question in questions]
    finally:
        if outer:
            outer.back()
    return tuple(one.result() for one in asked)

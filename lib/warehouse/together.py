"""Several questions to one warehouse: side by side where that is quicker, one after the other where it is not."""

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lib.warehouse import Warehouse

SIDE_BY_SIDE = 6


def together(warehouse: Warehouse, *questions: Callable[[], Any]) -> tuple[Any, ...]:
    """The answers, in order. The first failure is raised when all have ended.

    The embedded engine uses all cores for each statement, so its statements follow one another.
    """
    if not getattr(warehouse, "parallel", False) or len(questions) < 2:
        return tuple(question() for question in questions)
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(questions)), thread_name_prefix="lakeledger-together") as pool:
        asked = [pool.submit(contextvars.copy_context().run, question) for question in questions]
    return tuple(one.result() for one in asked)

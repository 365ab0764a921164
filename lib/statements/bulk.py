"""Reads many statements: each distinct text once, over a pool of processes, with bounded memory."""

import os
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context

from lib.statements.fingerprint import fingerprint
from lib.statements.lint import lint

CHUNK = 2_000
AHEAD = 4
"""Chunks that are under way or wait for a process, per process."""

_PARTS = re.compile(
    r"""(--[^\n]*|/\*(?!\+).*?(?:\*/|\Z))|((?:(?<![\w`])[rxb])?(?:'([%_]?)(?:[^'\\]|\\.|'')*(?:'|\\?\Z)|"([%_]?)(?:[^"\\]|\\.|"")*(?:"|\\?\Z)))|(`(?:[^`]|``)*`)"""
    r"""|((?<![\w$.:?])(?:(?!1\b)\d+)(?:\.\d*)?(?!\w))""",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a statement's text says."""

    fingerprint: str
    """"" for an empty text."""
    rules: tuple[str, ...]
    """Names of the rules that find something."""
    complexity: int | None
    """None when the text cannot be read; then there are no rules either."""
    optimisation: int | None


def reading(text: str) -> Reading:
    """Fingerprint, rules and scores of one text; remembered by what rules can tell apart."""
    rules, complexity, optimisation = _linted(_key(text))
    return Reading(fingerprint(text), rules, complexity, optimisation)


def _key(text: str) -> str:
    """The text with values that no rule looks at made equal; places are lost.

    Rules look at the first sign of a pattern, at the number 1, and at constants that tell the sides of a UNION apart.
    """
    if "union" in text.lower():
        return text
    return _PARTS.sub(_equal, text)


def _equal(match: re.Match[str]) -> str:
    if match[1] is not None:
        return " "
    if match[2] is not None:
        return f"'{match[3] or match[4] or ''}?'"
    return match[5] if match[5] is not None else "0"


@lru_cache(maxsize=50_000)
def _linted(key: str) -> tuple[tuple[str, ...], int | None, int | None]:
    found = lint(key)
    return tuple(sorted(found.rules)), found.complexity, found.optimisation


def readings(texts: Iterable[str], *, processes: int | None = None) -> Iterator[Reading]:
    """The reading of each text, in order. One process reads in this one; more make a pool."""
    workers = processes or os.cpu_count() or 1
    if workers == 1:
        yield from map(reading, texts)
        return
    source = iter(texts)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: list[Future[list[Reading]]] = []
        while True:
            while len(waiting) < workers * AHEAD and (chunk := list(islice(source, CHUNK))):
                waiting.append(pool.submit(_chunk, chunk))
            if not waiting:
                return
            yield from waiting.pop(0).result()


def _chunk(texts: list[str]) -> list[Reading]:
    return [reading(text) for text in texts]

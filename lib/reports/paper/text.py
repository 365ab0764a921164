"""Fitting text into a width: lines that break where a reader would, and names cut in the middle."""

import re
from collections.abc import Callable

from lib.reports.paper.fonts import Face, width

ELLIPSIS = "…"
BREAK_AFTER = re.compile(r"\s|[_\-./:,;@|\\](?=\w)")


def shortened(text: str, room: float, size: float, face: Face = "regular") -> str:
    """`text`, or its beginning and end around an ellipsis, no wider than `room` points."""
    if width(text, size, face) <= room:
        return text
    keep = _largest(len(text) - 1, lambda count: width(_middle_cut(text, count), size, face) <= room)
    return _middle_cut(text, keep)


def fitted(text: str, room: float, size: float, face: Face = "regular", max_lines: int = 2) -> list[str]:
    """`text` in at most `max_lines` lines of `room` points; what is still too long is cut in the middle."""
    if width(text, size, face) <= room:
        return [text]
    if max_lines == 1:
        return [shortened(text, room, size, face)]
    lines = wrapped(text, room, size, face, stop_after=max_lines)
    if len(lines) <= max_lines:
        return lines
    reach = min(len(text) - 1, 4 * sum(len(line) for line in lines))

    def fits(count: int) -> bool:
        return len(wrapped(_middle_cut(text, count), room, size, face, stop_after=max_lines)) <= max_lines

    return wrapped(_middle_cut(text, _largest(reach, fits)), room, size, face)


def wrapped(text: str, room: float, size: float, face: Face = "regular", *, stop_after: int | None = None) -> list[str]:
    """All lines of `text`, broken after blanks and separators where possible, else anywhere.

    With `stop_after`, at most one line more than that: enough to know that it does not fit.
    """
    lines: list[str] = []
    rest = text.strip()
    while rest and (stop_after is None or len(lines) <= stop_after):
        cut = _break_at(rest, room, size, face)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return lines or [""]


def _break_at(text: str, room: float, size: float, face: Face) -> int:
    """How many characters go on the next line: at least one."""
    guess = min(len(text), max(8, int(room / size * 6)))
    if guess == len(text) and width(text, size, face) <= room:
        return len(text)
    most = max(1, _largest(guess, lambda count: width(text[:count], size, face) <= room))
    if most >= len(text):
        return len(text)
    places = [
        match.end() for match in BREAK_AFTER.finditer(text, 0, most + 1) if match.end() <= most + text[most].isspace()
    ]
    return places[-1] if places and places[-1] > most * 0.4 else most


def _middle_cut(text: str, keep: int) -> str:
    """`keep` characters of `text` around an ellipsis: a little more of its beginning than of its end."""
    tail = keep * 2 // 5
    return text[: keep - tail].rstrip() + ELLIPSIS + (text[-tail:].lstrip() if tail else "")


def _largest(most: int, fits: Callable[[int], bool]) -> int:
    """The largest count up to `most` for which `fits` holds, or 0."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low

"""Notes that stand out, and running text."""

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from lib.reports.content import Note
from lib.reports.paper import draw, theme
from lib.reports.paper.fonts import width
from lib.reports.paper.text import wrapped


class Remark(Flowable):  # type: ignore[misc]
    """A note that stands out by its band."""

    def __init__(self, note: Note) -> None:
        super().__init__()
        self.note = note
        warns = note.kind == "warning"
        self.ink = theme.WARNING_INK if warns else theme.INFO_INK
        self.band = theme.WARNING_BAND if warns else theme.INFO_BAND

    def wrap(self, available: float, height: float) -> tuple[float, float]:
        """Full width, as many lines as the note needs."""
        self.width = available
        self.lines = wrapped(self.note.text, available - 24, theme.BODY)
        self.height = len(self.lines) * theme.BODY * 1.35 + 11
        return self.width, self.height

    def draw(self) -> None:
        """A band with an edge, and the words."""
        draw.box(self.canv, 0, 0, self.width, self.height, self.band, 3)
        for at, line in enumerate(self.lines):
            y = self.height - 13.5 - at * theme.BODY * 1.35
            draw.text(self.canv, 12, y, line, theme.BODY, colour=self.ink)


class Words(Flowable):  # type: ignore[misc]
    """Running text that may break over pages."""

    def __init__(self, words: str, *, size: float = theme.BODY, colour: Color = theme.INK, hang: str = "") -> None:
        super().__init__()
        self.words, self.size, self.colour, self.hang = words, size, colour, hang
        self.indent = width(hang, size) + 4 if hang else 0.0

    def wrap(self, available: float, height: float) -> tuple[float, float]:
        """Full width, as many lines as needed."""
        self.width = available
        self.lines = [
            line
            for paragraph in self.words.splitlines() or [""]
            for line in wrapped(paragraph, min(available, 620) - self.indent, self.size)
        ]
        self.height = len(self.lines) * self.size * 1.4 + 3
        return self.width, self.height

    def split(self, available: float, height: float) -> list[Flowable]:
        """Whole lines on each page."""
        fit = int((height - 3) // (self.size * 1.4))
        if fit < 1 or fit >= len(self.lines):
            return []
        first, rest = "\n".join(self.lines[:fit]), "\n".join(self.lines[fit:])
        return [Words(part, size=self.size, colour=self.colour) for part in (first, rest)]

    def draw(self) -> None:
        """The mark in front, then the lines."""
        if self.hang:
            y = self.height - self.size * 1.1
            draw.text(self.canv, 0, y, self.hang, self.size, colour=self.colour)
        for at, line in enumerate(self.lines):
            y = self.height - self.size * 1.1 - at * self.size * 1.4
            draw.text(self.canv, self.indent, y, line, self.size, colour=self.colour)

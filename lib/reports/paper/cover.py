"""The head of a report and of its sections."""

from reportlab.platypus import Flowable

from lib.reports.content import Report
from lib.reports.paper import draw, theme
from lib.reports.paper.text import fitted, shortened


class Cover(Flowable):  # type: ignore[misc]
    """Who reports, the title, and what the figures stand on: filters in words, base, source, as of."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report
        facts = (
            *report.filters_in_words,
            ("Prices", report.base_label),
            ("Data as of", report.as_of),
            ("Source", report.source),
        )
        self.facts = [(name, words) for name, words in facts if words]
        self.columns = min(4, max(1, len(self.facts)))

    def wrap(self, available: float, height: float) -> tuple[float, float]:
        """Full width; as high as the title, the subtitle and the facts need."""
        self.width = available
        room = available / self.columns - theme.GUTTER
        self.title = fitted(self.report.title, available, theme.TITLE, "bold", 2)
        self.cells = [(name, fitted(words, room, theme.BODY, "regular", 3)) for name, words in self.facts]
        self.rows = [self.cells[at : at + self.columns] for at in range(0, len(self.cells), self.columns)]
        heads = 16 + len(self.title) * theme.TITLE * 1.2 + (15 if self.report.subtitle else 0) + 6
        self.height = heads + sum(self._row_height(row) for row in self.rows) + 10
        return self.width, self.height

    def _row_height(self, row: list[tuple[str, list[str]]]) -> float:
        return 11 + max(len(lines) for _, lines in row) * theme.BODY * 1.25 + 5

    def draw(self) -> None:
        """From top to bottom."""
        canvas, y = self.canv, self.height - 9
        draw.text(canvas, 0, y, "Lakeledger", theme.BODY, face="bold", colour=theme.ACCENT)
        y -= theme.TITLE * 0.45
        for line in self.title:
            y -= theme.TITLE * 1.12
            draw.text(canvas, 0, y, line, theme.TITLE, face="bold")
        if self.report.subtitle:
            y -= 15
            words = shortened(self.report.subtitle, self.width, theme.BLOCK_TITLE)
            draw.text(canvas, 0, y, words, theme.BLOCK_TITLE, colour=theme.MUTED)
        y -= 10
        draw.rule(canvas, 0, y, self.width, theme.RULE)
        for row in self.rows:
            self._draw_row(row, y)
            y -= self._row_height(row)
        draw.rule(canvas, 0, y - 4, self.width, theme.RULE)

    def _draw_row(self, row: list[tuple[str, list[str]]], top: float) -> None:
        for index, (name, lines) in enumerate(row):
            x = index * self.width / self.columns
            draw.text(self.canv, x, top - 12, name, theme.TINY, colour=theme.MUTED)
            for at, line in enumerate(lines):
                draw.text(self.canv, x, top - 12 - theme.BODY * 1.25 * (at + 1), line, theme.BODY)


class Heading(Flowable):  # type: ignore[misc]
    """A heading, which also goes into the PDF's outline."""

    def __init__(self, words: str, *, level: int = 0, note: str = "") -> None:
        super().__init__()
        self.words, self.level, self.note = words, level, note
        self.size = theme.HEADING if level == 0 else theme.BLOCK_TITLE

    def wrap(self, available: float, height: float) -> tuple[float, float]:
        """Full width, one line and perhaps a note."""
        self.width = available
        self.notes = fitted(self.note, available, theme.SMALL, "regular", 3) if self.note else []
        self.height = self.size * 1.9 + len(self.notes) * theme.SMALL * 1.35
        return self.width, self.height

    def draw(self) -> None:
        """The words, a bookmark for sections, the note below."""
        words = shortened(self.words, self.width, self.size, "bold")
        y = self.height - self.size * 1.25
        draw.text(self.canv, 0, y, words, self.size, face="bold")
        if hasattr(self.canv, "mark"):
            self.canv.mark(self.words, self.level)
        for line in self.notes:
            y -= theme.SMALL * 1.35
            draw.text(self.canv, 0, y, line, theme.SMALL, colour=theme.MUTED)

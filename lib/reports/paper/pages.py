"""The pages themselves: one frame each, a head line from the second page on, "Page 3 of 12" below."""

from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from lib.reports.content import Report
from lib.reports.paper import draw, theme
from lib.reports.paper.fonts import FACES, runs, width
from lib.reports.paper.text import shortened


def document(target: Any, report: Report) -> BaseDocTemplate:
    """An empty document for `report`; the same report gives the same bytes."""
    runs("0")
    made = BaseDocTemplate(
        target,
        pagesize=theme.PAGE,
        title=report.title,
        author="Lakeledger",
        subject=report.subtitle or "Cost report",
        creator="Lakeledger",
        producer="Lakeledger",
        lang="en",
        displayDocTitle=1,
        invariant=1,
        pageCompression=1,
        initialFontName=FACES["regular"],
    )
    first, later = _frame(theme.FIRST_HEIGHT), _frame(theme.HEIGHT)
    made.addPageTemplates(
        [
            PageTemplate(id="first", frames=[first], autoNextPageTemplate="later"),
            PageTemplate(id="later", frames=[later]),
        ]
    )
    return made


def _frame(height: float) -> Frame:
    sides = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
    return Frame(theme.MARGIN, theme.BOTTOM, theme.WIDTH, height, **sides)


def canvas_for(report: Report) -> type[Canvas]:
    """A canvas that holds its pages back until it knows how many there are."""

    class PagedCanvas(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._held: list[dict[str, Any]] = []
            self._marks: list[tuple[str, int]] = []

        def mark(self, words: str, level: int) -> None:
            """Remember a heading of this page for the outline."""
            self._marks.append((words, level))

        def showPage(self) -> None:
            self._held.append(dict(self.__dict__))
            self._marks = []
            self._startPage()

        def save(self) -> None:
            pages, depth = self._held, -1
            for number, page in enumerate(pages, 1):
                self.__dict__.update(page)
                _furnish(self, report, number, len(pages))
                depth = _outline(self, number, self._marks, depth)
                super().showPage()
            super().save()

    return PagedCanvas


def _furnish(canvas: Canvas, report: Report, number: int, count: int) -> None:
    """Head and foot of one page."""
    left, right = theme.MARGIN, theme.MARGIN + theme.WIDTH
    if number > 1:
        y = theme.PAGE[1] - 27
        first = report.filters_in_words[0][1] if report.filters_in_words else ""
        draw.text(canvas, right, y, first, theme.SMALL, colour=theme.MUTED, anchor="right")
        room = theme.WIDTH - width(first, theme.SMALL) - 20
        title = shortened(report.title, room, theme.SMALL, "bold")
        draw.text(canvas, left, y, title, theme.SMALL, face="bold", colour=theme.MUTED)
        draw.rule(canvas, left, y - 7, right, theme.RULE)
    stand = f"Data as of {report.as_of}" if report.as_of else ""
    words = " · ".join(part for part in ("Lakeledger", report.source, stand) if part)
    draw.text(canvas, left, 20, shortened(words, theme.WIDTH - 90, theme.SMALL), theme.SMALL, colour=theme.FAINT)
    draw.text(canvas, right, 20, f"Page {number} of {count}", theme.SMALL, colour=theme.MUTED, anchor="right")


def _outline(canvas: Canvas, number: int, marks: list[tuple[str, int]], depth: int) -> int:
    """Headings of the page in the reader's side bar, each at most one level below the one before."""
    for index, (words, level) in enumerate(marks):
        key, depth = f"page-{number}-{index}", min(level, depth + 1)
        canvas.bookmarkPage(key)
        canvas.addOutlineEntry(words, key, level=depth, closed=0)
    return depth

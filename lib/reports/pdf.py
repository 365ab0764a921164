"""A report as a PDF."""

from collections.abc import Sequence
from io import BytesIO
from threading import Lock

from reportlab.platypus import CondPageBreak, Flowable, PageBreak

from lib.reports.content import Block, Cards, Chart, Note, Paragraph, Report, Section, Table
from lib.reports.paper import theme
from lib.reports.paper.blocks import Remark, Words
from lib.reports.paper.cards import card_rows
from lib.reports.paper.charts import figures
from lib.reports.paper.cover import Cover, Heading
from lib.reports.paper.fitting import fit_first_page
from lib.reports.paper.grid import Grid
from lib.reports.paper.pages import canvas_for, document
from lib.reports.paper.rows import prepared

GAP = 8.0
_one_at_a_time = Lock()
"""reportlab's fonts are shared by all documents, and each keeps a reading position in its file."""
LEAST_BELOW = 110.0
"""A heading wants this much of what it heads on its page, or all of it."""


def render(report: Report) -> bytes:
    """The report on A4 pages; the same report gives the same bytes."""
    target = BytesIO()
    with _one_at_a_time:
        document(target, report).build(_story(report), canvasmaker=canvas_for(report))
    return target.getvalue()


def _story(report: Report) -> list[Flowable]:
    story = _spaced([Cover(report)])
    for section in report.sections:
        story += _section(section, report.currency)
    fit_first_page(story)
    if report.footnotes:
        notes = [_footnote(number, words) for number, words in enumerate(report.footnotes, 1)]
        story += _headed(Heading("Notes"), notes)
    return story


def _section(section: Section, currency: str) -> list[Flowable]:
    made: list[Flowable] = []
    blocks = list(section.blocks)
    while blocks:
        charts = [blocks.pop(0) for _ in range(_leading_charts(blocks))]
        if charts:
            made += _spaced(figures([chart for chart in charts if isinstance(chart, Chart)], currency))
        else:
            made += _block(blocks.pop(0), currency)
    breaks: list[Flowable] = [PageBreak()] if section.new_page else []
    return breaks + (_headed(Heading(section.title), made) if section.title else made)


def _headed(heading: Heading, content: list[Flowable]) -> list[Flowable]:
    """A heading never stands alone at the foot of a page."""
    below = [flowable for flowable in content[:4] if not isinstance(flowable, CondPageBreak)]
    heights = [flowable.wrap(theme.WIDTH, theme.HEIGHT)[1] for flowable in (heading, *below)]
    return [CondPageBreak(heights[0] + min(sum(heights[1:]), LEAST_BELOW)), heading, *content]


def _leading_charts(blocks: list[Block]) -> int:
    """How many charts come next, so that halves find each other."""
    return next((index for index, block in enumerate(blocks) if not isinstance(block, Chart)), len(blocks))


def _block(block: Block, currency: str) -> list[Flowable]:
    match block:
        case Cards(cards=cards, columns=columns):
            return _spaced(card_rows(cards, columns))
        case Note():
            return _spaced([Remark(block)])
        case Paragraph(text=text):
            return _spaced([Words(text)])
        case Table():
            grid = _spaced([Grid(prepared(block, currency, theme.WIDTH))])
            if block.title:
                return _headed(Heading(block.title, level=1, note=block.note), grid)
            return [
                *_spaced([Words(block.note, size=theme.SMALL, colour=theme.MUTED)] if block.note else []),
                *grid,
            ]
        case _:
            raise TypeError(f"{type(block).__name__} is no block of a report")


def _spaced(flowables: Sequence[Flowable]) -> list[Flowable]:
    """With a gap below each, which a page's end swallows."""
    for flowable in flowables:
        flowable.spaceAfter = GAP
    return list(flowables)


def _footnote(number: int, words: str) -> Words:
    return Words(words, size=theme.SMALL, colour=theme.MUTED, hang=f"{number}.")

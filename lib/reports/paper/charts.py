"""Charts on paper: title, what it shows in one sentence, legend, then the drawing of its kind."""

from collections.abc import Callable

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from lib.reports.content import Chart, ChartKind
from lib.reports.paper import draw, theme
from lib.reports.paper.area import Area
from lib.reports.paper.bars import bars_height, draw_bars
from lib.reports.paper.days import draw_line_chart, draw_stacked_days
from lib.reports.paper.donut import draw_donut
from lib.reports.paper.runs import draw_run_history
from lib.reports.paper.text import fitted, shortened

HEAD = 17.0
DRAWINGS: dict[ChartKind, Callable[[Chart, Area], None]] = {
    "stacked_days": draw_stacked_days,
    "line": draw_line_chart,
    "bars": draw_bars,
    "donut": draw_donut,
    "run_history": draw_run_history,
}
HEIGHTS: dict[ChartKind, float] = {"stacked_days": 134, "line": 116, "donut": 116, "run_history": 170}
SLACK: dict[ChartKind, float] = {"stacked_days": 40, "line": 30, "run_history": 50}
EMPTY_HEIGHT = 54.0


class Figure(Flowable):  # type: ignore[misc]
    """One chart at full width, or two at half width."""

    def __init__(self, charts: tuple[Chart, ...], currency: str) -> None:
        super().__init__()
        self.charts, self.currency, self.less = charts, currency, 0.0

    @property
    def slack(self) -> float:
        """How many points of its height it can do without."""
        return sum(
            SLACK.get(chart.kind, 0.0) for chart in self.charts[:1] if len(self.charts) == 1 and len(chart.frame)
        )

    def shrink(self, points: float) -> None:
        """Draw that much lower."""
        self.less = points

    def wrap(self, available: float, height: float) -> tuple[float, float]:
        """Full width; as high as the higher of its charts."""
        self.width = available
        self.each = available if len(self.charts) == 1 else (available - theme.GUTTER * 1.6) / 2
        self.sentences = [
            fitted(chart.alt, self.each, theme.SMALL, "regular", 2) if chart.alt else [] for chart in self.charts
        ]
        self.above = HEAD + max(len(lines) for lines in self.sentences) * theme.SMALL * 1.3
        self.height = self.above + max(_height(chart) for chart in self.charts) - self.less + 4
        return self.width, self.height

    def draw(self) -> None:
        """Titles and sentences in line, drawings below."""
        for index, (chart, lines) in enumerate(zip(self.charts, self.sentences, strict=True)):
            x = index * (self.each + theme.GUTTER * 1.6)
            words = shortened(chart.title, self.each, theme.BLOCK_TITLE, "bold")
            draw.text(self.canv, x, self.height - 11, words, theme.BLOCK_TITLE, face="bold")
            for at, line in enumerate(lines):
                y = self.height - 11 - theme.SMALL * 1.35 * (at + 1)
                draw.text(self.canv, x, y, line, theme.SMALL, colour=theme.MUTED)
            top = self.height - self.above
            height = _height(chart) - self.less
            area = Area(self.canv, x, top - height, self.each, height, self.currency)
            if chart.frame.empty:
                _draw_empty(area)
            else:
                DRAWINGS[chart.kind](chart, area)


def figures(charts: list[Chart], currency: str) -> list[Figure]:
    """Half charts in pairs, the others alone."""
    made: list[Figure] = []
    waiting: Chart | None = None
    for chart in charts:
        if chart.half and waiting is not None:
            made.append(Figure((waiting, chart), currency))
            waiting = None
        elif chart.half:
            waiting = chart
        else:
            made += [Figure((waiting,), currency)] if waiting else []
            waiting = None
            made.append(Figure((chart,), currency))
    return made + ([Figure((waiting,), currency)] if waiting else [])


def _height(chart: Chart) -> float:
    if chart.frame.empty:
        return EMPTY_HEIGHT
    return bars_height(chart) if chart.kind == "bars" else HEIGHTS[chart.kind]


def _draw_empty(area: Area) -> None:
    """A frame that says there is nothing, instead of empty axes."""
    canvas: Canvas = area.canvas
    canvas.setStrokeColor(theme.RULE)
    canvas.setLineWidth(0.7)
    canvas.setDash(3, 3)
    canvas.roundRect(area.x, area.y + 4, area.width, area.height - 8, 5, stroke=1, fill=0)
    canvas.setDash()
    middle = area.y + area.height / 2 - 3
    draw.text(
        canvas,
        area.x + area.width / 2,
        middle,
        "Nothing to draw in this period.",
        theme.BODY,
        colour=theme.MUTED,
        anchor="middle",
    )

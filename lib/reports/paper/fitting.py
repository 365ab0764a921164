"""The first page as one view: its charts give or take a little height so that what belongs together shares it."""

from collections.abc import Sequence

from reportlab.platypus import Flowable

from lib.reports.paper import theme
from lib.reports.paper.charts import Figure


def fit_first_page(story: Sequence[Flowable]) -> None:
    """Shrink the charts before the first figure that does not fit, when that lets it onto the page."""
    room = theme.FIRST_HEIGHT
    placed: list[Figure] = []
    for flowable in story:
        over = flowable.wrap(theme.WIDTH, theme.HEIGHT)[1] - room
        slack = sum(figure.slack for figure in placed)
        if over > 0 and isinstance(flowable, Figure) and over <= slack:
            for figure in placed:
                figure.shrink(over * figure.slack / slack)
            over = 0
        if over > 0:
            return
        placed += [flowable] if isinstance(flowable, Figure) else []
        room = -over - flowable.getSpaceAfter()

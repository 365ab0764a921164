"""How every page begins: its name, how new the data is, and the filter bar."""

from lib.jobs.table import Thresholds
from lib.spend import formatting
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.ui import filters, frame, session
from lib.ui.address import View
from lib.ui.chips import Scope

EVERYTHING = Scope()
ONE_THING = Scope(narrowing=False, comparing=False)


def dated(title: str) -> None:
    """The page's name with how new the data is.

    The frame comes first: a page that is the first request of a server runs alone, where nobody catches an error of
    the source.
    """
    frame.require()
    frame.title(title, as_of=session.as_of_words(), freshness=session.freshness())


def start(title: str, scope: Scope = EVERYTHING) -> View:
    """Draw the head of a page; the view that its filters leave."""
    dated(title)
    view = session.view()
    filters.bar(view, session.options(), session.defaults(), scope)
    return view


def incomplete_words(as_of: AsOf, filters: Filters) -> str:
    """Which days of the period may still grow, in words; empty when all are complete."""
    if not as_of.incomplete(filters.period):
        return ""
    return f"Days from {formatting.day_words(as_of.complete_until)} on may still grow."


def thresholds(view: View) -> Thresholds:
    """From when rows are marked, as the reader has set it."""
    return Thresholds(view.over, float(view.rise))

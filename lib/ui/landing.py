"""What the landing page's figures come from: one list, for the page itself and for a server that has just begun."""

from lib.context import Context
from lib.explorer.overview import overview
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.ui import session
from lib.ui.session import Question


def figures(filters: Filters, until: AsOf) -> tuple[Question, ...]:
    """The questions, in the page's order."""
    return (overview, filters, until), (session.vm_known, filters.period)


def warm(context: Context) -> None:
    """Ask them, and what the head of every page asks: the first reader finds it imported, open, translated, remembered.

    Not of a warehouse that somebody pays for.
    """
    if context.settings.source == "databricks" or context.folder.find() is None:
        return
    context.store  # noqa: B018  (opened, and brought up to date)
    warehouse, until = context.warehouse, context.as_of
    for question, *arguments in figures(session.asked_by_every_page(warehouse, until).filters, until):
        question(warehouse, *arguments)

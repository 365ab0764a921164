"""What a figure is compared with, and how that is said."""

from lib.spend import formatting
from lib.spend.compare import Change, Comparison
from lib.spend.filters import Filters
from lib.spend.formatting import Delta


def delta(change: Change | None, compared: Comparison | None, filters: Filters) -> tuple[Delta | None, str]:
    """A change and against what, for a card; nothing when the reader does not compare."""
    if change is None or compared is None or filters.compare is None:
        return None, ""
    return formatting.delta(change.now, change.before), compared.words


def words(compared: Comparison | None, filters: Filters) -> str:
    """One sentence on what the changes are against."""
    if filters.compare is None:
        return ""
    if compared is None and filters.result:
        return "Runs with one result are not compared with the days before."
    if compared is None:
        return "Nothing to compare with: the data do not go back far enough, or no day is complete yet."
    recent = formatting.period_words(compared.recent.start, compared.recent.end)
    previous = formatting.period_words(compared.previous.start, compared.previous.end)
    left_out = f" {formatting.plural(compared.left_out, 'incomplete day')} left out." if compared.left_out else ""
    return f"Changes compare {recent} with {previous}.{left_out}"

"""The window that questions about runs read: wider than the report, so that a run over its edge has its whole cost."""

from datetime import timedelta

from lib.spend.compare import Comparison
from lib.spend.filters import Filters

MARGIN = timedelta(days=31)
"""Runs are followed this far beyond the period; what runs longer is judged by the day."""


def wide(filters: Filters, compared: Comparison | None = None) -> dict[str, object]:
    """Parameters for `start_date`/`end_date` around `period_start`/`period_end`, comparison included."""
    start = filters.period.start - MARGIN
    if compared:
        start = min(start, compared.previous.start)
    return filters.params() | {
        "start_date": start,
        "end_date": filters.period.end + MARGIN,
        "period_start": filters.period.start,
        "period_end": filters.period.end,
    }

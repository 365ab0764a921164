"""Hours in which statements worked and that no bill names: pending at first, not assessed once no bill comes any more."""

from datetime import date, timedelta

import pandas as pd

from lib.spend.compare import AsOf
from lib.spend.formatting import plural

DAYS = 7
"""Usage arrives within a day or two; corrections later than this come with a refresh, and the hour has its cost then."""
WORDS = f"not billed within {DAYS} days: not assessed"


def pending_from(as_of: AsOf) -> date:
    """The first day whose hours may still be billed."""
    return as_of.today - timedelta(days=DAYS)


def split(days: pd.Series, counts: pd.Series, as_of: AsOf) -> tuple[int, int]:
    """Counts of pending hours or statements by day: how many may still be billed, and how many will not."""
    waits = pd.to_datetime(days).dt.date >= pending_from(as_of)
    return int(counts[waits].sum()), int(counts[~waits].sum())


def with_states(rows: pd.DataFrame, as_of: AsOf) -> pd.DataFrame:
    """Single statements (`usage_date`, `state`): `unbilled` in the place of `pending` where no bill comes any more."""
    late = (rows["state"] == "pending") & (pd.to_datetime(rows["usage_date"]).dt.date < pending_from(as_of))
    return rows.assign(state=rows["state"].mask(late, "unbilled"))


def said(hours: int, statements: int = 0) -> str:
    """What was never billed, in words; "" for nothing."""
    what = (
        [plural(hours, "hour") + " with statements"]
        if hours
        else [plural(statements, "statement")]
        if statements
        else []
    )
    return f"{what[0]} not billed within {DAYS} days: not assessed." if what else ""

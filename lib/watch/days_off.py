"""Days unlike others: public holidays of a country, when a setting or an option names one, and what people planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from lib.errors import InputError
from lib.store import Store
from lib.store.watch import PlannedEvent, planned_events


@dataclass(frozen=True)
class Calendar:
    """What forecasts know of days to come."""

    planned: Sequence[PlannedEvent] = ()
    country: str = ""
    """`DE` or `DE-BY`; empty: no holidays are known."""

    def marks(self, first_day: date, days: int, series: str = "") -> np.ndarray | None:
        """Holidays and what is planned for a series (empty: for everything), of length `days`; None when there is nothing."""
        marks = days_off(self.country, first_day, days) if self.country else np.zeros(days, bool)
        for event in self.planned:
            if event.series in ("", series):
                begin, end = ((day - first_day).days for day in (event.first_day, event.last_day))
                marks[max(begin, 0) : max(end + 1, 0)] = True
        return marks if marks.any() else None


def calendar(store: Store, country: str) -> Calendar:
    """What people planned, and the holidays of a country; empty: no holidays."""
    return Calendar(planned_events(store), country)


def days_off(country: str, first_day: date, days: int) -> np.ndarray:
    """Which of the days are holidays in a country (`DE`) or a part of it (`DE-BY`): marks of length `days`."""
    import holidays

    code, _, part = country.strip().upper().partition("-")
    years = range(first_day.year, (first_day + timedelta(days=max(days - 1, 0))).year + 1)
    try:
        known = holidays.country_holidays(code, subdiv=part or None, years=years)
    except NotImplementedError as error:
        raise InputError(
            f"No holidays are known for {country!r}.",
            place="country",
            remedy="Use a two-letter country (DE), with a part if need be (DE-BY).",
        ) from error
    return np.array([first_day + timedelta(days=number) in known for number in range(days)], bool)

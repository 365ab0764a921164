"""Public holidays of a country, when a setting or an option names one."""

from datetime import date, timedelta

import numpy as np

from lib.errors import InputError


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

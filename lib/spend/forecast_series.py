"""Series made ready, and forecasts of those that a blend of filters says nothing about: too short, stopped, silent."""

from dataclasses import dataclass, replace

import numpy as np

from lib.spend.forecast_filters import WEEK, Array, to_about_one, usual_size
from lib.spend.forecast_values import Backtest, Forecasts

LEADING = 14
"""So many zeros at the start are a workload that was not there yet; so many unknown days at the end are told."""
STEADY = 0.6
"""… when since then at least this share of days cost something; else the zeros are part of the pattern."""
RUN_RATE_NOTE = "fewer than 14 days of history: the mean of the days there are"
UNKNOWN_NOTE = "no day is known"
SILENT_NOTE = "its last {days} days are not known"
STOPPED_NOTE = "nothing for two weeks and longer than ever before: taken as stopped"


@dataclass(frozen=True)
class Series:
    """Series made ready: `(days, series)` of about one, NaN where unknown, and before their first day."""

    y: Array
    unit: Array
    first: Array
    floor: Array
    """0 for what was never negative, else -inf."""

    @property
    def length(self) -> Array:
        """Days of history each series has."""
        return np.maximum(len(self.y) - self.first, 1)


def ready(values: Array) -> Series:
    """Scale, and leave out what was before a workload began."""
    days = values.shape[1]
    known = np.isfinite(values)
    unit = usual_size(values)
    something = known & (values != 0)
    begins = np.where(something.any(1), something.argmax(1), 0)
    known_from = np.where(known.any(1), known.argmax(1), days)
    active = something.sum(1) >= STEADY * (days - begins)
    first = np.where((begins - known_from >= LEADING) & active & something.any(1), begins, known_from)
    y = to_about_one(values, unit)
    y = np.where(np.arange(days)[:, None] < first, np.nan, y)
    lowest = np.where(known, values, np.inf).min(1, initial=np.inf)
    return Series(y, unit, first, np.where(lowest >= 0, 0.0, -np.inf))


def run_rate(ready: Series, horizon: int) -> Forecasts:
    """The mean of what is known, with bands from its own spread; for series of less than two weeks."""
    y, unit = ready.y, ready.unit
    known = np.isfinite(y).sum(0)
    mean = np.where(known > 0, np.nansum(y, 0) / np.maximum(known, 1), np.nan)
    sd = np.sqrt(np.nansum((y - mean) ** 2, 0) / np.maximum(known - 1, 1))
    sd = np.where(known > 1, sd, np.abs(mean))
    notes = tuple(RUN_RATE_NOTE if there else UNKNOWN_NOTE for there in known)
    wide = np.sqrt(1 + 1 / np.maximum(known, 1))
    steps = np.sqrt(1 + np.arange(horizon)[:, None] / (2.0 * WEEK))
    half95 = (1.96 + 5 / np.maximum(known, 1)) * sd * wide * steps
    half80 = half95 * 0.6
    flat = np.repeat(mean[None], horizon, 0)
    spread = half95.mean(0) * horizon**0.75
    nan = np.full(len(unit), np.nan)
    total = flat.sum(0)

    def real(part: Array) -> Array:
        return np.maximum(part, ready.floor).T * unit[:, None]

    return Forecasts(
        median=real(flat),
        mean=real(flat),
        low80=real(flat - half80),
        high80=real(flat + half80),
        low95=real(flat - half95),
        high95=real(flat + half95),
        total=total * unit,
        total_low95=np.maximum(total - spread, np.where(ready.floor == 0, 0, -np.inf)) * unit,
        total_high95=(total + spread) * unit,
        model=("run-rate",) * len(unit),
        note=notes,
        backtest=Backtest(nan, nan, nan, nan, np.zeros(len(unit))),
    )


def stopped(made: Forecasts, ready: Series) -> Forecasts:
    """A workload whose zeros at the end are longer than ever before is taken as over: its middle is zero."""
    zero = (ready.y == 0) & np.isfinite(ready.y)
    run_length, longest = np.zeros(zero.shape[1]), np.zeros(zero.shape[1])
    for day in zero:
        longest = np.where(day, longest, np.maximum(longest, run_length))
        run_length = np.where(day, run_length + 1, 0)
    over = (run_length >= LEADING) & (run_length > 2 * longest) & (run_length < len(zero))
    if not over.any():
        return made
    median = np.where(over[:, None], 0, made.median)
    note = tuple(STOPPED_NOTE if stopped else text for stopped, text in zip(over, made.note, strict=True))
    low80, low95 = np.minimum(made.low80, median), np.minimum(made.low95, median)
    return replace(made, median=median, low80=low80, low95=low95, note=note)


def silent(made: Forecasts, ready: Series) -> Forecasts:
    """With a note for series of whose last weeks nothing is known."""
    silent = np.isfinite(ready.y)[::-1].argmax(0)
    if (silent < LEADING).all():
        return made
    note = tuple(
        SILENT_NOTE.format(days=days) if days >= LEADING else text
        for days, text in zip(silent.tolist(), made.note, strict=True)
    )
    return replace(made, note=note)

"""Many daily series at once: every day judged with nothing but earlier days in hand, and what there is to tell.

Pure numpy; which days are complete is decided before.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np

from lib.spend.anomaly import Anomaly, Sensitivity
from lib.spend.anomaly_scores import UNIT, scores
from lib.spend.anomaly_things import NEW_AFTER, Judged, things
from lib.spend.forecast_calendar import calendar_effects
from lib.spend.forecast_filters import Array, to_about_one, usual_size

CHUNK = 512
"""Series worked out together, so that a day's arrays stay in the processor's cache."""
DEVIATIONS = {80: 1.07, 95: 1.75}
"""Typical errors that hold so many percent of the days; typical errors are taken wide, for alarms."""


@dataclass(frozen=True)
class Days:
    """Judgement of every day: `(series, days)` each, in the unit that came in."""

    score: Array
    expected: Array
    low: Array
    high: Array
    """The band in which a day is not told."""
    low80: Array
    high80: Array
    low95: Array
    high95: Array
    """The bands that hold 80 and 95 % of the days."""
    channel: Array
    """What spoke: the day, two days or seven (`anomaly_scores`)."""


@dataclass(frozen=True)
class Scan(Days):
    """Everything found."""

    anomalies: tuple[Anomaly, ...] = ()
    """Newest first."""


def nothing(series: int, days: int) -> Scan:
    """The scan of no series, or of no days."""
    empty: dict[str, Any] = {field.name: np.zeros((series, days)) for field in fields(Days)}
    return Scan(**empty)


def scan(
    values: Array,
    *,
    first_day: date | None = None,
    sensitivity: Sensitivity = Sensitivity(),
    events: Array | None = None,
    holidays: Array | None = None,
) -> Scan:
    """Judge every day of every series with nothing but earlier days in hand.

    values: `(series, days)`, whole days only, oldest first, NaN where unknown. events: planned days (`(days,)` or one row a
    series), not judged; holidays: days on which less is nothing to tell.
    """
    values = np.atleast_2d(np.asarray(values, np.float64))
    if not values.size:
        return nothing(*values.shape)
    parts = [
        _judge(values[begin : begin + CHUNK], first_day, _rows(events, begin), holidays, sensitivity.medium)
        for begin in range(0, len(values), CHUNK)
    ]
    days = {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Days)}
    arrays = [days[name] for name in ("score", "expected", "low", "high", "channel")]
    told = [
        thing
        for number in range(len(values))
        for thing in things(
            Judged(number, values[number], *(array[number] for array in arrays)), first_day, sensitivity
        )
    ]
    told.sort(key=lambda thing: (-thing.day, -abs(thing.score), thing.series))
    return Scan(**days, anomalies=tuple(told))


def _rows(marks: Array | None, begin: int) -> Array | None:
    return marks if marks is None or marks.ndim == 1 else marks[begin : begin + CHUNK]


def _judge(values: Array, first_day: date | None, events: Array | None, holidays: Array | None, medium: float) -> Days:
    """Up to CHUNK series. medium: the score from which a day is told."""
    days = values.shape[1]
    known = np.isfinite(values)
    unit = usual_size(values)
    first = _first(values)
    y = to_about_one(values, unit)
    y = np.where(np.arange(days)[:, None] < first, np.nan, y)
    effects = calendar_effects(y, 1, first_day, None)
    shift = effects.past if effects.special.any() else None
    planned = None if events is None else np.broadcast_to(events.T if events.ndim == 2 else events[:, None], y.shape)
    judged = scores(y, first, shift=shift, unjudged=planned, off=holidays)
    least = np.where(np.where(known, values, np.inf).min(1) >= 0, 0, -np.inf)[:, None]
    sizes = {"": medium * UNIT, **{str(share): deviations for share, deviations in DEVIATIONS.items()}}
    bands = {
        f"{side}{share}": np.maximum((judged.expected + judged.usual.amount(sign * size)).T * unit[:, None], least)
        for share, size in sizes.items()
        for side, sign in (("low", -1), ("high", 1))
    }
    expected = np.maximum(judged.expected.T * unit[:, None], least)
    return Days(judged.score.T, expected, channel=judged.channel.T, **bands)


def _first(values: Array) -> Array:
    """Each series' first day that counts: `(series,)`; zeros of four weeks or more at the start do not."""
    known = np.isfinite(values)
    from_day = np.where(known.any(1), known.argmax(1), values.shape[1])
    something = known & (values != 0)
    begins = np.where(something.any(1), something.argmax(1), from_day)
    steady = something.sum(1) >= 0.5 * (values.shape[1] - begins)
    return np.where((begins - from_day >= NEW_AFTER) & steady, begins, from_day)


def together(
    score: Array, *, least_share: float = 0.15, least: int = 3, level: float = 2.0
) -> list[tuple[int, int, Array]]:
    """Days on which many siblings move the same way: (day, side, which), so that one alarm at their parent tells it.

    score: `(siblings, days)`.
    """
    out = []
    for side in (1, -1):
        moved = score * side >= level
        count = moved.sum(0)
        for day in np.flatnonzero((count >= least) & (count >= least_share * len(score))).tolist():
            out.append((day, side, np.flatnonzero(moved[:, day])))
    return sorted(out, key=lambda found: found[:2])

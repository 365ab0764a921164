"""Slow drifts of many weeks, which the expectation goes along with: no single day is out of line."""

import numpy as np

from lib.spend.anomaly import Anomaly, Sensitivity
from lib.spend.forecast_filters import WEEK, Array

DRIFT_WEEKS = 12
"""A drift is looked for in so many weeks."""
DRIFT_SURE = 3.0
"""How sure the weeks' order must be (Mann-Kendall, in standard deviations)."""
DRIFT_CHANGE = 0.3
"""Change over those weeks, as a share of their first third, from which it is told."""
DRIFT_FLOOR = 0.25
"""Of the least amount a day: a drift is there every day."""
ONE_STEP_AT_MOST = 0.5
"""A drift that is mostly one step is a new level, and told as that."""


def drifts(values: Array, sensitivity: Sensitivity = Sensitivity()) -> tuple[Anomaly, ...]:
    """Series that have been moving one way for twelve weeks and still do, each told on the week end it became clear.

    Slow change that the expectation goes along with: no single day is out of line. values: `(series, days)`.
    """
    out = []
    days = values.shape[1]
    weeks = days // WEEK
    if weeks < DRIFT_WEEKS:
        return ()
    by_week = np.nan_to_num(values[:, days - weeks * WEEK :]).reshape(len(values), weeks, WEEK)
    middle = np.median(by_week, 2)  # one large day is not a drift
    means = np.where((middle > 0).all(1)[:, None], middle, by_week.mean(2))
    clear = np.stack([_drifting(means[:, end - DRIFT_WEEKS : end]) for end in range(DRIFT_WEEKS, weeks + 1)], 1)
    for number in np.flatnonzero(clear[:, -1] != 0).tolist():
        same = clear[number] == clear[number, -1]
        since = len(same) - 1 - int(np.argmin(same[::-1])) + 1 if not same.all() else 0
        end = DRIFT_WEEKS + since
        day = days - (weeks - end) * WEEK - 1
        before = float(means[number, end - DRIFT_WEEKS : end - DRIFT_WEEKS * 2 // 3].mean())
        now = float(means[number, -1])
        if abs(now - before) < max(DRIFT_FLOOR * sensitivity.least_amount, sensitivity.least_share * abs(before)):
            continue
        spent = values[number, day - DRIFT_WEEKS * WEEK + 1 :]
        score = sensitivity.medium * float(clear[number, -1])
        impact = float(np.nansum(spent) - before * len(spent))
        out.append(
            Anomaly(number, day, days - 1, days - 1, now, before, before, before, score, "medium", "slow drift", impact,
                    now, True)
        )  # fmt: skip
    return tuple(out)


def _drifting(weeks: Array) -> Array:
    """1 where the weeks rise one after the other, -1 where they fall, else 0: `(series,)`. weeks: `(series, weeks)`."""
    count = weeks.shape[1]
    order = sum(np.sign(weeks[:, later:] - weeks[:, : count - later]).sum(1) for later in range(1, count))
    sure = order / np.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    third = count // 3
    first, last = weeks[:, :third].mean(1), weeks[:, -third:].mean(1)
    change = np.abs(last - first)
    steps = np.abs(np.diff(weeks, axis=1)).max(1)
    drifts = (np.abs(sure) >= DRIFT_SURE) & (change >= DRIFT_CHANGE * np.abs(first)) & (first > 0)
    drifts &= steps <= ONE_STEP_AT_MOST * np.abs(weeks[:, -1] - weeks[:, 0])
    return np.where(drifts, np.sign(last - first), 0)

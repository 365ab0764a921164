"""Are forecasts and anomalies better than the usual ways, on series nothing was chosen by?"""

import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.case import Case, Plan, Row, at_least, at_most
from bench.events import CLEAN, Judged, judged
from bench.measure import in_child
from bench.series import generate

SEED = 20_270_115
CELLS = ((14, 30), (28, 30), (90, 7), (90, 30), (365, 7), (365, 30), (365, 90))
"""Days of history, days ahead."""
SERIES, QUICK = 400, 60
"""Series of each family: with a hundred, chance alone moves a family's ratio by 0.05."""
Array = np.ndarray


def run(plan: Plan) -> Iterator[Row]:
    count = QUICK if plan.quick else SERIES
    plan.say("forecasts on generated families")
    for cell, found in in_child(forecasts, count).value.items():
        size = f"{cell[0]} days, {cell[1]} ahead"
        worst = f"worst family {found['worst']} at {found['worst_ratio']:.2f}"
        found = {name: value if isinstance(value, str) else float(value) for name, value in found.items()}
        yield Row("Forecast error against last week again", size, found["ratio"], "×", at_most(0.95), worst)
        yield Row("… worst family", size, found["worst_ratio"], "×", at_most(1.0), found["worst"])
        yield Row("Days inside the 95 % band", size, found["coverage"], "%", at_least(93), "and at most 97 %")
        yield Row("Width and misses (MSIS) against last week's band", size, found["msis"], "×", at_most(1.0))
        yield Row("Bias of the total, mean over families", size, found["bias"], "%", at_most(2), "without its sign")
    plan.say("anomalies on generated series with events")
    for what, result in in_child(anomalies, count // 4).value.items():
        ours = what.startswith("ours")
        yield Row(
            f"False alarms a series and year, {what}", "medium", result.false[0], "", at_most(0.8) if ours else None
        )
        yield Row(
            f"False alarms a series and year, {what}", "high", result.false[1], "", at_most(0.1) if ours else None
        )
        yield Row(
            f"False alarms a series and year, {what}", "critical", result.false[2], "", at_most(0.02) if ours else None
        )
        found_kinds = ", ".join(f"{kind} {100 * share:.0f} %" for kind, share in sorted(result.kinds.items()))
        yield Row(f"F1 of events found, {what}", "medium", result.f1, "", at_least(0.82) if ours else None, found_kinds)
    plan.say("speed of 2,000 series")
    os.environ["OPENBLAS_NUM_THREADS"] = (
        "1"  # numpy of a new process reads it: threads that wait for each other count twice
    )
    for what, cpu in in_child(speed).value.items():
        yield Row(what, "2,000 × 365 days", cpu, "s", at_most(1), "processor time of one thread")


def forecasts(count: int) -> dict[tuple[int, int], dict[str, Any]]:
    """Each cell: error and MSIS ratios, coverage, bias; means over families."""
    from lib.spend.forecast import forecast

    values = generate(SEED, count, 365 + 90)
    out = {}
    for length, horizon in CELLS:
        rows: dict[str, tuple[float, float, float, float]] = {}
        for name, series in values.items():
            # totals are weighted by what a series costs in the long run: a weight from its history alone would count most
            # where that happened to be quiet, and call every forecast too low
            unit = np.maximum(series.mean(1, keepdims=True), 1e-9)
            part = series[:, -(length + horizon) :]
            past, came = part[:, :length], part[:, length:]
            made = forecast(past, horizon)
            again = np.tile(past[:, -7:], (1, horizon // 7 + 1))[:, :horizon]
            week = past[:, 7:] - past[:, :-7]
            scale = np.abs(week).mean(1)
            good = scale > 1e-9
            scale = scale[good, None]
            spread = 1.96 * np.sqrt((week**2).mean(1))[:, None] * np.sqrt(np.arange(horizon) // 7 + 1)
            error = (np.abs(made.median - came)[good] / scale).mean() / (np.abs(again - came)[good] / scale).mean()
            naive = msis(np.maximum(again - spread, 0), again + spread, came)
            ours = msis(made.low95, made.high95, came)
            rows[name] = (
                error,
                ((came >= made.low95 - 1e-9) & (came <= made.high95 + 1e-9)).mean(),
                (ours[good] / scale).mean() / (naive[good] / scale).mean(),
                (made.mean / unit).sum() / (came / unit).sum() - 1,
            )
        table = np.array(list(rows.values()))
        worst = int(table[:, 0].argmax())
        out[length, horizon] = {
            "ratio": table[:, 0].mean(),
            "worst": list(rows)[worst],
            "worst_ratio": table[worst, 0],
            "coverage": 100 * table[:, 1].mean(),
            "msis": table[:, 2].mean(),
            "bias": 100 * abs(table[:, 3].mean()),
        }
    return out


def msis(low: Array, high: Array, came: Array) -> Array:
    """Width of the band, and 40 times what it missed by."""
    return (high - low) + 40 * np.maximum(low - came, 0) + 40 * np.maximum(came - high, 0)


def anomalies(count: int) -> dict[str, Judged]:
    """Our detector and the two usual ones on the same series and events."""
    from lib.spend.anomaly_scan import scan

    ways = {
        "ours": lambda values: scan(values).score,
        "z-score of 7 days, the day inside": lambda values: rolling_z(values, 7, inside=True),
        "z-score of 28 days before": lambda values: rolling_z(values, 28, inside=False),
    }
    return {name: judged(way, CLEAN, SEED, count) for name, way in ways.items()}


def rolling_z(values: Array, days: int, *, inside: bool) -> Array:
    """The usual z-score over a window."""
    out = np.zeros_like(values)
    for day in range(days, values.shape[1]):
        window = values[:, day - days + inside : day + inside]
        deviation = window.std(1, ddof=1)
        out[:, day] = np.where(
            deviation > 0, (values[:, day] - window.mean(1)) / np.where(deviation > 0, deviation, 1), 0
        )
    return out


def speed() -> dict[str, float]:
    """Processor seconds, the median of three."""
    import time

    from lib.spend.anomaly_scan import scan
    from lib.spend.forecast import forecast

    values = np.abs(np.random.default_rng(0).normal(5, 1, (2000, 365)))
    works = {
        "Forecast 30 days": lambda: forecast(values, 30),
        "Forecast 90 days": lambda: forecast(values, 90),
        "Judge every day": lambda: scan(values),
    }
    out = {}
    for name, work in works.items():
        taken = []
        for _ in range(3):
            begin = time.process_time()
            work()
            taken.append(time.process_time() - begin)
        out[name] = float(np.median(taken))
    return out


CASE = Case("statistics", "Forecasts and anomalies", run, needs_data=False)

"""Forecasts and anomalies as plain values, the way the command line and the API tell them (docs/statistics.md)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from lib.spend.anomaly import KIND_WORDS, Anomaly, Sensitivity
from lib.spend.anomaly_scan import Scan, together
from lib.spend.anomaly_scores import UNIT
from lib.spend.forecast_values import Forecasts
from lib.watch.budgets import Standing
from lib.watch.outlook import steps
from lib.watch.tell import Told

DIGITS = 8
DAY_FIELDS = ("score", "expected", "low", "high", "low80", "high80", "low95", "high95")
"""Of every judged day, in columns beside `days`."""


def number(value: float | None) -> float | None:
    """A figure with eight digits that mean something; None for what nobody knows."""
    return None if value is None or not np.isfinite(value) else float(f"{value:.{DIGITS}g}")


def forecast_rows(
    made: Forecasts, names: Sequence[str], first: date, length: Sequence[int], step: str | None = None
) -> list[dict[str, Any]]:
    """One row a series. first: the first day that is forecast; length: days of history; step: sums by whole `week` or `month`
    beside the days."""
    days = [(first + timedelta(days=ahead)).isoformat() for ahead in range(made.horizon)]
    fields = ("mean", "median", "low80", "high80", "low95", "high95")
    back = made.backtest
    return [
        {
            "series": name,
            "model": made.model[at],
            "note": made.note[at],
            "days_of_history": int(length[at]),
            "backtest": {
                "mean_absolute_error": number(back.error[at]),
                "relative_error": number(back.relative[at]),
                "scaled_error": number(back.scaled[at]),
                "coverage95": number(back.coverage[at]),
                "replays": int(back.replays[at]),
            },
            "total": {
                "mean": number(made.total[at]),
                "low95": number(made.total_low95[at]),
                "high95": number(made.total_high95[at]),
            },
            "days": [
                {"day": day} | {field: number(getattr(made, field)[at, ahead]) for field in fields}
                for ahead, day in enumerate(days)
            ],
            **({"steps": _step_rows(made, first, step, at)} if step else {}),
        }
        for at, name in enumerate(names)
    ]


def _step_rows(made: Forecasts, first: date, step: str, at: int) -> list[dict[str, Any]]:
    return [
        {"from": day.isoformat(), "mean": number(mean), "low95": number(low), "high95": number(high)}
        for day, mean, low, high in steps(made, first, step, at)
    ]


def anomaly_row(thing: Anomaly, names: Sequence[str] | Mapping[int, str], first_day: date) -> dict[str, Any]:
    """One anomaly."""

    def day(column: int) -> str:
        return (first_day + timedelta(days=column)).isoformat()

    return {
        "series": names[thing.series],
        "day": day(thing.day),
        "last_day": day(thing.last),
        "worst_day": day(thing.worst),
        "value": number(thing.value),
        "expected": number(thing.expected),
        "low": number(thing.low),
        "high": number(thing.high),
        "change": number(thing.change),
        "score": number(thing.score),
        "z": number(thing.score * UNIT),
        "severity": thing.severity,
        "direction": thing.direction,
        "kind": thing.kind,
        "kind_in_words": KIND_WORDS[thing.kind],
        "impact": number(thing.impact),
        "new_level": number(thing.level),
        "goes_on": thing.open,
    }


def scan_answer(
    found: Scan, names: Sequence[str], first_day: date, sensitivity: Sensitivity, *, with_scores: bool
) -> dict[str, Any]:
    """Everything found, newest first, and the days on which many series moved together. with_scores: and every day."""
    days = [(first_day + timedelta(days=number)).isoformat() for number in range(found.score.shape[1])]
    body: dict[str, Any] = {
        "levels": {"medium": sensitivity.medium, "high": sensitivity.high, "critical": sensitivity.critical},
        "anomalies": [anomaly_row(thing, names, first_day) for thing in found.anomalies],
        "together": [
            {
                "day": days[day],
                "direction": "rise" if side > 0 else "drop",
                "series": [names[at] for at in which],
                "share": number(len(which) / len(names)),
            }
            for day, side, which in reversed(together(found.score, level=sensitivity.medium))
        ],
    }
    if with_scores:
        kinds = _kinds(found)
        body["days"] = days
        body["scores"] = {
            name: {field: [number(value) for value in getattr(found, field)[at].tolist()] for field in DAY_FIELDS}
            | {
                "severity": [sensitivity.severity(value) for value in found.score[at].tolist()],
                "kind": kinds[at],
            }
            for at, name in enumerate(names)
        }
    return body


def _kinds(found: Scan) -> list[list[str | None]]:
    """For each series what each day belongs to; None for a day that belongs to nothing that was told."""
    out: list[list[str | None]] = [[None] * found.score.shape[1] for _ in found.score]
    for thing in reversed(found.anomalies):
        days = slice(thing.day, thing.last + 1)
        out[thing.series][days] = [thing.kind] * len(out[thing.series][days])
    return out


def told_row(one: Told) -> dict[str, Any]:
    """One anomaly of the ledger, with what explains it."""
    row = anomaly_row(one.thing, {one.thing.series: one.key.text}, one.day - timedelta(days=one.thing.day))
    return row | {
        "id": one.identity,
        "kind_of_series": one.key.kind,
        "name": one.name,
        "state": one.state,
        "reason": one.reason,
        "seen_in": list(one.seen_in),
        "parts": one.parts,
        "causes": [
            {"series": cause.key.text, "name": cause.name, "amount": number(cause.amount), "share": number(cause.share)}
            for cause in one.causes
        ],
    }


def standing_row(one: Standing) -> dict[str, Any]:
    """How one budget stands."""
    status, plan = one.status, one.budget.plan
    return {
        "id": one.budget.id,
        "name": one.budget.name,
        "series": one.budget.series,
        "series_name": one.name,
        "amount": plan.amount,
        "currency": one.budget.currency,
        "period": plan.span,
        "from": status.period.start,
        "to": status.period.end,
        "spent": status.spent,
        "incomplete": status.incomplete,
        "share": number(float(status.share)),
        "expected_end": number(status.end),
        "expected_low95": number(status.end_low),
        "expected_high95": number(status.end_high),
        "expected_share": number(status.end_share),
        "runs_out": status.runs_out,
        "state": status.state,
        "verdict": one.verdict,
        "commitment": plan.commitment,
        "thresholds": [
            {
                "share": crossing.threshold.share,
                "basis": crossing.threshold.basis,
                "crossed": crossing.crossed,
                "day": crossing.day,
            }
            for crossing in status.crossings
        ],
        "days_before_history": one.before_history,
    }

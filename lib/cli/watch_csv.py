"""Forecasts and anomalies of any CSV file, as the command line tells them (docs/statistics.md)."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from lib.cli.output import say
from lib.errors import InputError
from lib.spend import forecast as engine
from lib.spend.anomaly import Sensitivity
from lib.spend.anomaly_scan import scan
from lib.spend.period import parse_day
from lib.watch.answers import forecast_rows, scan_answer
from lib.watch.days_off import days_off
from lib.watch.wide_csv import SAME_DAY, Wide, read_wide

MOST_SCORES = 200_000
"""Days of all series together up to which every day's score is told without being asked for."""


def complete(path: Path, incomplete: int, same_day: str | None) -> Wide:
    """The file without the newest days that may still grow."""
    if same_day is not None and same_day not in SAME_DAY:
        raise InputError(f"{same_day!r} makes no day.", place="--same-day", remedy=", ".join(SAME_DAY))
    wide = read_wide(path, same_day=same_day)  # type: ignore[arg-type]
    if incomplete >= wide.values.shape[1]:
        raise InputError(f"Only {wide.values.shape[1]} days are there.", place=f"{path}, --incomplete {incomplete}")
    return wide.without_last(incomplete)


def head(wide: Wide) -> dict[str, Any]:
    """What every answer begins with."""
    return {
        "first_day": wide.first_day.isoformat(),
        "last_day": wide.last_day.isoformat(),
        "notes": list(wide.notes),
    }


def say_notes(wide: Wide) -> None:
    """What was done to make days of the file, on stderr."""
    for note in wide.notes:
        say(note)


def forecast(
    wide: Wide, horizon: int, country: str | None, planned: Sequence[str], step: str | None = None
) -> list[dict[str, Any]]:
    """One row a series."""
    days = wide.values.shape[1]
    marks = planned_days(wide, days + horizon, planned)
    if country:
        marks |= days_off(country, wide.first_day, days + horizon)
    events = marks if marks.any() else None
    made = engine.forecast(wide.values, horizon, first_day=wide.first_day, events=events)
    return forecast_rows(made, wide.names, wide.day(days), np.isfinite(wide.values).sum(1).tolist(), step)


def anomalies(
    wide: Wide, chosen: Sensitivity, country: str | None, planned: Sequence[str], *, with_scores: bool | None
) -> dict[str, Any]:
    """Everything found. with_scores: every day's score too; None to tell them unless they are very many."""
    days = wide.values.shape[1]
    off = days_off(country, wide.first_day, days) if country else None
    events = planned_days(wide, days, planned)
    found = scan(
        wide.values, first_day=wide.first_day, sensitivity=chosen, holidays=off, events=events if events.any() else None
    )
    many = wide.values.size > MOST_SCORES
    notes = list(wide.notes)
    if with_scores is None and many:
        notes.append("scores of single days are left out because they are very many; --scores tells them")
    told = (not many) if with_scores is None else with_scores
    body = scan_answer(found, wide.names, wide.first_day, chosen, with_scores=told)
    return {**head(wide), "notes": notes, **body}


def planned_days(wide: Wide, days: int, planned: Sequence[str]) -> np.ndarray:
    """Marks of length `days` of what `--planned` names: a day, or FIRST..LAST."""
    marks = np.zeros(days, bool)
    for text in planned:
        first, _, last = text.partition("..")
        begin = (parse_day(first, place="--planned") - wide.first_day).days
        end = (parse_day(last or first, place="--planned") - wide.first_day + timedelta(days=1)).days
        if end <= begin:
            raise InputError(f"{text!r} ends before it begins.", place="--planned", remedy="FIRST..LAST")
        marks[max(begin, 0) : max(end, 0)] = True
    return marks

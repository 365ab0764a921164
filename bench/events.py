"""Events put into generated series, and how well a detector finds them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.series import FAMILIES

Array = np.ndarray
Detector = Callable[[Array], Array]
Event = tuple[str, int, int]
"""Kind, first and last day."""
CLEAN = ("office", "flat", "sticky", "yearly", "growth", "walk", "smooth")
"""Families without oddities of their own."""
DAYS, WARM = 320, 56
RESTS = 0.8
"""A weekend rests when it costs less than this share of a working day."""
KINDS = ("spike", "nothing", "level", "weekend", "drift", "days")


@dataclass(frozen=True)
class Judged:
    """What a detector did."""

    false: tuple[float, float, float]
    """False alarms a series and year on clean series, at 2, 2.5 and 3."""
    f1: float
    """Of the events, at 2."""
    kinds: dict[str, float]
    """Share of events found, by kind, at 2."""


def put_events(rng: np.random.Generator, values: Array) -> tuple[Array, list[list[Event]]]:
    """One or two events a series, far enough apart."""
    values = values.copy()
    events: list[list[Event]] = []
    for series in values:
        mine: list[Event] = []
        taken = np.zeros(len(series), bool)
        for _ in range(rng.integers(1, 3)):
            kind = KINDS[rng.integers(0, len(KINDS))]
            event = _place(kind, int(rng.integers(WARM + 10, len(series) - 40)), rng, len(series))
            _, begin, end = event
            if kind == "weekend" and not _rests(series, begin):
                continue
            if taken[max(begin - 10, 0) : end + 15].any():
                continue
            _put(event, series, rng)
            taken[begin : end + 1] = True
            mine.append(event)
        events.append(mine)
    return values, events


def _rests(series: Array, saturday: int) -> bool:
    """Do weekends cost less here? Where they do not, a run-on changes nothing and nobody can find it."""
    weeks = series[saturday - 33 : saturday + 2].reshape(5, 7)[:4]  # four weeks from Monday on
    return bool(np.median(weeks[:, 5:]) < RESTS * np.median(weeks[:, :5]))


def _place(kind: str, day: int, rng: np.random.Generator, days: int) -> Event:
    if kind == "weekend":
        saturday = day - day % 7 + 5
        return kind, saturday, saturday + 1
    longest = {"spike": 1, "nothing": 5, "days": 6, "level": 60, "drift": 36}[kind]
    shortest = {"level": 20, "drift": 35}.get(kind, 1)
    return kind, day, min(day + int(rng.integers(shortest, longest + 1)) - 1, days - 1)


def _put(event: Event, series: Array, rng: np.random.Generator) -> None:
    kind, begin, end = event
    part = series[begin : end + 1]
    usual = np.median(series[begin - 28 : begin])
    if kind == "spike":
        part += usual * rng.uniform(1, 4)
    elif kind == "nothing":
        part[:] = 0
    elif kind == "weekend":
        part[:] = usual * np.exp(rng.normal(0, 0.1, len(part)))
    elif kind == "days":
        part *= rng.choice([0.3, 1.7, 2.5])
    elif kind == "level":
        part *= rng.choice([0.5, 1.4, 1.8])
    else:
        part *= np.linspace(1, rng.choice([0.5, 1.8]), len(part))


def episodes(score: Array, level: float) -> list[list[tuple[int, int]]]:
    """Alarms at most three days apart, as first and last day, for each series."""
    out = []
    for row in score:
        found: list[tuple[int, int]] = []
        for day in np.flatnonzero(np.abs(row) >= level).tolist():
            if found and day - found[-1][1] <= 3:
                found[-1] = found[-1][0], day
            else:
                found.append((day, day))
        out.append(found)
    return out


def judged(detector: Detector, families: tuple[str, ...], seed: int, count: int) -> Judged:
    """Alarms on clean series, and events found in the same series."""
    false, years = np.zeros(3), 0.0
    found = missed = wrong = 0
    kinds: dict[str, list[bool]] = {}
    for name in families:
        clean = FAMILIES[name](np.random.default_rng([seed, *name.encode()]), count, DAYS)
        score = detector(clean)[:, WARM:]
        false += [sum(map(len, episodes(score, level))) for level in (2, 2.5, 3)]
        years += score.size / 365
        values, events = put_events(np.random.default_rng([seed, 7, *name.encode()]), clean)
        score = detector(values)
        score[:, :WARM] = 0
        for alarms, mine in zip(episodes(score, 2), events, strict=True):
            hits = set()
            for begin, end in alarms:
                meant = [n for n, (_, a, b) in enumerate(mine) if begin <= b + 3 and end >= a]
                hits.update(meant)
                wrong += not meant
            found += len(hits)
            missed += len(mine) - len(hits)
            for number, (kind, _, _) in enumerate(mine):
                kinds.setdefault(kind, []).append(number in hits)
    rates = false / years
    return Judged(
        (float(rates[0]), float(rates[1]), float(rates[2])),
        2 * found / max(2 * found + wrong + missed, 1),
        {kind: float(np.mean(hits)) for kind, hits in kinds.items()},
    )

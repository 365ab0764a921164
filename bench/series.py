"""Generated families of daily cost: what the forecaster and the detector are measured on, and nothing they were tuned to.

Every family is `(random numbers, series, days) -> (series, days)`, never negative; day 0 is a Monday.
"""

from collections.abc import Callable

import numpy as np

Array = np.ndarray
Family = Callable[[np.random.Generator, int, int], Array]
WEEKDAYS = np.array([1, 1.05, 1.1, 1.05, 0.95, 0.35, 0.3])


def _level(rng: np.random.Generator, n: int) -> Array:
    return np.exp(rng.normal(4, 1.2, (n, 1)))


def _week(rng: np.random.Generator, n: int, days: int, strength: float | Array = 1.0) -> Array:
    weights = 1 + strength * (WEEKDAYS - 1) * rng.uniform(0.6, 1.2, (n, 1)) + rng.normal(0, 0.05, (n, 7))
    return np.maximum(weights, 0.02)[:, np.arange(days) % 7]


def _noise(rng: np.random.Generator, n: int, days: int, size: float | Array, memory: float = 0.0) -> Array:
    e = rng.normal(0, 1, (n, days))
    for day in range(1, days if memory else 0):
        e[:, day] = memory * e[:, day - 1] + np.sqrt(1 - memory**2) * e[:, day]
    return np.exp(size * e)


def office(rng: np.random.Generator, n: int, days: int) -> Array:
    """Weekend at a third, noise of 4 … 20 %."""
    return _level(rng, n) * _week(rng, n, days) * _noise(rng, n, days, rng.uniform(0.04, 0.2, (n, 1)))


def flat(rng: np.random.Generator, n: int, days: int) -> Array:
    """No pattern."""
    return _level(rng, n) * _noise(rng, n, days, rng.uniform(0.03, 0.25, (n, 1)))


def sticky(rng: np.random.Generator, n: int, days: int) -> Array:
    """Noise that remembers."""
    return _level(rng, n) * _week(rng, n, days, 0.5) * _noise(rng, n, days, rng.uniform(0.1, 0.3, (n, 1)), 0.85)


def shifts(rng: np.random.Generator, n: int, days: int) -> Array:
    """A new level every ten weeks or so, of ×0.3 … ×3.3."""
    times = np.exp(rng.choice([-1, 1], (n, days)) * rng.uniform(0.25, 1.2, (n, days)))
    return office(rng, n, days) * np.cumprod(np.where(rng.random((n, days)) < 1 / 70, times, 1), 1)


def walk(rng: np.random.Generator, n: int, days: int) -> Array:
    """A level that wanders."""
    steps = rng.normal(0, rng.uniform(0.01, 0.05, (n, 1)), (n, days))
    level = _level(rng, n) * np.exp(np.cumsum(steps, 1))
    return level * _week(rng, n, days, 0.6) * _noise(rng, n, days, 0.05)


def smooth(rng: np.random.Generator, n: int, days: int) -> Array:
    """Slow waves, hardly any noise."""
    t = np.arange(days)
    slow = 0.4 * np.sin(2 * np.pi * (t / rng.uniform(120, 400, (n, 1)) + rng.random((n, 1))))
    quick = 0.1 * np.sin(2 * np.pi * (t / rng.uniform(40, 90, (n, 1)) + rng.random((n, 1))))
    pattern = _week(rng, n, days, rng.choice([0, 0.4], (n, 1)))
    return _level(rng, n) * (1 + slow + quick) * pattern * _noise(rng, n, days, rng.uniform(0.005, 0.03, (n, 1)))


def growth(rng: np.random.Generator, n: int, days: int) -> Array:
    """Exponential growth or decline of up to 1 % a day."""
    trend = np.exp(rng.uniform(-0.008, 0.012, (n, 1)) * np.arange(days))
    return _level(rng, n) * trend * _week(rng, n, days, 0.8) * _noise(rng, n, days, rng.uniform(0.02, 0.12, (n, 1)))


def straight(rng: np.random.Generator, n: int, days: int) -> Array:
    """A straight line up."""
    line = 1 + rng.uniform(0, 0.02, (n, 1)) * np.arange(days)
    return _level(rng, n) * line * _week(rng, n, days, 0.8) * _noise(rng, n, days, rng.uniform(0.02, 0.1, (n, 1)))


def spiky(rng: np.random.Generator, n: int, days: int) -> Array:
    """Heavy-tailed days."""
    return _level(rng, n) * _week(rng, n, days, 0.3) * _noise(rng, n, days, rng.uniform(0.5, 1.3, (n, 1)))


def outliers(rng: np.random.Generator, n: int, days: int) -> Array:
    """Office hours, and a day in thirty at two to eight times."""
    y = office(rng, n, days)
    return np.where(rng.random((n, days)) < 0.03, y * rng.uniform(2, 8, (n, days)), y)


def intermittent(rng: np.random.Generator, n: int, days: int) -> Array:
    """Mostly nothing."""
    return np.where(
        rng.random((n, days)) < rng.uniform(0.05, 0.45, (n, 1)), _level(rng, n) * _noise(rng, n, days, 0.6), 0
    )


def bursts(rng: np.random.Generator, n: int, days: int) -> Array:
    """On for a while, off for a while."""
    on = np.zeros((n, days), bool)
    begins, ends = rng.uniform(0.03, 0.15, n), rng.uniform(0.05, 0.3, n)
    state = rng.random(n) < 0.5
    for day in range(days):
        state = np.where(rng.random(n) < np.where(state, ends, begins), ~state, state)
        on[:, day] = state
    return on * _level(rng, n) * _noise(rng, n, days, 0.3)


def weekly_job(rng: np.random.Generator, n: int, days: int) -> Array:
    """One day a week, else nothing."""
    return (np.arange(days) % 7 == rng.integers(0, 7, (n, 1))) * _level(rng, n) * _noise(rng, n, days, 0.15)


def month_day(rng: np.random.Generator, n: int, days: int) -> Array:
    """Office hours, and a large job every thirtieth day."""
    marks = np.arange(days) % 30 == rng.integers(0, 30, (n, 1))
    return office(rng, n, days) + marks * _level(rng, n) * rng.uniform(1, 4, (n, 1))


def holidays(rng: np.random.Generator, n: int, days: int) -> Array:
    """Office hours, and a day off every five weeks."""
    y = office(rng, n, days)
    y[:, rng.integers(5, 40) :: rng.integers(25, 45)] *= rng.uniform(0.2, 0.5, (n, 1))
    return y


def yearly(rng: np.random.Generator, n: int, days: int) -> Array:
    """Office hours over the seasons."""
    return office(rng, n, days) * (1 + 0.4 * np.sin(2 * np.pi * (np.arange(days) / 365 + rng.random((n, 1)))))


def new(rng: np.random.Generator, n: int, days: int) -> Array:
    """Nothing at first, then office hours."""
    begins = (days * rng.uniform(0.1, 0.6, (n, 1))).astype(int)
    return np.where(np.arange(days) < begins, 0, office(rng, n, days))


FAMILIES: dict[str, Family] = {
    made.__name__: made
    for made in (
        office,
        flat,
        sticky,
        shifts,
        walk,
        smooth,
        growth,
        straight,
        spiky,
        outliers,
        intermittent,
        bursts,
        weekly_job,
        month_day,
        holidays,
        yearly,
        new,
    )
}


def generate(seed: int, n: int, days: int) -> dict[str, Array]:
    """Every family; each has random numbers of its own, so that adding one changes no other."""
    return {name: make(np.random.default_rng([seed, *name.encode()]), n, days) for name, make in FAMILIES.items()}

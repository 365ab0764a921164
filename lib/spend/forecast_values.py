"""What a forecast is: values for many series at once, and how values of several are put together."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lib.spend.forecast_filters import Array


@dataclass(frozen=True)
class Backtest:
    """What the chosen method would have done at past week ends: `(series,)` each, NaN where nothing could be replayed."""

    error: Array
    """Mean absolute error a day, in the series' unit."""
    relative: Array
    """That error against the mean of the days it was measured on."""
    scaled: Array
    """That error against the error of the same weekday a week before, one week ahead, over the history (MASE)."""
    coverage: Array
    """Share of days inside the 95 % band made from the other half of the replays."""
    replays: Array
    """How many past week ends."""


@dataclass(frozen=True)
class Forecasts:
    """Forecasts of `(series, horizon)`; all amounts in the unit that came in."""

    median: Array
    """As likely above as below: what a single day will most likely be near to."""
    mean: Array
    """What days cost on average: what adds up to totals."""
    low80: Array
    high80: Array
    low95: Array
    high95: Array
    total: Array
    """Sum of the means over the horizon: `(series,)`."""
    total_low95: Array
    total_high95: Array
    model: tuple[str, ...]
    """The member that counts most; "blend of …" when none counts for more than half."""
    note: tuple[str, ...]
    """What the reader must know, else empty."""
    backtest: Backtest

    @property
    def horizon(self) -> int:
        """Days ahead."""
        return self.median.shape[1]


def first_days(made: Forecasts, horizon: int) -> Forecasts:
    """The first days of a forecast of a week: less than a week is replayed as a week, so that every weekday is judged."""
    days = {name: getattr(made, name)[:, :horizon] for name in ("median", "mean", "low80", "high80", "low95", "high95")}
    total = days["mean"].sum(1)
    share = (horizon / made.horizon) ** 0.8
    low, high = total - share * (made.total - made.total_low95), total + share * (made.total_high95 - made.total)
    never_negative = made.low95.min(1, initial=0) >= 0
    return replace(
        made, **days, total=total, total_low95=np.where(never_negative, np.maximum(low, 0), low), total_high95=high
    )


def choose(short: Array, brief: Forecasts, long: Forecasts) -> Forecasts:
    """`brief` for the short series, `long` for the others."""

    def pick(one: Array, other: Array) -> Array:
        return np.where(short[:, None] if one.ndim == 2 else short, one, other)

    return _merge(
        lambda name: pick(getattr(brief, name), getattr(long, name)),
        lambda name: tuple(
            a if s else b for s, a, b in zip(short, getattr(brief, name), getattr(long, name), strict=True)
        ),
        lambda name: pick(getattr(brief.backtest, name), getattr(long.backtest, name)),
    )


def together(parts: list[Forecasts]) -> Forecasts:
    """All series of the parts, in their order."""
    return _merge(
        lambda name: np.concatenate([getattr(part, name) for part in parts]),
        lambda name: tuple(text for part in parts for text in getattr(part, name)),
        lambda name: np.concatenate([getattr(part.backtest, name) for part in parts]),
    )


def _merge(
    arrays: Callable[[str], Array], texts: Callable[[str], tuple[str, ...]], tested: Callable[[str], Array]
) -> Forecasts:
    """Forecasts whose every part is made by name."""
    names = [name for name in Forecasts.__dataclass_fields__ if name not in ("model", "note", "backtest")]
    return Forecasts(
        **{name: arrays(name) for name in names},
        model=texts("model"),
        note=texts("note"),
        backtest=Backtest(**{name: tested(name) for name in Backtest.__dataclass_fields__}),
    )

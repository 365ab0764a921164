"""What daily costs will be: many series at once, with bands, and with the error the same method made in the past.

A series is forecast by a blend of smoothing filters and plain means. How much each counts, whether the blend may be used
at all, and how wide the bands are is decided by forecasts replayed from past week ends of that series alone: a series'
forecast never depends on which other series it stands beside. `docs/statistics.md` explains the method and measures it.

Pure numpy; the calendar comes in as an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from lib.spend import forecast_windows as windows
from lib.spend.forecast_bands import bands, deviation, drift, quantile
from lib.spend.forecast_calendar import calendar_effects
from lib.spend.forecast_filters import WEEK, Array, Gains, bank, median, run, to_about_one, usual_size
from lib.spend.forecast_replay import (
    Errors,
    errors,
    evidence,
    keep_to_the_plain,
    members_at,
    origins,
    replay,
    softmax,
)

LEAST_DAYS = 2 * WEEK
"""Below this many days of history there is only a run-rate."""
LEADING = 14
"""So many zeros at the start are a workload that was not there yet."""
STEADY = 0.6
"""… when since then at least this share of days cost something; else the zeros are part of the pattern."""
STARTS_DAYS = 4 * WEEK
RESTS, EXPLAINED = 0.3, 0.6
"""A series rests often when this share of its last days costs nothing, and weekdays explain it from this share on."""
OTHER_LEVEL, OTHER_ERRORS = 0.25, 3.0
"""A day lies at another level when it is off what its weekday costs now by this share of a day's mean, and by so many errors."""
CHUNK = 256
"""Series worked out together, so that a day's arrays stay in the processor's cache."""
RUN_RATE_NOTE = "fewer than 14 days of history: the mean of the days there are"
UNKNOWN_NOTE = "no day is known"
SILENT_NOTE = "its last {days} days are not known"
STOPPED_NOTE = "nothing for two weeks and longer than ever before: taken as stopped"


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


def forecast(values: Array, horizon: int, *, first_day: date | None = None, events: Array | None = None) -> Forecasts:
    """Forecast every series.

    values: `(series, days)`, whole days only, oldest first, NaN where unknown. first_day: the date of the first column, for
    days of the month. events: marks of holidays and planned events, of length days + horizon.
    """
    values = np.atleast_2d(np.asarray(values, np.float64))
    if horizon < 1:
        raise ValueError("a forecast goes at least one day ahead")
    gains = bank()
    reach = max(horizon, WEEK)
    if events is not None:
        events = np.concatenate([events, np.zeros(reach - horizon, bool)])
    parts = [
        _some(values[begin : begin + CHUNK], reach, first_day, events, gains)
        for begin in range(0, max(len(values), 1), CHUNK)
    ]
    made = parts[0] if len(parts) == 1 else _together(parts)
    return made if reach == horizon else _first_days(made, horizon)


def _first_days(made: Forecasts, horizon: int) -> Forecasts:
    """The first days of a forecast of a week: less than a week is replayed as a week, so that every weekday is judged."""
    days = {name: getattr(made, name)[:, :horizon] for name in ("median", "mean", "low80", "high80", "low95", "high95")}
    total = days["mean"].sum(1)
    share = (horizon / made.horizon) ** 0.8
    low, high = total - share * (made.total - made.total_low95), total + share * (made.total_high95 - made.total)
    never_negative = made.low95.min(1, initial=0) >= 0
    return replace(
        made, **days, total=total, total_low95=np.where(never_negative, np.maximum(low, 0), low), total_high95=high
    )


@dataclass(frozen=True)
class _Series:
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


def _ready(values: Array) -> _Series:
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
    return _Series(y, unit, first, np.where(lowest >= 0, 0.0, -np.inf))


def _some(values: Array, horizon: int, first_day: date | None, events: Array | None, gains: Gains) -> Forecasts:
    """Forecast up to CHUNK series."""
    ready = _ready(values)
    short = ready.length < LEAST_DAYS
    made = _run_rate(ready, horizon)
    if short.all():
        return made
    long = _blend(ready, horizon, first_day, events, gains)
    long = _silent(_stopped(long, ready), ready)
    return _choose(short, made, long) if short.any() else long


def _blend(ready: _Series, horizon: int, first_day: date | None, events: Array | None, gains: Gains) -> Forecasts:
    days = len(ready.y)
    effects = calendar_effects(ready.y, horizon, first_day, events)
    y = np.where(effects.special, np.nan, ready.y).astype(np.float32)
    first = np.minimum(ready.first, max(days - LEAST_DAYS, 0))
    filtered = run(y, first, gains, set(origins(days, horizon)))
    past = replay(y, first, filtered, gains, horizon)
    log = evidence(y, filtered, gains, past)
    weights = softmax(log)
    floor = ready.floor
    missed = errors(y, first, past, weights, gains, horizon, floor)
    kept = keep_to_the_plain(weights, missed.mae, past, gains)
    if kept is not weights and (kept != weights).any():
        weights = kept
        missed = errors(y, first, past, weights, gains, horizon, floor)
    now = members_at(y, days - 1, filtered)
    middle = np.maximum(now.blend(weights, gains, horizon), floor)
    sd = np.hypot(deviation(now, log, filtered, gains, horizon, past.used), drift(y, horizon, past.used))
    made = bands(missed, sd, ready.length)
    since = np.maximum(_this_level(y, middle, sd[0]), first)
    usual = _of_this_level(missed, list(past.members), since)
    average = _average(middle, usual, sd, _skew(y[-4 * WEEK :], since - max(days - 4 * WEEK, 0), middle), floor)
    middle, average = np.maximum(middle + effects.median, floor), np.maximum(average + effects.mean, floor)
    spread = _total_spread(missed, sd, middle, average)
    unit = ready.unit[:, None]
    low80, low95 = (np.maximum(middle - width, floor) for width in made.below)
    high80, high95 = (middle + width for width in made.above)
    start80, start95 = _starts(y, first)
    high80, high95 = np.maximum(high80, start80), np.maximum(high95, start95)
    total = average.sum(0)
    return Forecasts(
        median=middle.T * unit,
        mean=average.T * unit,
        low80=low80.T * unit,
        high80=high80.T * unit,
        low95=low95.T * unit,
        high95=high95.T * unit,
        total=total * ready.unit,
        total_low95=np.maximum(total - spread, np.where(floor == 0, 0, -np.inf)) * ready.unit,
        total_high95=(total + spread) * ready.unit,
        model=_model(weights, gains),
        note=("",) * len(ready.unit),
        backtest=_backtest(ready, missed, made.coverage, past.used),
    )


def _this_level(y: Array, middle: Array, sd: Array) -> Array:
    """The first day after the last week that lay at another level, every day of it on one side: `(series,)`.

    sd: the error of one day ahead.
    """
    ago = np.arange(-len(y), 0)
    rest = y - middle[ago % WEEK]
    far = np.maximum(OTHER_LEVEL * np.abs(middle[:WEEK]).mean(0), OTHER_ERRORS * sd)
    since = np.zeros(y.shape[1], int)
    for beyond in (rest > far, rest < -far):
        counted = np.cumsum(np.concatenate([np.zeros((1, y.shape[1]), int), beyond]), 0)
        ends = counted[WEEK:] - counted[:-WEEK] == WEEK
        last = np.where(ends.any(0), len(y) - ends[::-1].argmax(0), 0)
        since = np.maximum(since, last)
    return since


def _of_this_level(missed: Errors, begun: list[int], since: Array) -> Errors:
    """Without what forecasts from before the level of now missed of days at that level: the jump, and no bias.

    begun: the last day that each replayed forecast knew; since: the first day of the level, `(series,)`.
    """
    if not len(missed.error):
        return missed
    origin = np.array(begun)[missed.origin][:, None]
    jumped = (origin < since) & (origin + 1 + missed.ahead[:, None] >= since)
    return replace(missed, error=np.where(jumped, np.nan, missed.error))


def _average(middle: Array, missed: Errors, sd: Array, one_day: Array, floor: Array) -> Array:
    """Middle to mean: what was missed on average in the replays, and day by day where little was replayed.

    What happened once counts up to a limit: an accident is not part of what days cost on average.
    """
    known = missed.known
    limit = np.maximum(8 * sd[missed.ahead], 2 * quantile(np.abs(missed.error), 0.98))
    replayed = np.nansum(np.clip(missed.error, -limit, limit), 0) / np.maximum(known, 1)
    trusted = known / (known + 30.0)
    return np.maximum(middle + trusted * replayed + (1 - trusted) * one_day, floor)


def _starts(y: Array, first: Array) -> tuple[Array, Array]:
    """What a day may cost at most (80 and 95 %) in series that often cost nothing, whenever they like: `(series,)` each.

    Filters take a few large days for accidents, and a pause for the end. Where weekdays explain which days cost something,
    and in series that hardly rest, -inf.
    """
    recent = y[-STARTS_DAYS:]
    recent = np.where(np.arange(len(y) - len(recent), len(y))[:, None] >= first, recent, np.nan)
    known = np.isfinite(recent).sum(0)
    cost = recent > 0
    share = cost.sum(0) / np.maximum(known, 1)
    weeks = len(recent) // WEEK
    by_weekday = cost[-weeks * WEEK :].reshape(weeks, WEEK, -1).mean(0)
    explained = ((by_weekday - share) ** 2).mean(0) > EXPLAINED * share * (1 - share)
    rests = (share > 0) & (share <= 1 - RESTS) & ~explained & (np.fmin.reduce(recent, initial=0) >= 0)

    def most(level: float) -> Array:
        return np.where(rests, quantile(recent, np.minimum(level * (known + 1) / np.maximum(known, 1), 1)), -np.inf)

    return most(0.80), most(0.95)


def _skew(recent: Array, first: Array, middle: Array) -> Array:
    """How far the mean of the last days lies beyond their middle, as far as that is more than chance: `(series,)`.

    recent: up to four weeks, `(days, series)`; first: its first day that counts; middle: the forecast, whose first week is
    the weekday pattern.
    """
    ago = np.arange(-len(recent), 0)
    rest = np.where(ago[:, None] + len(recent) >= first, recent, np.nan) - middle[ago % WEEK]
    count = np.maximum(np.isfinite(rest).sum(0), 1)
    mean = np.nansum(rest, 0) / count
    spread = np.sqrt(np.nansum((rest - mean) ** 2, 0) / count)
    skew = mean - np.nan_to_num(median(rest))
    chance = (0.75 * spread) ** 2 / count
    return skew * skew**2 / np.maximum(skew**2 + chance, 1e-12)


def _total_spread(missed: Errors, sd: Array, middle: Array, average: Array) -> Array:
    """Half the width of the 95 % band of the sum over the horizon: `(series,)`.

    Between days that miss independently and days that all miss together; replayed sums say where in between.
    """
    horizon = len(sd)
    prior = 2.6 * sd.mean(0) * horizon**0.8
    if not len(missed.error):
        return prior
    sums = []
    shift = (average - middle).mean(0)
    for number in range(int(missed.origin.max()) + 1):
        rows = missed.error[missed.origin == number]
        length = len(rows)
        if length * 2 >= horizon or number < 2:
            sums.append((np.nansum(rows, 0) - shift * length) * (horizon / length) ** 0.9 + 0 * rows[0])
    sizes = np.array(sums)
    known = np.isfinite(sizes).sum(0)
    independent = known * min(1.0, WEEK / horizon) + 1
    rms = np.sqrt(np.nansum(sizes**2, 0) / np.maximum(known, 1))
    found = np.maximum(2.3 * rms, quantile(np.abs(sizes), 0.95))
    trusted = np.where(known > 1, independent / (independent + 4.0), 0)
    return trusted * found + (1 - trusted) * np.maximum(prior, found)


def _model(weights: Array, gains: Gains) -> tuple[str, ...]:
    """In words, members of one name put together."""
    names = gains.names + windows.NAMES
    known = tuple(dict.fromkeys(names))
    by_name = np.stack([weights[[name == one for name in names]].sum(0) for one in known])
    out = []
    for number, (best, second) in enumerate(np.argsort(-by_name, 0)[:2].T):
        alone = by_name[best, number] > 0.5
        out.append(known[best] if alone else f"blend of {known[best]}, {known[second]} and others")
    return tuple(out)


def _backtest(ready: _Series, missed: Errors, coverage: Array, used: Array) -> Backtest:
    y = ready.y
    mae = missed.mae
    week = np.abs(y[WEEK:] - y[:-WEEK])
    naive = np.nansum(week, 0) / np.maximum(np.isfinite(week).sum(0), 1)
    recent = y[-(WEEK * 17) :]
    level = np.nansum(np.abs(recent), 0) / np.maximum(np.isfinite(recent).sum(0), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(level > 0, mae / level, np.nan)
        scaled = np.where(naive > 0, mae / naive, np.nan)
    return Backtest(mae * ready.unit, relative, scaled, coverage, used)


def _run_rate(ready: _Series, horizon: int) -> Forecasts:
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


def _stopped(made: Forecasts, ready: _Series) -> Forecasts:
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


def _silent(made: Forecasts, ready: _Series) -> Forecasts:
    """With a note for series of whose last weeks nothing is known."""
    silent = np.isfinite(ready.y)[::-1].argmax(0)
    if (silent < LEADING).all():
        return made
    note = tuple(
        SILENT_NOTE.format(days=days) if days >= LEADING else text
        for days, text in zip(silent.tolist(), made.note, strict=True)
    )
    return replace(made, note=note)


def _choose(short: Array, brief: Forecasts, long: Forecasts) -> Forecasts:
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


def _together(parts: list[Forecasts]) -> Forecasts:
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

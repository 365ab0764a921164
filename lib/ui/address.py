"""The address bar is the state: what a URL says, as a view, and a view as a URL. Pure: no Streamlit, no clock.

A wrong value never breaks a page: it becomes a `Problem` that names the parameter, and the default is used.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from lib.errors import AppError, InputError
from lib.spend.filters import BASES, RESULTS, SERVERLESS, UNTAGGED, Base, Filters
from lib.spend.period import PRESETS, Period, parse_day, preset

Params = Mapping[str, list[str]]

DEFAULT_PERIOD = "last_30"
CUSTOM = "custom"
SHARED = (
    "period", "from", "to", "compare", "workspace", "product", "owner", "serverless", "tag", "base", "currency",
)  # fmt: skip
"""Parameters every page understands and every link carries on."""
JOBS_ONLY = ("name", "result", "cost_min", "cost_max", "over", "rise")
"""Parameters of the Jobs page; links back to it carry them."""
NO = "no"
EARLIEST = date(2015, 1, 1)
LARGEST = 15
"""Digits before or after the point of an amount that somebody means."""
LONGEST = 1_830
"""Days: five years."""


@dataclass(frozen=True)
class Options:
    """What there is to choose from."""

    workspaces: Mapping[str, str] = field(default_factory=dict)
    """Workspace id → name."""
    products: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ("USD",)


@dataclass(frozen=True)
class Defaults:
    """What holds when the address says nothing."""

    currency: str = "USD"
    base: Base = "list"
    over: Decimal = Decimal(500)
    """Rows that cost at least this are marked."""
    rise: Decimal = Decimal("0.5")
    """Rows whose cost rose by at least this share are marked."""


@dataclass(frozen=True)
class Problem:
    """A parameter that could not be used."""

    parameter: str
    message: str
    remedy: str


@dataclass(frozen=True)
class View:
    """What the reader looks at: the filters, how they were chosen, and what was wrong with the address."""

    filters: Filters
    period: str
    """A preset's name, or `custom`."""
    over: Decimal
    rise: Decimal
    problems: tuple[Problem, ...] = ()


class Reader:
    """Reads parameters one by one and collects what is wrong with them."""

    def __init__(self, params: Params) -> None:
        self.params = params
        self.problems: list[Problem] = []

    def one(self, name: str, convert: Callable[[str], Any], default: Any) -> Any:
        """The last value of `name` through `convert`; the default when it is missing, empty or wrong."""
        values = [value for value in self.params.get(name, []) if value != ""]
        if not values:
            return default
        try:
            return convert(values[-1])
        except AppError as error:
            self.report(name, error.message, error.remedy)
            return default

    def many(self, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """All values of `name` that are allowed, each once."""
        known = set(allowed)
        values = dict.fromkeys(value for value in self.params.get(name, []) if value != "")
        for value in values:
            if value not in known:
                self.report(name, f"{value!r} is not known here.", "It was left out; choose from the list above.")
        return tuple(value for value in values if value in known)

    def report(self, name: str, message: str, remedy: str) -> None:
        """Note that `name` could not be used."""
        self.problems.append(Problem(name, message, remedy))


def one_of(allowed: tuple[str, ...]) -> Callable[[str], Any]:
    """A converter that takes one of these words."""

    def convert(text: str) -> str:
        if text not in allowed:
            raise InputError(f"{text!r} is not known here.", remedy=f"Use one of: {', '.join(allowed)}.")
        return text

    return convert


def amount(text: str) -> Decimal:
    """A converter for amounts: plain decimal numbers, finite."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value.adjusted() > LARGEST or value.adjusted() < -LARGEST:
        raise InputError(f"{text!r} is not a number.", remedy="Write it like 12.50.")
    return value


def natural(text: str) -> int:
    """A converter for counts from 1 up."""
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise InputError(f"{text!r} is not a number from 1 up.", remedy="Page 1 is shown.")
    return int(text)


def parse(params: Params, today: date, options: Options, defaults: Defaults) -> View:
    """The view an address asks for, with everything that was wrong with it."""
    reader = Reader(params)
    name, period = _period(reader, today)
    low, high = reader.one("cost_min", amount, None), reader.one("cost_max", amount, None)
    if low is not None and high is not None and low > high:
        reader.report("cost_min", f"The lowest cost {low} is above the highest {high}.", "Both were left out.")
        low = high = None
    filters = Filters(
        period=period,
        compare=None if reader.one("compare", one_of((NO, "yes")), "yes") == NO else period.previous(),
        currency=reader.one("currency", one_of(options.currencies), _preferred(defaults.currency, options.currencies)),
        base=reader.one("base", one_of(BASES), defaults.base),
        workspaces=reader.many("workspace", options.workspaces),
        products=reader.many("product", options.products),
        owners=reader.many("owner", options.owners),
        serverless=reader.one("serverless", one_of(SERVERLESS), "any"),
        tag=reader.one("tag", _tag, None),
        job_name=reader.one("name", str, None),
        result=reader.one("result", one_of(RESULTS), None),
        cost_min=low,
        cost_max=high,
    )
    over, rise = reader.one("over", amount, defaults.over), reader.one("rise", amount, defaults.rise)
    return View(filters, name, over, rise, tuple(reader.problems))


def _preferred(currency: str, there_are: tuple[str, ...]) -> str:
    return currency if currency in there_are or not there_are else there_are[0]


def _tag(text: str) -> str:
    if text.startswith("=") and text != UNTAGGED:
        raise InputError(f"{text!r} names no tag.", remedy="Write key, key=value, or key= for usage without the key.")
    return text


def _period(reader: Reader, today: date) -> tuple[str, Period]:
    fallback = (DEFAULT_PERIOD, preset(DEFAULT_PERIOD, today))
    dated = any(reader.params.get(name) for name in ("from", "to"))
    name = reader.one("period", one_of((*PRESETS, CUSTOM)), CUSTOM if dated else DEFAULT_PERIOD)
    if name != CUSTOM:
        return name, preset(name, today)
    start = reader.one("from", lambda text: parse_day(text, place="from"), None)
    end = reader.one("to", lambda text: parse_day(text, place="to"), None)
    if start is None or end is None:
        if not reader.problems:
            reader.report("period", "A custom period needs both from and to.", "The last 30 days are shown instead.")
        return fallback
    try:
        return CUSTOM, _within_reason(Period(start, end))
    except AppError as error:
        reader.report("from", error.message, f"{error.remedy} The last 30 days are shown instead.")
        return fallback


def _within_reason(period: Period) -> Period:
    if period.start < EARLIEST or period.days > LONGEST:
        raise InputError(
            f"{period.start} to {period.end} is longer than {LONGEST} days or starts before {EARLIEST}.",
            remedy="Choose a shorter or later period.",
        )
    return period


def encode(view: View, defaults: Defaults, options: Options) -> dict[str, list[str]]:
    """The parameters of a view; what equals its default is left out, so that links stay short."""
    f = view.filters
    custom = view.period == CUSTOM
    said: dict[str, list[str]] = {
        "period": [] if view.period == DEFAULT_PERIOD else [view.period],
        "from": [f.period.start.isoformat()] if custom else [],
        "to": [f.period.end.isoformat()] if custom else [],
        "compare": [] if f.compare else [NO],
        "workspace": list(f.workspaces),
        "product": list(f.products),
        "owner": list(f.owners),
        "serverless": [] if f.serverless == "any" else [f.serverless],
        "tag": [f.tag] if f.tag else [],
        "base": [] if f.base == defaults.base else [f.base],
        "currency": [] if f.currency == _preferred(defaults.currency, options.currencies) else [f.currency],
        "name": [f.job_name] if f.job_name else [],
        "result": [f.result] if f.result else [],
        "cost_min": _number(f.cost_min),
        "cost_max": _number(f.cost_max),
        "over": [] if view.over == defaults.over else _number(view.over),
        "rise": [] if view.rise == defaults.rise else _number(view.rise),
    }
    return {name: values for name, values in said.items() if values}


def _number(value: Decimal | None) -> list[str]:
    return [] if value is None else [f"{value.normalize():f}"]


def carried(params: Params) -> dict[str, list[str]]:
    """The part of an address that follows the reader from page to page."""
    return {name: list(params[name]) for name in SHARED + JOBS_ONLY if params.get(name)}


def link(page: str, params: Params, **more: str) -> str:
    """A relative address of a page (its url path, "" for the landing page), with the view carried on.

    >>> link("job", {"period": ["last_7"], "sort": ["x"]}, job_id="5")
    'job?period=last_7&job_id=5'
    """
    query = urlencode({**carried(params), **{name: [value] for name, value in more.items()}}, doseq=True)
    return f"{page or './'}?{query}" if query else page or "./"


def here(params: Params, **changes: str | None) -> str:
    """The present address with some parameters changed; None takes one out.

    >>> here({"a": ["1"], "b": ["2"]}, a=None, c="3")
    '?b=2&c=3'
    """
    query = {name: list(values) for name, values in params.items()}
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = [value]
    return "?" + urlencode(query, doseq=True)

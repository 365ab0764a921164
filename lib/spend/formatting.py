"""How figures, dates and names are written, the same on screen, on paper and in a terminal.

Rounding happens here and nowhere else. Missing values (None, NaN, NaT) never turn into a zero.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"
DOT = "\N{MIDDLE DOT}"
NONE = "\N{EM DASH}"
"""What an empty cell shows."""
UNPRICED = "unpriced"
NOT_ASSESSED = "not assessed"

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
WHOLE_CURRENCIES = frozenset({"JPY", "KRW", "CLP", "VND", "ISK"})
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

Number = Decimal | float | int
Direction = Literal["up", "down", "flat", "new", "none"]


def missing(value: Any) -> bool:
    """True for None, NaN and NaT.

    >>> missing(None), missing(float("nan")), missing(0)
    (True, True, False)
    """
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):  # pandas' NA answers neither yes nor no
        return True


def exact(value: Number) -> Decimal:
    """The number as a Decimal; floats lose what adding them up left behind, so both round to the same cent.

    >>> exact(0.1 + 0.2), money(102.40499999999999, "USD") == money(Decimal("102.405"), "USD")
    (Decimal('0.3'), True)
    """
    try:
        if isinstance(value, float) and abs(value) < 10**12:
            return Decimal(f"{value:.9f}").normalize()
        return value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation as error:  # pragma: no cover - a caller's mistake
        raise TypeError(f"{value!r} is not a number") from error


def _fixed(value: Number, places: int) -> Decimal:
    return exact(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _signed(negative: bool, text: str, *, plus: bool = False) -> str:
    return (MINUS if negative else "+" if plus else "") + text


def _unit(currency: str) -> str:
    return SYMBOLS.get(currency, f"{currency}{NBSP}")


def money(amount: Number | None, currency: str, *, plus: bool = False) -> str:
    """An exact amount, to the cent of its currency.

    >>> money(Decimal("12345.675"), "USD"), money(-3.2, "EUR"), money(1200, "JPY"), money(5, "CHF")
    ('$12,345.68', '−€3.20', '¥1,200', 'CHF\\xa05.00')
    >>> money(Decimal("0.0004"), "USD"), money(None, "USD"), money(0, "USD")
    ('<$0.01', 'unpriced', '$0.00')
    """
    if missing(amount):
        return UNPRICED
    assert amount is not None
    places = 0 if currency in WHOLE_CURRENCIES else 2
    value = exact(amount)
    rounded = _fixed(value, places)
    if rounded == 0 and value != 0:
        least = f"{_unit(currency)}{Decimal(1).scaleb(-places)}"
        return f"<{least}" if value > 0 else f">{MINUS}{least}"
    return _signed(rounded < 0, f"{_unit(currency)}{abs(rounded):,}", plus=plus and rounded > 0)


def money_short(amount: Number | None, currency: str, *, plus: bool = False) -> str:
    """A compact amount for cards and axes: three digits carry the message.

    >>> [money_short(x, "USD") for x in (0, 3.2, 812.4, 12345.67, 999_960, 1_234_000, -56_789_000_000)]
    ['$0', '$3.20', '$812', '$12.3k', '$1.0M', '$1.2M', '−$56.8B']
    """
    if missing(amount):
        return UNPRICED
    assert amount is not None
    value = exact(amount)
    if value == 0:
        return f"{_unit(currency)}0"
    if _fixed(abs(value), 2) < 100:
        return money(value, currency, plus=plus)
    return _signed(value < 0, _unit(currency) + _compact(abs(value)), plus=plus and value > 0)


def _compact(value: Decimal) -> str:
    for limit, divisor, suffix in ((1_000, 1, ""), (10**6, 10**3, "k"), (10**9, 10**6, "M")):
        scaled = value / divisor
        if _fixed(scaled, 0 if divisor == 1 or scaled >= 100 else 1) < limit // divisor:
            return f"{_fixed(scaled, 0 if divisor == 1 or _fixed(scaled, 1) >= 100 else 1)}{suffix}"
    scaled = value / 10**9
    return f"{_fixed(scaled, 0 if scaled >= 100 else 1):,}B"


def short(value: Number | None) -> str:
    """A compact plain number.

    >>> short(1234567), short(12), short(None)
    ('1.2M', '12', '—')
    """
    if missing(value):
        return NONE
    assert value is not None
    amount = exact(value)
    return number(value) if abs(amount) < 100 else _signed(amount < 0, _compact(abs(amount)))


def number(value: Number | None) -> str:
    """A plain number: whole, or with two decimals.

    >>> number(1234.5), number(12), number(-0.126), number(None)
    ('1,234.50', '12', '−0.13', '—')
    """
    if missing(value):
        return NONE
    assert value is not None
    rounded = _fixed(value, 2)
    digits = f"{abs(rounded):,}"
    return _signed(rounded < 0, digits.removesuffix(".00"))


def digits(value: Number | None) -> str:
    """A price or a quantity of one row, with its digits up to the sixth decimal, so that their product can be checked.

    >>> digits(0.7), digits(0.023), digits(1234.5000004), digits(-2), digits(None)
    ('0.70', '0.023', '1,234.50', '−2.00', '—')
    """
    if missing(value):
        return NONE
    assert value is not None
    rounded = _fixed(value, 6)
    whole, _, decimals = f"{abs(rounded):,f}".partition(".")
    return _signed(rounded < 0, f"{whole}.{decimals.rstrip('0').ljust(2, '0')}")


def dbus(value: Number | None) -> str:
    """DBUs: one decimal from 10 up, two below.

    >>> dbus(1234.56), dbus(9.876), dbus(0.001), dbus(-12), dbus(None)
    ('1,234.6', '9.88', '<0.01', '−12.0', '—')
    """
    if missing(value):
        return NONE
    assert value is not None
    number = exact(value)
    rounded = _fixed(number, 1 if abs(number) >= 10 else 2)
    if rounded == 0 and number != 0:
        return "<0.01" if number > 0 else f">{MINUS}0.01"
    return _signed(rounded < 0, f"{abs(rounded):,}")


def quantity(value: Number | None, unit: str) -> str:
    """A quantity with its unit, without zeros that say nothing.

    >>> quantity(7, "DBU"), quantity(Decimal("1234.500"), "DSU")
    ('7\\xa0DBU', '1,234.5\\xa0DSU')
    """
    if missing(value):
        return NONE
    text = dbus(value)
    text = text.rstrip("0").rstrip(".") if "." in text and "<" not in text and ">" not in text else text
    return f"{text}{NBSP}{unit}"


def unpriced(value: Number, unit: str) -> str:
    """Usage that has no price: its quantity instead of an amount.

    >>> unpriced(7, "DBU")
    'unpriced · 7\\xa0DBU'
    """
    return f"{UNPRICED} {DOT} {quantity(value, unit)}"


def count(value: float | None) -> str:
    """A whole number.

    >>> count(12345), count(None)
    ('12,345', '—')
    """
    return NONE if missing(value) else _signed(value < 0, f"{abs(int(value)):,}")  # type: ignore[arg-type,operator]


def plural(number: int, noun: str, nouns: str = "") -> str:
    """A counted noun.

    >>> plural(1, "job"), plural(1200, "job"), plural(2, "entry", "entries")
    ('1 job', '1,200 jobs', '2 entries')
    """
    return f"{count(number)} {noun if number == 1 else nouns or noun + 's'}"


def percent(share: Number | None, *, plus: bool = False) -> str:
    """A share (0.18 is 18 %) with at most one decimal; `plus` for changes, which have a sign.

    >>> percent(0.1834), percent(Decimal("-0.5")), percent(0.18, plus=True), percent(0.0001), percent(None)
    ('18.3\\xa0%', '−50\\xa0%', '+18\\xa0%', '<0.1\\xa0%', '—')
    """
    if missing(share):
        return NONE
    assert share is not None
    value = exact(share) * 100
    rounded = _fixed(value, 1)
    if rounded == 0 and value != 0:
        return f"≈0{NBSP}%" if plus else f"<0.1{NBSP}%" if value > 0 else f">{MINUS}0.1{NBSP}%"
    digits = f"{abs(rounded):,}".removesuffix(".0")
    return _signed(rounded < 0, f"{digits}{NBSP}%", plus=plus and rounded > 0)


def duration(seconds: Number | timedelta | None) -> str:
    """A length of time in its two largest units.

    >>> [duration(s) for s in (0.42, 12, 247, 3840, 93_600, 864_000)]
    ['0.4 s', '12 s', '4 m 07 s', '1 h 04 m', '26 h 00 m', '10 d 00 h']
    """
    if missing(seconds):
        return NONE
    total = seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)  # type: ignore[arg-type]
    if total < 0:
        return MINUS + duration(-total)
    if 0 < total < 9.95:
        return f"{_fixed(total, 1)} s".replace(".0 s", " s")
    whole = int(_fixed(total, 0))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    minutes = (whole + 30) // 60
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} m"
    hours = (whole + 1800) // 3600
    return f"{hours // 24} d {hours % 24:02d} h"


def day(value: date | None) -> str:
    """A date in a table: ISO.

    >>> day(date(2026, 6, 1)), day(None)
    ('2026-06-01', '—')
    """
    return NONE if missing(value) else f"{value:%Y-%m-%d}"


def moment(value: datetime | None) -> str:
    """A UTC time in a table.

    >>> moment(datetime(2026, 6, 1, 4, 5, 59))
    '2026-06-01 04:05'
    """
    return NONE if missing(value) else f"{value:%Y-%m-%d %H:%M}"


def day_words(value: date) -> str:
    """A date in a sentence.

    >>> day_words(date(2026, 6, 1))
    '1 June 2026'
    """
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def period_words(start: date, end: date) -> str:
    """Half-open UTC dates in words; the last day named is the last day counted.

    >>> period_words(date(2026, 6, 1), date(2026, 7, 1)), period_words(date(2026, 6, 1), date(2026, 6, 2))
    ('1–30 June 2026, UTC', '1 June 2026, UTC')
    >>> period_words(date(2025, 12, 15), date(2026, 1, 14))
    '15 December 2025 – 13 January 2026, UTC'
    """
    last = end - timedelta(days=1)
    if start >= last:
        return f"{day_words(start)}, UTC"
    if (start.year, start.month) == (last.year, last.month):
        return f"{start.day}{DASH}{day_words(last)}, UTC"
    if start.year == last.year:
        return f"{start.day} {MONTHS[start.month - 1]} {DASH} {day_words(last)}, UTC"
    return f"{day_words(start)} {DASH} {day_words(last)}, UTC"


def against(days: int) -> str:
    """What a comparison is made with.

    >>> against(30), against(1)
    ('vs previous 30 days', 'vs previous day')
    """
    return "vs previous day" if days == 1 else f"vs previous {count(days)} days"


def middle(text: str, limit: int = 40) -> str:
    """A long name with its middle left out; the ends are what tells names apart.

    >>> middle("prod_nightly_customer_orders_etl_v2", 20)
    'prod_night…rs_etl_v2'
    """
    if len(text) <= limit:
        return text
    tail = (limit - 1) // 2
    return f"{text[: limit - 1 - tail]}…{text[len(text) - tail :]}"


PRODUCTS = {
    "JOBS": "Jobs",
    "ALL_PURPOSE": "All-purpose compute",
    "SQL": "SQL warehouses",
    "DLT": "Pipelines",
    "INTERACTIVE": "Serverless notebooks",
    "MODEL_SERVING": "Model serving",
    "APPS": "Apps",
    "AI_GATEWAY": "AI gateway",
    "AI_FUNCTIONS": "AI functions",
    "AI_RUNTIME": "AI runtime",
}


def product(name: str | None) -> str:
    """A product of the bill in words.

    >>> product("ALL_PURPOSE"), product("VECTOR_SEARCH"), product(None)
    ('All-purpose compute', 'Vector search', 'no product')
    """
    if not name:
        return "no product"
    return PRODUCTS.get(name, name.replace("_", " ").capitalize())


@dataclass(frozen=True)
class Delta:
    """A change of a figure against an earlier one; `share` is None when the base gives no percentage."""

    amount: Decimal | None
    share: Decimal | None
    direction: Direction

    def words(self, currency: str | None) -> str:
        """Amount and percentage: `+$1.2k · +18.3 %`, "new", "no change"; plain numbers without a currency."""
        if self.direction in ("none", "flat"):
            return {"none": NONE, "flat": "no change"}[self.direction]
        assert self.amount is not None
        amount = money_short(self.amount, currency, plus=True) if currency else _plus_short(self.amount)
        if self.direction == "new":
            return f"new {DOT} {amount}"
        return f"{amount} {DOT} {percent(self.share, plus=True)}" if self.share is not None else amount


def _plus_short(amount: Decimal) -> str:
    return ("+" if amount > 0 else "") + short(amount)


def delta(now: Number | None, before: Number | None) -> Delta:
    """The change from `before` to `now`; from nothing (zero or missing) it is "new", never a percentage.

    >>> delta(118, 100).words("USD"), delta(5, 0).words("USD"), delta(5, 5).words("USD"), delta(None, 5).words("USD")
    ('+$18.00 · +18\\xa0%', 'new · +$5.00', 'no change', '—')
    """
    if missing(now):
        return Delta(None, None, "none")
    assert now is not None
    after = exact(now)
    base = Decimal(0) if missing(before) else exact(before)  # type: ignore[arg-type]
    amount = after - base
    if amount == 0:
        return Delta(amount, Decimal(0), "flat")
    if base == 0:
        return Delta(amount, None, "new")
    direction: Direction = "up" if amount > 0 else "down"
    return Delta(amount, amount / abs(base), direction)

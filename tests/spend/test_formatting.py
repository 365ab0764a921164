"""Figures, dates and names in words."""

import doctest
from datetime import date, datetime, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from lib.spend import formatting
from lib.spend.formatting import NBSP, delta, duration, money, money_short, percent, period_words


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(formatting).failed == 0


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("12345.67"), "USD", "$12,345.67"),
        (Decimal("0.005"), "USD", "$0.01"),
        (Decimal("-1234.5"), "GBP", "−£1,234.50"),
        (Decimal("-0.001"), "USD", ">−$0.01"),
        (1234.4, "JPY", "¥1,234"),
        (0.3, "JPY", "<¥1"),
        (7, "SEK", f"SEK{NBSP}7.00"),
        (float("nan"), "USD", "unpriced"),
        (pd.NA, "USD", "unpriced"),
        (0, "USD", "$0.00"),
    ],
)
def test_money_is_exact_to_the_cent_in_its_own_currency(amount, currency, text):
    assert money(amount, currency) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0"),
        (0.004, "<$0.01"),
        (9.99, "$9.99"),
        (99.994, "$99.99"),
        (99.996, "$100"),
        (999.4, "$999"),
        (999.5, "$1.0k"),
        (12_345.67, "$12.3k"),
        (99_949, "$99.9k"),
        (99_950, "$100k"),
        (999_499, "$999k"),
        (999_500, "$1.0M"),
        (2_345_678_901, "$2.3B"),
        (-12_345, "−$12.3k"),
        (None, "unpriced"),
    ],
)
def test_cards_show_three_digits(amount, text):
    assert money_short(amount, "USD") == text


def test_a_rise_from_nothing_has_no_percentage():
    assert delta(5, 0).words("USD") == "new · +$5.00"
    assert delta(5, None).words("USD") == "new · +$5.00"
    assert delta(5, float("nan")).direction == "new"


def test_a_change_says_money_and_percent_with_real_minus():
    assert delta(82, 100).words("USD") == f"−$18.00 · −18{NBSP}%"
    assert delta(1200, 1000).words(None) == f"+200 · +20{NBSP}%"
    assert delta(-50, -100).share == Decimal("0.5")


def test_no_change_is_flat_and_missing_is_nothing():
    assert (delta(5, 5).direction, delta(0, 0).direction, delta(None, 5).direction) == (
        "flat",
        "flat",
        "none",
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.6, "1 m 00 s"),
        (3599.6, "1 h 00 m"),
        (3600 * 26 + 29, "26 h 00 m"),
        (3600 * 48, "2 d 00 h"),
        (timedelta(hours=1, minutes=4), "1 h 04 m"),
        (-90, "−1 m 30 s"),
        (float("nan"), "—"),
    ],
)
def test_durations_carry_over_when_they_round(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(1, "100"), (0.99949, "99.9"), (0.9996, "100"), (12.5, "1,250"), (-0.005, "−0.5"), (0, "0")],
)
def test_percent_has_at_most_one_decimal(share, text):
    assert percent(share) == f"{text}{NBSP}%"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2026, 6, 1), date(2026, 7, 1), "1–30 June 2026, UTC"),
        (date(2026, 5, 15), date(2026, 6, 14), "15 May – 13 June 2026, UTC"),
        (date(2025, 12, 31), date(2026, 1, 2), "31 December 2025 – 1 January 2026, UTC"),
        (date(2024, 2, 29), date(2024, 3, 1), "29 February 2024, UTC"),
    ],
)
def test_a_period_names_its_last_day(start, end, text):
    assert period_words(start, end) == text


def test_missing_dates_are_dashes():
    assert (formatting.day(None), formatting.moment(pd.NaT), formatting.day(pd.NaT)) == ("—", "—", "—")
    assert formatting.moment(datetime(2026, 1, 2, 3, 4)) == "2026-01-02 03:04"


def test_names_keep_both_ends():
    assert formatting.middle("a" * 30 + "b" * 30, 21) == "a" * 10 + "…" + "b" * 10
    assert formatting.middle("short", 21) == "short"

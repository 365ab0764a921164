"""Names stay text; titles say what was found."""

import doctest

import pandas as pd
import pytest

from lib.explorer.overview import Highlight
from lib.spend.compare import Change
from lib.ui import findings, words


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(words).failed == 0


@pytest.mark.parametrize(
    "name",
    [
        "[a](javascript:alert(1))",
        "![x](http://x)",
        "<script>",
        "$x$",
        "`a`",
        "**a**",
        ":red[a]",
        "a | b",
        "# a",
        "1. a",
        "~~a~~",
    ],
)
def test_markup_in_a_name_is_escaped(name):
    shown = words.plain(name)
    assert shown != name
    for char in "[]<>$`*:|~":
        assert shown.count(char) == shown.count("\\" + char)


@pytest.mark.parametrize("name", ["orders -- eu", "a -> b", "x <-> y", "<- a", "n >= 5", "n <= 5", "n ~= 5"])
def test_signs_in_a_name_stay_as_they_were_typed(name):
    shown = words.plain(name)
    assert shown.replace(words.WORD_JOINER, "").replace("\\", "") == name
    assert words.WORD_JOINER in shown


def test_dashes_inside_a_word_are_left_alone():
    assert words.plain("orders--eu a->b") == "orders--eu a-\\>b"


def test_addresses_in_a_name_do_not_become_links():
    assert "ana@example" not in words.plain("ana@example.com")
    assert words.plain("ana@example.com").replace(words.WORD_JOINER, "") == "ana@example.com"


def movers(*rows):
    return pd.DataFrame(rows, columns=["key", "name", "change"])


@pytest.mark.parametrize(
    ("change", "rows", "title"),
    [
        (Change(118, 100), [("1", "nightly_etl", 12.0)], "Jobs rose 18\N{NO-BREAK SPACE}%, mostly nightly_etl"),
        (Change(82, 100), [("1", None, -12.0)], "Jobs fell 18\N{NO-BREAK SPACE}%, mostly 1"),
        (Change(118, 100), [("1", "a", -12.0), ("2", "b", 5.0)], "Jobs rose 18\N{NO-BREAK SPACE}%"),
        (Change(100.4, 100), [], "Jobs stayed about the same"),
        (Change(5, None), [], "Cost by day"),
        (None, [], "Cost by day"),
    ],
)
def test_a_title_says_the_finding_where_there_is_one(change, rows, title):
    assert findings.headline("Jobs", change, movers(*rows), "Cost by day") == title


def test_highlights_say_what_why_and_how_much():
    rise = Highlight("rise", "job", "5", "etl", "ws1", amount=1200.0, share=0.5)
    what, why, amount, tone, href = findings.line(rise, "USD", {"period": ["last_7"]})
    assert (what, why, amount, tone) == ("etl", "job rose +50\N{NO-BREAK SPACE}%", "+$1.2k", "up")
    assert href == "job?period=last_7&workspace_id=ws1&job_id=5"
    gap = Highlight("unpriced", amount=7.0, unit="DBU")
    assert findings.line(gap, "USD", {})[2] == "7\N{NO-BREAK SPACE}DBU"

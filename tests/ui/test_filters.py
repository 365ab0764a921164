"""What a choice in the bar does to the view."""

from datetime import date

import pytest

from lib.spend.period import Period
from lib.ui import chips, filters
from lib.ui.address import Defaults, Options, encode, parse

TODAY = date(2026, 7, 1)
OPTIONS = Options(
    workspaces={"111": "prod", "222": "dev"},
    products=("JOBS", "SQL"),
    owners=("ana",),
    currencies=("USD", "EUR"),
)
DEFAULTS = Defaults()


def after(said, **params):
    view = parse({name: [value] for name, value in params.items()}, TODAY, OPTIONS, DEFAULTS)
    return encode(filters.chosen(view, said), DEFAULTS, OPTIONS)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"period": "last_7"}, {"period": ["last_7"]}),
        ({"period": "last_30", "compare": False}, {"compare": ["no"]}),
        ({"workspace": ["222", "111"]}, {"workspace": ["222", "111"]}),
        ({"serverless": "classic"}, {"serverless": ["classic"]}),
        ({"tag_key": "team"}, {"tag": ["team"]}),
        ({"name": "  etl "}, {"name": ["etl"]}),
        ({"cost_min": 5.0, "cost_max": 2.5}, {"cost_min": ["2.5"], "cost_max": ["5"]}),
        ({"rise": 20.0, "over": 1000.0}, {"over": ["1000"], "rise": ["0.2"]}),
        ({"base": "contract", "currency": "EUR"}, {"base": ["contract"], "currency": ["EUR"]}),
    ],
)
def test_a_choice_becomes_the_address(said, expected):
    assert after(said) == expected


def test_choosing_custom_starts_from_the_days_in_view():
    assert after({"period": "custom"}) == {"period": ["custom"], "from": ["2026-06-01"], "to": ["2026-07-01"]}


def test_custom_days_are_inclusive_on_screen_and_half_open_in_the_address():
    said = {"period": "custom", "dates": (date(2026, 6, 3), date(2026, 6, 5))}
    assert after(said, period="custom", **{"from": "2026-06-01", "to": "2026-07-01"}) == {
        "period": ["custom"], "from": ["2026-06-03"], "to": ["2026-06-06"],
    }  # fmt: skip


def test_half_a_range_changes_nothing_yet():
    view = parse({"from": ["2026-06-01"], "to": ["2026-07-01"]}, TODAY, OPTIONS, DEFAULTS)
    chosen = filters.chosen(view, {"period": "custom", "dates": (date(2026, 6, 3),)})
    assert chosen.filters.period == Period(date(2026, 6, 1), date(2026, 7, 1))


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ({"tag_key": "team", "tag_value": "data"}, ["team=data"]),
        ({"tag_key": "team", "tag_without": True}, ["team="]),
        ({"tag_key": "env", "tag_value": "data"}, ["env"]),
        ({"tag_key": None, "tag_value": "data"}, None),
        ({"tag_key": "="}, ["="]),
    ],
)
def test_a_tag_is_a_key_a_value_or_its_absence(said, tag):
    assert after(said, tag="team").get("tag") == tag


def test_a_chip_says_what_narrows_and_removes_only_that():
    params = {
        "workspace": ["111", "222"],
        "product": ["SQL"],
        "name": ["etl"],
        "cost_min": ["5"],
        "tag": ["team="],
    }
    view = parse(params, TODAY, OPTIONS, DEFAULTS)
    found = chips.active(view, OPTIONS, DEFAULTS)
    assert [chip.label for chip in found] == [
        "Workspace: prod",
        "Workspace: dev",
        "Product: SQL warehouses",
        "Tag: without team",
        "Job name contains: etl",
        "Cost from: $5.00",
    ]
    assert encode(found[0].without(view), DEFAULTS, OPTIONS) == params | {"workspace": ["222"]}

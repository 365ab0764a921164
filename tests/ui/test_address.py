"""What a URL says, as a view, and back."""

from datetime import date
from decimal import Decimal

import pytest

from lib.spend.period import PRESETS, Period
from lib.ui import address
from lib.ui.address import Defaults, Options, parse

TODAY = date(2026, 7, 1)
OPTIONS = Options(
    workspaces={"111": "prod", "222": "dev"},
    products=("JOBS", "SQL"),
    owners=("ana@example.com",),
    tags=("team",),
    currencies=("USD", "EUR"),
)
DEFAULTS = Defaults()


def view(**params):
    return parse(
        {name: value if isinstance(value, list) else [value] for name, value in params.items()},
        TODAY,
        OPTIONS,
        DEFAULTS,
    )


def parameters(seen):
    return [problem.parameter for problem in seen.problems]


def test_an_empty_address_is_the_last_30_days_compared():
    seen = view()
    assert seen.filters.period == Period(date(2026, 6, 1), TODAY)
    assert seen.filters.compare == Period(date(2026, 5, 2), date(2026, 6, 1))
    assert (seen.filters.currency, seen.filters.base, seen.problems) == ("USD", "list", ())


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_an_address(name):
    seen = view(period=name)
    assert seen.filters.period == PRESETS[name][1](TODAY)
    assert seen.problems == ()


def test_custom_dates_are_half_open_as_on_the_command_line():
    seen = view(**{"from": "2026-05-01", "to": "2026-06-01"})
    assert (seen.period, seen.filters.period) == ("custom", Period(date(2026, 5, 1), date(2026, 6, 1)))


@pytest.mark.parametrize(
    ("params", "wrong"),
    [
        ({"period": "bogus"}, ["period"]),
        ({"from": "2026-06-30", "to": "2026-06-01"}, ["from"]),
        ({"from": "2026-06-01"}, ["period"]),
        ({"from": "yesterday", "to": "2026-06-01"}, ["from"]),
        ({"from": "0001-01-01", "to": "0001-01-02"}, ["from"]),
        ({"from": "2016-01-01", "to": "2026-01-01"}, ["from"]),
        ({"workspace": ["111", "999"]}, ["workspace"]),
        ({"product": "<script>"}, ["product"]),
        ({"serverless": "maybe"}, ["serverless"]),
        ({"base": "net"}, ["base"]),
        ({"currency": "XXX"}, ["currency"]),
        ({"compare": "7"}, ["compare"]),
        ({"tag": "=x"}, ["tag"]),
        ({"result": "FINE"}, ["result"]),
        ({"cost_min": "abc"}, ["cost_min"]),
        ({"cost_min": "NaN"}, ["cost_min"]),
        ({"cost_min": "9", "cost_max": "1"}, ["cost_min"]),
        ({"over": "1e999999999"}, ["over"]),
    ],
)
def test_a_wrong_value_is_named_and_the_default_used(params, wrong):
    seen = view(**params)
    assert parameters(seen) == wrong
    assert all(problem.message and problem.remedy for problem in seen.problems)


def test_a_wrong_value_leaves_the_right_ones_standing():
    assert view(workspace=["111", "999"], product="SQL").filters.workspaces == ("111",)
    assert view(period="bogus", product="SQL").filters.products == ("SQL",)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"period": ["last_7"], "compare": ["no"]},
        {"period": ["custom"], "from": ["2026-05-01"], "to": ["2026-06-01"]},
        {
            "workspace": ["111", "222"],
            "product": ["SQL"],
            "owner": ["ana@example.com"],
            "serverless": ["classic"],
        },
        {"tag": ["team=data & more"], "base": ["contract"], "currency": ["EUR"]},
        {
            "name": ["50%_off"],
            "result": ["FAILED"],
            "cost_min": ["0.5"],
            "cost_max": ["100"],
            "over": ["10"],
            "rise": ["0.2"],
        },
    ],
)
def test_a_view_and_its_address_are_the_same_thing(params):
    assert address.encode(parse(params, TODAY, OPTIONS, DEFAULTS), DEFAULTS, OPTIONS) == params


def test_links_carry_the_view_and_nothing_else():
    params = {"period": ["last_7"], "workspace": ["111", "222"], "jobs_sort": ["-x"], "name": ["a&b"]}
    assert address.link("job", params, job_id="5", workspace_id="111") == (
        "job?period=last_7&workspace=111&workspace=222&name=a%26b&job_id=5&workspace_id=111"
    )


def test_the_first_currency_there_is_stands_in_for_a_missing_default():
    seen = parse({}, TODAY, Options(currencies=("EUR",)), DEFAULTS)
    assert seen.filters.currency == "EUR"


def test_limits_keep_their_exact_value():
    assert view(cost_min="0.10").filters.cost_min == Decimal("0.10")

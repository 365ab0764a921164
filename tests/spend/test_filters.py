"""The one value that says what is looked at."""

from datetime import date
from decimal import Decimal

import pytest

from lib.errors import InputError
from lib.spend.filters import Filters
from lib.spend.period import Period

JUNE = Period(date(2026, 6, 1), date(2026, 7, 1))


def test_nothing_chosen_is_none_not_an_empty_list() -> None:
    params = Filters(JUNE).params()
    assert {params[name] for name in ("workspaces", "products", "owners", "serverless", "tag_key", "tag_value")} == {
        None
    }


@pytest.mark.parametrize(
    ("tag", "key", "value"),
    [
        ("team", "team", None),
        ("team=data", "team", "data"),
        ("team=", "team", ""),
        ("a=b=c", "a", "b=c"),
        ("=", "", ""),
        (None, None, None),
    ],
)
def test_a_tag_is_a_key_with_or_without_a_value(tag: str | None, key: str | None, value: str | None) -> None:
    filters = Filters(JUNE, tag=tag)
    assert (filters.tag_key, filters.tag_value) == (key, value)


@pytest.mark.parametrize(("field", "value"), [("base", "net"), ("serverless", "yes"), ("result", "SUCCESS")])
def test_unknown_choices_are_refused_with_the_right_ones(field: str, value: str) -> None:
    with pytest.raises(InputError, match="Use one of") as caught:
        Filters(JUNE, **{field: value})  # type: ignore[arg-type]
    assert caught.value.place == field


def test_reversed_amounts_are_refused() -> None:
    with pytest.raises(InputError, match="above the highest"):
        Filters(JUNE, cost_min=Decimal(2), cost_max=Decimal(1))

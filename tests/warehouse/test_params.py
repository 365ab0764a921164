from datetime import date, datetime
from decimal import Decimal

import pytest

from lib.errors import QueryError
from lib.queries.catalogue import parse_query
from lib.warehouse.params import bind

QUERY = parse_query(
    "x/y",
    "-- A.\n-- Row: one\n-- Params: d DATE, s STRING, n BIGINT, x DOUBLE, q DECIMAL(38,12), b BOOLEAN, l ARRAY<STRING>\n"
    "-- Returns: r BIGINT\nSELECT 1 AS r WHERE :d AND :s AND :n AND :x AND :q AND :b AND :l",
    frozenset(),
)
GOOD = {"d": date(2026, 1, 1), "s": "x", "n": 3, "x": 1, "q": Decimal("1.5"), "b": True, "l": ["a", "b"]}


def test_only_what_the_text_uses_is_passed() -> None:
    assert bind(QUERY, ["d", "l"], GOOD | {"more": 1}) == {"d": date(2026, 1, 1), "l": ["a", "b"]}


def test_none_fits_every_type_and_a_tuple_is_a_list() -> None:
    assert bind(QUERY, GOOD, dict.fromkeys(GOOD)) == dict.fromkeys(GOOD)
    assert bind(QUERY, ["l"], {"l": ("a",)}) == {"l": ["a"]}


def test_a_missing_value_is_named() -> None:
    with pytest.raises(QueryError, match="no value for the parameter s"):
        bind(QUERY, ["s"], {})


@pytest.mark.parametrize(
    ("name", "value"),
    [("d", "2026-01-01"), ("d", datetime(2026, 1, 1)), ("s", 3), ("n", "3"), ("n", True), ("x", "1"), ("q", 1.5),
     ("b", 1), ("l", "a"), ("l", ["a", 1])],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(name: str, value: object) -> None:
    with pytest.raises(QueryError, match=f"The parameter {name} is"):
        bind(QUERY, [name], GOOD | {name: value})

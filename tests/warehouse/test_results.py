from datetime import date, datetime, timezone
from decimal import Decimal

import pyarrow as pa
import pytest

from lib.errors import QueryError
from lib.queries.head import Column
from lib.queries.types import parse_type
from lib.warehouse.results import conform

NOON = datetime(2026, 1, 2, 12, 30, 0, 123456, tzinfo=timezone.utc)


def cast(values: pa.Array, type_: str) -> pa.ChunkedArray:
    return conform(pa.table({"a": values}), [Column("a", parse_type(type_))], "x.sql").column("a")


@pytest.mark.parametrize(
    ("values", "type_", "expected"),
    [
        (pa.array([Decimal(3), None], pa.decimal128(38, 0)), "BIGINT", [3, None]),
        (pa.array([Decimal("0.0000000000005"), Decimal("-0.0000000000005")], pa.decimal128(38, 28)), "DECIMAL(38,12)",
         [Decimal("0.000000000001"), Decimal("-0.000000000001")]),
        (pa.array([Decimal("0.00000000000049999")], pa.decimal128(38, 28)), "DECIMAL(38,12)", [Decimal("0E-12")]),
        (pa.array([Decimal("2.5")], pa.decimal128(10, 1)), "DECIMAL(38,12)", [Decimal("2.500000000000")]),
        (pa.array([7], pa.int32()), "DECIMAL(38,12)", [Decimal("7.000000000000")]),
        (pa.array([1, 2], pa.uint64()), "BIGINT", [1, 2]),
        (pa.array([Decimal("0.25")], pa.decimal128(38, 2)), "DOUBLE", [0.25]),
        (pa.array([NOON.replace(tzinfo=None)], pa.timestamp("us")), "TIMESTAMP", [NOON]),
        (pa.array([date(2026, 1, 2)]), "TIMESTAMP", [datetime(2026, 1, 2, tzinfo=timezone.utc)]),
        (pa.array([NOON], pa.timestamp("us", "UTC")), "DATE", [date(2026, 1, 2)]),
        (pa.array([None, None]), "STRING", [None, None]),
        (pa.array([[1, 2]], pa.list_(pa.int32())), "ARRAY<BIGINT>", [[1, 2]]),
        (pa.array([[("a", "b")]], pa.map_(pa.string(), pa.string())), "MAP<STRING, STRING>", [[("a", "b")]]),
        (pa.array([{"a": 1, "b": "x"}]), "STRUCT<a: INT, b: STRING>", [{"a": 1, "b": "x"}]),
    ],
)  # fmt: skip
def test_values_become_what_was_promised(values: pa.Array, type_: str, expected: list[object]) -> None:
    assert cast(values, type_).to_pylist() == expected


def test_columns_come_in_the_promised_order() -> None:
    promised = [Column("b", parse_type("STRING")), Column("a", parse_type("BIGINT"))]
    assert conform(pa.table({"a": [1], "b": ["x"]}), promised, "x.sql").to_pylist() == [{"b": "x", "a": 1}]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["a"], "The result misses b."),
        (["a", "b", "c"], "The result also returns c."),
        (["A", "b"], "The result misses a and also returns A."),
        (["a", "b", "b"], "The result returns twice b."),
    ],
)
def test_other_columns_are_an_error_that_names_them(columns: list[str], message: str) -> None:
    promised = [Column("a", parse_type("BIGINT")), Column("b", parse_type("BIGINT"))]
    with pytest.raises(QueryError) as caught:
        conform(pa.table([pa.array([1])] * len(columns), names=columns), promised, "x.sql")
    assert caught.value.message == message
    assert caught.value.place == "x.sql"


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        (pa.array(["x"]), "BIGINT"),
        (pa.array([2.5]), "BIGINT"),
        (pa.array([Decimal("2.5")], pa.decimal128(10, 1)), "BIGINT"),
        (pa.array([Decimal(10) ** 30], pa.decimal128(38, 0)), "BIGINT"),
        (pa.array([[1]], pa.list_(pa.int64())), "STRING"),
    ],
)
def test_values_that_do_not_fit_are_an_error_not_another_value(values: pa.Array, type_: str) -> None:
    with pytest.raises(QueryError, match=r"a is .* and cannot become"):
        cast(values, type_)

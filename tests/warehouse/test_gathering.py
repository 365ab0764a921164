"""What is asked at the same time goes out as one; nobody waits for who is done, and nobody's failure is another's."""

import time
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest

from lib.queries.head import Column
from lib.queries.types import parse_type
from lib.warehouse.databricks import packing
from lib.warehouse.databricks.packing import Part
from lib.warehouse.gathering import Asked, Gathering, current, fill
from lib.warehouse.together import at_once, together

QUERY: Any = None


class Engine:
    """A warehouse that answers with the value it was asked for, and writes down what went out together."""

    parallel = True

    def __init__(self) -> None:
        self.sent: list[list[object]] = []

    def fetch(self, query: str, params: dict[str, Any]) -> Any:
        gathering = current()
        if gathering is not None:
            return gathering.fetch(QUERY, params, self._send)
        self.sent.append([params["value"]])
        return params["value"]

    def _send(self, asked: Sequence[Asked]) -> None:
        self.sent.append(sorted(str(one.params["value"]) for one in asked))
        for one in asked:
            fill(one, lambda value=one.params["value"]: 1 / 0 if value == "bad" else value)  # type: ignore[misc]


def test_queries_of_several_questions_go_out_round_by_round() -> None:
    engine: Any = Engine()

    def two_steps(name: str) -> str:
        first = engine.fetch("q", {"value": f"{name}1"})
        return f"{first} {engine.fetch('q', {'value': f'{name}2'})}"

    found = at_once(engine, lambda: two_steps("a"), lambda: engine.fetch("q", {"value": "b"}), lambda: two_steps("c"))
    assert found == ("a1 a2", "b", "c1 c2")
    assert engine.sent == [["a1", "b", "c1"], ["a2", "c2"]]


def test_questions_within_questions_join() -> None:
    engine: Any = Engine()

    def inner(name: str) -> tuple[Any, ...]:
        return at_once(engine, *(lambda n=n: engine.fetch("q", {"value": f"{name}{n}"}) for n in range(3)))  # type: ignore[misc]

    assert at_once(engine, lambda: inner("a"), lambda: together(engine, lambda: "x", lambda: inner("b"))) == (
        ("a0", "a1", "a2"),
        ("x", ("b0", "b1", "b2")),
    )
    assert engine.sent == [["a0", "a1", "a2", "b0", "b1", "b2"]]


def test_one_failure_is_its_own() -> None:
    engine: Any = Engine()
    seen = []

    def good() -> None:
        seen.append(engine.fetch("q", {"value": "good"}))

    with pytest.raises(ZeroDivisionError):
        at_once(engine, good, lambda: engine.fetch("q", {"value": "bad"}))
    assert seen == ["good"]


def test_who_ends_without_asking_is_not_waited_for() -> None:
    engine: Any = Engine()

    def fails() -> None:
        raise KeyError("early")

    with pytest.raises(KeyError):
        at_once(engine, fails, lambda: engine.fetch("q", {"value": "a"}))
    assert engine.sent == [["a"]]


def test_who_takes_long_is_waited_for_only_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.warehouse.gathering.PATIENCE", 0.05)
    engine: Any = Engine()

    def slow() -> Any:
        time.sleep(0.5)
        return engine.fetch("q", {"value": "slow"})

    assert at_once(engine, slow, lambda: engine.fetch("q", {"value": "quick"})) == ("slow", "quick")
    assert engine.sent == [["quick"], ["slow"]]


def test_an_engine_that_takes_one_at_a_time_is_asked_one_after_the_other() -> None:
    engine: Any = Engine()
    engine.parallel = False
    assert at_once(engine, lambda: engine.fetch("q", {"value": 1}), lambda: engine.fetch("q", {"value": 2})) == (1, 2)
    assert engine.sent == [[1], [2]]
    assert Gathering(1).do(lambda: current() is not None)
    assert current() is None


# ── the statement ───────────────────────────────────────────────────────────────────────────────────────────────────

TWO = (Column("day", parse_type("DATE")), Column("cost", parse_type("DECIMAL(38,12)")))
ONE = (Column("name", parse_type("STRING")),)


def test_parts_become_columns_with_parameters_of_their_own() -> None:
    parts = [
        Part("a/b", "/* lakeledger: a/b */\nSELECT day, cost FROM t WHERE day = :day -- :no", {"day": 1}, TWO),
        Part("c/d", "/* lakeledger: c/d */\nSELECT name FROM u WHERE day = :day ORDER BY name", {"day": 2}, ONE),
    ]
    text, values = packing.pack(parts)
    assert values == {"p0_day": 1, "p1_day": 2}
    assert text == (
        "/* lakeledger: a/b + c/d */\nSELECT\n"
        "(SELECT COLLECT_LIST(NAMED_STRUCT('day', q.`day`, 'cost', q.`cost`)) FROM (\n"
        "SELECT day, cost FROM t WHERE day = :p0_day -- :no\n) AS q) AS part_0,\n"
        "(SELECT COLLECT_LIST(NAMED_STRUCT('name', q.`name`, 'lakeledger_place', q.lakeledger_place)) FROM (\n"
        "SELECT s.*, MONOTONICALLY_INCREASING_ID() AS lakeledger_place FROM (\n"
        "SELECT name FROM u WHERE day = :p1_day ORDER BY name\n) AS s\n) AS q) AS part_1"
    )


def test_rows_come_back_as_tables_in_their_order() -> None:
    parts = [Part("a/b", "SELECT 1", {}, TWO), Part("c/d", "SELECT 1", {}, ONE), Part("e/f", "SELECT 1", {}, ONE)]
    name, place = pa.field("name", pa.string()), pa.field("lakeledger_place", pa.int64())
    packed = pa.table(
        {
            "part_0": pa.array([[{"day": 1, "cost": 2}]]),
            "part_1": pa.array(
                [[{"name": "b", "lakeledger_place": 2}, {"name": "a", "lakeledger_place": 1}]],
                pa.list_(pa.struct([name, place])),
            ),
            "part_2": pa.array([[]], pa.list_(pa.struct([name]))),
        }
    )
    first, second, third = packing.unpack(packed, parts)
    assert first.to_pylist() == [{"day": 1, "cost": 2}]
    assert second.to_pylist() == [{"name": "a"}, {"name": "b"}]
    assert third.num_rows == 0
    assert third.column_names == ["name"]
    nothing = pa.table({f"part_{n}": pa.array([None], packed.schema.field(n).type) for n in range(3)})
    assert [table.num_rows for table in packing.unpack(nothing, parts)] == [0, 0, 0]


def test_too_much_goes_in_several_statements() -> None:
    parts = [Part("a", "x" * 200_000, {}, ONE)] * 3 + [Part("b", "y", {}, ONE)] * packing.MOST_PARTS
    assert [len(group) for group in packing.groups(parts)] == [2, packing.MOST_PARTS, 1]

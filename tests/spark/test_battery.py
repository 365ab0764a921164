"""One construct a line, on DuckDB through our translation and on Spark as it is written.

It pins what the repairs rely on: run it whenever sqlglot, duckdb or pyspark changes its version.
`battery/equal` must give the same rows; `battery/different` must be banned by the linter.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pytest

from lib.queries.lint import lint_text
from lib.queries.tokens import markers, tokenise
from lib.warehouse.connections import open_memory
from lib.warehouse.dialect import to_duckdb
from tests.spark.answers import rows, same

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

BATTERY = Path(__file__).parent / "battery"
VALUES: dict[str, Any] = {
    "text": "Alpha One", "none": None, "list": ["Alpha One", ""], "nolist": None, "number": 5, "day": date(2026, 1, 1),
    "decimal": Decimal("1.5"), "double": 0.5, "flag": True, "unit": "DAY",
}  # fmt: skip
Run = Callable[[str], pa.Table]


def lines(kind: str) -> list[tuple[str, str]]:
    return [
        (p.stem, line) for p in sorted((BATTERY / kind).glob("*.sql")) for line in p.read_text("utf-8").splitlines()
    ]


def statement(topic: str, *expressions: str) -> str:
    """A statement for one line, or for several expressions of a topic at once: a row each is what costs Spark time."""
    if topic == "statements":
        return expressions[0]
    listed = ", ".join(f"{expression} AS r{number}" for number, expression in enumerate(expressions))
    if topic == "aggregates":
        return f"SELECT g, {listed} FROM facts GROUP BY g ORDER BY g NULLS FIRST"
    return f"SELECT id, {listed} FROM facts ORDER BY id"


@pytest.fixture(scope="module")
def facts() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_memory() as con:
        con.execute((BATTERY / "facts.sql").read_text("utf-8"))
        yield con


@pytest.fixture(scope="module")
def on_duckdb(facts: duckdb.DuckDBPyConnection) -> Run:
    return lambda text: facts.sql(to_duckdb(text), params=values_for(text)).to_arrow_table()


@pytest.fixture(scope="module")
def on_spark(spark: "SparkSession", facts: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Run:
    file = tmp_path_factory.mktemp("battery") / "facts.parquet"
    facts.execute(f"COPY facts TO '{file}'")
    spark.read.parquet(str(file)).createOrReplaceTempView("facts")
    return lambda text: spark.sql(text, args=values_for(text)).toArrow()


def values_for(text: str) -> dict[str, Any]:
    return {name: VALUES[name] for name in markers(tokenise(text))}


@pytest.fixture(scope="module")
def together(on_duckdb: Run, on_spark: Run) -> Callable[[str], dict[str, tuple[Any, Any]]]:
    """All expressions of a topic in one statement an engine: expression → its column on DuckDB and on Spark."""

    @cache
    def ask(topic: str) -> dict[str, tuple[Any, Any]]:
        expressions = [line for of, line in lines("equal") if of == topic]
        text = statement(topic, *expressions)
        try:
            columns = [list(zip(*rows(run(text)), strict=True))[1:] for run in (on_duckdb, on_spark)]
        except Exception:
            return {}  # one of them fails: each is asked alone, and its own test says which
        return dict(zip(expressions, zip(*columns, strict=True), strict=True))

    return ask


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize(("topic", "line"), lines("equal"))
def test_engines_agree(
    topic: str, line: str, on_duckdb: Run, on_spark: Run, together: Callable[[str], dict[str, tuple[Any, Any]]]
) -> None:
    if topic != "statements" and line in together(topic):
        ours, theirs = map(list, together(topic)[line])
    else:
        text = statement(topic, line)
        order = None if "ORDER BY id" in text.rpartition(")")[2] else ()
        ours, theirs = rows(on_duckdb(text), order), rows(on_spark(text), order)
    assert same(ours, theirs), f"DuckDB {ours}\nSpark  {theirs}\n{to_duckdb(statement(topic, line))}"


@pytest.mark.parametrize(("topic", "line"), lines("equal"))
def test_what_is_equal_is_allowed(topic: str, line: str) -> None:
    assert [str(problem) for problem in lint_text(statement(topic, line))] == []


@pytest.mark.parametrize(("topic", "line"), lines("different"))
def test_what_differs_is_banned(topic: str, line: str) -> None:
    assert lint_text(statement(topic, line)) != []

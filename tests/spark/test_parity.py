"""Every query of the catalogue, on DuckDB and on Apache Spark, row by row."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lib.ledger.relations import NAMES, STORED
from lib.queries.catalogue import load
from lib.spend.period import Period
from lib.spend.window import MARGIN
from lib.warehouse.connections import attach, open_memory, tables_of
from lib.warehouse.embedded import EmbeddedWarehouse
from lib.warehouse.spark import SparkWarehouse
from lib.warehouse.store import DatabaseFolder
from tests.queries.demo_account import make_demo, some_job, some_statement, whole_period
from tests.queries.samples import Values, choices, samples, statement_choices
from tests.spark.answers import rows, same

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CATALOGUE = load()
RUNS = 6
"""Spark takes a second or two for each; DuckDB runs them all in tests/queries."""
pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::FutureWarning")]


@dataclass(frozen=True)
class Engines:
    duckdb: EmbeddedWarehouse
    spark: SparkWarehouse
    live_spark: SparkWarehouse
    """The same, with every relation worked out in the statement."""
    period: Period
    choices: list[Values]


@pytest.fixture(scope="module")
def engines(spark: "SparkSession", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    home = tmp_path_factory.mktemp("demo")
    folder = make_demo(home)
    period = whole_period(folder)
    live_spark = SparkWarehouse(spark)
    for name, file in export(folder, home / "parquet").items():
        live_spark.load_table(name, file)
    values = {"start_date": period.start - MARGIN, "end_date": period.end + MARGIN, "currency": "USD"}  # all there is
    store_all(spark, values)
    duckdb = EmbeddedWarehouse(home)
    yield Engines(
        duckdb,
        SparkWarehouse(spark, NAMES),
        live_spark,
        period,
        [*statement_choices(some_statement(folder)), *choices(some_job(folder))],
    )
    duckdb.close()


def store_all(spark: "SparkSession", values: Values) -> None:
    """Every stored relation as a table; those that do not read each other at the same time."""
    left, stored = [CATALOGUE.relations[relation.name] for relation in STORED], frozenset[str]()
    with ThreadPoolExecutor(2) as pool:
        while left:
            names = {relation.short_name for relation in left}
            ready = [relation for relation in left if not names & set(CATALOGUE.uses(relation)) - {relation.short_name}]
            list(
                pool.map(
                    lambda relation, known: SparkWarehouse(spark, known).store(relation, values),
                    ready,
                    [stored] * len(ready),
                )
            )
            stored |= {relation.short_name for relation in ready}
            left = [relation for relation in left if relation not in ready]


def export(folder: DatabaseFolder, to: Path) -> dict[str, Path]:
    """Every table of the account and every reference table as Parquet; by name, as queries write it."""
    to.mkdir()
    files = {}
    with open_memory() as con:
        pointer = folder.current()
        assert pointer.ledger is not None
        attach(con, pointer.account, "account")
        attach(con, pointer.ledger, "book")
        for catalog, schemas in (("account", None), ("book", ("reference",))):
            for name in tables_of(con, catalog):
                schema, table = name.split(".")
                if schema != "meta" and (schemas is None or schema in schemas):
                    files[name] = to / f"{name}.parquet"
                    con.execute(f'COPY {catalog}."{schema}"."{table}" TO \'{files[name]}\'')
    return files


@pytest.fixture(scope="module")
def on_spark(engines: Engines, request: pytest.FixtureRequest) -> Iterator[Callable[[str], list[Future]]]:
    """A query's rows on Spark, all its runs: two at a time, ahead of the tests that ask, for one core plans and one runs."""
    wanted = [
        item.callspec.params["name"]
        for item in request.session.items
        if getattr(item, "function", None) is test_same_rows_on_both_engines
    ]
    with ThreadPoolExecutor(2) as pool:
        running: dict[str, list[Future]] = {
            name: [pool.submit(engines.spark.fetch, CATALOGUE[name], values) for values in runs(engines, name)]
            for name in wanted
        }
        yield running.__getitem__
        pool.shutdown(cancel_futures=True)


def runs(engines: Engines, name: str) -> list[dict[str, Any]]:
    """The values that a query is run with."""
    return samples(CATALOGUE[name], engines.period, engines.choices)[:RUNS]


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_spark_understands_it_with_relations_inside(name: str, engines: Engines, on_spark: object) -> None:
    query = CATALOGUE[name]
    engines.live_spark.check(query, samples(query, engines.period)[0])


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_same_rows_on_both_engines(name: str, engines: Engines, on_spark: Callable[[str], list[Future]]) -> None:
    query = CATALOGUE[name]
    for values, answer in zip(runs(engines, name), on_spark(name), strict=True):
        ours, theirs = rows(engines.duckdb.fetch(query, values), query.row), rows(answer.result(), query.row)
        assert len(ours) == len(theirs), values
        for one, other in zip(ours, theirs, strict=True):
            assert same(one, other), f"{values}\n{differences(query.returns, one, other)}"


def differences(columns: tuple, one: list, other: list) -> list[str]:
    named = zip(columns, one, other, strict=True)
    return [
        f"{column.name}: DuckDB {ours!r}, Spark {theirs!r}" for column, ours, theirs in named if not same(ours, theirs)
    ]

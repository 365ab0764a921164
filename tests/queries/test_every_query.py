"""What holds for every statement of the catalogue, also for the one added tomorrow."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.qualify import qualify

from lib.queries.catalogue import load
from lib.queries.lint import lint
from lib.queries.tokens import tokenise
from lib.spend.period import Period
from lib.warehouse.ddl import ddl
from lib.warehouse.embedded import EmbeddedWarehouse
from lib.warehouse.types import arrow_type
from tests.queries.empty_account import column_schema, two_part_names, write_empty_account
from tests.queries.samples import SAMPLES, samples

CATALOGUE = load()
SOME_DAYS = Period(date(2026, 1, 1), date(2026, 2, 1))
KNOWN_TABLES = {table.name for table in ddl()} | {f"reference.{name}" for name in column_schema()["reference"]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_empty_account(tmp_path_factory.mktemp("empty")).path


@pytest.fixture(scope="module", params=["stored", "live"])
def warehouse(request: pytest.FixtureRequest, home: Path) -> Iterator[EmbeddedWarehouse]:
    stored = None if request.param == "stored" else frozenset[str]()
    engine = EmbeddedWarehouse(home, stored)
    yield engine
    engine.close()


def test_there_are_queries() -> None:
    assert len(CATALOGUE) > 10


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_head_and_tables(name: str) -> None:
    query = CATALOGUE[name]
    assert query.about.endswith((".", "?", "!")), "the head starts with a sentence"
    assert query.tables <= KNOWN_TABLES, "a table without DDL"
    CATALOGUE.uses(query)


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_lint_finds_nothing(name: str) -> None:
    assert [str(problem) for problem in lint(CATALOGUE[name], CATALOGUE)] == []


@pytest.mark.parametrize("name", [name for name in CATALOGUE.names if "-- narrowed to " in CATALOGUE[name].text])
def test_conditions_that_narrow_are_checked_like_all_others(name: str) -> None:
    text = re.sub(r"-- narrowed to \w+: ", "", CATALOGUE[name].text)
    assert [str(problem) for problem in lint(replace(CATALOGUE[name], text=text), CATALOGUE)] == []
    check_columns(text)


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_columns_exist(name: str) -> None:
    check_columns(CATALOGUE[name].text)


def test_a_wrong_column_is_found() -> None:
    with pytest.raises(OptimizeError, match="sku_nam"):
        check_columns("SELECT u.sku_nam FROM system.billing.usage AS u")


def check_columns(text: str) -> None:
    tree = sqlglot.parse_one(two_part_names(text), dialect="databricks")
    qualify(tree, schema=column_schema(), dialect="databricks")


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_duckdb_runs_it_and_returns_what_the_head_promises(name: str, warehouse: EmbeddedWarehouse) -> None:
    query = CATALOGUE[name]
    for values in samples(query, SOME_DAYS):
        rows = warehouse.fetch(query, values)
        assert [(f.name, f.type) for f in rows.schema] == [(c.name, arrow_type(c.type)) for c in query.returns]


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_our_words_are_those_of_sqlglot(name: str) -> None:
    text = CATALOGUE[name].text
    ours = {token.start + (token.kind == "marker"): token for token in tokenise(text)}
    theirs = sqlglot.tokenize(text, dialect="databricks")
    inside = {place for token in theirs for place in range(token.start, token.end + 1)}
    assert {token.start for token in theirs if token.text != ":"} <= ours.keys()
    assert set(ours) <= inside
    strings = {token.start for token in theirs if token.token_type.name == "STRING"}
    assert {start for start, token in ours.items() if token.kind == "string"} == strings


def test_samples_name_known_queries_and_parameters() -> None:
    for name, runs in SAMPLES.items():
        known = {column.name for column in CATALOGUE[name].params}
        for own in runs:
            assert set(own) <= known, name

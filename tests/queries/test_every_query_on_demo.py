"""What holds for the rows of every statement: their key is a key, and the ledger says what the sources say."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest

from lib.explorer.by import COARSE, DIMENSIONS
from lib.ledger.relations import NAMES
from lib.queries.catalogue import Query, load
from lib.spend.period import Period
from lib.warehouse.embedded import EmbeddedWarehouse, Files, open_files, parsed, run
from lib.warehouse.params import bind
from lib.warehouse.results import conform
from lib.warehouse.store import DatabaseFolder
from tests.queries.demo_account import some_job, some_statement, whole_period
from tests.queries.samples import Values, choices, samples, statement_choices
from tests.spark.answers import rows, same

pytestmark = pytest.mark.slow

CATALOGUE = load()


@dataclass(frozen=True)
class Demo:
    stored: EmbeddedWarehouse
    live: EmbeddedWarehouse
    period: Period
    choices: list[Values]


@pytest.fixture(scope="module")
def demo(varied: DatabaseFolder) -> Iterator[Demo]:
    folder = varied
    stored, live = EmbeddedWarehouse(folder.path), EmbeddedWarehouse(folder.path, frozenset())
    yield Demo(
        stored, live, whole_period(folder), [*statement_choices(some_statement(folder)), *choices(some_job(folder))]
    )
    stored.close()
    live.close()


@pytest.fixture(scope="module")
def whole(varied: DatabaseFolder) -> Iterator[Files]:
    files = open_files(varied.current())
    yield files
    files.close()


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_row_is_a_key(name: str, demo: Demo) -> None:
    query = CATALOGUE[name]
    for values in samples(query, demo.period, demo.choices):
        found = demo.stored.fetch(query, values)
        keys = (
            Counter(map(str, found.select(list(query.row)).to_pylist())) if query.row else Counter(one=found.num_rows)
        )
        assert [(key, times) for key, times in keys.items() if times > 1][:3] == []


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_a_statement_for_one_form_of_values_says_what_the_whole_text_says(name: str, demo: Demo, whole: Files) -> None:
    query = CATALOGUE[name]
    statement = parsed(whole, demo.stored.sql(query), query.place)
    for values in [*samples(query, demo.period, demo.choices), *_split(query, demo)]:
        with whole.connection.cursor() as cursor:
            found = run(cursor, statement, bind(query, statement.named_parameters, values), query.place)
        ours, theirs = (
            rows(table, query.row)
            for table in (demo.stored.fetch(query, values), conform(found, query.returns, query.place))
        )
        assert len(ours) == len(theirs)
        assert [pair for pair in zip(ours, theirs, strict=True) if not same(*pair)][:2] == []


def _split(query: Query, demo: Demo) -> Iterator[Values]:
    """Spend split by each dimension, by itself and by each together with another."""
    dims = {"spend/by": (*DIMENSIONS, "tag"), "spend/by_overview": COARSE}.get(query.name, ())
    one = samples(query, demo.period)[0] | ({"dim2_tag": "team"} if "tag" in dims else {})
    for dim1, dim2 in [*((dim, None) for dim in dims), *pairwise(dims)]:
        yield one | {"dim1": dim1, "dim2": dim2}


@pytest.mark.parametrize("name", [n for n in CATALOGUE.names if NAMES & set(CATALOGUE.uses(CATALOGUE[n]))])
def test_the_ledger_says_what_the_sources_say(name: str, demo: Demo) -> None:
    query = CATALOGUE[name]
    for values in samples(query, demo.period, demo.choices):
        stored, live = (rows(engine.fetch(query, values), query.row) for engine in (demo.stored, demo.live))
        assert len(stored) == len(live)
        assert [(one, other) for one, other in zip(stored, live, strict=True) if not same(one, other)][:2] == []


@pytest.mark.parametrize("name", [name for name in CATALOGUE.names if "job" in CATALOGUE[name].narrows])
def test_what_is_narrowed_to_one_job_says_the_same(name: str, demo: Demo) -> None:
    """Jobs of every kind: with clusters of their own, on shared clusters and warehouses, serverless."""
    span = {"start_date": demo.period.start, "end_date": demo.period.end, "currency": "USD", "base": "list"}
    edges = {"period_start": demo.period.start, "period_end": demo.period.end}
    shared = demo.stored.fetch(CATALOGUE["base/shared_job_cost"], span).to_pylist()
    spent = demo.stored.fetch(CATALOGUE["base/job_run_cost"], span).to_pylist()
    jobs = {(row["resource_kind"], row["workspace_id"]): row for row in shared}
    jobs |= {(row["is_serverless"], row["workspace_id"]): row for row in spent}
    query, found = CATALOGUE[name], 0
    for row in jobs.values():
        one = {key: row[key] for key in ("workspace_id", "job_id", "run_id")}
        values = span | edges | one | {"result": None} | ({} if name.startswith("runs/") else {"run_id": None})
        values = {column.name: values[column.name] for column in query.params}
        stored, live = (rows(engine.fetch(query, values), query.row) for engine in (demo.stored, demo.live))
        assert len(stored) == len(live)
        assert [pair for pair in zip(stored, live, strict=True) if not same(*pair)][:2] == []
        found += len(live)
    assert len(jobs) > 5
    assert found


@pytest.mark.parametrize("name", [name for name in CATALOGUE.names if "sources" in CATALOGUE[name].narrows])
@pytest.mark.parametrize("sources", [None, ["UI", "API"], ["JOB"], ["PIPELINE"]], ids=str)
def test_what_is_narrowed_to_sources_says_the_same(name: str, sources: list[str] | None, demo: Demo) -> None:
    query = CATALOGUE[name]
    values = samples(query, demo.period)[0] | {"sources": sources}
    narrowed, whole = (
        rows(demo.stored.fetch(one, values), query.row)
        for one in (query, replace(query, narrows=(), text=query.text + "\n"))
    )
    assert len(narrowed) == len(whole)
    assert [pair for pair in zip(narrowed, whole, strict=True) if not same(*pair)][:2] == []

"""What holds for the rows of every statement: their key is a key, and the ledger says what the sources say."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lib.ledger.relations import NAMES
from lib.queries.catalogue import load
from lib.spend.period import Period
from lib.warehouse.embedded import EmbeddedWarehouse
from tests.queries.demo_account import make_demo, some_job, some_statement, whole_period
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
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = make_demo(tmp_path_factory.mktemp("demo"))
    stored, live = EmbeddedWarehouse(folder.path), EmbeddedWarehouse(folder.path, frozenset())
    yield Demo(
        stored, live, whole_period(folder), [*statement_choices(some_statement(folder)), *choices(some_job(folder))]
    )
    stored.close()
    live.close()


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_row_is_a_key(name: str, demo: Demo) -> None:
    query = CATALOGUE[name]
    for values in samples(query, demo.period, demo.choices):
        found = demo.stored.fetch(query, values)
        keys = (
            Counter(map(str, found.select(list(query.row)).to_pylist())) if query.row else Counter(one=found.num_rows)
        )
        assert [(key, times) for key, times in keys.items() if times > 1][:3] == []


@pytest.mark.parametrize("name", [n for n in CATALOGUE.names if NAMES & set(CATALOGUE.uses(CATALOGUE[n]))])
def test_the_ledger_says_what_the_sources_say(name: str, demo: Demo) -> None:
    query = CATALOGUE[name]
    for values in samples(query, demo.period, demo.choices):
        stored, live = (rows(engine.fetch(query, values), query.row) for engine in (demo.stored, demo.live))
        assert len(stored) == len(live)
        assert [(one, other) for one, other in zip(stored, live, strict=True) if not same(one, other)][:2] == []

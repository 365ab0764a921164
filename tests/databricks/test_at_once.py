"""Queries that are asked at once go out as one statement, and each gets the rows it gets by itself."""

from datetime import date

import pytest

from lib.demo.workspace import Running
from lib.errors import SourceError
from lib.queries.catalogue import load as catalogue
from lib.spend.period import Period
from lib.warehouse.together import at_once
from tests.databricks.conftest import Made
from tests.queries.samples import samples
from tests.same import assert_same

pytestmark = pytest.mark.slow

PERIOD = Period(date(2026, 10, 20), date(2026, 11, 20))
CATALOGUE = catalogue()
ASKED = [name for name in CATALOGUE.names if not name.startswith(("base/", "names/", "genie/"))]
SIZE = 12


def asked(workspace: Running) -> list[str]:
    return [text.splitlines()[0] for text in workspace.statements()]


@pytest.mark.parametrize("start", range(0, len(ASKED), SIZE))
def test_every_query_gives_the_same_rows_in_company(start: int, databricks: Made, workspace: Running) -> None:
    warehouse = databricks().warehouse
    warehouse.generation
    names = ASKED[start : start + SIZE]
    values = {name: samples(CATALOGUE[name], PERIOD)[0] for name in names}

    def rows(name: str) -> object:
        try:
            return warehouse.fetch(name, values[name])
        except SourceError:
            return None

    workspace.forget()
    found_together = at_once(warehouse, *(lambda n=name: rows(n) for name in names))
    sent = asked(workspace)
    assert len([text for text in sent if " + " in text]) <= 2, sent
    for name, found in zip(names, found_together, strict=True):
        alone = rows(name)
        assert (found is None) == (alone is None), name
        if alone is not None:
            assert_same(found, alone)
            if CATALOGUE[name].text.rstrip().rpartition("\n")[2].startswith("ORDER BY"):
                assert found.equals(alone), name

"""The demo account of the tests that want the whole variety of data."""

import pytest

from lib.warehouse.store import DatabaseFolder
from tests.once import copy_of
from tests.queries.demo_account import make_demo


@pytest.fixture(scope="session")
def varied(tmp_path_factory: pytest.TempPathFactory) -> DatabaseFolder:
    """The account and its ledger. Only to read."""
    return DatabaseFolder(copy_of("varied", make_demo, tmp_path_factory))

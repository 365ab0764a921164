"""One Spark session for all tests that need it, started when the first one asks."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from lib.warehouse.spark import start_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[SparkSession]":
    session = start_session(tmp_path_factory.mktemp("spark"))
    session.sparkContext.setLogLevel("OFF")
    logging.getLogger("SQLQueryContextLogger").disabled = True
    yield session
    session.stop()

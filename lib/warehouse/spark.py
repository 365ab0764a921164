"""Apache Spark as an engine, for tests: the open-source twin of what runs a statement at Databricks.

It gets the text as written, only with the catalog's name taken off, so it proves that the text is valid SQL and that
the embedded engine reads it the same way.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lib.errors import QueryError
from lib.queries.catalogue import Catalogue, Query, load
from lib.queries.tokens import markers, tokenise
from lib.warehouse import NO_PARAMS
from lib.warehouse.names import remap
from lib.warehouse.params import bind
from lib.warehouse.results import conform

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

TUNING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.autoBroadcastJoinThreshold": "64MB",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.ui.retainedJobs": "1",
    "spark.ui.retainedStages": "1",
    "spark.sql.maxPlanStringLength": "1000",
    "spark.driver.memory": "4g",
    "spark.driver.extraJavaOptions": (
        "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC -Duser.timezone=UTC"
    ),
}
"""For a few thousand rows: half the time of the defaults, which are made for many machines. Of past statements nothing
is kept to look at: a plan with all relations inside is many megabytes, and three are in work at once (2.1 GB at most were
seen). The first compiler's usual room for code, 48 MB, is full half way, and then nothing is compiled any more."""


def start_session(work: Path) -> "SparkSession":
    """A local session that keeps its tables below `work`; the caller stops it."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("lakeledger tests")
    for key, value in TUNING.items():
        builder = builder.config(key, value)
    return builder.config("spark.sql.warehouse.dir", str(work / "warehouse")).getOrCreate()


class SparkWarehouse:
    """A `Warehouse` over a Spark session whose databases are named like the system schemas."""

    generation = "spark"

    def __init__(
        self, spark: "SparkSession", stored: frozenset[str] = frozenset(), *, catalogue: Catalogue | None = None
    ) -> None:
        """`stored`: relations that exist as tables in the database `ledger`."""
        self._spark = spark
        self._stored = stored
        self._catalogue = catalogue or load()

    def load_table(self, name: str, files: Path) -> None:
        """Make a table known from its Parquet file or folder; `name` as queries write it."""
        database, _, table = name.removeprefix("system.").rpartition(".")
        self._spark.sql(f"CREATE DATABASE IF NOT EXISTS `{database}`")
        self._spark.sql(f"CREATE TABLE `{database}`.`{table}` USING parquet LOCATION '{files}'")

    def store(self, relation: Query, params: Mapping[str, object]) -> None:
        """Keep a relation's rows as a table of the database `ledger`, with the types that its head promises."""
        from pyspark.sql.functions import col

        columns = [col(column.name).cast(str(column.type)) for column in relation.returns]
        self._spark.sql("CREATE DATABASE IF NOT EXISTS ledger")
        self._frame(relation, params).select(*columns).write.saveAsTable(f"ledger.{relation.short_name}")

    def fetch(self, query: str | Query, params: Mapping[str, object] = NO_PARAMS) -> "pa.Table":
        """The rows of a query, as its head promises them."""
        from pyspark.errors import PySparkException

        query = self._query(query)
        try:
            rows = self._frame(query, params).toArrow()
        except PySparkException as error:
            raise QueryError(f"Spark refused the statement: {error}", place=query.place) from error
        return conform(rows, query.returns, query.place)

    def check(self, query: str | Query, params: Mapping[str, object]) -> None:
        """Let Spark analyse a query without running it; a QueryError when it finds something wrong."""
        from pyspark.errors import PySparkException

        query = self._query(query)
        try:
            found = self._frame(query, params).columns
        except PySparkException as error:
            raise QueryError(f"Spark refused the statement: {error}", place=query.place) from error
        if sorted(found) != sorted(column.name for column in query.returns):
            raise QueryError(f"The result has the columns {', '.join(found)}.", place=query.place)

    def missing_tables(self) -> frozenset[str]:
        """None: tests load every table."""
        return frozenset()

    def sql(self, query: str | Query, params: Mapping[str, object] = NO_PARAMS) -> str:
        """The statement with Spark's table names."""
        return remap(self._catalogue.expanded(self._query(query), self._stored), spark_name)

    def _frame(self, query: Query, params: Mapping[str, object]) -> "DataFrame":
        text = self.sql(query)
        return self._spark.sql(text, args=bind(query, markers(tokenise(text)), params))

    def _query(self, query: str | Query) -> Query:
        return self._catalogue[query] if isinstance(query, str) else query


def spark_name(parts: tuple[str, ...]) -> str:
    """Spark's name for a table: Spark has no catalog `system`.

    >>> spark_name(("system", "query", "history"))
    '`query`.`history`'
    """
    if parts[0] == "system":
        parts = parts[1:]
    return ".".join(f"`{part}`" for part in (parts if len(parts) > 1 else ("ledger", *parts)))

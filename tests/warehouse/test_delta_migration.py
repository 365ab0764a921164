"""Which statements bring a table of the ledger to the columns that this version wants: exactly these, in this order."""

from typing import Any

import pyarrow as pa
import pytest

from lib.errors import QueryError
from lib.queries.catalogue import load as catalogue
from lib.warehouse.databricks.failures import NoTable, Situation
from lib.warehouse.databricks.migrating import migration, wider
from lib.warehouse.databricks.own import Own
from lib.warehouse.databricks.running import Statement
from lib.warehouse.databricks.sending import Options, Sender
from lib.warehouse.databricks.tables import Remade, Tables

WORKSPACES = catalogue().relations["workspaces"]
TABLE = "`main`.`ledger`.`workspaces`"
WANTED = {column.name: str(column.type) for column in WORKSPACES.returns}


class Scripted:
    """Stands where the connections are: says what columns a table has, and writes down what is sent."""

    def __init__(self, columns: dict[str, str] | None, refuses: str = "") -> None:
        self.columns = columns
        self.refuses = refuses
        self.sent: list[str] = []

    def run(self, statement: Statement, at: Situation) -> pa.Table:
        text = statement.text.split("*/\n", 1)[1]
        self.sent.append(" ".join(text.split()))
        if self.refuses and self.refuses in text:
            raise QueryError("The warehouse refused the statement.")
        if text.startswith("DESCRIBE TABLE"):
            if self.columns is None:
                raise NoTable("not there")
            rows = [*self.columns.items(), ("# Clustering Information", ""), ("# col_name", "data_type"), ("x", "y")]
            return pa.table({"col_name": [name for name, _ in rows], "data_type": [type_ for _, type_ in rows]})
        return pa.table({"affected": pa.array([0], pa.int64())})


def tables_over(runner: Any) -> Tables:
    return Tables(Own(Sender(runner, Situation(), Options()), "main.ledger"))


def ensured(there: dict[str, str] | None, *, whole: bool = True, refuses: str = "") -> list[str]:
    """What is sent to have the table of `workspaces`, after the look at its columns."""
    runner: Any = Scripted(there, refuses)
    tables = tables_over(runner)
    if whole:
        tables.filled_whole.add(WORKSPACES.short_name)
    tables.columns(WORKSPACES)
    assert runner.sent[0].startswith("DESCRIBE TABLE")
    return runner.sent[1:]


def lower(columns: dict[str, str]) -> dict[str, str]:
    return {name: type_.lower() for name, type_ in columns.items()}


def listed(columns: dict[str, str]) -> str:
    return ", ".join(f"`{name}` {type_}" for name, type_ in columns.items())


def test_a_table_that_is_as_it_should_be_is_left_alone() -> None:
    assert ensured(lower(WANTED)) == []
    assert ensured(lower(WANTED) | {"older": "string"}) == []


def test_a_new_table() -> None:
    (sent,) = ensured(None)
    assert sent.startswith(
        f"CREATE TABLE IF NOT EXISTS {TABLE} ( {listed(WANTED)} ) USING DELTA CLUSTER BY (`workspace_id`)"
    )


def test_missing_columns_are_added() -> None:
    last = list(WANTED)[-1]
    there = {name: type_ for name, type_ in lower(WANTED).items() if name != last}
    assert ensured(there) == [f"ALTER TABLE {TABLE} ADD COLUMNS (`{last}` {WANTED[last]})"]


def test_a_type_that_can_be_made_wider_is() -> None:
    relation = catalogue().relations["day_checks"]
    wanted = {column.name: str(column.type) for column in relation.returns}
    column = next(n for n, t in wanted.items() if t == "BIGINT")
    runner: Any = Scripted(lower(wanted) | {column: "int"})
    tables = tables_over(runner)
    tables.columns(relation)
    own = "`main`.`ledger`.`day_checks`"
    assert runner.sent[1:] == [
        f"ALTER TABLE {own} SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')",
        f"ALTER TABLE {own} ALTER COLUMN `{column}` TYPE BIGINT",
    ]


def test_where_that_is_refused_the_table_is_replaced_by_one_of_the_same_name() -> None:
    relation = catalogue().relations["day_checks"]
    wanted = {column.name: str(column.type) for column in relation.returns}
    column = next(n for n, t in wanted.items() if t == "BIGINT")
    runner: Any = Scripted(lower(wanted) | {column: "int"}, refuses="SET TBLPROPERTIES")
    tables = tables_over(runner)
    tables.filled_whole.add(relation.short_name)
    tables.columns(relation)
    assert runner.sent[-1].startswith("CREATE OR REPLACE TABLE `main`.`ledger`.`day_checks` (")
    assert f"`{column}` BIGINT" in runner.sent[-1]


def test_another_type_replaces_the_table_and_keeps_every_column() -> None:
    (sent,) = ensured(lower(WANTED) | {"workspace_id": "bigint", "older": "date"})
    assert sent.startswith(f"CREATE OR REPLACE TABLE {TABLE} ( {listed(WANTED | {'older': 'date'})} ) USING DELTA")
    assert "DROP" not in sent


def test_an_empty_table_is_never_filled_with_a_few_days_only() -> None:
    with pytest.raises(Remade):
        ensured(None, whole=False)
    with pytest.raises(Remade):
        ensured(lower(WANTED) | {"workspace_id": "bigint"}, whole=False)
    assert ensured(lower(WANTED), whole=False) == []


@pytest.mark.parametrize(
    ("narrow", "wide", "can"),
    [
        ("int", "BIGINT", True),
        ("bigint", "INT", False),
        ("int", "DECIMAL(10,0)", True),
        ("bigint", "DECIMAL(18,0)", False),
        ("decimal(38,10)", "DECIMAL(38,12)", False),
        ("decimal(30,10)", "DECIMAL(38,12)", True),
        ("float", "DOUBLE", True),
        ("double", "FLOAT", False),
        ("string", "DATE", False),
        ("array<string>", "ARRAY<BIGINT>", False),
        ("interval year", "STRING", False),
    ],
)
def test_what_delta_can_make_wider(narrow: str, wide: str, can: bool) -> None:
    assert wider(narrow, wide) is can


def test_one_type_that_cannot_be_changed_decides_for_the_table() -> None:
    found = migration({"a": "int", "b": "string"}, {"a": "BIGINT", "b": "DATE", "c": "STRING"})
    assert found.rebuilt
    assert not found.widened

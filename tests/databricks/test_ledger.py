"""The ledger on Delta over the loopback: what readers see while it is written, and how its tables change their shape."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from lib.context import Context
from lib.demo.workspace import Running
from lib.errors import SourceError
from lib.ledger.reference import tables as reference_tables
from lib.ledger.relations import NAMES
from lib.queries.catalogue import load as catalogue
from lib.warehouse.databricks import ledger as delta
from lib.warehouse.databricks.warehouse import DatabricksWarehouse
from tests.databricks.conftest import Made

pytestmark = pytest.mark.slow

DAYS = {"start_date": date(2026, 10, 1), "end_date": date(2026, 11, 21), "currency": "USD"}
Fresh = Callable[..., Context]


def sql(context: Context, text: str) -> list[dict[str, Any]]:
    writing = context.connected.writing()
    reads = text.startswith(("SELECT", "DESCRIBE"))
    return writing.sender.send(text, reads=reads).to_pylist()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return iter(range(100))


@pytest.fixture
def empty(databricks: Made, numbers: Iterator[int]) -> Context:
    """A context with an empty schema of its own."""
    context = databricks(ledger_schema=f"main.delta_{next(numbers)}")
    sql(context, f"CREATE SCHEMA {context.settings.ledger_schema}")
    return context


@pytest.fixture
def ledger(empty: Context) -> Context:
    """The same with a ledger in it."""
    assert not empty.refresh().differences
    return empty


def asked(context: Context) -> tuple[pa.Table, ...]:
    """Figures of one state: two relations that a refresh writes one after the other, asked of the warehouse each time."""
    warehouse = warehouse_of(context)
    return tuple(
        warehouse.fetch_known(name, DAYS, warehouse.found()).sort_by(
            [("usage_date", "ascending"), ("currency", "ascending")]
        )
        for name in ("trust/days", "genie/spend_by_day")
    )


def warehouse_of(context: Context) -> DatabricksWarehouse:
    found = context.warehouse
    assert isinstance(found, DatabricksWarehouse)
    return found


def columns(context: Context, table: str) -> dict[str, str]:
    rows = sql(context, f"DESCRIBE TABLE {context.settings.ledger_schema}.{table}")
    end = next((n for n, row in enumerate(rows) if row["col_name"].startswith("#")), len(rows))
    return {row["col_name"]: row["data_type"] for row in rows[:end]}


def changed_day(context: Context) -> None:
    """Make the ledger believe that its newest day is not what the sources say now."""
    ledger = delta.DeltaLedger(context.connected.writing())
    rows = ledger.noted("days")
    assert rows is not None
    newest = max(rows.column("day").to_pylist())
    records = [
        n - (d == newest)
        for d, n in zip(rows.column("day").to_pylist(), rows.column("records").to_pylist(), strict=True)
    ]
    at = rows.column_names.index("records")
    ledger.note("days", rows.set_column(at, "records", pa.array(records, pa.int64())))


# ── nobody sees half a day ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_reader_sees_one_state_however_far_a_refresh_is(ledger: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    before = asked(ledger)
    seen = []
    put = delta.DeltaLedger._put

    def watched(self: delta.DeltaLedger, *arguments: Any) -> int:
        done = put(self, *arguments)
        seen.append(asked(ledger) == before)
        return done

    monkeypatch.setattr(delta.DeltaLedger, "_put", watched)
    generation = warehouse_of(ledger).generation
    changed_day(ledger)
    # something that shows: the stored rows of that day differ until it is worked out again
    assert ledger.refresh().days
    assert len(seen) > 10
    assert all(seen)
    assert warehouse_of(ledger).generation != generation
    assert asked(ledger) == before


def test_rows_written_and_not_published_are_seen_by_nobody(ledger: Context) -> None:
    schema, before = ledger.settings.ledger_schema, asked(ledger)
    for table in ("day_checks", "spend_daily", "spend_overview"):
        sql(ledger, f"DELETE FROM {schema}.{table} WHERE usage_date > DATE'2026-11-01'")
    assert asked(ledger) == before
    sql(ledger, f"OPTIMIZE {schema}.spend_daily")
    assert asked(ledger) == before


def test_a_version_that_was_cleaned_up_gives_way_to_the_newest(ledger: Context, workspace: Running) -> None:
    schema, before = ledger.settings.ledger_schema, asked(ledger)
    workspace.options(kept_versions=0)
    sql(ledger, f"OPTIMIZE {schema}.day_checks")
    sql(ledger, f"OPTIMIZE {schema}.spend_daily")
    assert warehouse_of(ledger).note == ""
    assert asked(ledger) == before
    assert "next refresh" in warehouse_of(ledger).note
    ledger.refresh(full=True)
    assert asked(ledger) == before
    assert warehouse_of(ledger).note == ""


def test_a_refresh_that_died_before_it_published_is_published_by_the_next(
    ledger: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, generation = asked(ledger), warehouse_of(ledger).generation
    changed_day(ledger)
    with monkeypatch.context() as patch:
        patch.setattr(delta.DeltaLedger, "_versions", lambda *_: (_ for _ in ()).throw(SourceError("gone")))
        with pytest.raises(SourceError, match="gone"):
            ledger.refresh()
    ledger.connected.forget()
    assert warehouse_of(ledger).generation == generation
    assert asked(ledger) == before
    assert ledger.refresh().days == 0  # nothing is left to work out; it is published all the same
    assert warehouse_of(ledger).generation != generation
    newest = sql(ledger, f"DESCRIBE HISTORY {ledger.settings.ledger_schema}.day_checks LIMIT 1")[0]["version"]
    assert warehouse_of(ledger).found().versions["day_checks"] == newest
    assert ledger.refresh().rows == {}


def test_what_is_published_names_a_version_of_every_table(ledger: Context) -> None:
    reference = {f"reference_{name}" for name in reference_tables(None, None)}
    assert set(warehouse_of(ledger).found().versions) == NAMES | reference


# ── another shape ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_tables_of_an_earlier_version_are_brought_to_this_ones_columns(empty: Context, workspace: Running) -> None:
    schema, wanted = empty.settings.ledger_schema, catalogue().relations
    # a column is missing, one nobody wants any more is there, a decimal is narrower, a date was a text
    sql(empty, f"CREATE TABLE {schema}.workspaces (workspace_id STRING, colour STRING) USING DELTA")
    sql(empty, f"INSERT INTO {schema}.workspaces VALUES ('1', 'blue')")
    days = {c.name: str(c.type) for c in wanted["day_checks"].returns}
    narrow = {name: "DECIMAL(30,10)" if type_.startswith("DECIMAL") else type_ for name, type_ in days.items()}
    narrow |= {name: "INT" for name, type_ in days.items() if type_ == "BIGINT"}
    assert narrow != days
    listed = ", ".join(f"{name} {type_}" for name, type_ in narrow.items())
    sql(empty, f"CREATE TABLE {schema}.day_checks ({listed}) USING DELTA")
    texts = {c.name: "STRING" for c in wanted["usage_days"].returns}
    listed = ", ".join(f"{name} {type_}" for name, type_ in texts.items())
    sql(empty, f"CREATE TABLE {schema}.usage_days ({listed}, note STRING) USING DELTA")
    workspace.forget()
    assert not empty.refresh().differences
    for name in ("workspaces", "day_checks", "usage_days"):
        there = {column: type_.upper() for column, type_ in columns(empty, name).items()}
        assert {c.name: str(c.type) for c in wanted[name].returns}.items() <= there.items(), name
    assert columns(empty, "workspaces")["colour"] == "string"
    assert columns(empty, "usage_days")["note"] == "string"
    assert {row["colour"] for row in sql(empty, f"SELECT colour FROM {schema}.workspaces")} == {None}
    done = [row["operation"] for row in sql(empty, f"DESCRIBE HISTORY {schema}.usage_days")]
    assert done[-2:] == ["CREATE OR REPLACE TABLE", "CREATE TABLE"]
    assert "CHANGE COLUMN" in [row["operation"] for row in sql(empty, f"DESCRIBE HISTORY {schema}.day_checks")]
    begins = {re.sub(r"^/\*.*?\*/", "", text).split()[0] for text in workspace.statements()}
    assert begins <= {"SELECT", "WITH", "--", "DESCRIBE", "CREATE", "ALTER", "INSERT", "DELETE", "MERGE"}, begins
    assert warehouse_of(empty).found().stored == NAMES


def test_a_table_that_somebody_replaced_is_filled_whole(ledger: Context) -> None:
    schema, before = ledger.settings.ledger_schema, asked(ledger)
    sql(ledger, f"CREATE OR REPLACE TABLE {schema}.day_checks (usage_date STRING) USING DELTA")
    assert asked(ledger) == before  # the published version is still there
    changed_day(ledger)
    assert ledger.refresh().full
    assert asked(ledger) == before


# ── what it costs (docs/cost-of-lakeledger.md) ──────────────────────────────────────────────────────────────────────


def test_what_a_refresh_costs(empty: Context, workspace: Running) -> None:
    workspace.forget()
    empty.refresh()
    first = len(workspace.statements())
    workspace.forget()
    empty.refresh()
    nothing = len(workspace.statements())
    changed_day(empty)
    workspace.forget()
    assert empty.refresh().days == 1
    one_day = len(workspace.statements())
    assert (first <= 155, nothing, one_day <= 95) == (True, 5, True), (first, nothing, one_day)

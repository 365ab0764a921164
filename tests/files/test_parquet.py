"""The kinds of Parquet that programs write, and what is read from them."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.files.exports import PRICES, START, USAGE, price, rows_of, run, usage, write_arrow, write_parquet


def imported(tmp_path: Path, columns: str, **arrays: Any) -> list[tuple[Any, ...]]:
    """One row of usage with `arrays` in the place of its columns, imported and read back."""
    given = {name: pa.array([value]) for name, value in usage().items()} | arrays
    write_arrow(tmp_path / "in/system.billing.usage.parquet", pa.table(given))
    run(tmp_path / "in", tmp_path / "home")
    return rows_of(tmp_path / "home", USAGE, columns)


@pytest.mark.parametrize("quantity", [
    pa.array(["0.15"]), pa.array([0.15]), pa.array([Decimal("0.15")], pa.decimal128(10, 2)),
    pa.array([Decimal("0.15")], pa.decimal128(38, 30)), pa.array([0.15], pa.float32()),
], ids=["text", "double", "small decimal", "larger scale", "float"])  # fmt: skip
def test_numbers_of_any_type_are_exact(tmp_path: Path, quantity: pa.Array) -> None:
    assert imported(tmp_path, "usage_quantity", usage_quantity=quantity) == [(Decimal("0.15"),)]


@pytest.mark.parametrize("time", [
    pa.array([datetime(2026, 1, 31, 23)]), pa.array([datetime(2026, 1, 31, 23)], pa.timestamp("ns")),
    pa.array([datetime(2026, 1, 31, 23)], pa.timestamp("ms")), pa.array([START], pa.timestamp("us", "America/New_York")),
    pa.array(["2026-01-31T23:00:00Z"]),
], ids=["without zone", "nanoseconds", "milliseconds", "other zone", "text"])  # fmt: skip
def test_times_of_any_type_are_utc(tmp_path: Path, time: pa.Array) -> None:
    assert imported(tmp_path, "usage_start_time", usage_start_time=time) == [(START,)]


def test_a_day_may_be_a_time_or_a_text(tmp_path: Path) -> None:
    days = {"usage_date": pa.array([START]), "ingestion_date": pa.array(["2026-02-01"])}
    assert imported(tmp_path, "usage_date, ingestion_date", **days) == [(date(2026, 1, 31), date(2026, 2, 1))]


def test_ids_may_be_numbers(tmp_path: Path) -> None:
    ids = {"workspace_id": pa.array([6051921418418893]), "record_id": pa.array([17.0])}
    assert imported(tmp_path, "workspace_id, record_id", **ids) == [("6051921418418893", "17")]


def test_structs_with_fewer_more_and_reordered_fields(tmp_path: Path) -> None:
    struct = pa.array([{"new_field": 1, "job_run_id": 7, "JOB_ID": "9"}])
    folder = tmp_path / "in"
    got = imported(tmp_path, "usage_metadata.job_id AS job, usage_metadata.job_run_id AS run, usage_metadata.cluster_id AS cluster",
                   usage_metadata=struct)  # fmt: skip
    assert got == [("9", "7", None)]
    notes = [str(note) for note in run(folder, tmp_path / "other").notes]
    assert f"{USAGE}: not known, left out: usage_metadata.new_field" in notes


@pytest.mark.parametrize("tags", [
    pa.array([{"team": "a", "env": None}]), pa.array([[("team", "a")]], pa.map_(pa.string(), pa.string())),
    pa.array([[{"key": "team", "value": "a"}]]), pa.array(['{"team": "a"}']),
], ids=["struct of known keys", "map", "list of pairs", "JSON"])  # fmt: skip
def test_tags_in_any_shape(tmp_path: Path, tags: pa.Array) -> None:
    assert imported(tmp_path, "custom_tags", custom_tags=tags) == [({"team": "a"},)]


def test_a_struct_may_come_as_a_map(tmp_path: Path) -> None:
    metadata = pa.array([[("job_id", "9"), ("other", "x")]], pa.map_(pa.string(), pa.string()))
    assert imported(tmp_path, "usage_metadata.job_id AS job", usage_metadata=metadata) == [("9",)]


def test_price_structs_of_texts_and_doubles(tmp_path: Path) -> None:
    pricing = [{"default": "0.123456789012345678", "effective_list": {"default": 0.15}}]
    given = {name: pa.array([value]) for name, value in price().items()} | {"pricing": pa.array(pricing)}
    write_arrow(tmp_path / "in/billing.list_prices.parquet", pa.table(given))
    run(tmp_path / "in", tmp_path / "home")
    got = rows_of(
        tmp_path / "home", PRICES, "pricing.default AS a, pricing.effective_list.default AS b, pricing.promotional AS c"
    )
    assert got == [(Decimal("0.123456789012345678"), Decimal("0.15"), None)]


def test_a_column_without_values_may_have_any_type(tmp_path: Path) -> None:
    empty = {"custom_tags": pa.nulls(1), "ingestion_date": pa.array([None], pa.int32()), "workspace_id": pa.nulls(1)}
    assert imported(tmp_path, "custom_tags, ingestion_date, workspace_id", **empty) == [(None, None, None)]


def test_a_field_without_values_may_have_any_type(tmp_path: Path) -> None:
    metadata = pa.array([{"job_id": "9", "genie": None, "cluster_id": None}])
    got = imported(tmp_path, "usage_metadata.job_id AS job, usage_metadata.genie AS genie", usage_metadata=metadata)
    assert got == [("9", None)]


def test_parts_with_different_columns_are_one_table(tmp_path: Path) -> None:
    folder = tmp_path / "in/system.billing.usage"
    write_parquet(folder / "part-000.parquet", USAGE, [usage("r1", workspace_id="w")])
    write_parquet(folder / "part-001.snappy.parquet", USAGE, [usage("r2", record_type="ORIGINAL")])
    (folder / "jan.csv").write_text(
        "record_id,cloud,sku_name,usage_start_time,usage_date,usage_unit,usage_quantity\nr3,AWS,S,2026-01-01,2026-01-01,DBU,1\n"
    )
    (folder / "_SUCCESS").touch()
    report = run(tmp_path / "in", tmp_path / "home")
    assert report.tables[0].files == 3
    assert rows_of(tmp_path / "home", USAGE, "record_id, workspace_id, record_type") == [
        ("r1", "w", None), ("r2", None, "ORIGINAL"), ("r3", None, None),
    ]  # fmt: skip


def test_columns_are_found_whatever_their_case(tmp_path: Path) -> None:
    given = {name.upper(): pa.array([value]) for name, value in usage().items()}
    write_arrow(tmp_path / "in/billing.usage.parquet", pa.table(given))
    run(tmp_path / "in", tmp_path / "home")
    assert rows_of(tmp_path / "home", USAGE, "record_id") == [("r1",)]

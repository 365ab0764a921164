"""Which files are found, and under which names."""

import os
from pathlib import Path

import pytest

from lib.errors import InputError
from lib.files.layout import scan
from lib.files.schema import known_tables


def found(folder: Path, *paths: str) -> dict[str, str]:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x")
    return {file.label: file.table for file in scan(folder, known_tables()).files}


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("system.billing.usage.parquet", "system.billing.usage"),
        ("System.Billing.Usage.PARQUET", "system.billing.usage"),
        ("billing.usage.csv", "system.billing.usage"),
        ("billing_usage.csv.gz", "system.billing.usage"),
        ("billing-usage.tsv", "system.billing.usage"),
        ("system_billing_usage.snappy.parquet", "system.billing.usage"),
        ("billing_usage_2026-01.csv", "system.billing.usage"),
        ("billing_usage2.csv", "system.billing.usage"),
        ("billing.usage (1).csv", "system.billing.usage"),
        ("query.history.2026-01-01_to_2026-02-01.csv", "system.query.history"),
        ("lakeflow.job_run_timeline.part-00003.parquet", "system.lakeflow.job_run_timeline"),
        ("lakeflow.job_tasks.parquet", "system.lakeflow.job_tasks"),
        ("databricks_job_spends.csv", "external.databricks_job_spends"),
        ("external.databricks_job_spends.parquet", "external.databricks_job_spends"),
        ("system.billing.usage/part-000.parquet", "system.billing.usage"),
        ("system.billing.usage/usage_date=2026-01-31/part-0.c000.snappy.parquet", "system.billing.usage"),
        ("billing_usage/jan.csv", "system.billing.usage"),
        ("billing/usage.csv", "system.billing.usage"),
        ("system/billing/usage/x.csv", "system.billing.usage"),
        ("exports/2026/query/history.csv.gz", "system.query.history"),
        ("system.billing.usage/billing.list_prices.csv", "system.billing.list_prices"),
    ],
)
def test_spellings_of_a_table(tmp_path: Path, name: str, table: str) -> None:
    assert found(tmp_path, name) == {name: table}


def test_every_table_is_found_by_its_name_with_and_without_catalog(tmp_path: Path) -> None:
    names = {f"{name}.parquet": name for name in known_tables()}
    short = {f"{name.partition('.')[2].replace('.', '_')}.csv": name for name in known_tables()}
    assert found(tmp_path, *names, *short) == names | short


def test_the_folder_itself_may_be_the_table(tmp_path: Path) -> None:
    assert found(tmp_path / "system.billing.usage", "part-0.parquet") == {"part-0.parquet": "system.billing.usage"}


def test_bookkeeping_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    names = ("_SUCCESS", ".part-0.parquet.crc", "_delta_log/0.json", "_committed_1", ".hidden/billing_usage.csv")
    assert found(tmp_path / "billing.usage", *names) == {}
    layout = scan(tmp_path / "billing.usage", known_tables())
    assert layout.ignored == []
    assert "Delta table is read as all its Parquet files" in layout.notes[0].message


def test_other_files_are_listed_with_the_nearest_table(tmp_path: Path) -> None:
    assert (
        found(tmp_path, "billing_usages.csv", "list_prices.csv", "usage.csv", "notes.txt", "billing.usage.xlsx") == {}
    )
    ignored = {file.file: str(file) for file in scan(tmp_path, known_tables()).ignored}
    assert ignored == {
        "billing.usage.xlsx": "billing.usage.xlsx: it is named like system.billing.usage, but is neither Parquet nor CSV.",
        "billing_usages.csv": "billing_usages.csv: no table is named like this. Did you mean system.billing.usage?",
        "list_prices.csv": "list_prices.csv: no table is named like this. Did you mean system.billing.list_prices?",
        "notes.txt": "notes.txt: neither Parquet nor CSV.",
        "usage.csv": "usage.csv: no table is named like this. Did you mean system.billing.usage?",
    }


def test_partition_values_are_read_from_the_path(tmp_path: Path) -> None:
    path = "billing.usage/usage_date=2026-01-31/cloud=__HIVE_DEFAULT_PARTITION__/sku_name=A%2FB/p.csv"
    found(tmp_path, path)
    (file,) = scan(tmp_path, known_tables()).files
    assert file.partition == (("usage_date", "2026-01-31"), ("cloud", None), ("sku_name", "A/B"))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no such folder") as error:
        scan(tmp_path / "nowhere", known_tables())
    assert error.value.place.endswith("nowhere")
    assert error.value.remedy


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "billing_usage.csv").write_text("x")
    with pytest.raises(InputError, match="This is a file, not a folder") as error:
        scan(tmp_path / "billing_usage.csv", known_tables())
    assert str(tmp_path) in error.value.remedy


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(InputError, match="The folder cannot be read: Permission denied") as error:
        scan(tmp_path, known_tables())
    assert "right to read" in error.value.remedy

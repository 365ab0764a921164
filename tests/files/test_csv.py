"""The kinds of CSV that programs write, and what is read from them."""

import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from tests.files.exports import PRICES, START, USAGE, price, rows_of, run, usage, write_csv

HEADER = "record_id,cloud,sku_name,usage_start_time,usage_date,usage_unit,usage_quantity"
ROW = "r1,AWS,SKU,2026-01-31T23:00:00Z,2026-01-31,DBU,1.5"


def imported(
    tmp_path: Path, text: str | bytes, columns: str = "*", *, name: str = "billing_usage.csv"
) -> list[tuple[object, ...]]:
    (tmp_path / "in").mkdir(exist_ok=True)
    (tmp_path / "in" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    run(tmp_path / "in", tmp_path / "home")
    return rows_of(tmp_path / "home", USAGE, columns)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    write_csv(tmp_path / "in/billing_usage.csv", [usage(custom_tags={"a;b": "c,d\te"})], separator=separator)
    run(tmp_path / "in", tmp_path / "home")
    assert rows_of(tmp_path / "home", USAGE, "record_id, custom_tags") == [("r1", {"a;b": "c,d\te"})]


@pytest.mark.parametrize("text", [
    f"\ufeff{HEADER}\n{ROW}\n", f"{HEADER}\r\n{ROW}\r\n", f"{HEADER}\n{ROW}", f"\n\n{HEADER}\n\n{ROW}\n\n",
    f"{HEADER.upper()}\n{ROW}\n",
], ids=["byte order mark", "windows", "no last line end", "blank lines", "upper case"])  # fmt: skip
def test_ways_to_write_one_row(tmp_path: Path, text: str) -> None:
    got = imported(tmp_path, text, "record_id, usage_quantity, usage_start_time")
    assert got == [("r1", Decimal("1.5"), START)]


def test_everything_in_quotes(tmp_path: Path) -> None:
    quoted = "\n".join(",".join(f'"{field}"' for field in line.split(",")) for line in (HEADER, ROW))
    assert imported(tmp_path, quoted, "record_id, usage_quantity") == [("r1", Decimal("1.5"))]


def test_gzip(tmp_path: Path) -> None:
    content = gzip.compress(f"{HEADER}\n{ROW}\n".encode())
    assert imported(tmp_path, content, "record_id", name="system.billing.usage.csv.gz") == [("r1",)]


def test_empty_is_null_and_quoted_empty_is_empty_text(tmp_path: Path) -> None:
    text = f'{HEADER},workspace_id,record_type\n{ROW},,""\n'
    assert imported(tmp_path, text, "workspace_id, record_type") == [(None, "")]


def test_quoted_empty_is_null_where_no_text_is_wanted(tmp_path: Path) -> None:
    text = f'{HEADER},ingestion_date,custom_tags\n{ROW},"",""\n'
    assert imported(tmp_path, text, "ingestion_date, custom_tags") == [(None, None)]


def test_databricks_downloads_write_null(tmp_path: Path) -> None:
    text = f'{HEADER},workspace_id,custom_tags,record_type\n{ROW},null,null,"null"\n'
    assert imported(tmp_path, text, "workspace_id, custom_tags, record_type") == [(None, None, "null")]


def test_null_is_a_text_where_empty_means_null(tmp_path: Path) -> None:
    text = f"{HEADER},workspace_id,record_type\n{ROW},null,\n"
    assert imported(tmp_path, text, "workspace_id, record_type") == [("null", None)]


def test_spark_escapes_quotes_with_a_backslash(tmp_path: Path) -> None:
    lines = [
        f"{HEADER},custom_tags,workspace_id",
        ROW + r',"{\"a\":\"say \\\"hi\\\"\"}",back\slash',
        ROW.replace("r1", "r2") + r',"{\"p\":\"C:\\\\dir\\\\\",\"n\":\"l1\\nl2\"}","q\" uote"',
    ]
    got = imported(tmp_path, "\n".join(lines), "custom_tags, workspace_id, record_id", name="billing.usage.csv")
    assert sorted(got, key=lambda row: str(row[2])) == [
        ({"a": 'say "hi"'}, "back\\slash", "r1"), ({"p": "C:\\dir\\", "n": "l1\nl2"}, 'q" uote', "r2"),
    ]  # fmt: skip


def test_times_with_and_without_zone_are_utc(tmp_path: Path) -> None:
    times = ("2026-01-31 23:00:00", "2026-01-31T23:00:00.000+00:00", "2026-02-01 00:00:00+01", "2026-01-31T23:00Z",
             "2026-01-31 23:00:00 UTC", "2026-01-31 23:00:00.000000")  # fmt: skip
    rows = [ROW.replace("r1", f"r{n}").replace("2026-01-31T23:00:00Z", time) for n, time in enumerate(times)]
    got = imported(tmp_path, "\n".join([HEADER, *rows]), "usage_start_time")
    assert got == [(START,)] * len(times)


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    numbers = ("0.123456789012345678", "-1e-18", "12345678901234567890.000000000000000001", " 2 ")
    rows = [ROW.replace("r1", f"r{n}").replace("1.5", number) for n, number in enumerate(numbers)]
    got = imported(tmp_path, "\n".join([HEADER, *rows]), "record_id, usage_quantity")
    assert [quantity for _, quantity in got] == [Decimal(number) for number in numbers]


def test_numbers_with_too_many_decimals_are_rounded_and_counted(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/billing_usage.csv").write_text(
        f"{HEADER}\n{ROW.replace('1.5', '0.1000000000000000055511151')}\n{ROW.replace('r1', 'r2')}\n"
    )
    notes = [str(note) for note in run(tmp_path / "in", tmp_path / "home").notes]
    assert f"{USAGE}: numbers of 1 row have more decimals than we keep; rounded" in notes
    assert rows_of(tmp_path / "home", USAGE, "usage_quantity")[0] == (Decimal("0.100000000000000006"),)


def test_nested_columns_are_json(tmp_path: Path) -> None:
    metadata = {"job_id": 123, "genie": {"agent_id": "g"}, "not_known_yet": [1]}
    write_csv(tmp_path / "in/billing_usage.csv", [usage(
        usage_metadata=metadata, custom_tags={"Team": "data", "n": None}, product_features={"is_serverless": True}
    )])  # fmt: skip
    run(tmp_path / "in", tmp_path / "home")
    got = rows_of(tmp_path / "home", USAGE, "usage_metadata.job_id AS job, usage_metadata.genie.agent_id AS agent, "
                  "custom_tags, product_features.is_serverless AS free, product_features.is_photon AS photon")  # fmt: skip
    assert got == [("123", "g", {"Team": "data", "n": None}, True, None)]


def test_prices_in_json_are_exact_as_texts_and_as_numbers(tmp_path: Path) -> None:
    pricing = '{"default": "0.150000000000000001", "promotional": {"default": null}, "effective_list": {"default": 0.12345678901234567}}'
    write_csv(tmp_path / "in/billing.list_prices.csv", [price(pricing=pricing)])
    run(tmp_path / "in", tmp_path / "home")
    got = rows_of(tmp_path / "home", PRICES, "pricing.default AS list, pricing.promotional.default AS promo, "
                  "pricing.effective_list.default AS effective")  # fmt: skip
    assert got == [(Decimal("0.150000000000000001"), None, Decimal("0.123456789012345670"))]


def test_partition_columns_come_from_the_path(tmp_path: Path) -> None:
    header, row = HEADER.replace(",usage_date", ""), ROW.replace(",2026-01-31,", ",")
    folder = tmp_path / "in/billing.usage/usage_date=2026-01-30"
    folder.mkdir(parents=True)
    (folder / "part-0.csv").write_text(f"{header}\n{row}\n")
    run(tmp_path / "in", tmp_path / "home")
    ((day,),) = rows_of(tmp_path / "home", USAGE, "usage_date")
    assert str(day) == "2026-01-30"


def test_job_spends(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/databricks_job_spends.csv").write_text(
        "cluster_id,ec2_cost,job_id,run_id,usage_date,databricks_cost,total_cost\n0101-a,1.25,7,70,2026-01-31,0.5,1.75\n"
    )
    report = run(tmp_path / "in", tmp_path / "home")
    spends = "external.databricks_job_spends"
    assert rows_of(tmp_path / "home", spends, "cluster_id, job_id, run_id, ec2_cost, databricks_cost") == [
        ("0101-a", "7", "70", Decimal("1.25"), Decimal("0.5"))
    ]
    assert [str(note) for note in report.notes] == [f"{spends}: not known, left out: total_cost"]


@pytest.mark.parametrize("name", ["billing.usage/we[ird]*?.csv", "billing.usage/it's; DROP TABLE x--.csv",
                                  "billing.usage/ünï 漢字.csv", "billing.usage/[0-9].csv",
                                  "billing.usage/{a,b}.csv", "~/billing.usage.csv"])  # fmt: skip
def test_odd_file_names_mean_one_file(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in[1]*"
    (folder / name).parent.mkdir(parents=True)
    for other, content in ((name, ROW), ("billing.usage/5.csv.txt", "x")):
        (folder / other).parent.mkdir(parents=True, exist_ok=True)
        (folder / other).write_text(f"{HEADER}\n{content}\n")
    (tmp_path / "in1x").mkdir()
    (tmp_path / "in1x/billing.usage.csv").write_text(f"{HEADER}\nother,AWS,SKU,2026-01-31,2026-01-31,DBU,1\n")
    run(folder, tmp_path / "home[x]")
    assert rows_of(tmp_path / "home[x]", USAGE, "record_id") == [("r1",)]


def test_sql_in_values_stays_text(tmp_path: Path) -> None:
    nasty = "'); DROP TABLE billing.usage; --"
    write_csv(tmp_path / "in/billing_usage.csv", [usage(record_id=nasty, custom_tags={nasty: nasty})])
    run(tmp_path / "in", tmp_path / "home")
    assert rows_of(tmp_path / "home", USAGE, "record_id, custom_tags") == [(nasty, {nasty: nasty})]

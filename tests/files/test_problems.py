"""Bad input: what is wrong, where it is and what to do, all in one report, and nothing changes."""

import gzip
import os
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from lib.errors import InputError
from lib.files import ImportFailed
from lib.warehouse.store import DatabaseFolder
from tests.files.exports import USAGE, loaded, problems, rows_of, run, usage, write_arrow, write_csv, write_parquet

HEADER = "record_id,cloud,sku_name,usage_start_time,usage_date,usage_unit,usage_quantity"
ROW = "r1,AWS,SKU,2026-01-31T23:00:00Z,2026-01-31,DBU,1.5"


def broken(tmp_path: Path, content: str | bytes, name: str = "billing_usage.csv") -> list[str]:
    """The problems of a folder with this one file."""
    (tmp_path / "in").mkdir(exist_ok=True)
    (tmp_path / "in" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return problems(tmp_path / "in", tmp_path / "home")


def arrow_problems(tmp_path: Path, **arrays: pa.Array) -> list[str]:
    """The problems of a Parquet file of usage with these columns."""
    given = {name: pa.array([value] * 3) for name, value in usage().items()} | arrays
    write_arrow(tmp_path / "in/billing.usage.parquet", pa.table(given))
    return problems(tmp_path / "in", tmp_path / "home")


def test_bad_values_have_their_physical_line(tmp_path: Path) -> None:
    lines = [
        f"{HEADER},custom_tags",                                                 # 1
        f'{ROW.replace("r1", "ok")},"{{""a"": ""two\\nlines""}}"',               # 2
        f'{ROW.replace("SKU", chr(34) + "three" + chr(10) + chr(10) + "lines" + chr(34))},',  # 3 to 5
        "",                                                                      # 6
        f"{ROW.replace('1.5', 'abc')},",                                         # 7
        f"{ROW.replace('2026-01-31T23:00:00Z', 'yesterday')},",                  # 8
        f"{ROW.replace(',2026-01-31,', ',31.1.2026,')},{{'a': 'b'}}",            # 9
        ROW[2:] + ",",                                                           # 10
    ]  # fmt: skip
    assert broken(tmp_path, "\n".join(lines)) == [
        'billing_usage.csv, line 7, column usage_quantity: "abc" is not a number that fits DECIMAL(38,18). '
        "Write it with a decimal point and without currency or thousands separators.",
        'billing_usage.csv, line 8, column usage_start_time: "yesterday" is not a time such as 2026-01-31T23:00:00Z. '
        "Correct the value or export the column again.",
        'billing_usage.csv, line 9, column usage_date: "31.1.2026" is not a date such as 2026-01-31. '
        "Correct the value or export the column again.",
        """billing_usage.csv, line 9, column custom_tags: "{'a': 'b'}" is not a JSON object. """
        "Write nested columns with to_json(…).",
        "billing_usage.csv, line 10, column record_id: The value is empty, but every row needs one. "
        "Leave the row out or fill it in.",
    ]


def test_rows_that_are_not_csv_do_not_shift_the_lines_after_them(tmp_path: Path) -> None:
    lines = [HEADER, ROW, "r2,AWS", ROW.replace("1.5", "x"), ROW + ",more", '"r3" x' + ROW[2:], ROW.replace("DBU", "")]
    assert [problem.partition(". ")[0] for problem in broken(tmp_path, "\n".join(lines) + "\n")] == [
        "billing_usage.csv, line 3: The row has fewer fields than the header",
        'billing_usage.csv, line 4, column usage_quantity: "x" is not a number that fits DECIMAL(38,18)',
        "billing_usage.csv, line 5: The row has more fields than the header",
        "billing_usage.csv, line 6: A quote is opened and not closed, or closed in the middle of a field",
        "billing_usage.csv, line 7, column usage_unit: The value is empty, but every row needs one",
    ]


@pytest.mark.parametrize("name", ["billing_usage.csv", "billing_usage.csv.gz"])
def test_lines_in_a_file_with_byte_order_mark(tmp_path: Path, name: str) -> None:
    content = f"\ufeff{HEADER}\r\n{ROW}\r\n{ROW.replace('1.5', 'x')}\r\nr2,AWS\r\n".encode()
    found = broken(tmp_path, gzip.compress(content, mtime=0) if name.endswith("gz") else content, name)
    assert [problem.partition(":")[0] for problem in found] == [
        f"{name}, line 3, column usage_quantity",
        f"{name}, line 4",
    ]


def test_many_bad_values_are_counted_after_twenty(tmp_path: Path) -> None:
    rows = [ROW.replace("1.5", f"bad{n}") for n in range(1234)]
    found = broken(tmp_path, "\n".join([HEADER, *rows]))
    assert len(found) == 21
    assert 'line 21, column usage_quantity: "bad19"' in found[19]
    assert found[20].startswith("billing_usage.csv: And 1,214 more bad values or rows in this file.")


def test_many_rows_that_are_not_csv_are_counted_too(tmp_path: Path) -> None:
    found = broken(tmp_path, "\n".join([HEADER, *["a,b"] * 50]))
    assert len(found) == 21
    assert found[20].startswith("billing_usage.csv: And 30 more bad values or rows")


def test_long_values_are_cut(tmp_path: Path) -> None:
    (found,) = broken(tmp_path, f"{HEADER}\n{ROW.replace('1.5', 'x' * 5000)}\n")
    assert f'"{"x" * 59}…" is not a number' in found


def test_bad_values_in_parquet_have_their_row(tmp_path: Path) -> None:
    assert arrow_problems(
        tmp_path, usage_quantity=pa.array(["1", "two", None]), workspace_id=pa.array([1.0, 1e17, 3.0])
    ) == [
        'billing.usage.parquet, row 2, column workspace_id: "1e+17" is not an exact id. '
        "Export ids as text: a column of floats has lost their last digits.",
        'billing.usage.parquet, row 2, column usage_quantity: "two" is not a number that fits DECIMAL(38,18). '
        "Write it with a decimal point and without currency or thousands separators.",
        "billing.usage.parquet, row 3, column usage_quantity: The value is empty, but every row needs one. "
        "Leave the row out or fill it in.",
    ]


def test_columns_of_a_wrong_type(tmp_path: Path) -> None:
    found = arrow_problems(tmp_path, usage_quantity=pa.array([True, False, True]), usage_start_time=pa.array([1, 2, 3]),
                           usage_metadata=pa.array([1, 2, 3]), custom_tags=pa.array([["a"], ["b"], ["c"]]))  # fmt: skip
    assert found == [
        "billing.usage.parquet, column usage_start_time: The column is BIGINT, which cannot become TIMESTAMP. "
        "Export the column as TIMESTAMP.",
        "billing.usage.parquet, column custom_tags: The column is VARCHAR[], which cannot become MAP<STRING, STRING>. "
        "Export the column as MAP<STRING, STRING>.",
        "billing.usage.parquet, column usage_quantity: The column is BOOLEAN, which cannot become DECIMAL(38,18). "
        "Export the column as DECIMAL(38,18).",
        "billing.usage.parquet, column usage_metadata: The column is BIGINT, which cannot become "
        "STRUCT<cluster_id: STRING, job_id: STRING, job_run_id: STRI…. "
        "Export the column as STRUCT<cluster_id: STRING, job_id: STRING, job_run_id: STRI….",
    ]


def test_a_field_of_a_wrong_type(tmp_path: Path) -> None:
    metadata = pa.array([{"job_id": "9", "genie": n} for n in (None, 5, None)])
    (found,) = arrow_problems(tmp_path, usage_metadata=metadata)
    assert found.startswith("billing.usage.parquet, row 2, column usage_metadata: ")
    assert "'genie': 5" in found


@pytest.mark.parametrize(("column", "value", "wanted"), [
    ("custom_tags", '"[1]"', "a JSON object"), ("custom_tags", '"{""a"": 1"', "a JSON object"),
    ("usage_metadata", '"text"', "a JSON object with fields such as cluster_id, job_id, job_run_id"),
    ("usage_metadata", '"{""genie"": 5}"', "a JSON object with fields such as"),
    ("product_features", '"{""is_serverless"": ""maybe""}"', "a JSON object with fields such as jobs_tier"),
    ("ingestion_date", "2026-02-30", "a date such as"), ("ingestion_date", "infinity", "a date such as"),
    ("usage_end_time", "1769900400", "a time such as"), ("usage_end_time", "epoch", "a time such as"),
])  # fmt: skip
def test_values_that_do_not_fit_their_column(tmp_path: Path, column: str, value: str, wanted: str) -> None:
    (found,) = broken(tmp_path, f"{HEADER},{column}\n{ROW},{value}\n")
    assert found.startswith(f"billing_usage.csv, line 2, column {column}: ")
    assert f"is not {wanted}" in found


@pytest.mark.parametrize("value", ["1.5", "9223372036854775808", "ten"])
def test_whole_numbers_are_not_rounded(tmp_path: Path, value: str) -> None:
    (tmp_path / "in").mkdir()
    text = f"workspace_id,warehouse_id,event_type,event_time,cluster_count\nw,h,RUNNING,2026-01-01,{value}\n"
    (tmp_path / "in/compute.warehouse_events.csv").write_text(text)
    (found,) = problems(tmp_path / "in", tmp_path / "home")
    assert f'column cluster_count: "{value}" is not a whole number that fits INTEGER' in found


def test_required_columns_that_are_missing(tmp_path: Path) -> None:
    found = broken(
        tmp_path, "record_id,Quantity,cloud,sku_name,usage_start_time,usage_unit\nr1,1,AWS,S,2026-01-01,DBU\n"
    )
    assert found == [
        f"billing_usage.csv, column {column}: The column {column} is missing, and no row of {USAGE} can do without it. "
        "Export it too. Columns that are not known: quantity."
        for column in ("usage_date", "usage_quantity")
    ]


def test_a_column_that_is_there_twice(tmp_path: Path) -> None:
    (found,) = broken(tmp_path, f"{HEADER},cloud\n{ROW},GCP\n")
    assert (
        found
        == "billing_usage.csv, line 1, column cloud: The header has this column more than once. Remove all but one."
    )


def test_a_file_without_header(tmp_path: Path) -> None:
    (found,) = broken(tmp_path, f"{ROW}\n")
    assert found.startswith(f"billing_usage.csv: The first line names no column of {USAGE}: 'r1,AWS,SKU,")
    assert "must begin with a line of column names" in found


PARQUET = b"PAR1" + b"\0" * 100


@pytest.mark.parametrize(("name", "content", "message"), [
    ("billing.usage.parquet", b"<!DOCTYPE html><html>Sign in</html>", "This is a web page, not data."),
    ("billing.usage.csv", b"\n <html>Sign in</html>", "This is a web page, not data."),
    ("billing.usage.csv", b'{"error_code": "403"}', "This is an answer of a server, not data."),
    ("billing.usage.parquet", b"", "The file is empty."),
    ("billing.usage.csv", b"\n\n", "The file is empty."),
    ("billing.usage.csv.gz", gzip.compress(b"", mtime=0), "The file is empty."),
    ("billing.usage.parquet", HEADER.encode(), "This is not a Parquet file, whatever its name says."),
    ("billing.usage.parquet", PARQUET, "The Parquet file is cut off: its end is missing."),
    ("billing.usage.parquet", PARQUET + b"PAR1", "The Parquet file is damaged:"),
    ("billing.usage.parquet", PARQUET + b"PARE", "The Parquet file is encrypted."),
    ("billing.usage.csv", PARQUET + b"PAR1", "This is a Parquet file, not CSV."),
    ("billing.usage.csv", gzip.compress(b"x", mtime=0), "This is a compressed file."),
    ("billing.usage.csv", "record_id".encode("utf-16"), "The file is not UTF-8 text."),
    ("billing.usage.csv.gz", HEADER.encode(), "The file is not compressed with gzip, whatever its name says."),
    ("billing.usage.csv.gz", gzip.compress(os.urandom(50_000))[:-20_000], "The compressed file is damaged or cut off."),
    ("billing.usage.csv", f"{HEADER}\n{ROW}\n{ROW}\r\n".encode(), "The file mixes kinds of line ends"),
])  # fmt: skip
def test_files_that_are_something_else(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (found,) = broken(tmp_path, content, name)
    assert found.startswith(f"{name}: {message}")


def test_a_gzip_file_cut_off_after_its_first_megabyte(tmp_path: Path) -> None:
    rows = "\n".join(f"{os.urandom(20).hex()}{ROW}" for _ in range(40_000))
    (found,) = broken(tmp_path, gzip.compress(f"{HEADER}\n{rows}\n".encode())[:-9000], "billing.usage.csv.gz")
    assert found == "billing.usage.csv.gz: The compressed file is damaged or cut off. Download or export it again."


def test_a_parquet_file_with_damaged_pages(tmp_path: Path) -> None:
    rows = [usage(f"{os.urandom(9).hex()}") for _ in range(5000)]
    path = write_parquet(tmp_path / "in/billing.usage.parquet", USAGE, rows)
    content = bytearray(path.read_bytes())
    content[200:2000] = os.urandom(1800)
    path.write_bytes(content)
    (found,) = problems(tmp_path / "in", tmp_path / "home")
    assert found.startswith("billing.usage.parquet: The file cannot be read: ")
    assert found.endswith("Download or export it again.")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (found,) = broken(tmp_path, f"{HEADER}\n{ROW}\n".encode() + ROW.replace("SKU", "caf").encode() + b"\xe9\n")
    assert found.startswith("billing_usage.csv, line 3: The row is not UTF-8 text.")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "in/billing_usage.csv", [usage()])
    really = Path.open

    def refuse(self: Path, *args: object, **values: object) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return really(self, *args, **values)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    (found,) = problems(tmp_path / "in", tmp_path / "home")
    assert found == "billing_usage.csv: You may not read this file. Give yourself the right to read it, or copy it."


def test_a_link_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/billing_usage.csv").symlink_to(tmp_path / "gone.csv")
    (found,) = problems(tmp_path / "in", tmp_path / "home")
    assert found.startswith("billing_usage.csv: The file cannot be read: No such file or directory.")


def test_all_problems_of_all_files_come_together(tmp_path: Path) -> None:
    write_csv(tmp_path / "in/billing_usage.csv", [usage(usage_quantity="x"), usage(usage_date="y")])
    (tmp_path / "in/query.history.parquet").write_text("<html>")
    (tmp_path / "in/billing.list_prices.csv").write_text("sku_name\nS\n")
    write_csv(tmp_path / "in/access.workspaces_latest.csv", [{"workspace_id": "1"}])
    found = problems(tmp_path / "in", tmp_path / "home")
    assert [problem.partition(":")[0] for problem in found] == [
        *(f"billing.list_prices.csv, column {name}"
          for name in ("price_start_time", "cloud", "currency_code", "usage_unit", "pricing")),
        "billing_usage.csv, line 2, column usage_quantity", "billing_usage.csv, line 3, column usage_date",
        "query.history.parquet",
    ]  # fmt: skip


def test_the_error_lists_every_problem(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/billing_usage.csv").write_text(f"{HEADER}\n{ROW.replace('1.5', 'x')}\n{ROW.replace('1.5', 'y')}\n")
    with pytest.raises(ImportFailed) as error:
        run(tmp_path / "in", tmp_path / "home")
    lines = error.value.message.splitlines()
    assert lines[0] == "Nothing was imported: 2 problems."
    assert lines[1].startswith('billing_usage.csv, line 2, column usage_quantity: "x" is not a number')
    assert lines[2].startswith('billing_usage.csv, line 3, column usage_quantity: "y" is not a number')
    assert error.value.place == str(tmp_path / "in")
    assert "docs/import.md" in error.value.remedy
    assert error.value.report.text().splitlines()[:2] == [
        f"Nothing was imported from {tmp_path / 'in'}: 2 problems.", "Problems:",
    ]  # fmt: skip


def test_bad_files_leave_an_account_as_it_was(tmp_path: Path) -> None:
    write_csv(tmp_path / "good/billing_usage.csv", [usage()])
    run(tmp_path / "good", tmp_path / "home")
    before = DatabaseFolder(tmp_path / "home").current()
    write_csv(tmp_path / "in/billing_usage.csv", [usage("r2"), usage("r3", usage_quantity="x")])
    write_csv(tmp_path / "in/access.workspaces_latest.csv", [{"workspace_id": "1"}])
    assert len(problems(tmp_path / "in", tmp_path / "home")) == 1
    assert DatabaseFolder(tmp_path / "home").current() == before
    assert rows_of(tmp_path / "home", USAGE, "record_id, usage_quantity") == [("r1", Decimal("1.5"))]
    assert loaded(tmp_path / "home") == {USAGE: 1}


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError, match=r"no export of a table in this folder\. It is empty") as error:
        run(tmp_path / "in", tmp_path / "home")
    assert "system.billing.usage.parquet" in error.value.remedy
    assert error.value.place == str(tmp_path / "in")


def test_a_folder_with_other_files_only(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/usage.csv").touch()
    with pytest.raises(InputError, match=r"Ignored: usage\.csv: .* Did you mean system\.billing\.usage\?"):
        run(tmp_path / "in", tmp_path / "home")


def test_files_without_any_row(tmp_path: Path) -> None:
    write_parquet(tmp_path / "in/billing.usage.parquet", USAGE, [usage()])
    write_arrow(tmp_path / "in/billing.usage.parquet", pa.table({n: pa.array([v])[:0] for n, v in usage().items()}))
    (tmp_path / "in/billing.list_prices.csv").write_text(
        "sku_name,cloud,currency_code,usage_unit,price_start_time,pricing\n"
    )
    assert problems(tmp_path / "in", tmp_path / "home") == [
        ".: No file has any row. Check the filter and the dates of the export."
    ]


def test_a_table_without_rows_beside_one_with_rows_is_loaded_and_empty(tmp_path: Path) -> None:
    write_csv(tmp_path / "in/billing_usage.csv", [usage()])
    (tmp_path / "in/access.workspaces_latest.csv").write_text("workspace_id,workspace_name\n")
    report = run(tmp_path / "in", tmp_path / "home")
    assert "system.access.workspaces_latest: the files hold no rows" in map(str, report.notes)
    assert loaded(tmp_path / "home") == {USAGE: 1, "system.access.workspaces_latest": 0}
    assert "system.access.workspaces_latest" not in report.missing
    assert "system.billing.list_prices" in report.missing

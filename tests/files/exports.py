"""Writes exports as other programs would, imports them, and reads the account back."""

import gzip
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.files import ImportFailed, ImportReport, import_folder
from lib.files.schema import known_tables
from lib.queries.types import SqlType
from lib.warehouse.connections import attach, open_memory
from lib.warehouse.store import DatabaseFolder
from lib.warehouse.types import arrow_type

Row = dict[str, Any]
USAGE = "system.billing.usage"
PRICES = "system.billing.list_prices"
START = datetime.fromisoformat("2026-01-31T23:00:00+00:00")


def usage(record_id: str = "r1", quantity: object = "1.5", **values: Any) -> Row:
    """A row of usage with the columns that it cannot do without."""
    return {
        "record_id": record_id, "cloud": "AWS", "sku_name": "SKU", "usage_start_time": START,
        "usage_date": date(2026, 1, 31), "usage_unit": "DBU", "usage_quantity": Decimal(str(quantity)),
    } | values  # fmt: skip


def price(start: str = "2026-01-01", *, amount: str = "0.15", **values: Any) -> Row:
    """A row of list prices."""
    return {
        "account_id": "acc", "price_start_time": datetime.fromisoformat(f"{start}T00:00:00+00:00"), "sku_name": "SKU",
        "cloud": "AWS", "currency_code": "USD", "usage_unit": "DBU", "pricing": {"default": Decimal(amount)},
    } | values  # fmt: skip


def write_csv(path: Path, rows: Iterable[Row], *, separator: str = ",", escape: str = '"', null: str = "") -> Path:
    """As RFC 4180 wants it: texts in quotes, NULL empty, nested values as JSON. `.gz` is compressed."""
    rows = list(rows)
    names = list(rows[0])
    lines = [separator.join(names)]
    lines += [separator.join(_csv_field(row.get(name), escape, null) for name in names) for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    content = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def write_parquet(path: Path, table: str, rows: Iterable[Row]) -> Path:
    """With the column types of the table; columns that no row has are left out."""
    rows = list(rows)
    names = {name for row in rows for name in row}
    columns = [column for column in known_tables()[table].columns if column.name in names]
    schema = pa.schema([(column.name, arrow_type(column.type)) for column in columns])
    values = [{c.name: arrow_value(row.get(c.name), c.type) for c in columns} for row in rows]
    return write_arrow(path, pa.Table.from_pylist(values, schema=schema))


def write_arrow(path: Path, table: pa.Table) -> Path:
    """Any Arrow table as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    return path


def run(folder: Path, home: Path, **options: Any) -> ImportReport:
    """Import into the account below `home`."""
    return import_folder(folder, DatabaseFolder(home), memory_limit="500MB", **options)


def problems(folder: Path, home: Path) -> list[str]:
    """The problems of an import that must fail, and leave everything as it was."""
    before = DatabaseFolder(home).find()
    files = sorted(home.glob("account-*"))
    with pytest.raises(ImportFailed) as failed:
        run(folder, home)
    report = failed.value.report
    assert all(problem.remedy for problem in report.problems)
    assert not report.changed
    assert DatabaseFolder(home).find() == before
    assert sorted(home.glob("account-*")) == files
    assert not list(home.glob(".import-*"))
    return [str(problem) for problem in report.problems]


def rows_of(home: Path, table: str, columns: str = "*", order: str = "1") -> list[tuple[Any, ...]]:
    """Rows of a table of the account that holds now; maps are dicts, times are UTC."""
    found = _read(home, f"SELECT {columns} FROM account.{known_tables()[table].sql_name} ORDER BY {order}")
    kinds = {column.name: column.type for column in known_tables()[table].columns}
    names = found.column_names
    return [
        tuple(plain_value(row[name], kinds[name]) if name in kinds else row[name] for name in names)
        for row in found.to_pylist()
    ]


def loaded(home: Path) -> dict[str, int]:
    """Rows of each table that is loaded, as the account notes them."""
    return {row["table_name"]: row["rows"] for row in _read(home, "FROM account.meta.tables WHERE loaded").to_pylist()}


def plain_value(value: Any, type_: SqlType) -> Any:
    """An Arrow value with its maps as dicts."""
    if value is None:
        return None
    match type_.name:
        case "MAP":
            return {key: plain_value(item, type_.parts[1]) for key, item in value}
        case "ARRAY":
            return [plain_value(item, type_.parts[0]) for item in value]
        case "STRUCT":
            return {n: plain_value(value[n], part) for n, part in zip(type_.fields, type_.parts, strict=True)}
    return value


def arrow_value(value: Any, type_: SqlType) -> Any:
    """A value with its maps as pairs, as Arrow takes them."""
    if value is None:
        return None
    match type_.name:
        case "MAP":
            return [(key, arrow_value(item, type_.parts[1])) for key, item in value.items()]
        case "ARRAY":
            return [arrow_value(item, type_.parts[0]) for item in value]
        case "STRUCT":
            return {n: arrow_value(value.get(n), part) for n, part in zip(type_.fields, type_.parts, strict=True)}
    return value


def _read(home: Path, statement: str) -> pa.Table:
    con = open_memory()
    try:
        attach(con, DatabaseFolder(home).current().account, "account")
        return con.sql(statement).to_arrow_table()
    finally:
        con.close()


def _csv_field(value: Any, escape: str, null: str) -> str:
    if value is None:
        return null
    if isinstance(value, str | dict | list):
        text = value if isinstance(value, str) else to_json(value)
        return '"' + text.replace('"', f'{escape}"') + '"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def to_json(value: Mapping[str, Any] | list[Any]) -> str:
    """JSON whose decimals keep all their digits."""
    marks: dict[str, str] = {}

    def mark(number: Any) -> str:
        name = f"@{len(marks)}@"
        marks[f'"{name}"'] = f"{number:f}" if isinstance(number, Decimal) else json.dumps(number.isoformat())
        return name

    text = json.dumps(value, default=mark, ensure_ascii=False)
    for name, number in marks.items():
        text = text.replace(name, number)
    return text

"""Whatever rows hold, CSV and Parquet bring them over unchanged, and both mean the same rows."""

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.files.rules import RULES
from lib.files.schema import Table, known_tables
from lib.queries.types import SqlType
from tests.files.exports import Row, rows_of, run, write_csv, write_parquet

pytestmark = pytest.mark.slow

_TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12) | st.sampled_from(
    [
        "",
        "a,b;c\td",
        'say "hi"',
        "back\\slash",
        'both \\"',
        "two\nlines",
        "cr\rlf\r\n",
        "{not json",
        "ünï — 漢字 🧾",
        " padded ",
    ]
)
_SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "STRING": _TEXT,
    "BOOLEAN": st.booleans(),
    "INT": st.integers(-(2**31), 2**31 - 1),
    "BIGINT": st.integers(-(2**63), 2**63 - 1),
    "DOUBLE": st.floats(allow_nan=False, allow_infinity=False),
    "DATE": st.dates(date(1999, 1, 1), date(2100, 1, 1)),
    "TIMESTAMP": st.datetimes(datetime(1999, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
}


def values(type_: SqlType) -> st.SearchStrategy[Any]:
    """Any value of a type, parts may be NULL."""
    match type_.name:
        case "DECIMAL":
            edge = 10 ** (type_.digits[0] - type_.digits[1]) - 1
            return st.decimals(-edge, edge, places=type_.digits[1])
        case "MAP":
            return st.dictionaries(_TEXT, st.none() | values(type_.parts[1]), max_size=3)
        case "ARRAY":
            return st.lists(st.none() | values(type_.parts[0]), max_size=3)
        case "STRUCT":
            parts = zip(type_.fields, type_.parts, strict=True)
            return st.fixed_dictionaries({name: st.none() | values(part) for name, part in parts})
    return _SCALARS[type_.name]


def rows(table: Table) -> st.SearchStrategy[list[Row]]:
    """Rows with different keys; columns that a row needs are there."""
    rule = RULES[table.name]
    row = st.fixed_dictionaries(
        {c.name: values(c.type) if c.name in rule.required else st.none() | values(c.type) for c in table.columns}
    )
    return st.lists(row, min_size=1, max_size=6, unique_by=lambda row: tuple(row[name] for name in rule.key))


@pytest.mark.parametrize("name", ["system.billing.usage", "system.query.history", "system.lakeflow.jobs"])
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_csv_and_parquet_bring_over_the_same_rows(name: str, data: st.DataObject) -> None:
    table = known_tables()[name]
    given_rows = data.draw(rows(table))
    key = ", ".join(RULES[name].key)
    columns = [column.name for column in table.columns]
    expected = sorted((tuple(row[c] for c in columns) for row in given_rows), key=repr)
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        write_csv(folder / "csv" / f"{name}.csv", given_rows)
        write_parquet(folder / "parquet" / f"{name}.parquet", name, given_rows)
        for kind in ("csv", "parquet"):
            assert run(folder / kind, folder / f"{kind}-home").changed
            assert sorted(rows_of(folder / f"{kind}-home", name, order=key), key=repr) == expected
        again = run(folder / "parquet", folder / "csv-home")
        assert not again.changed
        assert again.tables[0].present == len(given_rows)

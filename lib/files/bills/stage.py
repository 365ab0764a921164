"""Collects the lines of cloud bills and puts together, per day and tag, what one export says each service cost.

Exports of one month come again and again with more days in them, and no cloud numbers its lines for good. So a row of
the table is the sum of an export's lines of one day, resource and service, which a later export replaces.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
from duckdb.sqltypes import VARCHAR

from lib.files.bills.layout import plain, tag_column
from lib.files.bills.reading import LINE, lines_of
from lib.files.bills.recognise import LAYOUTS, TABLE, BillFile
from lib.files.csv_source import open_csv
from lib.files.diagnosis import problems_in
from lib.files.opened import Opened, Refused
from lib.files.parquet_source import open_parquet
from lib.files.report import Note, counted
from lib.files.schema import Column, Table
from lib.files.sql import text_sql
from lib.queries.types import parse_type

LINES = "stage.bill_lines"
REPEATED_SHARE = 0.5
"""Two files of a folder are versions of one export, not parts of it, when the smaller has more of its lines in both."""
_KEY = ("usage_date", "cluster_id", "warehouse_id", "instance_pool_id", "service", "currency")


@dataclass(frozen=True)
class _Read:
    """A file that has tagged lines."""

    number: int
    file: BillFile
    last: date
    lines: int


class BillStage:
    """Takes bills in; `fill` writes the rows of the table."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        """`con` has a writable catalog `stage`."""
        self.con = con
        self.files: list[BillFile] = []
        self.filled = False

    def take(self, file: BillFile) -> None:
        """Read one file; Refused with what is wrong with it."""
        if not self.files:
            columns = ", ".join(f"{name} {kind}" for name, kind in LINE.items())
            self.con.execute(
                f"CREATE TABLE {LINES} (file INTEGER, {columns}, lines BIGINT, bad BIGINT, rounded BIGINT)"
            )
        number = len(self.files)
        self.files.append(file)
        opened = _open(self.con, file)
        reading = lines_of(opened, file.layout)
        named = ", ".join(f"{value} AS {name}" for name, value in zip(LINE, reading.values, strict=True))
        # a line that stays out is counted and summed, whatever it is about
        told = (
            f"CASE WHEN kind = 'tagged' THEN {name} END" for name in LINE if name not in ("kind", "currency", "cost")
        )
        self.con.execute("DROP TABLE IF EXISTS rejected_rows; DROP TABLE IF EXISTS reject_scans")
        self.con.execute(
            f"INSERT INTO {LINES} SELECT {number}, kind, {', '.join(told)}, currency, sum(cost), count(*), "
            f"count(*) FILTER (bad), count(*) FILTER (rounded) FROM (SELECT {named}, {reading.bad} AS bad, "
            f"{reading.rounded} AS rounded FROM {reading.source(opened.relation)}) GROUP BY ALL",
            opened.params,
        )
        (bad,) = self._rows(f"SELECT coalesce(sum(bad), 0) > 0 FROM {LINES} WHERE file = {number}")[0]
        if problems := problems_in(self.con, opened, reading, has_bad=bad):
            raise Refused(problems)

    def fill(self, target: str, table: Table) -> int:
        """Insert the rows into the scratch table `target`, those of later exports after those of earlier ones."""
        self.filled = True
        rows = 0
        for files in self._exports():
            cloud, numbers = files[0].file.cloud, ", ".join(str(read.number) for read in files)
            named = ", ".join(f"CAST({name} AS VARCHAR)" for name in _KEY)
            values = {name: name for name in _KEY} | {
                "record_key": f"md5(CAST(to_json([{text_sql(cloud)}, {named}]) AS VARCHAR))",
                "cloud": text_sql(cloud), "cost": "sum(cost)",
            }  # fmt: skip
            columns = [column.name for column in table.columns if column.name in values]
            found = self._rows(
                f"INSERT INTO {target} ({', '.join(columns)}) SELECT {', '.join(values[name] for name in columns)} "
                f"FROM {LINES} WHERE kind = 'tagged' AND file IN ({numbers}) GROUP BY {', '.join(_KEY)}"
            )
            rows += int(found[0][0])
        return rows

    @property
    def rounded(self) -> int:
        """Lines that are taken over with fewer decimals."""
        found = self._rows(f"SELECT coalesce(sum(rounded), 0) FROM {LINES} WHERE kind = 'tagged'") if self.files else []
        return int(found[0][0]) if found else 0

    def notes(self) -> Iterator[Note]:
        """What was taken over of each cloud's bill, and what was left out."""
        for cloud in sorted({file.cloud for file in self.files} if self.filled else ()):
            numbers = [number for number, file in enumerate(self.files) if file.cloud == cloud]
            layout, files = LAYOUTS[cloud], [self.files[number] for number in numbers]
            parts = [
                f"{self._counted('tagged', numbers)} with a tag of Databricks",
                f"left out {self._counted('untagged', numbers)} without one and {self._counted('own', numbers)} "
                "of Databricks' own charges",
            ]
            yield Note(f"{layout.title}, {counted(len(files), 'file')}", "; ".join(parts))
            for file in files:
                if layout.credits and not {plain(name) for name in file.names}.intersection(layout.credits):
                    yield Note(file.label, "there is no column of credits: cost is before credits")

    def _counted(self, kind: str, numbers: list[int]) -> str:
        chosen = f"kind = '{kind}' AND file IN ({', '.join(map(str, numbers))})"
        sums = self._rows(f"SELECT currency, sum(cost), sum(lines) FROM {LINES} WHERE {chosen} GROUP BY 1 ORDER BY 1")
        money = f" ({', '.join(f'{cost:,.2f} {currency}' for currency, cost, _ in sums)})" if sums else ""
        return f"{counted(int(sum(lines for _, _, lines in sums)), 'line')}{money}"

    def _exports(self) -> list[list[_Read]]:
        """The files of each export, exports that reach further last; equal ones by name."""
        if not self.files:
            return []
        repeated = self._repeated()
        folders: dict[tuple[str, str], list[list[_Read]]] = {}
        for read in sorted(self._read(), key=lambda read: (read.last, read.file.label)):
            exports = folders.setdefault((str(read.file.path.parent), read.file.cloud), [[]])
            if any(
                repeated.get((other.number, read.number), 0) > REPEATED_SHARE * min(other.lines, read.lines)
                for other in exports[-1]
            ):
                exports.append([])
            exports[-1].append(read)
        found = [export for exports in folders.values() for export in exports if export]
        return sorted(found, key=lambda export: (export[-1].last, export[-1].file.label))

    def _read(self) -> Iterator[_Read]:
        found = self._rows(
            f"SELECT file, max(usage_date), count(DISTINCT identity) FROM {LINES} WHERE kind = 'tagged' GROUP BY file"
        )
        for number, last, lines in found:
            yield _Read(number, self.files[number], last, lines)

    def _repeated(self) -> dict[tuple[int, int], int]:
        """Pairs of files, both ways → how many lines both have."""
        if len(self.files) < 2:
            return {}
        lines = f"(SELECT DISTINCT file, identity FROM {LINES} WHERE kind = 'tagged')"
        found = self._rows(
            f"SELECT a.file, b.file, count(*) FROM {lines} AS a JOIN {lines} AS b USING (identity) "
            "WHERE a.file <> b.file GROUP BY ALL"
        )
        return {(one, other): count for one, other, count in found}

    def _rows(self, statement: str) -> list[tuple]:
        return self.con.execute(statement).fetchall()


def _open(con: duckdb.DuckDBPyConnection, file: BillFile) -> Opened:
    if file.kind == "parquet":
        return open_parquet(con, file)
    layout = file.layout
    text = parse_type("STRING")
    known = dict.fromkeys(
        name.strip().lower() for name in file.names if plain(name) in layout.known or tag_column(plain(name))
    )
    return open_csv(file, Table(TABLE, tuple(Column(name, text, VARCHAR) for name in known), layout.title))

"""Reads every file into a scratch database, so that all problems are known before anything of the account changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from lib.files.bills import BillFile, BillStage
from lib.files.csv_source import REJECTS, open_csv
from lib.files.diagnosis import engine_problem, problems_in
from lib.files.layout import DataFile
from lib.files.opened import UNREADABLE, Opened, Refused, unreadable, with_partition
from lib.files.parquet_source import open_parquet
from lib.files.reading import Reading, read
from lib.files.report import Note, Problem, counted
from lib.files.rules import RULES
from lib.files.schema import Table, known_tables
from lib.files.sql import name_sql

_FLAGS = "lakeledger_bad BOOLEAN, lakeledger_rounded BOOLEAN"
"""Columns that scratch tables have besides their table's: the row was not understood, a number lost decimals."""


@dataclass
class Staged:
    """What has been read of one table."""

    table: Table
    files: int = 0
    rows: int = 0
    absent: set[str] = field(default_factory=set)
    extra: set[str] = field(default_factory=set)
    rounded: int = 0

    @property
    def sql_name(self) -> str:
        """The scratch table."""
        return f"stage.{name_sql(self.table.name)}"

    def notes(self) -> list[Note]:
        """What was left out, filled in and rounded."""
        about = self.table.name
        notes = [
            Note(about, f"{words}: {', '.join(sorted(columns))}")
            for columns, words in ((self.extra, "not known, left out"), (self.absent, "not in every file, NULL there"))
            if columns
        ]
        if self.rounded:
            notes.append(
                Note(about, f"numbers of {counted(self.rounded, 'row')} have more decimals than we keep; rounded")
            )
        if not self.rows:
            notes.append(Note(about, "the files hold no rows"))
        return notes


class Stage:
    """Takes files in; `problems` and `notes` collect what there is to say."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        """`con` has a writable catalog `stage` and nothing else to lose."""
        self.con = con
        self.tables: dict[str, Staged] = {}
        self.problems: list[Problem] = []
        self.file_notes: list[Note] = []
        self.bills = BillStage(con)

    def take(self, file: DataFile) -> None:
        """Read one file; what is wrong with it is added to the problems."""
        table = known_tables()[file.table]
        staged = self._staged(table)
        try:
            if isinstance(file, BillFile):
                self.bills.take(file)
                staged.files += 1
                return
            opened = with_partition(
                open_csv(file, table) if file.kind == "csv" else open_parquet(self.con, file), table
            )
            self.file_notes += [Note(file.label, note) for note in opened.notes]
            reading = read(self.con, opened, table, RULES[table.name])
            if reading.problems:
                raise Refused(reading.problems)
            self._load(opened, reading, staged)
        except Refused as error:
            self.problems += error.problems
        except duckdb.Error as error:
            self.problems.append(engine_problem(file, error))
        except UNREADABLE as error:
            self.problems.append(unreadable(file, error))

    def put_bills_together(self) -> None:
        """Once all files are read: the lines of cloud bills become rows of their table."""
        for table in {file.table for file in self.bills.files}:
            staged = self._staged(known_tables()[table])
            staged.rows += self.bills.fill(staged.sql_name, staged.table)
            staged.rounded += self.bills.rounded

    def keep_workspaces(self, wanted: Sequence[str]) -> None:
        """Leave only rows of these workspaces ("": of none), in tables that name one."""
        for staged in self.tables.values():
            if any(column.name == "workspace_id" for column in staged.table.columns):
                gone = self._number(
                    f"DELETE FROM {staged.sql_name} WHERE NOT list_contains($wanted, coalesce(workspace_id, ''))",
                    {"wanted": list(wanted)},
                )
                staged.rows -= gone
                if gone:
                    note = f"{counted(gone, 'row')} of other workspaces left out"
                    self.file_notes.append(Note(staged.table.name, note))

    def notes(self) -> list[Note]:
        """What is worth knowing about files and tables that were read."""
        return [
            *self.file_notes,
            *self.bills.notes(),
            *(note for staged in self.tables.values() if staged.files for note in staged.notes()),
        ]

    def _staged(self, table: Table) -> Staged:
        if table.name not in self.tables:
            staged = self.tables[table.name] = Staged(table)
            self.con.execute(f"CREATE TABLE {staged.sql_name} {table.create_sql.removesuffix(')')}, {_FLAGS})")
        return self.tables[table.name]

    def _load(self, opened: Opened, reading: Reading, staged: Staged) -> None:
        """Copy the file's rows; Refused when one of them cannot be taken over."""
        self.con.execute(f"DROP TABLE IF EXISTS {REJECTS}; DROP TABLE IF EXISTS reject_scans")
        first = self._number(f"SELECT coalesce(max(rowid) + 1, 0) FROM {staged.sql_name}")
        values = ", ".join([*reading.values, reading.bad, reading.rounded])
        source = reading.source(opened.relation)
        copied = self._number(f"INSERT INTO {staged.sql_name} SELECT {values} FROM {source}", opened.params)
        flagged = f"FROM {staged.sql_name} WHERE rowid >= {first} AND"
        bad = self._number(f"SELECT count(*) {flagged} lakeledger_bad")
        problems = problems_in(self.con, opened, reading, has_bad=bad > 0)
        if problems:
            raise Refused(problems)
        staged.files += 1
        staged.rows += copied
        staged.rounded += self._number(f"SELECT count(*) {flagged} lakeledger_rounded")
        staged.absent |= set(reading.absent)
        staged.extra |= set(reading.extra)

    def _number(self, statement: str, params: dict[str, object] | None = None) -> int:
        found = self.con.execute(statement, params or {}).fetchone()
        return int(found[0]) if found else 0

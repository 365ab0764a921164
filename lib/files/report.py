"""What an import found and did, as values; `ImportReport.text()` is how a terminal shows it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from lib.errors import InputError


@dataclass(frozen=True)
class Problem:
    """Something that keeps the import from happening."""

    file: str
    """Path below the imported folder; "" when it is the folder itself."""
    message: str
    remedy: str = ""
    column: str | None = None
    line: int | None = None
    """CSV: line of the file, where the row starts; the first line is 1."""
    row: int | None = None
    """Parquet: number of the row; the first row is 1."""

    @property
    def place(self) -> str:
        """File, line or row, and column in words."""
        parts = [self.file or "."]
        parts += [f"line {self.line}"] if self.line else [f"row {self.row}"] if self.row else []
        parts += [f"column {self.column}"] if self.column else []
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}{' ' + self.remedy if self.remedy else ''}"


@dataclass(frozen=True)
class Note:
    """Something worth knowing that did not stop the import."""

    about: str
    """A table or a file."""
    message: str

    def __str__(self) -> str:
        return f"{self.about}: {self.message}"


@dataclass(frozen=True)
class Ignored:
    """A file that was not read."""

    file: str
    reason: str
    nearest: str | None = None
    """The table whose name is most like the file's."""

    def __str__(self) -> str:
        hint = f" Did you mean {self.nearest}?" if self.nearest else ""
        return f"{self.file}: {self.reason}{hint}"


@dataclass(frozen=True)
class TableReport:
    """What became of one table's files. Rows read = added + replacing + present + duplicates + older."""

    table: str
    files: int
    files_known: int = 0
    """Files that an earlier import has taken over byte for byte; they are not read again."""
    read: int = 0
    added: int = 0
    replacing: int = 0
    """Rows that took the place of an older version that was already there."""
    present: int = 0
    """Rows that were already there, equal in every column."""
    duplicates: int = 0
    """Rows that this import held more than once, equal in every column: kept once."""
    conflicts: int = 0
    """Rows left out because this import held a newer version of them."""
    older: int = 0
    """Rows left out because a newer version was already there."""
    rows: int = 0
    """Rows the table has now."""

    @property
    def changed(self) -> bool:
        """Whether the table is another one now."""
        return bool(self.added or self.replacing)

    def __str__(self) -> str:
        parts = [f"{counted(self.added, 'row')} added"]
        for count, words in (
            (self.replacing, "replacing older versions"),
            (self.present, "already there"),
            (self.duplicates, "duplicates kept once"),
            (self.conflicts, "older versions in these files left out"),
            (self.older, "older than what is there, left out"),
        ):
            parts += [f"{count:,} {words}"] if count else []
        known = f" ({self.files_known} imported before)" if self.files_known else ""
        files = counted(self.files, "file")
        return f"{self.table}: {', '.join(parts)}; {counted(self.rows, 'row')} now, from {files}{known}"


@dataclass(frozen=True)
class ImportReport:
    """Everything an import found and did."""

    folder: Path
    changed: bool = False
    """False when the account is what it was: nothing new, or problems."""
    generation: str | None = None
    """The account's generation afterwards; None when there is none yet."""
    tables: tuple[TableReport, ...] = ()
    missing: tuple[str, ...] = ()
    """Tables that no import has ever brought: they are shown as "not assessed"."""
    notes: tuple[Note, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Examples, at most 20 bad values a file; a last one counts the rest."""
    usage_from: date | None = None
    """First usage_date that got new or replaced usage rows."""
    seconds: float = 0.0

    def text(self) -> str:
        """The report for a terminal."""
        return "\n".join(self._lines())

    def as_dict(self) -> dict[str, object]:
        """The report for machines: plain values only."""
        values = asdict(self)
        values["folder"] = str(self.folder)
        values["usage_from"] = self.usage_from.isoformat() if self.usage_from else None
        return values

    def _lines(self) -> Iterator[str]:
        if self.problems:
            yield f"Nothing was imported from {self.folder}: {counted(len(self.problems), 'problem')}."
            yield from _section("Problems", self.problems)
        else:
            done = "Imported" if self.changed else "Nothing new in"
            yield f"{done} {self.folder} in {self.seconds:.1f} s."
            yield from _section("Tables", self.tables)
        yield from _section("Notes", self.notes)
        yield from _section("Ignored files", self.ignored)
        if self.missing and not self.problems:
            yield f"Not there yet, shown as not assessed: {', '.join(self.missing)}"


class ImportFailed(InputError):
    """Files that cannot be imported as they are; nothing was changed. The message lists every problem of `report`."""

    def __init__(self, report: ImportReport) -> None:
        lines = "\n".join(map(str, report.problems))
        super().__init__(
            f"Nothing was imported: {counted(len(report.problems), 'problem')}.\n{lines}",
            remedy="Correct or leave out these files and import again; docs/import.md says what they may look like.",
            place=str(report.folder),
        )
        self.report = report


def counted(number: int, what: str) -> str:
    """A number with its noun.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _section(title: str, lines: tuple[object, ...]) -> Iterator[str]:
    if lines:
        yield f"{title}:"
        yield from (f"  {line}" for line in lines)

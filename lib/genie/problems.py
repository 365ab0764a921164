"""What is wrong with a file: each problem with its place, its rule and, where one is near, the right spelling."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from lib.errors import InputError

Level = Literal["error", "warning", "notice"]


@dataclass(frozen=True)
class Problem:
    """One thing a person should know about a file."""

    level: Level
    rule: str
    """Short name of the rule, such as `unknown-key`."""
    message: str
    file: str = ""
    line: int | None = None
    column: int | None = None
    """Both counted from 1."""
    key: str = ""
    """Where in the document: `spaces[0].data_sources.tables[2].identifier`."""
    space: str = ""

    @property
    def place(self) -> str:
        """`file:line:column`, as far as known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)

    def __str__(self) -> str:
        """One line, as a compiler would say it."""
        where = f"{self.place}: " if self.place else ""
        at = f" (at {self.key})" if self.key else ""
        return f"{where}{self.level}: {self.message}{at} [{self.rule}]"

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


class FilesError(InputError):
    """Files that cannot be planned or applied; carries every problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [str(problem) for problem in self.problems if problem.level == "error"]
        super().__init__("These files cannot be used:\n" + "\n".join(errors), remedy="Correct them and try again.")


def errors(problems: Iterable[Problem], *, strict: bool = False) -> list[Problem]:
    """The problems that stop; with `strict`, warnings too."""
    return [p for p in problems if p.level == "error" or (strict and p.level == "warning")]

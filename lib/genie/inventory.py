"""All spaces of a workspace in one row each: whose, how used, what they cost, how good, and whether they have drifted."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from lib.errors import AppError
from lib.genie import hashes
from lib.genie.model import Space
from lib.genie.planning import as_space
from lib.genie.quality import Quality, assess
from lib.genie.questions import asked
from lib.genie.state import Entry

if TYPE_CHECKING:
    from lib.workspace.genie import GenieClient, RemoteSpace

WORKERS = 8


@dataclass(frozen=True)
class Line:
    """One space."""

    space_id: str
    title: str
    owner: str = ""
    """Who may manage it, people before service principals and groups; empty when permissions may not be read."""
    description: str = ""
    folder: str = ""
    changed: str = ""
    tables: int | None = None
    """None when the contents may not be seen."""
    examples: int | None = None
    benchmarks: int | None = None
    quality: Quality | None = None
    accuracy: float | None = None
    """Share that the newest evaluation found right; None when there is none."""
    drift: str = "not tracked"
    """`as applied`, `changed`, `not tracked`, `unknown`."""
    questions: int | None = None
    """Asked in the period; None when the conversations may not be listed."""
    questions_complete: bool = True
    """False: there were at least so many."""
    statements: int | None = 0
    """None when query history may not be read."""
    users: int | None = 0
    """Who ran its statements, or asked it something, whichever is known to be more."""
    failed: int | None = 0
    last_day: date | None = None
    cost: Any = None
    """Of its statements in the period; None when nothing was priced."""
    space: Space | None = None

    @property
    def score(self) -> int | None:
        """0 to 100; None when the contents may not be seen."""
        return self.quality.score if self.quality else None


Span = tuple[date, date]
"""First day, and the day after the last."""


def inventory(
    workspace: "GenieClient",
    entries: Mapping[str, Entry],
    use: Sequence[Mapping[str, Any]] | None = (),
    period: Span | None = None,
) -> tuple[Line, ...]:
    """Every space one may see, joined with its use (rows of `genie/space_use`) and with what the state knows of it.

    use:     None when query history may not be read
    period:  of the use; without one, questions are not counted
    """
    spaces = list(workspace.all())
    by_id = {entry.databricks_space_id: entry for entry in entries.values() if entry.databricks_space_id}
    used = None if use is None else {row["space_id"]: row for row in use}
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="genie-inventory") as pool:
        return tuple(pool.map(lambda s: _line(workspace, s, by_id.get(s.space_id), used, period), spaces))


def _line(
    workspace: "GenieClient",
    found: "RemoteSpace",
    entry: Entry | None,
    used: Mapping[str, Mapping[str, Any]] | None,
    period: Span | None,
) -> Line:
    line = Line(
        found.space_id, found.title, description=found.description or "", folder=found.parent_path or "",
        changed=found.updated or "", owner=_owner(workspace, found.space_id),
    )  # fmt: skip
    if used is None:
        line = replace(line, statements=None, users=None, failed=None)
    elif use := used.get(found.space_id):
        line = replace(
            line, statements=use["statements"], users=use["users"], failed=use["failed"], last_day=use["last_day"],
            cost=use["cost"],
        )  # fmt: skip
    counted = asked(workspace, found.space_id, *period) if period else None
    if counted:
        line = replace(
            line, questions=counted.questions, questions_complete=counted.complete, users=max(line.users or 0, counted.people)
        )  # fmt: skip
    try:
        there = workspace.get(found.space_id)
    except AppError:
        return replace(line, drift="unknown" if entry else line.drift)
    if there.exported is None:
        return replace(line, drift="unknown" if entry else line.drift)
    space = as_space(there, entry.logical_id if entry else found.space_id)
    accuracy = _accuracy(workspace, found.space_id) if space.benchmarks else None
    drift = line.drift
    if entry is not None:
        same = entry.content_hash == hashes.content_hash(there.exported) and entry.title == there.title
        drift = "as applied" if same else "changed" if entry.content_hash else "unknown"
    return replace(
        line, tables=len(space.identifiers), examples=len(space.examples), benchmarks=len(space.benchmarks or ()),
        quality=assess(space, accuracy=accuracy), accuracy=accuracy, drift=drift, space=space,
    )  # fmt: skip


def _owner(workspace: "GenieClient", space_id: str) -> str:
    try:
        given = workspace.grants(space_id)
    except AppError:
        return ""
    managing = [grant for grant in given if grant.level == "CAN_MANAGE" and grant.name != "admins"]
    if not managing:
        return "admins"
    first = min(managing, key=lambda grant: (grant.holder != "user", grant.holder == "group", grant.name))
    return first.name if first.holder != "service_principal" else first.display or first.name


def _accuracy(workspace: "GenieClient", space_id: str) -> float | None:
    from lib.genie.benchmarks import latest

    try:
        found = latest(workspace, space_id, details=False)
    except AppError:
        return None
    return found.accuracy if found else None

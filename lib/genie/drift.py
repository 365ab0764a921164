"""How tracked spaces stand against what was applied: compared field by field, and a refusal is not an absence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lib.errors import AppError
from lib.genie import hashes, planning
from lib.genie.differences import Difference, differences
from lib.genie.history import space_of
from lib.genie.model import Space
from lib.genie.planning import Look, as_space
from lib.genie.state import Entry

if TYPE_CHECKING:
    from lib.genie.history import History
    from lib.workspace.genie import Spaces


@dataclass(frozen=True)
class Drift:
    """How one tracked space stands against what was applied."""

    logical_id: str
    title: str
    space_id: str | None
    status: str
    """`same`, `changed`, `gone`, `unknown` (the workspace would not say), `not linked`."""
    differences: tuple[Difference, ...] = ()
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "logical_id": self.logical_id,
            "title": self.title,
            "space_id": self.space_id,
            "status": self.status,
            "differences": [item.as_json() for item in self.differences],
            "note": self.note,
        }


Base = Callable[[Entry], tuple[Space | None, str]]
"""What an entry is compared with, and a note about it; None when that is not known."""


def base(history: "History", env: str, named: Callable[[str], Space]) -> Base:
    """What was applied last; when that was not kept, what the files say (`named`)."""

    def found(entry: Entry) -> tuple[Space | None, str]:
        version = history.applied(env, entry.logical_id)
        if version is not None:
            return space_of(entry.logical_id, version.body), ""
        try:
            space = named(entry.logical_id)
        except AppError:
            return None, ""
        same = hashes.forge_hash(space) == entry.applied_hash
        return space, "" if same else "Compared with the file, which is newer than what was applied."

    return found


def compare(workspace: "Spaces", entries: Sequence[Entry], wanted: Base) -> list[Drift]:
    """Each entry against the workspace as it is now."""
    looks = planning.look(workspace, [entry.databricks_space_id for entry in entries if entry.databricks_space_id])
    return [_drift(entry, looks, wanted) for entry in entries]


def _drift(entry: Entry, looks: Mapping[str, Look], wanted_of: Base) -> Drift:
    made = Drift(entry.logical_id, entry.title, entry.databricks_space_id, "not linked")
    if entry.databricks_space_id is None:
        return replace(made, note="The state has no id; `genie plan` links it by title.")
    found = looks[entry.databricks_space_id]
    if found.gone:
        return replace(made, status="gone")
    if found.space is None:
        return replace(made, status="unknown", note=found.error)
    if found.space.exported is None:
        return replace(made, status="unknown", note="Its contents may not be seen.")
    wanted, note = wanted_of(entry)
    there = as_space(found.space, entry.logical_id)
    if wanted is None:
        changed = found.space.title != entry.title
        title = (Difference("title", found.space.title, entry.title),) if changed else ()
        note = "What was applied is not known here, so only the title was compared."
        return replace(made, status="changed" if changed else "same", differences=title, note=note)
    diffs = tuple(differences(there, wanted))
    if entry.full_hash is None:
        diffs = tuple(item for item in diffs if not item.never_sent)
    return replace(made, status="changed" if diffs else "same", differences=diffs, note=note)

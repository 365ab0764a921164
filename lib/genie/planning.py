"""What would have to happen so that a workspace is what the files say: looked up, compared, never guessed.

Three sides are compared: the files, the state (what was last applied) and the workspace (what is there now). `plan`
is pure once it has been looked; `look` asks the workspace.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from lib.errors import AppError, InputError, NotFound
from lib.genie import hashes, payload
from lib.genie.differences import Difference, differences
from lib.genie.model import Space
from lib.genie.state import Entry
from lib.progress import Progress, quiet
from lib.workspace.genie import RemoteSpace, Spaces

WORKERS = 8


class Action(StrEnum):
    """What is to be done with one space."""

    CREATE = "create"
    ADOPT = "adopt"
    """Not in the state, but the workspace has a space of that title: it becomes this one."""
    UPDATE = "update"
    RECREATE = "recreate"
    """In the state, and gone from the workspace."""
    RESTORE = "changed outside"
    """The file is what was applied; the workspace is not: applying brings the file's version back."""
    DESTROY = "destroy"
    UNCHANGED = "unchanged"
    NOT_IN_FILES = "not in files"
    UNKNOWN = "unknown"
    """The workspace would not say."""


DOES = frozenset((Action.CREATE, Action.ADOPT, Action.UPDATE, Action.RECREATE, Action.RESTORE, Action.DESTROY))
"""Actions that change something."""
ORDER = tuple(Action)


@dataclass(frozen=True)
class Look:
    """What a workspace said about one space."""

    space: RemoteSpace | None = None
    gone: bool = False
    error: str = ""
    """Why nothing is known."""


@dataclass(frozen=True)
class Step:
    """One space of a plan."""

    action: Action
    logical_id: str
    title: str
    space_id: str | None = None
    """Id in the workspace."""
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    """What is sent, exactly."""
    etag: str | None = None
    forge_hash: str = ""
    full_hash: str = ""
    content_hash: str = ""
    """Of the workspace's export at the time of planning: the world the step rests on."""

    def as_json(self) -> dict[str, Any]:
        """For a plan file."""
        return {
            "action": self.action.value,
            "logical_id": self.logical_id,
            "title": self.title,
            "space_id": self.space_id,
            "differences": [item.as_json() for item in self.differences],
            "notes": list(self.notes),
            "body": dict(self.body),
            "etag": self.etag,
            "forge_hash": self.forge_hash,
            "full_hash": self.full_hash,
            "content_hash": self.content_hash,
        }


@dataclass(frozen=True)
class Plan:
    """All steps, in the order they are taken."""

    env: str
    workspace: str
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Step, ...]:
        """Steps that do something."""
        return tuple(step for step in self.steps if step.action in DOES)

    @property
    def errors(self) -> tuple[Step, ...]:
        """Spaces the workspace would say nothing about."""
        return tuple(step for step in self.steps if step.action is Action.UNKNOWN)

    @property
    def exit_code(self) -> int:
        """0: nothing to do, 2: changes, 1: something is not known."""
        return 1 if self.errors else 2 if self.changes else 0

    def counts(self) -> dict[str, int]:
        """How many spaces each action has, actions without any left out."""
        found = {action.value: sum(step.action is action for step in self.steps) for action in Action}
        return {name: number for name, number in found.items() if number}

    def only(self, names: Iterable[str]) -> "Plan":
        """The plan for some spaces."""
        wanted = set(names)
        return replace(self, steps=tuple(step for step in self.steps if step.logical_id in wanted))

    def as_json(self) -> dict[str, Any]:
        """For machines, and for `apply --plan`."""
        body = {
            "format": PLAN_FORMAT,
            "env": self.env,
            "workspace": self.workspace,
            "counts": self.counts(),
            "notes": list(self.notes),
            "steps": [step.as_json() for step in self.steps],
        }
        return body | {"checksum": _checksum(body)}


PLAN_FORMAT = "lakeledger-genie-plan/1"


def from_json(value: Any) -> Plan:
    """A plan that was written before; InputError when it is none, or was changed by hand."""
    if not isinstance(value, dict) or value.get("format") != PLAN_FORMAT:
        raise InputError("This is no plan of this version.", remedy="Write one with `genie plan --out FILE`.")
    body = {key: item for key, item in value.items() if key != "checksum"}
    if value.get("checksum") != _checksum(body):
        raise InputError("The plan was changed after it was made.", remedy="Plan again, and apply that.")
    steps = []
    for item in value["steps"]:
        found = tuple(Difference(**entry) for entry in item["differences"])
        plain = {key: inner for key, inner in item.items() if key not in ("action", "differences", "notes")}
        steps.append(Step(action=Action(item["action"]), differences=found, notes=tuple(item["notes"]), **plain))
    return Plan(value["env"], value["workspace"], tuple(steps), tuple(value["notes"]))


def _checksum(body: Mapping[str, Any]) -> str:
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def body_of(space: Space) -> dict[str, Any]:
    """What is sent to make, or bring up to date, a space."""
    body: dict[str, Any] = {
        "title": space.title,
        "warehouse_id": space.warehouse_id,
        "serialized_space": payload.serialized_text(space),
    }
    if space.description is not None:
        body["description"] = space.description
    if space.parent_path:
        body["parent_path"] = space.parent_path
    return body


def look(workspace: Spaces, ids: Iterable[str], *, workers: int = WORKERS) -> dict[str, Look]:
    """What the workspace says about each id, several at a time."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    with ThreadPoolExecutor(max_workers=min(workers, len(wanted)), thread_name_prefix="genie-look") as pool:
        return dict(zip(wanted, pool.map(lambda space_id: look_at(workspace, space_id), wanted), strict=True))


def look_at(workspace: Spaces, space_id: str) -> Look:
    """What the workspace says about one id: only its own 404 counts as gone."""
    try:
        return Look(workspace.get(space_id))
    except NotFound:
        return Look(gone=True)
    except AppError as error:
        return Look(error=error.message)


def make(
    spaces: Sequence[Space],
    entries: Mapping[str, Entry],
    workspace: Spaces,
    *,
    env: str = "dev",
    tracked: frozenset[str] = frozenset(),
    adopt: bool = True,
    destroy: bool = False,
    complete: bool = False,
    workers: int = WORKERS,
    progress: Progress = quiet,
) -> Plan:
    """The plan for all spaces of the files; the workspace is always looked at.

    tracked:   ids that belong to somebody, such as another environment in the same workspace: never taken over
    adopt:     a space of the same title that nobody tracks becomes ours, instead of a second one
    destroy:   what is in the state and no longer in the files is to go
    complete:  also send what an earlier tool never sent, where nothing else changed
    """
    names = {space.space_id for space in spaces}
    known = {name: entry.databricks_space_id for name, entry in entries.items() if entry.databricks_space_id}
    looks = look(workspace, (i for name, i in known.items() if name in names or destroy), workers=workers)
    unlinked = [s for s in spaces if s.space_id not in known or looks[known[s.space_id]].gone]
    titles = _titles(workspace, tracked | set(known.values())) if unlinked and adopt else {}
    adopted = {space.space_id: titles[space.title] for space in unlinked if space.title in titles}
    looks |= look(workspace, (found[0] for found in adopted.values() if len(found) == 1), workers=workers)
    steps = []
    for number, space in enumerate(spaces):
        steps.append(_step(space, entries.get(space.space_id), adopted.get(space.space_id), looks, complete))
        progress("Compared", number + 1, len(spaces))
    for name, entry in entries.items():
        if name not in names:
            steps.append(_left(entry, looks, destroy))
    steps.sort(key=lambda step: (ORDER.index(step.action), step.logical_id))
    return Plan(env, workspace.host, tuple(steps))


def _titles(workspace: Spaces, tracked: frozenset[str]) -> dict[str, list[str]]:
    """Title → ids of spaces nobody tracks."""
    found: dict[str, list[str]] = {}
    for space in workspace.all():
        if space.space_id not in tracked:
            found.setdefault(space.title, []).append(space.space_id)
    return found


def _step(
    space: Space, entry: Entry | None, same_title: list[str] | None, looks: Mapping[str, Look], complete: bool
) -> Step:
    step = Step(
        Action.CREATE,
        space.space_id,
        space.title,
        body=body_of(space),
        forge_hash=hashes.forge_hash(space),
        full_hash=hashes.full_hash(space),
    )
    notes = []
    known = entry.databricks_space_id if entry else None
    if entry is not None and known is None:
        notes.append("The state knows this space without an id in the workspace.")
    if known is not None and looks[known].gone:
        notes.append(f"The workspace has no space {known} any more.")
    if known is None or looks[known].gone:
        if not same_title:
            action = Action.CREATE if known is None else Action.RECREATE
            return replace(step, action=action, notes=tuple(notes))
        if len(same_title) > 1:
            listed = ", ".join(same_title)
            message = f"{len(same_title)} spaces of the workspace have this title: {listed}. Import the right one."
            return replace(step, action=Action.UNKNOWN, notes=(*notes, message))
        space_id, adopting = same_title[0], True
        notes.append("The workspace has a space of this title; it is taken over.")
    else:
        space_id, adopting = known, False
    found = looks[space_id]
    step = replace(step, space_id=space_id)
    if found.space is None:
        return replace(step, action=Action.UNKNOWN, notes=(*notes, found.error or "It was there a moment ago."))
    return _compared(step, space, entry, found.space, notes, adopting, complete)


def _compared(
    step: Step,
    space: Space,
    entry: Entry | None,
    there: RemoteSpace,
    notes: list[str],
    adopting: bool,
    complete: bool,
) -> Step:
    if there.exported is None:
        message = "The workspace does not show this space's contents: that needs CAN EDIT on it."
        return replace(step, action=Action.UNKNOWN, notes=(*notes, message))
    found = tuple(differences(as_space(there, space.space_id), space))
    content = hashes.content_hash(there.exported)
    step = replace(step, differences=found, etag=there.etag, content_hash=content)
    if adopting:
        return replace(step, action=Action.ADOPT, notes=tuple(notes))
    assert entry is not None
    if not found:
        return replace(step, action=Action.UNCHANGED, notes=tuple(notes))
    same_file = _same_file(step, entry)
    if entry.full_hash is None and same_file and all(item.never_sent for item in found) and not complete:
        fields = ", ".join(dict.fromkeys(item.path.split("[")[0] for item in found))
        notes.append(f"An earlier tool applied this and never sent: {fields}. `apply --complete` sends it.")
        return replace(step, action=Action.UNCHANGED, differences=(), notes=tuple(notes))
    if same_file and not (complete and entry.full_hash is None and all(item.never_sent for item in found)):
        notes.append("Changed in the workspace since it was applied; applying brings the file's version back.")
        return replace(step, action=Action.RESTORE, notes=tuple(notes))
    if entry.content_hash and entry.content_hash != content:
        notes.append("The workspace's version was changed too; it will be replaced.")
    return replace(step, action=Action.UPDATE, notes=tuple(notes))


def _same_file(step: Step, entry: Entry) -> bool:
    """Whether the file is still what was applied."""
    if entry.full_hash is not None:
        return entry.full_hash == step.full_hash
    return entry.applied_hash == step.forge_hash


def _left(entry: Entry, looks: Mapping[str, Look], destroy: bool) -> Step:
    """A space of the state that no file describes."""
    step = Step(Action.NOT_IN_FILES, entry.logical_id, entry.title, entry.databricks_space_id)
    if not destroy:
        return replace(step, notes=("No file describes it; it stays as it is.",))
    found = looks.get(entry.databricks_space_id or "", Look(gone=True))
    if found.error:
        return replace(step, action=Action.UNKNOWN, notes=(found.error,))
    etag = found.space.etag if found.space else None
    content = hashes.content_hash(found.space.exported) if found.space and found.space.exported else ""
    return replace(step, action=Action.DESTROY, etag=etag, content_hash=content, notes=("Goes to the trash.",))


def as_space(there: RemoteSpace, logical_id: str) -> Space:
    """A workspace's answer as a space."""
    return payload.from_workspace(
        logical_id,
        title=there.title,
        warehouse_id=there.warehouse_id,
        exported=there.exported,
        description=there.description,
        parent_path=there.parent_path,
    )

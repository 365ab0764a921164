"""Spaces of a workspace taken into files (export), and into files and state (import); nothing of them is lost."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib.errors import AppError
from lib.genie import hashes, writing
from lib.genie.history import History, body_of_remote
from lib.genie.model import Space
from lib.genie.names import file_stem, logical_id
from lib.genie.payload import without_made_ids
from lib.genie.planning import as_space
from lib.genie.state import Entry, StateFile

if TYPE_CHECKING:
    from lib.workspace.genie import RemoteSpace, Spaces

NOT_SEEN = "Its contents may not be seen: that needs CAN EDIT."


@dataclass(frozen=True)
class Taken:
    """One space that was imported or exported, or was not and why."""

    title: str
    space_id: str
    logical_id: str
    file: str
    result: str
    """`written`, `would be written`, `skipped`, `failed`."""
    message: str = ""

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class Files:
    """Where a project's spaces stand, and what its variables are."""

    folder: Path
    """Where new files go."""
    known: Mapping[str, Path]
    """Name of a space → the file that describes it already."""
    filled: Callable[[Any], Any]
    """Puts the values of variables into a value."""

    def of(self, name: str) -> Path:
        """The file of a space."""
        return self.known.get(name) or self.folder / f"{file_stem(name)}.yaml"


class Importer:
    """Writes spaces as files and tracks them in one environment."""

    def __init__(
        self, workspace: "Spaces", state: StateFile, env: str, files: Files, *, who: str, now: Callable[[], str]
    ) -> None:
        self.workspace = workspace
        self.state = state
        self.history = History(state.path)
        self.env = env
        self.files = files
        self.who = who
        self.now = now

    def take(
        self, found: "Iterable[RemoteSpace]", *, name: str | None = None, force: bool = False, dry_run: bool = False
    ) -> list[Taken]:
        """Each space; conflicts are skipped unless `force`."""
        known = self.state.entries(self.env)
        names = {entry.databricks_space_id: key for key, entry in known.items()}
        return [
            self._take(item, name or names.get(item.space_id) or logical_id(item.title), known, force, dry_run)
            for item in found
        ]

    def _take(self, item: "RemoteSpace", name: str, known: Mapping[str, Entry], force: bool, dry_run: bool) -> Taken:
        path = self.files.of(name)
        made = Taken(item.title, item.space_id, name, str(path), "written")
        entry = known.get(name)
        if entry and entry.databricks_space_id not in (None, item.space_id):
            message = f"The state has {name} for another space; give --as another name."
            return replace(made, result="skipped", message=message)
        if not force and (path.exists() or (entry and entry.databricks_space_id)):
            why = "the file exists" if path.exists() else "the state has it"
            return replace(made, result="skipped", message=f"{why}; --force replaces it")
        if dry_run:
            return replace(made, result="would be written")
        there = self.workspace.get(item.space_id)
        if there.exported is None:
            return replace(made, result="failed", message=NOT_SEEN)
        space = without_made_ids(as_space(there, name))
        text = self._text(path, space)
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, text)
        self._track(space, there)
        return made

    def _text(self, path: Path, space: Space) -> str:
        if path.exists():
            try:
                return writing.update_file(path, space, self.files.filled)
            except Exception:  # a file that cannot be read is replaced, its comments with it
                pass
        return writing.to_json(space) if path.suffix == ".json" else writing.to_yaml(space)

    def _track(self, space: Space, there: "RemoteSpace") -> None:
        now = self.now()
        forge, full = hashes.forge_hash(space), hashes.full_hash(space)
        content = hashes.content_hash(there.exported)
        entry = Entry(space.space_id, space.title, forge, there.space_id, forge, "APPLIED", now, None, full, content)
        self.state.put(self.env, entry, workspace_url=self.workspace.host, now=now)
        body = body_of_remote(there)
        self.history.keep(self.env, space.space_id, "imported", there.space_id, body, at=now, who=self.who)


def export(
    workspace: "Spaces",
    found: "Iterable[RemoteSpace]",
    folder: Path,
    *,
    form: str = "yaml",
    overwrite: bool = False,
    dry_run: bool = False,
) -> list[Taken]:
    """Spaces of the workspace as files that validate and lose nothing; names are kept apart."""
    taken: list[Taken] = []
    used: set[str] = set()
    ending = "json" if form == "json" else "yaml"
    for item in found:
        stem = file_stem(item.title)
        number = 1
        while (file := f"{stem}.{ending}") in used:
            number += 1
            stem = f"{file_stem(item.title)}_{number}"
        used.add(file)
        taken.append(_export(workspace, item, folder / file, stem, overwrite, dry_run))
    return taken


def _export(workspace: "Spaces", item: "RemoteSpace", path: Path, stem: str, overwrite: bool, dry_run: bool) -> Taken:
    name = logical_id(stem)
    made = Taken(item.title, item.space_id, name, str(path), "written")
    if path.exists() and not overwrite:
        return replace(made, result="skipped", message="the file exists; --overwrite replaces it")
    if dry_run:
        return replace(made, result="would be written")
    try:
        there = workspace.get(item.space_id)
    except AppError as error:
        return replace(made, result="failed", message=error.message)
    if there.exported is None:
        return replace(made, result="failed", message=NOT_SEEN)
    space = as_space(there, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, writing.to_json(space) if path.suffix == ".json" else writing.to_yaml(space))
    return made


def write(path: Path, text: str) -> None:
    """Write a file in one step."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)

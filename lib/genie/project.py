"""A project of spaces: files, an environment, a state file and a workspace; every command is a method here.

For notebooks too:

    from lib.genie.project import Project
    from lib.workspace.genie import GenieClient
    project = Project("conf/spaces", env="prod", workspace=GenieClient(profile…))
    plan = project.plan()
    project.apply(plan)
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib.config import process_environment
from lib.errors import AppError, InputError, NotFound
from lib.genie import hashes, payload, planning, reading, rules, writing
from lib.genie.applying import Applied, Applier, Report, utc_now
from lib.genie.differences import Difference, differences
from lib.genie.history import History, Version, body_of_remote
from lib.genie.model import Space
from lib.genie.names import chosen, file_stem, logical_id, matches
from lib.genie.planning import Action, Plan, Step, as_space, body_of
from lib.genie.problems import FilesError, Problem, errors
from lib.genie.state import STATE_FILE, Entry, StateFile, check_workspace

if TYPE_CHECKING:
    from lib.workspace.genie import GenieClient, RemoteSpace

CONFIG = Path("conf/spaces")
VOLUME = "genie_forge"


def root(project: str, *, catalog: str | None = None, schema: str = "default", volume: str = VOLUME) -> Path:
    """Where a project lives: in a Unity Catalog volume on Databricks, else in the home folder."""
    if catalog and "DATABRICKS_RUNTIME_VERSION" in process_environment():
        return Path("/Volumes") / catalog / schema / volume / project
    return Path.home() / ".genie-forge" / project


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


class Project:
    """Files, state and workspace of one environment."""

    def __init__(
        self,
        config: Path | str = CONFIG,
        *,
        env: str = "dev",
        state_file: Path | str = STATE_FILE,
        workspace: "GenieClient | None" = None,
        connect: "Callable[[], GenieClient] | None" = None,
        variables: Mapping[str, str] | None = None,
        who: str = "",
        now: Callable[[], str] = utc_now,
        process: Mapping[str, str] | None = None,
    ) -> None:
        """`connect` makes the workspace's client when it is first needed; `process`: the process environment."""
        self.config = Path(config)
        self.env = env
        self.state = StateFile(Path(state_file))
        self.history = History(Path(state_file))
        self.variables = dict(variables or {})
        self.who = who
        self.now = now
        self._process = process_environment() if process is None else process
        self._workspace = workspace
        self._connect = connect

    @property
    def workspace(self) -> "GenieClient":
        """The workspace, connected when first needed."""
        if self._workspace is None:
            if self._connect is None:
                raise InputError("No workspace is named.", remedy="Give a profile.")
            self._workspace = self._connect()
        return self._workspace

    # ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def files(self) -> reading.Loaded:
        """What the files say, read once."""
        return reading.load(self.config, self.env, given=self.variables, process=self._process)

    def validate(self, *, sql: bool = True, online: bool = False) -> list[Problem]:
        """All problems of all files, errors first; `online` also asks the workspace."""
        loaded = self.files
        found = [*loaded.problems, *rules.check(loaded.spaces, loaded.sources)]
        if sql:
            found += rules.check_sql(loaded.spaces, loaded.sources)
        if online:
            from lib.genie.online import check

            found += check(loaded.spaces, self.workspace, loaded.sources)
        order = {"error": 0, "warning": 1, "notice": 2}
        return sorted(found, key=lambda p: (order[p.level], p.file, p.line or 0, p.column or 0))

    def usable(self) -> tuple[Space, ...]:
        """The spaces, or a FilesError with every problem: nothing is sent from files with an error."""
        loaded = self.files
        wrong = errors([*loaded.problems, *rules.check(loaded.spaces, loaded.sources)])
        if wrong:
            raise FilesError(wrong)
        return loaded.spaces

    # ── plan and apply ──────────────────────────────────────────────────────────────────────────────────────────────

    def plan(
        self,
        targets: Sequence[str] = (),
        *,
        adopt: bool = True,
        destroy: bool = False,
        complete: bool = False,
        other_workspace: bool = False,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> Plan:
        """What would have to happen; `targets` narrow it to some spaces."""
        spaces = self.usable()
        entries = self.state.entries(self.env)
        if targets:
            names, unknown = chosen(targets, [space.space_id for space in spaces])
            if unknown:
                raise NotFound(f"No file describes {', '.join(unknown)}.", remedy="See `genie validate`.")
            spaces = tuple(space for space in spaces if space.space_id in names)
            entries = {name: entry for name, entry in entries.items() if name in names}
        if not other_workspace:
            self.check_workspace()
        made = planning.make(
            spaces, entries, self.workspace, env=self.env, tracked=self.state.ids(), adopt=adopt, destroy=destroy,
            complete=complete, progress=progress,
        )  # fmt: skip
        if self.files.from_process:
            names_used = ", ".join(sorted(self.files.from_process))
            made = replace(made, notes=(*made.notes, f"From the process environment: {names_used}."))
        return made

    def check_workspace(self) -> None:
        """InputError when state or environment belong to another workspace than the one that is connected."""
        check_workspace(self.env, self.state.environment(self.env)["workspace_url"], self.workspace.host)

    def apply(
        self, plan: Plan, *, report: Report = lambda outcome: None, workers: int = 8, other_workspace: bool = False
    ) -> Applied:
        """Carry a plan out."""
        applier = Applier(self.workspace, self.state, who=self.who, workers=workers, now=self.now)
        return applier.apply(plan, report=report, other_workspace=other_workspace)

    def destroy_plan(self, targets: Sequence[str]) -> Plan:
        """The plan that moves tracked spaces to the trash; an empty one when the targets mean none."""
        entries = self.state.entries(self.env)
        names, _ = chosen(targets, entries)
        self.check_workspace()
        return planning.make((), {name: entries[name] for name in names}, self.workspace, env=self.env, destroy=True)

    # ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def drift(self, targets: Sequence[str] = ()) -> list[Drift]:
        """Each tracked space against what was last applied (or, when that is not known, against the files)."""
        entries = self.state.entries(self.env)
        names = chosen(targets, entries)[0] if targets else list(entries)
        self.check_workspace()
        ids = [entries[name].databricks_space_id or "" for name in names]
        looks = planning.look(self.workspace, [space_id for space_id in ids if space_id])
        return [self._drift(entries[name], looks) for name in names]

    def _drift(self, entry: Entry, looks: Mapping[str, planning.Look]) -> Drift:
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
        wanted, base = self._base(entry)
        there = as_space(found.space, entry.logical_id)
        if wanted is None:
            changed = found.space.title != entry.title
            title = (Difference("title", found.space.title, entry.title),) if changed else ()
            note = "What was applied is not known here, so only the title was compared."
            return replace(made, status="changed" if changed else "same", differences=title, note=note)
        diffs = tuple(differences(there, wanted))
        if entry.full_hash is None:
            diffs = tuple(item for item in diffs if not item.never_sent)
        return replace(made, status="changed" if diffs else "same", differences=diffs, note=base)

    def _base(self, entry: Entry) -> tuple[Space | None, str]:
        version = self.history.applied(self.env, entry.logical_id)
        if version is not None:
            return space_of(entry.logical_id, version.body), ""
        try:
            space = self.files.named(entry.logical_id)
        except AppError:
            return None, ""
        same = hashes.forge_hash(space) == entry.applied_hash
        return space, "" if same else "Compared with the file, which is newer than what was applied."

    # ── import and export ───────────────────────────────────────────────────────────────────────────────────────────

    def find(self, pattern: str) -> "list[RemoteSpace]":
        """Spaces of the workspace whose title fits a glob, or whose id it is."""
        return [s for s in self.workspace.all() if matches(pattern, s.title) or s.space_id == pattern]

    def by_name(self, name: str) -> "RemoteSpace":
        """The one space with this id or exact title, with its contents."""
        found = [space for space in self.workspace.all() if name in (space.space_id, space.title)]
        if not found:
            found = [space for space in self.workspace.all() if matches(name, space.title)]
        if not found:
            return self.workspace.get(name)
        if len(found) > 1:
            listed = ", ".join(f"{space.title} ({space.space_id})" for space in found[:5])
            raise InputError(f"{name} means {len(found)} spaces: {listed}.", remedy="Give the id.")
        return self.workspace.get(found[0].space_id)

    def import_(
        self,
        found: "Iterable[RemoteSpace]",
        *,
        name: str | None = None,
        folder: Path | None = None,
        force: bool = False,
        dry_run: bool = False,
    ) -> list[Taken]:
        """Write spaces of the workspace as files and track them; conflicts are skipped unless `force`."""
        folder = folder or (self.config if self.config.is_dir() or not self.config.suffix else self.config.parent)
        taken: list[Taken] = []
        known = self.state.entries(self.env)
        for item in found:
            wanted = name or self._known_name(item.space_id, known) or logical_id(item.title)
            taken.append(self._import(item, wanted, folder, known, force, dry_run))
        self.__dict__.pop("files", None)
        return taken

    def _known_name(self, space_id: str, known: Mapping[str, Entry]) -> str | None:
        return next((name for name, entry in known.items() if entry.databricks_space_id == space_id), None)

    def _import(
        self, item: "RemoteSpace", name: str, folder: Path, known: Mapping[str, Entry], force: bool, dry_run: bool
    ) -> Taken:
        path = folder / f"{file_stem(name)}.yaml"
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
            return replace(made, result="failed", message="Its contents may not be seen: that needs CAN EDIT.")
        space = as_space(there, name)
        text = self._file_text(path, space)
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, text)
        self._track(space, there)
        return made

    def _file_text(self, path: Path, space: Space) -> str:
        if path.exists():
            try:
                return writing.update_file(path, space)
            except Exception:  # a file that cannot be read is replaced, its comments with it
                return writing.to_yaml(space)
        return writing.to_yaml(space)

    def _track(self, space: Space, there: "RemoteSpace") -> None:
        now = self.now()
        forge, full = hashes.forge_hash(space), hashes.full_hash(space)
        content = hashes.content_hash(there.exported)
        entry = Entry(space.space_id, space.title, forge, there.space_id, forge, "APPLIED", now, None, full, content)
        self.state.put(self.env, entry, workspace_url=self.workspace.host, now=now)
        self.history.keep(
            self.env, space.space_id, "imported", there.space_id, body_of_remote(there), at=now, who=self.who
        )

    def export(
        self,
        found: "Iterable[RemoteSpace]",
        folder: Path,
        *,
        form: str = "yaml",
        overwrite: bool = False,
        dry_run: bool = False,
    ) -> list[Taken]:
        """Write spaces of the workspace as files that validate and lose nothing; names are kept apart."""
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
            taken.append(self._export(item, folder / file, stem, form, overwrite, dry_run))
        return taken

    def _export(self, item: "RemoteSpace", path: Path, stem: str, form: str, overwrite: bool, dry_run: bool) -> Taken:
        name = logical_id(stem)
        made = Taken(item.title, item.space_id, name, str(path), "written")
        if path.exists() and not overwrite:
            return replace(made, result="skipped", message="the file exists; --overwrite replaces it")
        if dry_run:
            return replace(made, result="would be written")
        try:
            there = self.workspace.get(item.space_id)
        except AppError as error:
            return replace(made, result="failed", message=error.message)
        if there.exported is None:
            return replace(made, result="failed", message="Its contents may not be seen: that needs CAN EDIT.")
        space = as_space(there, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, writing.to_json(space) if form == "json" else writing.to_yaml(space))
        return made

    # ── history ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def versions(self, name: str) -> list[Version]:
        """Versions of a space, oldest first."""
        return self.history.versions(self.env, name)

    def revert_plan(self, name: str, number: int) -> Plan:
        """The plan that brings one version back into the workspace; made anew when the space is gone."""
        version = self.history.version(self.env, name, number)
        self.check_workspace()
        entries = {key: entry for key, entry in self.state.entries(self.env).items() if key == name}
        space = space_of(name, version.body)
        made = planning.make([space], entries, self.workspace, env=self.env, tracked=self.state.ids())
        return replace(made, notes=(f"Version {number} of {name}, {version.what} on {version.at}.",))

    # ── state ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def pull(self, *, verify_only: bool = False) -> list[dict[str, Any]]:
        """Check that each tracked space exists, and bring its recorded title up to date; `last_applied` is not touched."""
        entries = self.state.entries(self.env)
        looks = planning.look(
            self.workspace, [e.databricks_space_id for e in entries.values() if e.databricks_space_id]
        )
        found = []
        for name, entry in entries.items():
            seen = looks.get(entry.databricks_space_id or "")
            status = "not linked" if seen is None else "gone" if seen.gone else "unknown" if seen.error else "exists"
            title = seen.space.title if seen and seen.space else entry.title
            if title != entry.title and not verify_only:
                self.state.put(self.env, replace(entry, title=title))
            row = {"logical_id": name, "space_id": entry.databricks_space_id, "status": status, "title": title}
            found.append(row | {"title_before": entry.title, "note": seen.error if seen else ""})
        return found

    def repair(self) -> dict[str, Any]:
        """A sound state in the place of a damaged one: its last version, else made from workspace and files by title."""
        if self.state.restore():
            return {"from": self.state.backup.name, "spaces": len(self.state.entries(self.env))}
        loaded = self.files
        by_title: dict[str, list[str]] = {}
        for space in self.workspace.all():
            by_title.setdefault(space.title, []).append(space.space_id)
        spaces: dict[str, Any] = {}
        for wanted in loaded.spaces:
            ids = by_title.get(wanted.title, [])
            if len(ids) == 1:
                digest = hashes.forge_hash(wanted)
                spaces[wanted.space_id] = Entry(wanted.space_id, wanted.title, digest, ids[0]).as_json()
        part = {"workspace_url": self.workspace.host, "last_applied": None, "spaces": spaces}
        self.state.start_anew(
            {"version": "1.0", "project_id": "genie-forge-project", "project_name": None, "created_at": self.now(),
             "environments": {self.env: part}}
        )  # fmt: skip
        return {"from": "the workspace", "spaces": len(spaces)}


def space_of(name: str, body: Mapping[str, Any]) -> Space:
    """The space that a stored body spells."""
    return payload.from_workspace(
        name,
        title=body["title"],
        warehouse_id=body["warehouse_id"],
        exported=body["serialized_space"],
        description=body.get("description"),
        parent_path=body.get("parent_path"),
    )


def write(path: Path, text: str) -> None:
    """Write a file in one step."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)


__all__ = ["CONFIG", "Action", "Drift", "Project", "Step", "Taken", "body_of", "root", "space_of"]

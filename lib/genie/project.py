"""A project of spaces: files, an environment, a state file and a workspace; every command is a method here.

For notebooks too:

    from lib.genie.project import Project
    from lib.workspace.genie import GenieClient
    project = Project("conf/spaces", env="prod", workspace=GenieClient(profile…))
    plan = project.plan()
    project.apply(plan)
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib.config import process_environment
from lib.errors import InputError, NotFound
from lib.genie import drift, hashes, planning, reading, rules
from lib.genie.applying import Applied, Applier, Report, utc_now
from lib.genie.drift import Drift
from lib.genie.history import History, Version, space_of
from lib.genie.model import Space
from lib.genie.names import chosen, matches
from lib.genie.planning import Plan
from lib.genie.problems import FilesError, Problem, errors
from lib.genie.state import STATE_FILE, Entry, StateFile, check_workspace
from lib.genie.taking import Files, Importer, Taken, export
from lib.genie.variables import Substitution
from lib.progress import Progress, quiet

if TYPE_CHECKING:
    from lib.workspace.genie import GenieClient, RemoteSpace

CONFIG = Path("conf/spaces")
VOLUME = "genie_forge"


def root(project: str, *, catalog: str | None = None, schema: str = "default", volume: str = VOLUME) -> Path:
    """Where a project lives: in a Unity Catalog volume on Databricks, else in the home folder."""
    if catalog and "DATABRICKS_RUNTIME_VERSION" in process_environment():
        return Path("/Volumes") / catalog / schema / volume / project
    return Path.home() / ".genie-forge" / project


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
        progress: Progress = quiet,
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
        wanted = drift.base(self.history, self.env, lambda name: self.files.named(name))
        return drift.compare(self.workspace, [entries[name] for name in names], wanted)

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
        importer = Importer(self.workspace, self.state, self.env, self._stand(folder), who=self.who, now=self.now)
        taken = importer.take(found, name=name, force=force, dry_run=dry_run)
        self.__dict__.pop("files", None)
        return taken

    def _stand(self, folder: Path) -> Files:
        """Where spaces stand now; nowhere, when there are no files yet."""
        try:
            loaded = self.files
        except NotFound:
            return Files(folder, {}, lambda value: value)
        values = Substitution(loaded.environment, self.variables, self._process)
        known = {name: Path(document.file) for name, (document, _) in loaded.sources.items()}
        return Files(folder, known, values.applied)

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
        return export(self.workspace, found, folder, form=form, overwrite=overwrite, dry_run=dry_run)

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

"""The state file: which space of the files is which space of the workspace, environment by environment.

The file and its shape are those of existing project folders (`.genie-forge.json`); keys we do not know stay. What we
know beyond that shape is under `lakeledger` in each entry. Every change is written to a new file that then takes the
old one's place, under a lock, so that no death of a process leaves half a file; the version before stays beside it.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from lib.errors import InputError, NotFound, SourceError, Unavailable

STATE_FILE = Path(".genie-forge.json")
VERSION = "1.0"
OURS = "lakeledger"


@dataclass(frozen=True)
class Entry:
    """What is known of one space in one environment."""

    logical_id: str
    title: str
    config_hash: str
    """Hash of the file's space as it was last seen (the recorded kind)."""
    databricks_space_id: str | None = None
    applied_hash: str | None = None
    status: str = "APPLIED"
    last_applied: str | None = None
    error: str | None = None
    full_hash: str | None = None
    """Hash of all that was sent; None when another tool applied it."""
    content_hash: str | None = None
    """Hash of the workspace's export right after; None when it was not looked at."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Keys that are not known here."""

    def as_json(self) -> dict[str, Any]:
        """As the file has it."""
        value: dict[str, Any] = {
            "logical_id": self.logical_id,
            "databricks_space_id": self.databricks_space_id,
            "title": self.title,
            "config_hash": self.config_hash,
            "applied_hash": self.applied_hash,
            "status": self.status,
            "last_applied": self.last_applied,
            "error": self.error,
        }
        ours = {k: v for k, v in (("full_hash", self.full_hash), ("content_hash", self.content_hash)) if v}
        return value | dict(self.more) | ({OURS: ours} if ours else {})


def _entry(value: Mapping[str, Any]) -> Entry:
    ours: dict[str, Any] = value[OURS] if isinstance(value.get(OURS), dict) else {}
    known: dict[str, Any] = {
        name: value.get(name) for name in Entry.__dataclass_fields__ if name in value and name != "more"
    }
    known = {name: item for name, item in known.items() if name not in ("full_hash", "content_hash")}
    more = {name: item for name, item in value.items() if name not in known and name != OURS}
    known["status"] = known.get("status") or "APPLIED"
    return Entry(**known, full_hash=ours.get("full_hash"), content_hash=ours.get("content_hash"), more=more)


class StateFile:
    """One state file. Reading is cheap; `change` writes."""

    def __init__(self, path: Path = STATE_FILE) -> None:
        self.path = path
        self._lock = FileLock(str(path) + ".lock", timeout=20)

    @property
    def backup(self) -> Path:
        """The version before the last change."""
        return self.path.with_name(self.path.name + ".backup")

    def read(self) -> dict[str, Any]:
        """The whole file; a new, empty state when there is none. A damaged file is refused, never taken for empty."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {"version": VERSION, "project_id": "genie-forge-project", "project_name": None, "created_at": None,
                    "environments": {}}  # fmt: skip
        try:
            value = json.loads(text)
            _check(value)
        except ValueError as error:
            raise SourceError(
                f"The state file is damaged: {error}",
                place=str(self.path),
                remedy=f"`genie state-repair` makes it anew from {self.backup.name} or from the workspace.",
            ) from error
        return dict(value)

    def environment(self, env: str) -> dict[str, Any]:
        """One environment's part: workspace_url, last_applied, spaces; empty when it is not known."""
        found = self.read()["environments"].get(env)
        return dict(found) if found else {"workspace_url": "", "last_applied": None, "spaces": {}}

    def entries(self, env: str) -> dict[str, Entry]:
        """Entries of an environment by their names in files."""
        return {name: _entry({"logical_id": name} | value) for name, value in self.environment(env)["spaces"].items()}

    def ids(self) -> frozenset[str]:
        """Ids in the workspace of everything that is tracked, in whatever environment."""
        parts = self.read()["environments"].values()
        found = (entry.get("databricks_space_id") for part in parts for entry in part["spaces"].values())
        return frozenset(space_id for space_id in found if space_id)

    def entry(self, env: str, logical_id: str) -> Entry:
        """One entry."""
        found = self.entries(env)
        if logical_id not in found:
            raise NotFound(f"{logical_id} is not in the state of {env}.", place=str(self.path))
        return found[logical_id]

    def put(self, env: str, entry: Entry, *, workspace_url: str = "", now: str | None = None) -> None:
        """Write one entry, now."""

        def change(value: dict[str, Any]) -> None:
            part = _part(value, env, workspace_url)
            part["spaces"][entry.logical_id] = entry.as_json()
            if now:
                part["last_applied"] = now

        self.change(change, now)

    def remove(self, env: str, logical_id: str, *, now: str | None = None) -> None:
        """Forget one entry."""
        self.change(lambda value: _part(value, env, "")["spaces"].pop(logical_id, None), now)

    def change(self, act: Callable[[dict[str, Any]], Any], now: str | None = None) -> None:
        """Change the file under its lock."""
        with self._locked():
            value = self.read()
            act(value)
            value["created_at"] = value.get("created_at") or now
            self._write(value)

    def restore(self) -> bool:
        """Take the version before the last change, when it is sound."""
        try:
            value = json.loads(self.backup.read_text(encoding="utf-8"))
            _check(value)
        except (OSError, ValueError):
            return False
        with self._locked():
            self._write(value, keep=False)
        return True

    def start_anew(self, value: dict[str, Any]) -> None:
        """Put a whole state in the place of a damaged one, which stays beside it as `.damaged`."""
        with self._locked():
            if self.path.exists():
                os.replace(self.path, self.path.with_name(self.path.name + ".damaged"))
            self._write(value, keep=False)

    def _write(self, value: Mapping[str, Any], *, keep: bool = True) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if keep and self.path.exists():
            _keep(self.path, self.backup)
        _replace(self.path, (json.dumps(value, indent=2) + "\n").encode())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock:
                yield
        except Timeout as error:
            raise Unavailable(
                "Another process writes the state.", place=str(self.path), remedy="Wait for it."
            ) from error


def _keep(path: Path, backup: Path) -> None:
    """The file under a second name: what replaces it later leaves that one alone."""
    fresh = backup.with_name(f"{backup.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    try:
        os.link(path, fresh)
    except OSError:  # a file system without links, such as a volume
        fresh.write_bytes(path.read_bytes())
    os.replace(fresh, backup)


def _replace(path: Path, data: bytes) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


def _part(value: dict[str, Any], env: str, workspace_url: str) -> dict[str, Any]:
    part: dict[str, Any] = value["environments"].setdefault(
        env, {"workspace_url": workspace_url, "last_applied": None, "spaces": {}}
    )
    if workspace_url and not part.get("workspace_url"):
        part["workspace_url"] = workspace_url
    return part


def _check(value: Any) -> None:
    if not isinstance(value, dict) or not isinstance(value.get("environments"), dict):
        raise ValueError("it has no environments")
    for env, part in value["environments"].items():
        if not isinstance(part, dict) or not isinstance(part.setdefault("spaces", {}), dict):
            raise ValueError(f"the environment {env} is no map of spaces")
        part.setdefault("workspace_url", "")
        for name, entry in part["spaces"].items():
            if not isinstance(entry, dict) or not isinstance(entry.get("title"), str):
                raise ValueError(f"the entry {name} of {env} is no entry")
            entry.setdefault("config_hash", "")


def same_workspace(one: str, other: str) -> bool:
    """Whether two addresses are of one workspace.

    >>> same_workspace("https://adb-1.azuredatabricks.net/", "adb-1.azuredatabricks.net")
    True
    """

    def plain(url: str) -> str:
        return url.split("://")[-1].split("?")[0].strip("/").lower()

    return plain(one) == plain(other)


def check_workspace(env: str, recorded: str, connected: str) -> None:
    """InputError when a state's environment belongs to another workspace than the one that is connected."""
    if recorded and connected and not same_workspace(recorded, connected):
        raise InputError(
            f"The state of {env} belongs to {recorded}; this is {connected}.",
            remedy="Use the right profile, or --other-workspace when the workspace has moved.",
        )

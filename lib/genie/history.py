"""Versions of spaces: what was applied, and what stood in the workspace before it was replaced or removed.

Kept beside the state file, one small JSON file a version, so that a space can be brought back to any of them.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lib.errors import NotFound
from lib.genie import payload
from lib.genie.model import Space
from lib.workspace.genie import RemoteSpace


@dataclass(frozen=True)
class Version:
    """One version of one space in one environment."""

    number: int
    at: str
    who: str
    what: str
    """`applied`, `imported`, `before update`, `before destroy`."""
    space_id: str
    body: Mapping[str, Any]
    """title, warehouse_id, description, parent_path, serialized_space: what would bring it back."""


class History:
    """All versions beside one state file."""

    def __init__(self, state_file: Path) -> None:
        self.folder = state_file.with_name(state_file.name + ".history")

    def keep(
        self, env: str, logical_id: str, what: str, space_id: str, body: Mapping[str, Any], *, at: str, who: str
    ) -> None:
        """Keep a version, unless it is the newest one already."""
        newest = self.newest(env, logical_id)
        if newest and dict(newest.body) == dict(body) and newest.space_id == space_id and newest.what == what:
            return
        number = newest.number + 1 if newest else 1
        folder = self._folder(env, logical_id)
        folder.mkdir(parents=True, exist_ok=True)
        version = Version(number, at, who, what, space_id, dict(body))
        fresh = folder / f".{number}.{os.getpid()}"
        fresh.write_text(json.dumps(asdict(version), indent=1), encoding="utf-8")
        os.replace(fresh, folder / f"{number:05}.json")

    def versions(self, env: str, logical_id: str) -> list[Version]:
        """All versions, oldest first."""
        return [_read(path) for path in sorted(self._folder(env, logical_id).glob("*.json"))]

    def version(self, env: str, logical_id: str, number: int) -> Version:
        """One version."""
        path = self._folder(env, logical_id) / f"{number:05}.json"
        if not path.exists():
            known = ", ".join(str(version.number) for version in self.versions(env, logical_id)) or "none"
            raise NotFound(f"{logical_id} has no version {number}.", remedy=f"Versions there are: {known}.")
        return _read(path)

    def newest(self, env: str, logical_id: str) -> Version | None:
        """The last version kept."""
        found = sorted(self._folder(env, logical_id).glob("*.json"))
        return _read(found[-1]) if found else None

    def applied(self, env: str, logical_id: str) -> Version | None:
        """The last version that was applied or imported."""
        for path in sorted(self._folder(env, logical_id).glob("*.json"), reverse=True):
            version = _read(path)
            if version.what in ("applied", "imported"):
                return version
        return None

    def _folder(self, env: str, logical_id: str) -> Path:
        return self.folder / _safe(env) / _safe(logical_id)


def body_of_remote(there: RemoteSpace) -> dict[str, Any]:
    """What would bring a space of the workspace back as it is."""
    body = {
        "title": there.title,
        "warehouse_id": there.warehouse_id,
        "serialized_space": there.exported,
        "description": there.description,
        "parent_path": there.parent_path,
    }
    return {name: value for name, value in body.items() if value is not None}


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


def _read(path: Path) -> Version:
    return Version(**json.loads(path.read_text(encoding="utf-8")))


def _safe(name: str) -> str:
    return "".join(char if char.isalnum() or char in "-_." else "_" for char in name).strip(".") or "_"

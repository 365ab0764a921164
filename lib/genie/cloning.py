"""Copies of spaces: beside themselves, in another workspace, in a file, or from one environment to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lib.genie.applying import with_folder
from lib.genie.model import Space
from lib.genie.moving import from_variables, move
from lib.genie.names import logical_id
from lib.genie.planning import as_space, body_of
from lib.genie.project import Project
from lib.genie.variables import Environment
from lib.workspace.genie import RemoteSpace, Unsure

if TYPE_CHECKING:
    from lib.genie.planning import Plan
    from lib.workspace.genie import GenieClient


@dataclass(frozen=True)
class Copy:
    """A copy, ready to be made or written."""

    space: Space
    mentions: tuple[str, ...]
    """Prose that still names the old home."""


def copy_of(
    source: RemoteSpace,
    *,
    title: str | None = None,
    mapping: Mapping[str, str] | None = None,
    warehouse_id: str | None = None,
    parent_path: str | None = None,
    keep_folder: bool = True,
) -> Copy:
    """The copy of a workspace's space: everything it has, under a new title and, where asked, other names."""
    name = title or f"Copy of {source.title}"
    space = replace(as_space(source, logical_id(name)), title=name)
    moved = move(space, mapping or {}, warehouse_id=warehouse_id)
    folder = parent_path or (space.parent_path if keep_folder else None)
    return Copy(replace(moved.space, parent_path=folder), moved.mentions)


def create(workspace: "GenieClient", space: Space) -> RemoteSpace:
    """Make one space outside a plan; when no answer comes, it is looked up by title among the new ones."""
    body = body_of(space)
    before = {item.space_id for item in workspace.all() if item.title == space.title}
    for attempt in (1, 2, 3):
        try:
            return with_folder(workspace, body, lambda: workspace.create(body))
        except Unsure:
            new = [item for item in workspace.all() if item.title == space.title and item.space_id not in before]
            if new:
                return workspace.get(new[0].space_id)
            if attempt == 3:
                raise
    raise AssertionError


@dataclass(frozen=True)
class Promotion:
    """What a promotion would do: the target's project, its plan, and prose that still says the old names."""

    target: Project
    plan: "Plan"
    mentions: tuple[str, ...]
    mapping: Mapping[str, str]


def promote(
    source: Project,
    target: Project,
    name: str,
    *,
    mapping: Mapping[str, str] | None = None,
    warehouse_id: str | None = None,
) -> Promotion:
    """The plan that brings a space as it is in the source's workspace to the target's environment.

    The mapping is given, or implied by the `catalog` and `schema` variables of the two environments.
    """
    from lib.genie import planning

    there = source.workspace.get(str(source.state.entry(source.env, name).databricks_space_id))
    ours, theirs = _environment(source), _environment(target)
    names = dict(mapping) if mapping else from_variables(ours.values, theirs.values)
    warehouse = warehouse_id or theirs.values.get("warehouse_id")
    space = as_space(there, name)
    moved = move(space, names, warehouse_id=str(warehouse) if warehouse else None)
    folder = theirs.values.get("parent_path")
    moved_space = replace(moved.space, parent_path=str(folder) if folder else None)
    target.check_workspace()
    entries = {key: entry for key, entry in target.state.entries(target.env).items() if key == name}
    plan = planning.make([moved_space], entries, target.workspace, env=target.env, tracked=target.state.ids())
    return Promotion(target, plan, moved.mentions, names)


def _environment(project: Project) -> Environment:
    from lib.genie.variables import find

    folder = project.config if project.config.is_dir() else project.config.parent
    return find(folder, project.env)


def set_value(raw: dict[str, Any], assignment: str) -> None:
    """Set `key.path=value` in a raw space; numbers in the path are places in lists, `+` is a new one.

    >>> raw = {"a": [{"b": 1}]}
    >>> set_value(raw, "a.0.b=x"); set_value(raw, "a.+=y"); raw
    {'a': [{'b': 'x'}, 'y']}
    """
    from lib.errors import InputError

    path, found, value = assignment.partition("=")
    if not found or not path:
        raise InputError(f"{assignment!r} sets nothing.", remedy="Write key.path=value.", place="--set")
    keys = path.split(".")
    target: Any = raw
    for key, following in zip(keys, [*keys[1:], None], strict=True):
        last = following is None
        new: Any = value if last else [] if following is not None and (following.isdigit() or following == "+") else {}
        if isinstance(target, list):
            at = len(target) if key == "+" else int(key) if key.isdigit() else -1
            if not 0 <= at <= len(target):
                raise InputError(
                    f"{key} is no place in {path}.", remedy="Use a number, or + for a new one.", place="--set"
                )
            if at == len(target):
                target.append(new)
            elif last:
                target[at] = value
            target = target[at]
        elif isinstance(target, dict):
            if last:
                target[key] = value
            elif not isinstance(target.get(key), dict | list):
                target[key] = new
            target = target[key]
        else:
            raise InputError(f"{path} leads into a plain value.", place="--set")

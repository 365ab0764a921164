"""Copies of spaces: beside themselves, in another workspace, in a file, or from one environment to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lib.errors import AppError
from lib.genie.applying import with_folder
from lib.genie.model import Space
from lib.genie.moving import from_variables, move
from lib.genie.names import logical_id
from lib.genie.online import check
from lib.genie.payload import folder
from lib.genie.planning import as_space, body_of
from lib.genie.project import Project
from lib.genie.variables import Environment
from lib.workspace.failures import Unsure
from lib.workspace.genie import RemoteSpace

if TYPE_CHECKING:
    from lib.genie.planning import Plan
    from lib.workspace.genie import GenieClient
    from lib.workspace.permissions import Grant


@dataclass(frozen=True)
class Copy:
    """A copy, ready to be made or written."""

    space: Space
    mentions: tuple[str, ...]
    """Prose that still names the old home."""


@dataclass(frozen=True)
class Permission:
    """What somebody may do with the source of a copy, and whether the copy gives it too."""

    holder: str
    """`user`, `group`, `service_principal`."""
    name: str
    level: str
    carries: bool
    why: str

    def __str__(self) -> str:
        return f"{self.level} of {self.name} {'carries over' if self.carries else 'does not carry over'}: {self.why}"

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return dict(self.__dict__)


def permissions(source: "GenieClient", space_id: str, *, same_folder: bool) -> tuple[Permission, ...] | None:
    """Who may use the source, and what a copy keeps of it; None when that cannot be read (it needs CAN MANAGE).

    A copy belongs to whoever makes it. What was given on the source itself is not on the copy; what came from the
    folder is, where the copy stands in the same folder (`same_folder`).
    """
    try:
        found = source.grants(space_id)
    except AppError:
        return None
    return tuple(_permission(grant, same_folder) for grant in found)


def _permission(grant: "Grant", same_folder: bool) -> Permission:
    if grant.inherited and grant.name == "admins":
        carries, why = True, "administrators manage every space"
    elif grant.inherited and same_folder:
        carries, why = True, "it comes from the folder"
    elif grant.inherited:
        carries, why = False, "it comes from the source's folder; give it on the new one"
    else:
        carries, why = False, "it was given on the source itself; give it again on the copy"
    return Permission(grant.holder, grant.name, grant.level, carries, why)


def missing(workspace: "GenieClient", space: Space) -> tuple[str, ...]:
    """What a copy needs and its workspace has not, functions first: made in this order, the copy can answer."""
    found = [problem for problem in check([space], workspace) if problem.level == "error"]
    order = ("no-warehouse", "no-function", "no-table", "no-column")
    found.sort(key=lambda problem: order.index(problem.rule) if problem.rule in order else len(order))
    return tuple(problem.message for problem in found)


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
    path = parent_path or (space.parent_path if keep_folder else None)
    return Copy(replace(moved.space, parent_path=path), moved.mentions)


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
    space: Space
    permissions: tuple[Permission, ...] | None
    """Who may use the source; None when that may not be read."""
    missing: tuple[str, ...]
    """What the target has not."""

    def as_json(self) -> dict[str, Any]:
        """For machines, the plan left out."""
        return {"mapping": dict(self.mapping), "mentions": list(self.mentions)} | carried(
            self.permissions, self.missing
        )


def carried(found: tuple[Permission, ...] | None, missing: tuple[str, ...]) -> dict[str, Any]:
    """Permissions and what is missing, for machines."""
    return {"permissions": None if found is None else [item.as_json() for item in found], "missing": list(missing)}


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
    path = theirs.values.get("parent_path")
    moved_space = replace(moved.space, parent_path=str(path) if path else None)
    target.check_workspace()
    entries = {key: entry for key, entry in target.state.entries(target.env).items() if key == name}
    plan = planning.make([moved_space], entries, target.workspace, env=target.env, tracked=target.state.ids())
    same_folder = source.workspace.host == target.workspace.host and folder(moved_space.parent_path) == folder(
        space.parent_path
    )
    given = permissions(source.workspace, there.space_id, same_folder=same_folder)
    step = plan.steps[0] if plan.steps else None
    if step is not None and step.space_id is not None:
        given = ()  # the target's space is there already, and keeps its own
    lacking = missing(target.workspace, moved_space)
    return Promotion(target, plan, moved.mentions, names, moved_space, given, lacking)


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

"""Who may do what with one object, as the permissions API says it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lib.workspace.failures import translated

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

Holder = Literal["user", "group", "service_principal"]
EVERYBODY = frozenset({"users", "account users"})
"""Groups that everybody is in, whatever else is known of a person."""


@dataclass(frozen=True)
class Grant:
    """One level that one principal has on an object."""

    holder: Holder
    name: str
    level: str
    inherited: bool = False
    display: str = ""
    """What people call it, where that is another word: a service principal's name is an id."""


def grants(client: "WorkspaceClient", kind: str, object_id: str) -> list[Grant]:
    """The object's access list, asked anew each time: permissions change while people look."""
    with translated(f"read who may use the {kind.removesuffix('s')}"):
        found = []
        for entry in client.permissions.get(kind, object_id).access_control_list or []:
            holder, name = _holder(entry)
            for permission in entry.all_permissions or []:
                level = getattr(permission.permission_level, "value", permission.permission_level)
                found.append(Grant(holder, name, str(level), bool(permission.inherited), entry.display_name or ""))
        return found


def levels_of(found: Iterable[Grant], name: str, groups: Iterable[str]) -> frozenset[str]:
    """The levels that a person has, by name or by a group; names are compared without regard to case."""
    mine = {group.casefold() for group in groups} | EVERYBODY
    return frozenset(
        grant.level
        for grant in found
        if (grant.holder == "group" and grant.name.casefold() in mine)
        or (grant.holder != "group" and grant.name.casefold() == name.casefold())
    )


def _holder(entry: object) -> tuple[Holder, str]:
    for holder in ("user", "group", "service_principal"):
        name = getattr(entry, f"{holder}_name", None)
        if name:
            return holder, str(name)  # type: ignore[return-value]
    return "user", ""

"""Groups of a person, as the workspace's own directory has them."""

from typing import TYPE_CHECKING

from lib.workspace.failures import translated

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient


def groups_of(client: "WorkspaceClient", name: str) -> frozenset[str] | None:
    """Names of the groups a person is in; None when there is no such person, or none that is active."""
    safe = name.replace("\\", "").replace('"', "")
    with translated("look up a person"):
        for user in client.users.list(filter=f'userName eq "{safe}"'):
            if (user.user_name or "").casefold() == name.casefold() and user.active is not False:
                return frozenset(group.display for group in user.groups or [] if group.display)
    return None

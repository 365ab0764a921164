"""Passwords of a Lakebase database: tokens that live an hour at most, given to whoever may connect."""

from typing import TYPE_CHECKING

from lib.errors import Unavailable
from lib.workspace.failures import translated

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient


def password(client: "WorkspaceClient", endpoint: str) -> str:
    """A password that is good now for the endpoint `projects/…/branches/…/endpoints/…`."""
    with translated("get a password for the store's database"):
        token = client.postgres.generate_database_credential(endpoint).token
    if not token:
        raise Unavailable("The workspace gave no password for the store's database.", place=endpoint)
    return token

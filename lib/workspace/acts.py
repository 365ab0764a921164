"""Every call that changes compute or stops work on it, and there are six. None deletes: `clusters.delete` is the API's
word for terminate, which keeps the cluster and its configuration. A test holds the tree and the wire to it.

Nothing here decides whether it may be done; `lib.clusters.acting` and `lib.statements.acting` do, and `lib.connected` for the
warehouse that the app's own queries run on; they are the only callers.
"""

from typing import TYPE_CHECKING

from lib.workspace.failures import translated

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient


def start_cluster(client: "WorkspaceClient", cluster_id: str) -> None:
    """Ask for it to start; nobody waits."""
    with translated("start the cluster"):
        client.clusters.start(cluster_id)


def stop_cluster(client: "WorkspaceClient", cluster_id: str) -> None:
    """Ask for it to terminate; its configuration stays."""
    with translated("stop the cluster"):
        client.clusters.delete(cluster_id)


def restart_cluster(client: "WorkspaceClient", cluster_id: str) -> None:
    """Ask for it to restart."""
    with translated("restart the cluster"):
        client.clusters.restart(cluster_id)


def start_warehouse(client: "WorkspaceClient", warehouse_id: str) -> None:
    """Ask for a SQL warehouse to start; nobody waits."""
    with translated("start the SQL warehouse"):
        client.warehouses.start(warehouse_id)


def stop_warehouse(client: "WorkspaceClient", warehouse_id: str) -> None:
    """Ask for a SQL warehouse to stop; it stays, and the next statement starts it again."""
    with translated("stop the SQL warehouse"):
        client.warehouses.stop(warehouse_id)


def cancel_statement(client: "WorkspaceClient", statement_id: str) -> None:
    """Ask for a SQL statement to be canceled."""
    with translated("cancel the statement"):
        client.statement_execution.cancel_execution(statement_id)

"""Statements that run now, and the desk at which they are canceled."""

from collections.abc import Callable
from datetime import datetime

from lib.context import Context, utc_now
from lib.errors import AppError
from lib.operate import connecting
from lib.operate.compute import limits
from lib.statements import monitor
from lib.statements.acting import Desk
from lib.statements.monitor import Standing
from lib.workspace.queries import Live, LiveStatement, running_now
from lib.workspace.warehouses import warehouses


def live_statements(context: Context) -> tuple[Live, str]:
    """What runs now in the connected workspace, and its id; SourceError where there is none to ask."""
    found = connecting.connection(context)
    return running_now(found.client), found.workspace_id


def standing_now(
    context: Context, found: list[Standing], now: Callable[[], datetime] = utc_now
) -> tuple[list[Standing], str]:
    """Statements that stand out, with what runs now; and why the workspace could not be asked, "" when it was."""
    try:
        live, workspace_id = live_statements(context)
        names = {one.id: one.name for one in warehouses(connecting.connection(context).client)}
    except AppError as error:
        return found, error.message
    return monitor.with_live(found, live, workspace_id, now(), context.query_thresholds, names), ""


def live_statement(context: Context, statement_id: str) -> tuple[LiveStatement, str] | None:
    """One statement that runs now, and its workspace; None when it does not run, or nobody can tell."""
    try:
        live, workspace_id = live_statements(context)
    except AppError:
        return None
    found = next((one for one in live.statements if one.statement_id == statement_id), None)
    return None if found is None else (found, workspace_id)


def statement_desk(context: Context, now: Callable[[], datetime] = utc_now) -> Desk:
    """Where statements are canceled; SourceError where none can be."""
    found = connecting.connection(context)
    return Desk(found.client, found.workspace_id, context.store, now, limits(context.settings).workspaces)

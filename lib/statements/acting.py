"""Canceling a statement: who may, the call, and the record of it. The one module of this package that acts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from lib.access import Role, Viewer
from lib.errors import AccessError, AppError, InputError
from lib.store import events
from lib.store.events import Event
from lib.workspace import acts
from lib.workspace.permissions import grants, levels_of

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

    from lib.store import Store

Result = Literal["done", "refused", "failed", "dry run"]
LEVELS = frozenset({"CAN_MANAGE", "IS_OWNER"})
"""What a person needs on a warehouse to cancel what others run on it."""
ENDED = frozenset({"FINISHED", "FAILED", "CANCELED"})


@dataclass(frozen=True)
class Running:
    """The statement somebody wants to cancel, as the query history has it."""

    statement_id: str
    warehouse_id: str | None
    executed_by: str | None
    state: str
    workspace_id: str


@dataclass(frozen=True)
class Canceled:
    """What came of it."""

    result: Result
    message: str
    event_id: int | None = None


@dataclass(frozen=True)
class Desk:
    """Everything canceling needs. The client is the app's; what the viewer may do is asked each time."""

    client: "WorkspaceClient"
    workspace_id: str
    store: "Store"
    now: Callable[[], datetime]
    workspaces: frozenset[str] = frozenset()
    """Where operators may act; empty: everywhere."""

    def refusal(self, viewer: Viewer, wanted: Running) -> str:
        """Why this person may not cancel it; "" when they may."""
        try:
            viewer.require(Role.OPERATOR, "cancel statements")
        except AccessError as error:
            return str(error)
        if wanted.workspace_id and wanted.workspace_id != self.workspace_id:
            return "It runs in another workspace than the one this app is connected to."
        if viewer.role < Role.ADMIN and self.workspaces and self.workspace_id not in self.workspaces:
            return "Operators may not act in this workspace: the app's settings limit them to others."
        if wanted.state in ENDED:
            return f"It has ended already ({wanted.state.lower()})."
        if wanted.executed_by and wanted.executed_by.casefold() == viewer.name.casefold():
            return ""
        if not wanted.warehouse_id:
            return "It runs on serverless compute of somebody else: only its owner can cancel it."
        try:
            held = levels_of(grants(self.client, "warehouses", wanted.warehouse_id), viewer.name, viewer.groups)
        except AccessError:
            return (
                f"Whether {viewer.name} may cancel it cannot be checked: the app itself may not read the warehouse's "
                "permissions. Give its service principal CAN_MANAGE on the warehouse."
            )
        if not held & LEVELS:
            has = f"only {', '.join(sorted(held))}" if held else "no permission"
            return f"{viewer.name} has {has} on the warehouse. To cancel what others run it takes CAN_MANAGE."
        return ""

    def cancel(self, viewer: Viewer, wanted: Running, *, reason: str, dry_run: bool = False) -> Canceled:
        """Cancel it, if the person may; every way it can end is an outcome, and on record."""
        outcome = Canceled("failed", "")
        try:
            if not reason.strip():
                raise InputError("A reason is missing.", remedy="Say in a few words why: it is kept with the act.")
            refused = self.refusal(viewer, wanted)
            if refused:
                outcome = Canceled("refused", refused)
            elif dry_run:
                outcome = Canceled("dry run", "Would cancel it. Nothing was done.")
            else:
                acts.cancel_statement(self.client, wanted.statement_id)
                outcome = Canceled("done", "Asked to cancel it; what it did so far is paid for and thrown away.")
        except AccessError as error:
            outcome = Canceled("refused", str(error))
        except AppError as error:
            outcome = Canceled("failed", str(error))
        return replace(outcome, event_id=self._record(viewer, wanted, outcome, reason))

    def _record(self, viewer: Viewer, wanted: Running, outcome: Canceled, reason: str) -> int:
        return events.record(
            self.store,
            Event(
                at=self.now(),
                who=viewer.name,
                act="cancel statement",
                object_type="statement",
                object_id=wanted.statement_id,
                object_name=f"statement of {wanted.executed_by or 'nobody'}",
                workspace_id=wanted.workspace_id or self.workspace_id,
                before={"state": wanted.state},
                after=None,
                reason=reason.strip()[:500],
                result=outcome.result,
                detail=outcome.message,
            ),
        )

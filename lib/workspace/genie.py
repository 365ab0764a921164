"""Genie spaces in a workspace, through databricks-sdk: the calls that manage them, and the other calls a space needs."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lib.errors import InputError, Unavailable
from lib.workspace.genie_answers import Answers
from lib.workspace.permissions import Grant, grants

PAGE = 100


@dataclass(frozen=True)
class RemoteSpace:
    """A space as the workspace answers."""

    space_id: str
    title: str
    warehouse_id: str = ""
    description: str | None = None
    parent_path: str | None = None
    etag: str | None = None
    """Only with the export; changes when the export changes."""
    exported: str | None = None
    """`serialized_space`; None when it was not asked for, or may not be seen."""
    created: str | None = None
    updated: str | None = None


class Spaces(Protocol):
    """A workspace's spaces."""

    @property
    def host(self) -> str:
        """Address of the workspace."""
        ...

    def all(self, limit: int = 0) -> Iterator[RemoteSpace]:
        """All spaces one may see, without exports; 0 for no limit."""
        ...

    def get(self, space_id: str, *, export: bool = True) -> RemoteSpace:
        """One space; NotFound when it is gone."""
        ...

    def create(self, body: Mapping[str, Any]) -> RemoteSpace:
        """Make a space; `Unsure` when no answer came."""
        ...

    def update(self, space_id: str, body: Mapping[str, Any], *, etag: str | None = None) -> RemoteSpace:
        """Change a space; `Conflict` when `etag` is no longer its own."""
        ...

    def trash(self, space_id: str) -> None:
        """Move a space to the trash; NotFound when it is not there."""
        ...

    def make_folder(self, path: str) -> None:
        """Make a folder and those above it; nothing when it is there."""
        ...


class GenieClient(Answers):
    """`Spaces` over databricks-sdk, and the other calls a space needs."""

    def all(self, limit: int = 0) -> Iterator[RemoteSpace]:
        """All spaces, page by page."""
        token: str | None = None
        given = 0
        while True:
            page = self._page(token)
            for space in page.spaces or []:
                yield _space(space)
                given += 1
                if limit and given >= limit:
                    return
            token = page.next_page_token
            if not token:
                return

    def _page(self, token: str | None) -> Any:
        return self._read("list spaces", lambda w: w.genie.list_spaces(page_size=PAGE, page_token=token))

    def get(self, space_id: str, *, export: bool = True) -> RemoteSpace:
        """One space."""
        return _space(
            self._read(
                f"read the space {space_id}",
                lambda w: w.genie.get_space(space_id, include_serialized_space=True if export else None),
            )
        )

    def create(self, body: Mapping[str, Any]) -> RemoteSpace:
        """Make a space; never repeated when no answer came."""
        return _space(self._write(f"create the space {body.get('title')}", lambda w: w.genie.create_space(**body)))

    def update(self, space_id: str, body: Mapping[str, Any], *, etag: str | None = None) -> RemoteSpace:
        """Change a space."""
        return _space(
            self._write(f"change the space {space_id}", lambda w: w.genie.update_space(space_id, etag=etag, **body))
        )

    def trash(self, space_id: str) -> None:
        """Move a space to the trash."""
        self._write(f"delete the space {space_id}", lambda w: w.genie.trash_space(space_id))

    def make_folder(self, path: str) -> None:
        """Make a folder; repeating does no harm."""
        self._read(f"make the folder {path}", lambda w: w.workspace.mkdirs(path))

    # ── what a space stands on ──────────────────────────────────────────────────────────────────────────────────────

    def me(self) -> dict[str, Any]:
        """Who is signed in: user_name, display_name, groups."""
        found = self._read("ask who is signed in", lambda w: w.current_user.me())
        groups = sorted(group.display or "" for group in found.groups or [])
        return {"user_name": found.user_name, "display_name": found.display_name, "id": found.id, "groups": groups}

    def workspace_id(self) -> str:
        """The workspace's id, as system tables name it."""
        return str(self._read("ask which workspace this is", lambda w: w.get_workspace_id()))

    def warehouse(self, warehouse_id: str) -> str:
        """State of a warehouse, such as RUNNING; NotFound when there is none."""
        found = self._read(f"look at the warehouse {warehouse_id}", lambda w: w.warehouses.get(warehouse_id))
        return str(found.state.value if found.state else "")

    def columns(self, table: str) -> tuple[str, ...]:
        """Column names of a table or view; NotFound or AccessError otherwise."""
        found = self._read(f"look at the table {table}", lambda w: w.tables.get(table))
        return tuple(column.name or "" for column in found.columns or [])

    def has_function(self, name: str) -> None:
        """NotFound when there is no such function."""
        self._read(f"look at the function {name}", lambda w: w.functions.get(name))

    def grants(self, space_id: str) -> list[Grant]:
        """Who may do what with a space."""
        return self._read("read who may use the space", lambda w: grants(w, "genie", space_id))

    def run(self, statement: str, warehouse_id: str, *, parameters: Sequence[Any] = ()) -> list[list[str | None]]:
        """Run a statement to its end; rows of texts. A statement that fails, or is still running at the end, is an error."""
        from databricks.sdk.service.sql import StatementState

        answer = self._write(
            "run a statement",
            lambda w: w.statement_execution.execute_statement(statement, warehouse_id, wait_timeout="30s"),
        )
        end = time.monotonic() + 600
        while answer.status.state in (StatementState.PENDING, StatementState.RUNNING):
            if time.monotonic() > end:
                raise Unavailable("A statement was still running after ten minutes.", remedy="Look at the warehouse.")
            self._sleep(1)
            answer = self._statement(str(answer.statement_id))
        if answer.status.state is not StatementState.SUCCEEDED:
            said = answer.status.error.message if answer.status.error else str(answer.status.state)
            raise InputError(
                f"A statement failed: {str(said).splitlines()[0]}", place=statement.strip().splitlines()[0]
            )
        return list(answer.result.data_array or []) if answer.result else []

    def _statement(self, statement_id: str) -> Any:
        return self._read("wait for a statement", lambda w: w.statement_execution.get_statement(statement_id))


def _space(answer: Any) -> RemoteSpace:
    return RemoteSpace(
        space_id=str(answer.space_id),
        title=answer.title or "",
        warehouse_id=answer.warehouse_id or "",
        description=answer.description or None,
        parent_path=answer.parent_path or None,
        etag=answer.etag,
        exported=answer.serialized_space,
        created=_time(answer.create_time),
        updated=_time(answer.update_time),
    )


def _time(value: Any) -> str | None:
    """A time as ISO 8601, whether the SDK has it as text or as a protobuf time stamp."""
    return None if value is None else str(value.ToJsonString() if hasattr(value, "ToJsonString") else value)

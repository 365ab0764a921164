"""Genie spaces in a workspace, through databricks-sdk: the calls that manage them, each with its own rule for repeating.

Reading repeats what got no answer. Writing repeats only what was refused before it began (429): whoever creates or
changes a space and gets no answer has to look first, and gets `Unsure` to say so. The SDK's own repeating is switched
off by a clock that refuses to wait.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from lib.errors import AccessError, AppError, InputError, NotFound, SignInError, SourceError, Unavailable

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

T = TypeVar("T")
ATTEMPTS = 5
HTTP_S = 60
PAGE = 100
LONGEST_WAIT_S = 30.0


class Unsure(Unavailable):
    """No answer came: it may have happened or not. Look before trying again."""


class Changed(InputError):
    """Somebody changed the space in the meantime: what was to be written rests on an older version."""


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
        """Change a space; `Changed` when `etag` is no longer its own."""
        ...

    def trash(self, space_id: str) -> None:
        """Move a space to the trash; NotFound when it is not there."""
        ...

    def make_folder(self, path: str) -> None:
        """Make a folder and those above it; nothing when it is there."""
        ...


class Pace:
    """How fast requests may follow each other, over all threads; a refusal for haste holds all of them."""

    def __init__(self, per_second: float = 0, sleep: Callable[[float], None] = time.sleep) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._lock = threading.Lock()
        self._sleep = sleep

    def wait(self) -> None:
        """Wait for one's turn."""
        while True:
            with self._lock:
                now = time.monotonic()
                if now >= self._next:
                    self._next = now + self._gap
                    return
                gap = self._next - now
            self._sleep(gap)

    def hold(self, seconds: float) -> None:
        """Nobody asks for that long."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


class _Wait(Exception):
    """Raised by the SDK's clock where it wanted to sleep before repeating."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Impatient:
    """A clock whose sleep ends the SDK's own repeating."""

    def time(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        raise _Wait(seconds)


class GenieClient:
    """`Spaces` over databricks-sdk, and the other calls a space needs. The SDK is imported with the first call."""

    def __init__(
        self,
        host: str | None = None,
        options: Mapping[str, Any] | None = None,
        *,
        rate: float = 0,
        http_s: float = HTTP_S,
        sleep: Callable[[float], None] = time.sleep,
        client: "WorkspaceClient | None" = None,
    ) -> None:
        """`options`: what the SDK's Config gets beside the host (token, profile, …). `rate`: requests a second, 0 for any."""
        self._host = host
        self._options = dict(options or {})
        self._pace = Pace(rate, sleep)
        self._sleep = sleep
        self._http_s = http_s
        self._client = client
        self._lock = threading.Lock()

    @property
    def client(self) -> "WorkspaceClient":
        """The SDK's client."""
        with self._lock:
            if self._client is None:
                with _translated("sign in"):
                    self._client = self._make()
            return self._client

    def _make(self) -> "WorkspaceClient":
        from databricks.sdk import WorkspaceClient
        from databricks.sdk.core import Config

        config = Config(
            host=self._host,
            product="lakeledger",
            product_version="0.1.0",
            retry_timeout_seconds=60,
            http_timeout_seconds=self._http_s,
            clock=_Impatient(),
            **self._options,
        )
        return WorkspaceClient(config=config)

    @property
    def host(self) -> str:
        """Address of the workspace."""
        return str(self._host or self.client.config.host).rstrip("/")

    # ── spaces ──────────────────────────────────────────────────────────────────────────────────────────────────────

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

    def permissions(self, space_id: str) -> tuple[tuple[str, str], ...]:
        """Who may do what with a space: (name, level)."""
        found = self._read("read who may use the space", lambda w: w.permissions.get("genie", space_id))
        return tuple(
            (
                str(who.user_name or who.group_name or who.display_name or who.service_principal_name),
                str(permission.permission_level.value),
            )
            for who in found.access_control_list or []
            for permission in who.all_permissions or []
            if permission.permission_level
        )

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

    # ── evaluations ─────────────────────────────────────────────────────────────────────────────────────────────────

    def start_evaluation(self, space_id: str) -> Any:
        """Ask all benchmark questions of a space: a run."""
        return self._write("start an evaluation", lambda w: w.genie.genie_create_eval_run(space_id))

    def evaluation(self, space_id: str, run_id: str) -> Any:
        """How far a run is."""
        return self._read("look at the evaluation", lambda w: w.genie.genie_get_eval_run(space_id, run_id))

    def evaluations(self, space_id: str) -> Sequence[Any]:
        """The newest runs of a space."""
        found = self._read("list evaluations", lambda w: w.genie.genie_list_eval_runs(space_id))
        return list(found.eval_runs or [])

    def evaluation_results(self, space_id: str, run_id: str) -> Sequence[tuple[str, Any]]:
        """Question and details of each result of a run."""
        found: list[Any] = []
        token: str | None = None
        while True:
            page = self._results(space_id, run_id, token)
            found += page.eval_results or []
            token = page.next_page_token
            if not token:
                break
        return [(item.question or "", self._details(space_id, run_id, item.result_id)) for item in found]

    def _results(self, space_id: str, run_id: str, token: str | None) -> Any:
        return self._read(
            "read the evaluation", lambda w: w.genie.genie_list_eval_results(space_id, run_id, page_token=token)
        )

    def _details(self, space_id: str, run_id: str, result_id: str) -> Any:
        return self._read("read a result", lambda w: w.genie.genie_get_eval_result_details(space_id, run_id, result_id))

    # ── conversations ───────────────────────────────────────────────────────────────────────────────────────────────

    def start_conversation(self, space_id: str, content: str) -> Any:
        """Ask a first question: conversation_id and message_id."""
        return self._write("ask the space", lambda w: w.genie.start_conversation(space_id, content).response)

    def ask_further(self, space_id: str, conversation_id: str, content: str) -> Any:
        """Ask a further question."""
        return self._write(
            "ask the space", lambda w: w.genie.create_message(space_id, conversation_id, content).response
        )

    def message(self, space_id: str, conversation_id: str, message_id: str) -> Any:
        """How far an answer is, and its parts."""
        return self._read("read the answer", lambda w: w.genie.get_message(space_id, conversation_id, message_id))

    def message_rows(self, space_id: str, conversation_id: str, message_id: str, attachment_id: str) -> Any:
        """The statement response of an answer's query."""
        found = self._read(
            "read the rows",
            lambda w: w.genie.get_message_attachment_query_result(space_id, conversation_id, message_id, attachment_id),
        )
        return found.statement_response

    def send_feedback(self, space_id: str, conversation_id: str, message_id: str, good: bool) -> None:
        """Say whether an answer helped."""
        from databricks.sdk.service.dashboards import GenieFeedbackRating

        rating = GenieFeedbackRating.POSITIVE if good else GenieFeedbackRating.NEGATIVE
        self._write(
            "send feedback", lambda w: w.genie.send_message_feedback(space_id, conversation_id, message_id, rating)
        )

    def conversations(self, space_id: str, *, everyone: bool = False) -> Sequence[Any]:
        """Conversations with a space."""
        found = self._read(
            "list conversations",
            lambda w: w.genie.list_conversations(space_id, include_all=True if everyone else None, page_size=100),
        )
        return list(found.conversations or [])

    # ── repeating ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _read(self, doing: str, act: Callable[["WorkspaceClient"], T]) -> T:
        """Something that may be repeated."""
        return self._asked(doing, act, repeat=True)

    def _write(self, doing: str, act: Callable[["WorkspaceClient"], T]) -> T:
        """Something that is repeated only when it was refused before it began."""
        return self._asked(doing, act, repeat=False)

    def _asked(self, doing: str, act: Callable[["WorkspaceClient"], T], *, repeat: bool) -> T:
        client = self.client
        for attempt in range(1, ATTEMPTS + 1):
            self._pace.wait()
            try:
                with _translated(doing, unsure=not repeat):
                    return act(client)
            except _Wait as wait:
                cause = wait.__context__
                refused = getattr(cause, "error_code", "") in ("RESOURCE_EXHAUSTED", "REQUEST_LIMIT_EXCEEDED") or (
                    type(cause).__name__ == "TooManyRequests"
                )
                if not (refused or repeat):
                    raise Unsure(
                        f"No answer came when it was to {doing}.",
                        remedy="It may have happened: plan again before trying.",
                    ) from cause
                if attempt == ATTEMPTS:
                    raise Unavailable(
                        f"The workspace did not answer in time to {doing}.", remedy="Try again in a minute."
                    ) from cause
                after = getattr(cause, "retry_after_secs", None)
                seconds = min(LONGEST_WAIT_S, float(after) if after is not None else 0.25 * 2**attempt)
                seconds += random.uniform(0, 0.2)
                if refused:
                    self._pace.hold(seconds)
                else:
                    self._sleep(seconds)
        raise AssertionError


def _space(answer: Any) -> RemoteSpace:
    return RemoteSpace(
        space_id=str(answer.space_id),
        title=answer.title or "",
        warehouse_id=answer.warehouse_id or "",
        description=answer.description or None,
        parent_path=answer.parent_path or None,
        etag=answer.etag,
        exported=answer.serialized_space,
        created=None if answer.create_time is None else str(answer.create_time),
        updated=None if answer.update_time is None else str(answer.update_time),
    )


@contextmanager
def _translated(doing: str, *, unsure: bool = False) -> Iterator[None]:
    """The SDK's errors as ours; `unsure`: an error on the server's side may have come after the deed."""
    try:
        yield
    except (AppError, _Wait):
        raise
    except Exception as error:
        raise _ours(error, doing, unsure) or error from error


def _ours(error: Exception, doing: str, unsure: bool) -> AppError | None:
    from databricks.sdk import errors

    said = str(error).strip().split("\n")[0].split(". Config: ")[0].rstrip(".")
    code = str(getattr(error, "error_code", "") or "")
    match error:
        case errors.Unauthenticated():
            return SignInError(
                f"The workspace does not accept the sign-in to {doing}.", remedy="Sign in again.", place=code
            )
        case errors.PermissionDenied():
            return AccessError(
                f"The identity in use may not {doing}: {said}.", remedy="Ask for the permission it names.", place=code
            )
        case errors.NotFound():
            return NotFound(f"Could not {doing}: {said}.", place=code)
        case errors.ResourceConflict() | errors.Aborted():
            return Changed(f"Could not {doing}: {said}.", remedy="Plan again: it was changed meanwhile.", place=code)
        case errors.BadRequest():
            return InputError(f"The workspace refused to {doing}: {said}.", place=code)
        case errors.DatabricksError():
            kind = Unsure if unsure else Unavailable
            return kind(f"The workspace could not {doing}: {said}.", remedy="Try again in a minute.", place=code)
        case ValueError():
            return SourceError(
                f"There is no way to sign in to a workspace: {said}.", remedy="See docs/genie.md, Sign-in."
            )
    return None

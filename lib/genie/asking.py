"""Asks a question about spend: of a Genie space in a workspace, or of the trusted questions on the embedded ledger.

Both give the same value. The ledger answers only what it was taught, and says so; nothing is made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lib.errors import AppError
from lib.genie.own import closest, nearest, trusted

if TYPE_CHECKING:
    import pyarrow as pa

    from lib.warehouse import Warehouse
    from lib.workspace.genie import GenieClient

Status = Literal["running", "done", "failed", "cancelled"]
ENDED: Mapping[str, Status] = {
    "COMPLETED": "done",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
    "QUERY_RESULT_EXPIRED": "failed",
}
STAGES = {
    "SUBMITTED": "Sent",
    "FETCHING_METADATA": "Looking at the tables",
    "FILTERING_CONTEXT": "Choosing what matters",
    "ASKING_AI": "Writing the SQL",
    "PENDING_WAREHOUSE": "Waiting for the warehouse",
    "EXECUTING_QUERY": "Running the SQL",
}
MOST_ROWS = 5_000


@dataclass(frozen=True)
class Turn:
    """One question and what became of it."""

    question: str
    status: Status
    stage: str = ""
    """How far a running one is, in words."""
    text: str = ""
    sql: str = ""
    rows: "pa.Table | None" = field(default=None, compare=False, repr=False)
    follow_ups: tuple[str, ...] = ()
    error: str = ""
    asked_as: str = ""
    """The trusted question that was answered, when it was put in other words."""
    cancelling: bool = False
    """It was cancelled, and runs on until its statement can be stopped."""
    note: str = ""
    """How a cancelled one ended."""
    conversation_id: str = ""
    message_id: str = ""
    rated: int | None = None
    """0 for bad, 1 for good."""


class Voice(Protocol):
    """Whoever answers."""

    @property
    def live(self) -> bool:
        """Whether a Genie space answers (else the ledger's trusted questions do)."""
        ...

    def ask(self, question: str, conversation_id: str = "") -> Turn:
        """Ask; the turn may still be running."""
        ...

    def look(self, turn: Turn) -> Turn:
        """The turn as it is now."""
        ...

    def cancel(self, turn: Turn) -> Turn:
        """Stop it as far as that can be; it may still be running, and is then stopped by the `look` that can."""
        ...

    def rate(self, turn: Turn, good: bool) -> None:
        """Say whether the answer helped."""
        ...

    def suggestions(self) -> tuple[str, ...]:
        """Questions to begin with."""
        ...


class Ledger:
    """Answers trusted questions by running their SQL on the embedded ledger."""

    live = False

    def __init__(self, warehouse: "Warehouse", params: Mapping[str, Any], space_id: str = "") -> None:
        """`space_id`: whose questions are offered; those of all are answered."""
        self._warehouse = warehouse
        self._params = params
        self._known = trusted()
        self._offered = tuple(item for item in self._known if space_id in ("", item.space_id))

    def ask(self, question: str, conversation_id: str = "") -> Turn:
        """The answer at once; nearest questions when it is none that is known."""
        found, _ = nearest(question, self._known)
        others = closest(question, tuple(item for item in self._offered if item != found))
        follow_ups = tuple(item.question for item in others[:3])
        if found is None:
            text = "None of the trusted questions asks this. The nearest ones are below."
            return Turn(question, "done", text=text, follow_ups=follow_ups)
        try:
            rows = self._warehouse.fetch(found.query, self._params)
        except AppError as error:
            return Turn(question, "failed", error=str(error), sql=found.sql, follow_ups=follow_ups)
        same = question.strip().lower().rstrip("?") == found.question.lower().rstrip("?")
        asked_as = "" if same else found.question
        return Turn(question, "done", sql=found.sql, rows=rows, follow_ups=follow_ups, asked_as=asked_as)

    def look(self, turn: Turn) -> Turn:
        """It is as it was."""
        return turn

    def cancel(self, turn: Turn) -> Turn:
        """It is answered already."""
        return turn

    def rate(self, turn: Turn, good: bool) -> None:
        """Nobody learns from it here; the page keeps it on record."""

    def suggestions(self) -> tuple[str, ...]:
        """Every question of the space."""
        return tuple(item.question for item in self._offered)


class Conversation:
    """A conversation with a Genie space, as whoever the client is signed in as."""

    live = True

    def __init__(self, client: "GenieClient", space_id: str, suggested: tuple[str, ...] | None = ()) -> None:
        """`suggested`: questions to begin with; None: those of the space, as far as its contents may be seen."""
        self._client = client
        self.space_id = space_id
        self._suggested = suggested

    def ask(self, question: str, conversation_id: str = "") -> Turn:
        """Send the question; `look` says how far the answer is."""
        if conversation_id:
            sent = self._client.ask_further(self.space_id, conversation_id, question)
            message_id = sent.message_id or sent.id
        else:
            sent = self._client.start_conversation(self.space_id, question)
            conversation_id, message_id = sent.conversation_id, sent.message_id
        return Turn(
            question, "running", STAGES["SUBMITTED"], conversation_id=conversation_id, message_id=str(message_id)
        )

    def look(self, turn: Turn) -> Turn:
        """Ask how far it is; the rows come with the end."""
        if turn.status != "running":
            return turn
        said = self._client.message(self.space_id, turn.conversation_id, turn.message_id)
        status = said.status.value if said.status else "SUBMITTED"
        if status not in ENDED:
            turn = replace(turn, stage=STAGES.get(status, status.replace("_", " ").capitalize()))
            return self._stopped(turn, said) if turn.cancelling else turn
        turn = replace(turn, status=ENDED[status], stage="")
        if turn.status == "cancelled":
            return replace(turn, note=turn.note or "It was cancelled in the workspace.")
        if turn.status == "failed":
            why = said.error.error if said.error else ""
            return replace(turn, error=why or "The space could not answer.")
        return self._answered(turn, said)

    def cancel(self, turn: Turn) -> Turn:
        """Stop the statement of the answer; the service has nothing that stops the writing of it before that."""
        return self.look(replace(turn, cancelling=True))

    def _stopped(self, turn: Turn, said: Any) -> Turn:
        """The turn with its statement stopped, as soon as it has one."""
        ids = [part.query.statement_id for part in said.attachments or [] if part.query and part.query.statement_id]
        if not ids:
            return turn
        try:
            self._client.cancel_statement(ids[0])
        except AppError as error:
            return replace(turn, status="cancelled", stage="", note=f"Its statement may still run. {error.message}")
        return replace(turn, status="cancelled", stage="", note="Its statement was stopped on the warehouse.")

    def _answered(self, turn: Turn, said: Any) -> Turn:
        for part in said.attachments or []:
            if part.text and part.text.content:
                turn = replace(turn, text=f"{turn.text}\n\n{part.text.content}".strip())
            if part.suggested_questions and part.suggested_questions.questions:
                turn = replace(turn, follow_ups=tuple(part.suggested_questions.questions))
            if part.query and part.query.query:
                turn = replace(turn, sql=part.query.query, text=turn.text or part.query.description or "")
                turn = self._with_rows(turn, str(part.attachment_id))
        return turn

    def _with_rows(self, turn: Turn, attachment_id: str) -> Turn:
        try:
            found = self._client.message_rows(self.space_id, turn.conversation_id, turn.message_id, attachment_id)
        except AppError as error:
            return replace(turn, error=error.message)
        return replace(turn, rows=table_of(found))

    def rate(self, turn: Turn, good: bool) -> None:
        """Tell the space."""
        self._client.send_feedback(self.space_id, turn.conversation_id, turn.message_id, good)

    def suggestions(self) -> tuple[str, ...]:
        """The space's sample questions."""
        if self._suggested is None:
            self._suggested = _samples(self._client, self.space_id)
        return self._suggested


def _samples(client: "GenieClient", space_id: str) -> tuple[str, ...]:
    from lib.genie.planning import as_space

    try:
        space = as_space(client.get(space_id), space_id)
    except AppError:
        return ()
    asked = [question.question for question in space.sample_questions] + [item.question for item in space.examples]
    return tuple(dict.fromkeys("".join(text) for text in asked))[:6]


def table_of(response: Any) -> "pa.Table":
    """A statement response's texts as typed columns."""
    from datetime import date
    from decimal import Decimal

    import pyarrow as pa

    columns = list(response.manifest.schema.columns or [])
    rows = list(response.result.data_array or []) if response.result else []

    def typed(kind: str, text: str | None) -> Any:
        if text is None:
            return None
        if kind in ("INT", "LONG", "SHORT", "BYTE"):
            return int(text)
        if kind in ("DOUBLE", "FLOAT"):
            return float(text)
        if kind == "DECIMAL":
            return Decimal(text)
        if kind == "BOOLEAN":
            return text.lower() == "true"
        return date.fromisoformat(text[:10]) if kind == "DATE" else text

    kinds = [str(getattr(column.type_name, "value", column.type_name) or "STRING") for column in columns]
    values = [[typed(kind, row[at]) for row in rows[:MOST_ROWS]] for at, kind in enumerate(kinds)]
    return pa.table({column.name or str(at): values[at] for at, column in enumerate(columns)})

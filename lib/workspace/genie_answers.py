"""What a Genie space answers: conversations, and benchmarks asked as evaluation runs."""

from collections.abc import Iterator, Sequence
from typing import Any

from lib.workspace.calls import Calls

PAGE = 100


class Answers(Calls):
    """Conversations and evaluations."""

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

    def cancel_statement(self, statement_id: str) -> None:
        """Stop the statement of an answer; one that is over stays as it is."""
        self._read("stop the statement", lambda w: w.statement_execution.cancel_execution(statement_id))

    def conversations(self, space_id: str, *, everyone: bool = False) -> Iterator[Any]:
        """Conversations with a space, newest first; everybody's needs CAN MANAGE."""
        token: str | None = None
        while True:
            page = self._conversations(space_id, everyone, token)
            yield from page.conversations or []
            token = page.next_page_token
            if not token:
                return

    def _conversations(self, space_id: str, everyone: bool, token: str | None) -> Any:
        return self._read(
            "list conversations",
            lambda w: w.genie.list_conversations(
                space_id, include_all=True if everyone else None, page_size=PAGE, page_token=token
            ),
        )

    def messages(self, space_id: str, conversation_id: str) -> Iterator[Any]:
        """What was asked in a conversation."""
        token: str | None = None
        while True:
            page = self._messages(space_id, conversation_id, token)
            yield from page.messages or []
            token = page.next_page_token
            if not token:
                return

    def _messages(self, space_id: str, conversation_id: str, token: str | None) -> Any:
        return self._read(
            "read a conversation",
            lambda w: w.genie.list_conversation_messages(space_id, conversation_id, page_size=PAGE, page_token=token),
        )

"""Conversations with a Genie space in the loopback workspace.

A conversation answers the questions a space was taught: an example's question asked as it stands, or nearly so, runs
the example's SQL on the account; anything else gets words. Nothing is made up. Where the statement's tables are in the
workspace's own catalog, it runs on the space's warehouse as whoever asked, and can be cancelled there.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from lib.demo.workspace import statements
from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.engine import Operation
from lib.demo.workspace.genie import KIND, SPACE, find, new_id
from lib.demo.workspace.genie_sql import answer, begun, taught
from lib.demo.workspace.refusals import Refusal, denied, invalid, not_found
from lib.demo.workspace.state import State

_TALK = f"{SPACE}/conversations/(?P<conversation>[^/]+)"
_MESSAGE = f"{_TALK}/messages/(?P<message>[^/]+)"


def start(request: Request, state: State) -> Reply:
    """Begin a conversation with a first question."""
    space = find(request, state, "CAN_RUN")
    said = request.body_of({"content": str, "enable_visualization": bool}, required=("content",))
    conversation = {
        "id": new_id(),
        "conversation_id": "",
        "space_id": space["space_id"],
        "title": said["content"][:80],
        "user_id": int(request.who.id),
        "who": request.who.name,
        "created_timestamp": state.now_ms(),
        "last_updated_timestamp": state.now_ms(),
    }
    conversation["conversation_id"] = conversation["id"]
    state.things("conversations")[conversation["id"]] = conversation
    message = _ask(request, state, space, conversation, said["content"])
    shown = {name: value for name, value in conversation.items() if name != "who"}
    return ok({"conversation": shown, "conversation_id": conversation["id"], "message": _told(message, state),
               "message_id": message["id"]})  # fmt: skip


def ask(request: Request, state: State) -> Reply:
    """A further question in a conversation."""
    space, conversation = _conversation(request, state)
    said = request.body_of({"content": str, "enable_visualization": bool}, required=("content",))
    return ok(_told(_ask(request, state, space, conversation, said["content"]), state))


def _conversation(request: Request, state: State) -> tuple[dict[str, Any], dict[str, Any]]:
    space = find(request, state, "CAN_RUN")
    found = state.things("conversations").get(request.path_values["conversation"])
    if found is None or found["space_id"] != space["space_id"]:
        raise not_found(f"Conversation {request.path_values['conversation']}")
    if found["who"] != request.who.name and not state.can(request.who, KIND, space["space_id"], "CAN_MANAGE"):
        raise denied("This conversation belongs to somebody else.")
    return space, found


def _ask(
    request: Request, state: State, space: dict[str, Any], conversation: dict[str, Any], content: str
) -> dict[str, Any]:
    message: dict[str, Any] = {
        "id": new_id(),
        "conversation_id": conversation["id"],
        "space_id": space["space_id"],
        "content": content,
        "user_id": int(request.who.id),
        "who": request.who.name,
        "created_timestamp": state.now_ms(),
        "status": "ASKING_AI",
        "polls": 0,
        "warehouse_id": space["warehouse_id"],
    }
    example = taught(space["content"], content)
    message["sql"] = "".join(example["sql"]) if example else None
    message["about"] = "".join(example.get("usage_guidance") or []) if example else ""
    message["suggested"] = [
        "".join(question["question"]) for question in space["content"].get("config", {}).get("sample_questions", [])
    ][:3]
    state.things("messages")[message["id"]] = message
    return message


STAGES = ("FETCHING_METADATA", "ASKING_AI", "EXECUTING_QUERY")
"""What a message goes through, a poll each."""
ENDS = {"SUCCEEDED": "COMPLETED", "CANCELED": "CANCELLED"}
OVER = ("COMPLETED", "FAILED", "CANCELLED")
HIDDEN = ("polls", "sql", "about", "suggested", "who", "warehouse_id", "rows", "columns", "statement_id")


def message(request: Request, state: State) -> Reply:
    """How far an answer is."""
    found = _message(request, state)
    if found["status"] not in OVER:
        _go_on(found, state)
    return ok(_told(found, state))


def messages(request: Request, state: State) -> Reply:
    """What was asked in a conversation, oldest first, page by page."""
    _, conversation = _conversation(request, state)
    found = [m for m in state.things("messages").values() if m["conversation_id"] == conversation["id"]]
    return ok(_page(request, "messages", [_told(m, state) for m in found]))


def _message(request: Request, state: State) -> dict[str, Any]:
    _, conversation = _conversation(request, state)
    found: dict[str, Any] | None = state.things("messages").get(request.path_values["message"])
    if found is None or found["conversation_id"] != conversation["id"]:
        raise not_found(f"Message {request.path_values['message']}")
    return found


def _told(message: dict[str, Any], state: State) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name not in HIDDEN} | {
        "message_id": message["id"], "last_updated_timestamp": state.now_ms(),
    }  # fmt: skip


def _go_on(message: dict[str, Any], state: State) -> None:
    """One poll further."""
    if message.get("statement_id"):
        operation = _operation(message, state)
        if operation is None or operation.done.is_set():
            _end(message, operation)
        return
    message["polls"] += 1
    at = message["polls"] // max(1, int(state.options.get("genie_polls", 1)))
    message["status"] = STAGES[at] if at < len(STAGES) else "COMPLETED"
    try:
        if message["status"] == "EXECUTING_QUERY" and message["sql"] is not None:
            operation = begun(state, message["sql"], message["who"], message["warehouse_id"])
            if operation is not None:
                message["statement_id"] = operation.hex_id
                message["attachments"] = [{"attachment_id": new_id(), "query": _query(message, operation.hex_id)}]
        elif message["status"] == "COMPLETED":
            _finish(message, state)
    except Refusal as refusal:
        _fail(message, refusal.message)


def _operation(message: Mapping[str, Any], state: State) -> Operation | None:
    assert state.engine is not None
    id_ = bytes.fromhex(message["statement_id"].replace("-", ""))
    return state.engine.operation(id_, state.identity(message["who"]))


def _end(message: dict[str, Any], operation: Operation | None) -> None:
    """The statement is over."""
    message["status"] = ENDS.get(operation.state, "FAILED") if operation else "FAILED"
    if message["status"] == "FAILED":
        _fail(message, str(operation.error) if operation and operation.error else "The statement was lost.")
    elif message["status"] == "COMPLETED" and operation is not None and operation.rows is not None:
        query = message["attachments"][0]["query"]
        query["query_result_metadata"] = {"row_count": operation.rows.num_rows}
        _suggest(message)


def _fail(message: dict[str, Any], why: str) -> None:
    message["status"] = "FAILED"
    message["error"] = {"error": why, "type": "SQL_EXECUTION_EXCEPTION"}


def _query(message: Mapping[str, Any], statement_id: str) -> dict[str, Any]:
    about = message["about"] or message["content"]
    return {"query": message["sql"], "description": about, "title": message["content"], "statement_id": statement_id}


def _finish(message: dict[str, Any], state: State) -> None:
    if message["sql"] is None:
        text = "I was not taught this. Ask one of the suggested questions, or add an example to the space."
        message["attachments"] = [{"attachment_id": new_id(), "text": {"content": text}}]
    else:
        columns, rows = answer(state, message["sql"])
        message["columns"], message["rows"] = columns, rows
        query = _query(message, str(uuid.uuid4())) | {"query_result_metadata": {"row_count": len(rows)}}
        message["attachments"] = [{"attachment_id": new_id(), "query": query}]
    _suggest(message)


def _suggest(message: dict[str, Any]) -> None:
    if message["suggested"]:
        message["attachments"].append(
            {"attachment_id": new_id(), "suggested_questions": {"questions": message["suggested"]}}
        )


def result(request: Request, state: State) -> Reply:
    """The rows of an answer's query."""
    found = _message(request, state)
    wanted = request.path_values["attachment"]
    if not any(a["attachment_id"] == wanted and "query" in a for a in found.get("attachments", [])):
        raise not_found(f"Attachment {wanted}")
    if found.get("statement_id"):
        operation = _operation(found, state)
        if operation is None:
            raise not_found(f"The statement {found['statement_id']}")
        return ok({"statement_response": statements.shown(request, state, operation)})
    columns = [
        {"name": name, "position": at, "type_name": kind, "type_text": kind}
        for at, (name, kind) in enumerate(found["columns"])
    ]
    rows = found["rows"]
    manifest = {
        "format": "JSON_ARRAY",
        "schema": {"column_count": len(columns), "columns": columns},
        "total_row_count": len(rows),
        "total_chunk_count": 1,
        "truncated": False,
    }
    statement_id = next(a["query"]["statement_id"] for a in found["attachments"] if a["attachment_id"] == wanted)
    return ok(
        {
            "statement_response": {
                "statement_id": statement_id,
                "status": {"state": "SUCCEEDED"},
                "manifest": manifest,
                "result": {"chunk_index": 0, "row_offset": 0, "row_count": len(rows), "data_array": rows},
            }
        }
    )


def feedback(request: Request, state: State) -> Reply:
    """What the asker thinks of an answer."""
    found = _message(request, state)
    said = request.body_of({"rating": str, "comment": str}, required=("rating",))
    if said["rating"] not in ("POSITIVE", "NEGATIVE", "NONE"):
        raise invalid(f"Invalid rating {said['rating']}")
    found["feedback"] = {"rating": said["rating"], "comment": said.get("comment")}
    return ok()


def conversations(request: Request, state: State) -> Reply:
    """One's own conversations with a space, newest first; all of them for who manages it and asks for all."""
    space = find(request, state, "CAN_RUN")
    everyone = request.query.get("include_all") == "true"
    if everyone and not state.can(request.who, KIND, space["space_id"], "CAN_MANAGE"):
        raise denied(f"{request.who.name} does not have CAN_MANAGE permission on Genie space {space['space_id']}.")
    talks = sorted(state.things("conversations").values(), key=lambda talk: -talk["created_timestamp"])
    names = ("conversation_id", "title", "created_timestamp")
    found = [
        {name: talk[name] for name in names}
        for talk in talks
        if talk["space_id"] == space["space_id"] and (everyone or talk["who"] == request.who.name)
    ]
    return ok(_page(request, "conversations", found))


def _page(request: Request, name: str, found: Sequence[object]) -> dict[str, Any]:
    size = min(int(request.query.get("page_size") or 20), 100)
    after = int(request.query.get("page_token") or 0)
    page: dict[str, Any] = {name: found[after : after + size]}
    return page | ({"next_page_token": str(after + size)} if after + size < len(found) else {})


def drop_conversation(request: Request, state: State) -> Reply:
    """Forget a conversation."""
    _, found = _conversation(request, state)
    del state.things("conversations")[found["id"]]
    return ok()


ROUTES = (
    Route("POST", f"{SPACE}/start-conversation", start, scope="genie"),
    Route("GET", f"{SPACE}/conversations", conversations, scope="genie"),
    Route("DELETE", _TALK, drop_conversation, scope="genie"),
    Route("POST", f"{_TALK}/messages", ask, scope="genie"),
    Route("GET", f"{_TALK}/messages", messages, scope="genie"),
    Route("GET", _MESSAGE, message, scope="genie", alone=True),
    Route("GET", f"{_MESSAGE}/attachments/(?P<attachment>[^/]+)/query-result", result, scope="genie"),
    Route("POST", f"{_MESSAGE}/feedback", feedback, scope="genie"),
)

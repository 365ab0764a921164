"""Genie spaces in the loopback workspace: made, listed, changed, trashed, talked to and evaluated, under the service's rules.

A conversation answers the questions a space was taught: an example's question asked as it stands, or nearly so, runs
the example's SQL on the account; anything else gets words. Nothing is made up.
"""

import json
import re
import uuid
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from lib.demo.workspace import folders
from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.genie_rules import checked
from lib.demo.workspace.refusals import Refusal, denied, invalid, not_found
from lib.demo.workspace.state import Identity, State

KIND = "genie"
FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "title": str, "description": str, "parent_path": str, "warehouse_id": str, "serialized_space": str, "etag": str,
}  # fmt: skip
_SPACES = "/api/2\\.0/genie/spaces"
_SPACE = f"{_SPACES}/(?P<space>[^/]+)"
_TALK = f"{_SPACE}/conversations/(?P<conversation>[^/]+)"
_MESSAGE = f"{_TALK}/messages/(?P<message>[^/]+)"
_RUNS = f"{_SPACE}/eval-runs"
NEAR = 0.82
"""How alike a question and an example's have to be (0–1) to count as the same."""


def seed(state: State) -> None:
    """Spaces of a new workspace that has an account."""
    if state.account is not None:
        from lib.demo.workspace.genie_seed import seed as sow

        sow(state, _time(state))


def _new_id(state: State) -> str:
    return uuid.uuid4().hex


def _shown(space: Mapping[str, Any], *, export: bool = False) -> dict[str, Any]:
    names = ("space_id", "title", "description", "warehouse_id", "parent_path", "create_time", "update_time")
    shown = {name: space[name] for name in names if space.get(name) is not None}
    if export:
        shown |= {"serialized_space": json.dumps(space["content"]), "etag": space["etag"]}
    return shown


def _find(request: Request, state: State, level: str = "CAN_VIEW") -> dict[str, Any]:
    id_ = request.path_values["space"]
    space: dict[str, Any] | None = state.things("spaces").get(id_)
    if space is None or space["trashed"] or not state.can(request.who, KIND, id_, "CAN_VIEW"):
        raise not_found(f"Genie space {id_}")
    if not state.can(request.who, KIND, id_, level):
        raise denied(f"{request.who.name} does not have {level} permission on Genie space {id_}.")
    return space


def create(request: Request, state: State) -> Reply:
    """Make a space; whoever makes it may manage it."""
    said = request.body_of(FIELDS, required=("warehouse_id", "serialized_space"))
    content = checked(said["serialized_space"])
    _check_warehouse(state, said["warehouse_id"])
    parent = _folder(request.who, state, said.get("parent_path"))
    now = _time(state)
    space = {
        "space_id": _new_id(state),
        "title": said.get("title") or "New Space",
        "description": said.get("description"),
        "warehouse_id": said["warehouse_id"],
        "parent_path": parent,
        "content": content,
        "etag": uuid.uuid4().hex[:16],
        "create_time": now,
        "update_time": now,
        "trashed": False,
    }
    state.things("spaces")[space["space_id"]] = space
    state.acl(KIND, space["space_id"])[request.who.name] = "CAN_MANAGE"
    return ok(_shown(space, export=True))


def listed(request: Request, state: State) -> Reply:
    """Spaces one may see, page by page, without their contents."""
    size = min(int(request.query.get("page_size") or 20), 100)
    after = int(request.query.get("page_token") or 0)
    seen = [
        space
        for space in state.things("spaces").values()
        if not space["trashed"] and state.can(request.who, KIND, space["space_id"], "CAN_VIEW")
    ]
    page: dict[str, Any] = {"spaces": [_shown(space) for space in seen[after : after + size]]}
    if after + size < len(seen):
        page["next_page_token"] = str(after + size)
    return ok(page)


def get(request: Request, state: State) -> Reply:
    """One space; its contents only for those who may edit it."""
    export = request.query.get("include_serialized_space") == "true"
    return ok(_shown(_find(request, state, "CAN_EDIT" if export else "CAN_VIEW"), export=export))


def update(request: Request, state: State) -> Reply:
    """Change what is given; contents are replaced as a whole."""
    space = _find(request, state, "CAN_EDIT")
    said = request.body_of(FIELDS)
    if said.get("etag") and said["etag"] != space["etag"]:
        raise Refusal(409, "ABORTED", "The etag does not match the current version of the space.")
    content = checked(said["serialized_space"]) if said.get("serialized_space") else space["content"]
    if said.get("warehouse_id"):
        _check_warehouse(state, said["warehouse_id"])
    if said.get("parent_path"):
        space["parent_path"] = _folder(request.who, state, said["parent_path"])
    if content != space["content"]:
        space["content"], space["etag"] = content, uuid.uuid4().hex[:16]
    for name in ("title", "description", "warehouse_id"):
        if said.get(name) is not None:
            space[name] = said[name]
    space["update_time"] = _time(state)
    return ok(_shown(space, export=True))


def trash(request: Request, state: State) -> Reply:
    """Into the trash: gone for every other call."""
    space = _find(request, state, "CAN_MANAGE")
    space["trashed"] = True
    return ok()


def _folder(who: Identity, state: State, path: str | None) -> str:
    wanted = folders.plain(path or f"/Users/{who.name}")
    if not folders.exists(state, wanted):
        raise Refusal(400, "INVALID_PARAMETER_VALUE", f"Tree node with path {wanted} does not exist")
    return wanted


def _check_warehouse(state: State, warehouse_id: str) -> None:
    known = state.things("warehouses")
    if known and warehouse_id not in known:
        raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"SQL warehouse {warehouse_id} does not exist.")


def _time(state: State) -> str:
    from datetime import datetime, timezone

    return datetime.fromtimestamp(state.now(), timezone.utc).isoformat().replace("+00:00", "Z")


# ── conversations ───────────────────────────────────────────────────────────────────────────────────────────────────


def start(request: Request, state: State) -> Reply:
    """Begin a conversation with a first question."""
    space = _find(request, state, "CAN_RUN")
    said = request.body_of({"content": str, "enable_visualization": bool}, required=("content",))
    conversation = {
        "id": _new_id(state),
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
    space = _find(request, state, "CAN_RUN")
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
        "id": _new_id(state),
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
    example = _taught(space["content"], content)
    message["sql"] = "".join(example["sql"]) if example else None
    message["about"] = "".join(example.get("usage_guidance") or []) if example else ""
    message["suggested"] = [
        "".join(question["question"]) for question in space["content"].get("config", {}).get("sample_questions", [])
    ][:3]
    state.things("messages")[message["id"]] = message
    return message


def _taught(content: Mapping[str, Any], question: str) -> dict[str, Any] | None:
    """The example whose question this is, or nearly is."""
    examples = content.get("instructions", {}).get("example_question_sqls", [])
    wanted = _words(question)
    scored = [(SequenceMatcher(None, wanted, _words("".join(e["question"]))).ratio(), e) for e in examples]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= NEAR else None


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


STAGES = ("FETCHING_METADATA", "ASKING_AI", "EXECUTING_QUERY")
"""What a message goes through, a poll each."""


def message(request: Request, state: State) -> Reply:
    """How far an answer is."""
    return ok(_told(_message(request, state), state, polled=True))


def _message(request: Request, state: State) -> dict[str, Any]:
    _, conversation = _conversation(request, state)
    found: dict[str, Any] | None = state.things("messages").get(request.path_values["message"])
    if found is None or found["conversation_id"] != conversation["id"]:
        raise not_found(f"Message {request.path_values['message']}")
    return found


def _told(message: dict[str, Any], state: State, *, polled: bool = False) -> dict[str, Any]:
    if polled and message["status"] not in ("COMPLETED", "FAILED", "CANCELLED"):
        message["polls"] += 1
        at = message["polls"] // max(1, int(state.options.get("genie_polls", 1)))
        message["status"] = STAGES[at] if at < len(STAGES) else "COMPLETED"
        if message["status"] == "COMPLETED":
            _finish(message, state)
    hidden = ("polls", "sql", "about", "suggested", "who", "warehouse_id", "rows", "columns")
    return {name: value for name, value in message.items() if name not in hidden} | {
        "message_id": message["id"], "last_updated_timestamp": state.now_ms(),
    }  # fmt: skip


def _finish(message: dict[str, Any], state: State) -> None:
    if message["sql"] is None:
        text = "I was not taught this. Ask one of the suggested questions, or add an example to the space."
        message["attachments"] = [{"attachment_id": _new_id(state), "text": {"content": text}}]
    else:
        query = {
            "query": message["sql"],
            "description": message["about"] or message["content"],
            "title": message["content"],
        }
        try:
            columns, rows = run_sql(state, message["sql"], message["who"])
        except Refusal as refusal:
            message["status"] = "FAILED"
            message["error"] = {"error": refusal.message, "type": "SQL_EXECUTION_EXCEPTION"}
            return
        message["columns"], message["rows"] = columns, rows
        query |= {"statement_id": str(uuid.uuid4()), "query_result_metadata": {"row_count": len(rows)}}
        message["attachments"] = [{"attachment_id": _new_id(state), "query": query}]
    if message["suggested"]:
        message["attachments"].append(
            {"attachment_id": _new_id(state), "suggested_questions": {"questions": message["suggested"]}}
        )


def result(request: Request, state: State) -> Reply:
    """The rows of an answer's query."""
    found = _message(request, state)
    wanted = request.path_values["attachment"]
    if not any(a["attachment_id"] == wanted and "query" in a for a in found.get("attachments", [])):
        raise not_found(f"Attachment {wanted}")
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
    """One's own conversations with a space; all of them for who manages it and asks for all."""
    space = _find(request, state, "CAN_RUN")
    everyone = request.query.get("include_all") == "true" and state.can(
        request.who, KIND, space["space_id"], "CAN_MANAGE"
    )
    found = [
        {name: value for name, value in talk.items() if name != "who"}
        for talk in state.things("conversations").values()
        if talk["space_id"] == space["space_id"] and (everyone or talk["who"] == request.who.name)
    ]
    return ok({"conversations": found})


def drop_conversation(request: Request, state: State) -> Reply:
    """Forget a conversation."""
    _, found = _conversation(request, state)
    del state.things("conversations")[found["id"]]
    return ok()


# ── evaluation runs ─────────────────────────────────────────────────────────────────────────────────────────────────


def start_run(request: Request, state: State) -> Reply:
    """Ask the benchmark questions, all or some."""
    space = _find(request, state, "CAN_EDIT")
    said = request.body_of({"benchmark_question_ids": list})
    questions = space["content"].get("benchmarks", {}).get("questions", [])
    wanted = said.get("benchmark_question_ids")
    if wanted:
        questions = [question for question in questions if question["id"] in wanted]
    if not questions:
        raise invalid("The space has no benchmark questions.")
    run: dict[str, Any] = {
        "eval_run_id": _new_id(state),
        "space_id": space["space_id"],
        "eval_run_status": "NOT_STARTED",
        "num_questions": len(questions),
        "num_done": 0,
        "num_correct": 0,
        "num_needs_review": 0,
        "created_timestamp": state.now_ms(),
        "last_updated_timestamp": state.now_ms(),
        "run_by_user": int(request.who.id),
        "results": [_assessed(state, space, question, request.who.name) for question in questions],
    }
    state.things("eval_runs")[run["eval_run_id"]] = run
    return ok(_run(run))


def _assessed(state: State, space: Mapping[str, Any], question: Mapping[str, Any], who: str) -> dict[str, Any]:
    text = "".join(question["question"])
    expected = "".join(question["answer"][0]["content"])
    example = _taught(space["content"], text)
    actual = "".join(example["sql"]) if example else None
    assessment, reasons = "BAD", ["EMPTY_RESULT"]
    try:
        right = run_sql(state, expected, who)[1]
        got = run_sql(state, actual, who)[1] if actual else None
    except Refusal:
        assessment, reasons = "NEEDS_REVIEW", []
    else:
        if got is not None:
            same = sorted(map(str, right)) == sorted(map(str, got))
            assessment = "GOOD" if same else "BAD"
            reasons = [] if same else ["RESULT_EXTRA_ROWS" if len(got) > len(right) else "RESULT_MISSING_ROWS"]
    return {
        "result_id": _new_id(state),
        "benchmark_question_id": question["id"],
        "question": text,
        "expected_response": [{"response": expected, "response_type": "SQL"}],
        "actual_response": [{"response": actual, "response_type": "SQL"}] if actual else [],
        "assessment": assessment,
        "assessment_reasons": reasons,
        "manual_assessment": False,
    }


def _run(run: dict[str, Any], *, polled: bool = False) -> dict[str, Any]:
    if polled and run["eval_run_status"] == "NOT_STARTED":
        run["eval_run_status"] = "RUNNING"
    elif polled and run["eval_run_status"] == "RUNNING":
        run["eval_run_status"] = "DONE"
        run["num_done"] = run["num_questions"]
        run["num_correct"] = sum(result["assessment"] == "GOOD" for result in run["results"])
        run["num_needs_review"] = sum(result["assessment"] == "NEEDS_REVIEW" for result in run["results"])
    return {name: value for name, value in run.items() if name not in ("results", "space_id")}


def _find_run(request: Request, state: State) -> dict[str, Any]:
    space = _find(request, state, "CAN_EDIT")
    run: dict[str, Any] | None = state.things("eval_runs").get(request.path_values["run"])
    if run is None or run["space_id"] != space["space_id"]:
        raise not_found(f"Evaluation run {request.path_values['run']}")
    return run


def get_run(request: Request, state: State) -> Reply:
    """How far an evaluation is."""
    return ok(_run(_find_run(request, state), polled=True))


def runs(request: Request, state: State) -> Reply:
    """Evaluations of a space, newest first."""
    space = _find(request, state, "CAN_EDIT")
    found = [run for run in state.things("eval_runs").values() if run["space_id"] == space["space_id"]]
    return ok({"eval_runs": [_run(run) for run in reversed(found)]})


def results(request: Request, state: State) -> Reply:
    """Each question's assessment."""
    names = ("result_id", "benchmark_question_id", "question")
    found = [{name: item[name] for name in names} for item in _find_run(request, state)["results"]]
    return ok({"eval_results": [item | {"status": "DONE", "space_id": request.path_values["space"]} for item in found]})


def result_details(request: Request, state: State) -> Reply:
    """One question: what was expected, what came."""
    for item in _find_run(request, state)["results"]:
        if item["result_id"] == request.path_values["result"]:
            return ok({k: v for k, v in item.items() if k != "question"} | {
                "space_id": request.path_values["space"], "eval_run_id": request.path_values["run"],
                "eval_run_status": "DONE",
            })  # fmt: skip
    raise not_found(f"Evaluation result {request.path_values['result']}")


def run_sql(state: State, text: str, who: str) -> tuple[list[tuple[str, str]], list[list[str | None]]]:
    """Columns (name, type) and rows (texts) of a statement on the account's tables."""
    if state.account is None:
        raise invalid("This workspace has no tables.")
    from lib.demo.workspace.genie_sql import answer

    return answer(state, text, who)


ROUTES = (
    Route("POST", _SPACES, create, scope="genie"),
    Route("GET", _SPACES, listed, scope="genie"),
    Route("GET", _SPACE, get, scope="genie"),
    Route("PATCH", _SPACE, update, scope="genie"),
    Route("DELETE", _SPACE, trash, scope="genie"),
    Route("POST", f"{_SPACE}/start-conversation", start, scope="genie"),
    Route("GET", f"{_SPACE}/conversations", conversations, scope="genie"),
    Route("DELETE", _TALK, drop_conversation, scope="genie"),
    Route("POST", f"{_TALK}/messages", ask, scope="genie"),
    Route("GET", _MESSAGE, message, scope="genie", alone=True),
    Route("GET", f"{_MESSAGE}/attachments/(?P<attachment>[^/]+)/query-result", result, scope="genie"),
    Route("POST", f"{_MESSAGE}/feedback", feedback, scope="genie"),
    Route("POST", _RUNS, start_run, scope="genie"),
    Route("GET", _RUNS, runs, scope="genie"),
    Route("GET", f"{_RUNS}/(?P<run>[^/]+)", get_run, scope="genie", alone=True),
    Route("GET", f"{_RUNS}/(?P<run>[^/]+)/results", results, scope="genie"),
    Route("GET", f"{_RUNS}/(?P<run>[^/]+)/results/(?P<result>[^/]+)", result_details, scope="genie"),
)

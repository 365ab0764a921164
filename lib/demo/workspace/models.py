"""Model serving endpoints for chat: `demo-notes` answers with what it was told, as a model might."""

import json

from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.refusals import Refusal, invalid
from lib.demo.workspace.state import State

ENDPOINT = "demo-notes"


def invoke(request: Request, state: State) -> Reply:
    """A sentence made of the facts in the last message."""
    name = request.path_values["name"]
    if name != ENDPOINT:
        raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"The given endpoint does not exist: {name}")
    messages = request.json.get("messages")
    if not isinstance(messages, list) or not messages:
        raise invalid("messages must not be empty")
    message = {"role": "assistant", "content": _sentence(str(messages[-1].get("content", "")))}
    return ok({"object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})


def _sentence(asked: str) -> str:
    """With markup in it, as models write whatever they are told."""
    facts = json.loads(asked[asked.index("{") :]) if "{" in asked else {}
    about = facts.get("job") or next(iter(facts.get("configuration", {}).values()), "")
    told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.get("run", {}).items())
    return f"**Not a model**, the demo's stand-in for one. It was told about {about}: {told}. <b>That is all.</b>"


ROUTES = (
    Route(
        "POST",
        r"/serving-endpoints/(?P<name>[^/]+)/invocations",
        invoke,
        scope="serving.serving-endpoints",
        alone=False,
    ),
)

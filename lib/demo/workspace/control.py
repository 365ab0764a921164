"""Calls that no real workspace has, for tests: faults, the record, options, tokens, time. They need the control key.

`Running` (in `running.py`) has a method for each; nothing else calls these.
"""

from dataclasses import fields

from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.faults import Fault
from lib.demo.workspace.refusals import denied, invalid
from lib.demo.workspace.state import OPTIONS, State

PREFIX = "/_control/"
KEY_HEADER = "x-loopback-control"


def _allowed(request: Request, state: State) -> None:
    if request.headers.get(KEY_HEADER) != state.control_key:
        raise denied("Not yours.")


def _requests(request: Request, state: State) -> Reply:
    _allowed(request, state)
    return ok({"requests": state.recorder.all()})


def _forget(request: Request, state: State) -> Reply:
    _allowed(request, state)
    state.recorder.clear()
    return ok()


def _add_fault(request: Request, state: State) -> Reply:
    _allowed(request, state)
    known = {field.name for field in fields(Fault)}
    if unknown := request.json.keys() - known:
        raise invalid(f"A fault has no {', '.join(sorted(unknown))}")
    state.faults.add(Fault(**request.json))
    return ok()


def _faults(request: Request, state: State) -> Reply:
    _allowed(request, state)
    return ok({"faults": state.faults.waiting()})


def _no_faults(request: Request, state: State) -> Reply:
    _allowed(request, state)
    state.faults.clear()
    return ok()


def _options(request: Request, state: State) -> Reply:
    _allowed(request, state)
    if unknown := request.json.keys() - OPTIONS.keys():
        raise invalid(f"There is no option {', '.join(sorted(unknown))}")
    before = dict(state.options)
    state.options.update(request.json)
    return ok(before)


def _clock(request: Request, state: State) -> Reply:
    _allowed(request, state)
    state.clock_offset_s += float(request.json.get("ahead_s", 0))
    return ok({"now": state.now()})


def _token(request: Request, state: State) -> Reply:
    _allowed(request, state)
    said = request.json
    if said["name"] not in state.people:
        raise invalid(f"Nobody is called {said['name']}")
    token = state.new_token(
        said["name"], kind=said.get("kind", "pat"), scopes=tuple(said.get("scopes", ())), ttl_s=said.get("ttl_s")
    )
    return ok({"token": token})


def _end_token(request: Request, state: State) -> Reply:
    _allowed(request, state)
    state.data["tokens"][request.json["token"]]["ends"] = 0.0
    return ok()


def _state(request: Request, state: State) -> Reply:
    _allowed(request, state)
    return ok(state.data)


def _put_state(request: Request, state: State) -> Reply:
    """Values of `things` by kind and id, laid over what is there; ACLs and grants likewise."""
    _allowed(request, state)
    for kind, values in request.json.get("things", {}).items():
        for id_, value in values.items():
            state.things(kind).setdefault(id_, {}).update(value)
    for name, levels in request.json.get("acls", {}).items():
        state.data["acls"][name] = levels
    if "grants" in request.json:
        state.data["grants"] = request.json["grants"]
    return ok()


def _sql(request: Request, state: State) -> Reply:
    """Sessions and operations that are open."""
    _allowed(request, state)
    assert state.engine is not None
    return ok({"sessions": state.engine.session_count(), "operations": state.engine.running()})


def _drop_sessions(request: Request, state: State) -> Reply:
    _allowed(request, state)
    assert state.engine is not None
    return ok({"dropped": state.engine.drop_sessions()})


ROUTES = (
    Route("GET", PREFIX + "sql", _sql, open=True),
    Route("DELETE", PREFIX + "sql/sessions", _drop_sessions, open=True),
    Route("GET", PREFIX + "requests", _requests, open=True),
    Route("DELETE", PREFIX + "requests", _forget, open=True),
    Route("GET", PREFIX + "faults", _faults, open=True),
    Route("POST", PREFIX + "faults", _add_fault, open=True),
    Route("DELETE", PREFIX + "faults", _no_faults, open=True),
    Route("POST", PREFIX + "options", _options, open=True),
    Route("POST", PREFIX + "clock", _clock, open=True),
    Route("POST", PREFIX + "tokens", _token, open=True),
    Route("POST", PREFIX + "tokens/end", _end_token, open=True),
    Route("GET", PREFIX + "state", _state, open=True),
    Route("POST", PREFIX + "state", _put_state, open=True),
)

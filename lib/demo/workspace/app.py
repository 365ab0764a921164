"""The router of the loopback workspace: requests in, replies out, everything on record.

An API family is a module with two names:

    ROUTES: tuple[Route, ...]            what it answers
    def seed(state: State) -> None: ...  optional: what a new workspace holds; runs once, before the first request

and a line in `families.py`. A handler is `handler(request, state) -> Reply`:

    def get_cluster(request: Request, state: State) -> Reply:
        cluster = state.things("clusters").get(request.need("cluster_id"))
        if cluster is None:
            raise Refusal(400, "INVALID_PARAMETER_VALUE", "Cluster … does not exist")
        state.require(request.who, "clusters", cluster["cluster_id"], "CAN_ATTACH_TO")
        return ok(cluster)

    ROUTES = (Route("GET", r"/api/2\\.1/clusters/get", get_cluster),)

What a handler need not do: check the token (401 comes before it), lock (requests that are not GETs run one at a time, see
`Route.alone`), save (state is written to its file after each of those), record, or catch. Anything
it raises but a `Refusal` becomes a 500 and a traceback on stderr. Named groups of the path are `request.path_values`.
`request.body_of({"cluster_id": str, …})` gives the JSON body and refuses fields that are not named: the real service
refuses what it does not know, and so must this.
"""

import json
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

from lib.demo.workspace.record import Recorded
from lib.demo.workspace.refusals import Refusal
from lib.demo.workspace.state import Identity, State

NOBODY = Identity("", "", "nobody", frozenset(), frozenset())
"""Who asks on an open route."""


@dataclass
class Request:
    """One request, its token already resolved to `who`."""

    method: str
    path: str
    query_text: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    base_url: str
    """`https://127.0.0.1:8610`: links in replies start with it."""
    who: Identity = NOBODY
    path_values: Mapping[str, str] = field(default_factory=dict)
    note: dict[str, Any] = field(default_factory=dict)
    """What a handler wants to have on record beside the request: the RPC, the statement."""

    @cached_property
    def query(self) -> dict[str, str]:
        """Values of the address; of a name given twice the last one. `query_list` has all."""
        return dict(parse_qsl(self.query_text, keep_blank_values=True))

    def query_list(self, name: str) -> list[str]:
        """All values of a name in the address."""
        return [value for key, value in parse_qsl(self.query_text, keep_blank_values=True) if key == name]

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty body is an empty object."""
        if not self.body.strip():
            return {}
        try:
            value = json.loads(self.body)
        except ValueError as error:
            raise Refusal(400, "MALFORMED_REQUEST", f"Could not parse request object: {error}") from error
        if not isinstance(value, dict):
            raise Refusal(400, "MALFORMED_REQUEST", "Could not parse request object: expected a JSON object")
        return value

    def need(self, name: str) -> str:
        """A value of the address or of the body that must be there."""
        value = self.query.get(name) or (self.json.get(name) if self.method != "GET" else None)
        if not isinstance(value, str | int) or value == "":
            raise Refusal(400, "INVALID_PARAMETER_VALUE", f"Missing required field: {name}")
        return str(value)

    def body_of(self, fields: Mapping[str, type | tuple[type, ...]], required: Iterable[str] = ()) -> dict[str, Any]:
        """The JSON body, whose fields may only be these and of these types."""
        for name, value in self.json.items():
            if name not in fields:
                raise Refusal(400, "INVALID_PARAMETER_VALUE", f"Cannot find field: {name}")
            if value is not None and not isinstance(value, fields[name]):
                raise Refusal(400, "MALFORMED_REQUEST", f"Field {name} has a value of the wrong type: {value!r}")
        for name in required:
            if self.json.get(name) in (None, ""):
                raise Refusal(400, "INVALID_PARAMETER_VALUE", f"Missing required field: {name}")
        return self.json


@dataclass(frozen=True)
class Reply:
    """An answer: a JSON-able body, or bytes with a content type of their own."""

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def data(self) -> bytes:
        """The body as it goes over the wire."""
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body).encode()


def ok(body: object = None) -> Reply:
    """A 200 with a JSON body; `{}` when there is nothing to say."""
    return Reply({} if body is None else body)


Handler = Callable[[Request, State], Reply]


@dataclass(frozen=True)
class Route:
    """One call: method, the whole path as a regular expression, and who answers."""

    method: str
    path: str
    handler: Handler
    open: bool = False
    """Needs no token."""
    scope: str | None = None
    """A user's forwarded token may call this when it carries this scope; None: it never may."""
    alone: bool | None = None
    """Runs with the state locked; None: when the method is not GET. False for what takes long and locks itself."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The path, compiled."""
        return re.compile(self.path)

    @property
    def locks(self) -> bool:
        """Is the state locked while it runs?"""
        return self.method != "GET" if self.alone is None else self.alone


class App:
    """Answers requests by its routes; knows nothing of sockets."""

    def __init__(self, state: State, routes: Iterable[Route]) -> None:
        self.state = state
        self._routes = tuple(routes)

    def answer(self, request: Request, record: Recorded) -> Reply:
        """The reply to a request; refusals are replies too."""
        try:
            return self._answer(request, record)
        except Refusal as refusal:
            return refused(refusal)
        except Exception as error:  # a bug in the loopback: say so loudly on its own stderr
            traceback.print_exc(file=sys.stderr)
            return refused(Refusal(500, "INTERNAL_ERROR", f"{type(error).__name__}: {error}"))

    def _answer(self, request: Request, record: Recorded) -> Reply:
        route, values = self._route(request)
        request.path_values = values
        if not route.open:
            request.who = self.state.identify(request.headers.get("authorization"))
            record.who = request.who.name
            _check_scope(request.who, route)
        if not route.locks:
            reply = route.handler(request, self.state)
        else:
            with self.state.lock:
                reply = route.handler(request, self.state)
                self.state.save()
        return reply

    def _route(self, request: Request) -> tuple[Route, dict[str, str]]:
        other_method = False
        for route in self._routes:
            found = route.pattern.fullmatch(request.path)
            if found and route.method == request.method:
                return route, {name: unquote(value) for name, value in found.groupdict().items() if value is not None}
            other_method |= bool(found)
        if other_method:
            raise Refusal(405, "BAD_REQUEST", f"{request.method} is not allowed for {request.path}")
        raise Refusal(404, "ENDPOINT_NOT_FOUND", f"No API found for '{request.method} {request.path}'")


def _check_scope(who: Identity, route: Route) -> None:
    if who.scopes and route.scope not in who.scopes:
        wanted = route.scope or "all-apis"
        raise Refusal(403, "PERMISSION_DENIED", f"Provided OAuth token does not have required scopes: {wanted}")


def refused(refusal: Refusal) -> Reply:
    """A refusal as Databricks words it: JSON for REST clients, headers for Thrift ones."""
    body: dict[str, object] = {"error_code": refusal.error_code, "message": refusal.message}
    if refusal.details:
        body["details"] = refusal.details
    one_line = " ".join(refusal.message.split()).encode("ascii", "replace").decode()
    headers = {"x-databricks-reason-phrase": one_line, "x-thriftserver-error-message": one_line}
    return Reply(body, refusal.status, headers | dict(refusal.headers))

"""The Statement Execution API, as strict as its documentation.

A statement that fails is a 200 with the state FAILED. Cells of inline results are strings or null. Arrow goes only with
external links; parameters only by name; inline results end at 25 MiB.
"""

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pyarrow as pa

from lib.demo.workspace import warehouses
from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.columns import columns_of
from lib.demo.workspace.engine import Engine, Operation
from lib.demo.workspace.links import links, size_of
from lib.demo.workspace.parameters import MOST, value_of
from lib.demo.workspace.refusals import denied, invalid, not_found
from lib.demo.workspace.sql_errors import SqlRefusal
from lib.demo.workspace.state import State

MOST_INLINE = 25 * 1024 * 1024
MOST_TEXT = 16 * 1024 * 1024
CHUNK_ROWS = 100_000
"""Rows of an inline chunk."""

_FIELDS: dict[str, type | tuple[type, ...]] = {
    "statement": str,
    "warehouse_id": str,
    "catalog": str,
    "schema": str,
    "wait_timeout": str,
    "on_wait_timeout": str,
    "disposition": str,
    "format": str,
    "row_limit": int,
    "parameters": list,
    "query_tags": list,
}
_NAMES = {"BIGINT": "LONG", "SMALLINT": "SHORT", "TINYINT": "BYTE", "VOID": "NULL", "TIMESTAMP_NTZ": "TIMESTAMP"}
"""`type_name` of types whose `type_text` is another word."""


def execute(request: Request, state: State) -> Reply:
    """Begin a statement and wait for it as long as was asked."""
    said = request.body_of(_FIELDS, ("statement", "warehouse_id"))
    wait_s = _wait(said)
    form = _form(said)
    if len(said["statement"].encode()) > MOST_TEXT:
        raise invalid("The statement text is longer than 16 MiB")
    engine = _engine(state)
    warehouses.use(state, request.who, said["warehouse_id"])
    request.note["statement"] = said["statement"]
    request.note["parameters"] = said.get("parameters") or []
    conf = {"TIMEZONE": "UTC"}
    try:
        session = engine.open_session(
            request.who, said["warehouse_id"], conf, said.get("catalog"), said.get("schema"), kept=False
        )
        values = _values(said.get("parameters") or [])
    except SqlRefusal as refusal:
        raise invalid(str(refusal)) from refusal
    tags = ",".join(f"{tag['key']}:{tag.get('value', '')}" for tag in said.get("query_tags") or [])
    operation = engine.submit(session, said["statement"], values, row_limit=said.get("row_limit"), tags=tags)
    request.note["operation"], request.note["tags"] = operation.hex_id, tags
    operation.asked = form
    if not operation.done.wait(wait_s) and wait_s and said.get("on_wait_timeout") == "CANCEL":
        operation.stop("CANCELED")
        operation.done.wait(5)
    return ok(shown(request, state, operation))


def _wait(said: dict[str, Any]) -> float:
    text = said.get("wait_timeout") or "10s"
    number = text.removesuffix("s")
    if not text.endswith("s") or not number.isdigit() or not (number == "0" or 5 <= int(number) <= 50):
        raise invalid(f"wait_timeout must be 0s or between 5s and 50s, not {text}")
    if said.get("on_wait_timeout") not in (None, "CONTINUE", "CANCEL"):
        raise invalid("on_wait_timeout must be CONTINUE or CANCEL")
    if number == "0" and said.get("on_wait_timeout") == "CANCEL":
        raise invalid("on_wait_timeout must not be CANCEL when wait_timeout is 0s")
    return float(number)


def _form(said: dict[str, Any]) -> dict[str, Any]:
    disposition, format_ = said.get("disposition") or "INLINE", said.get("format") or "JSON_ARRAY"
    if disposition not in ("INLINE", "EXTERNAL_LINKS"):
        raise invalid(f"disposition must be INLINE or EXTERNAL_LINKS, not {disposition}")
    if format_ not in ("JSON_ARRAY", "ARROW_STREAM"):
        raise invalid(f"format {format_} is not served here: JSON_ARRAY or ARROW_STREAM")
    if disposition == "INLINE" and format_ != "JSON_ARRAY":
        raise invalid(f"Format {format_} is not supported with disposition INLINE")
    if disposition == "EXTERNAL_LINKS" and format_ == "JSON_ARRAY":
        raise invalid("JSON_ARRAY by external links is not served here")
    return {"disposition": disposition, "format": format_}


def _values(parameters: list[Any]) -> dict[str, object]:
    values: dict[str, object] = {}
    for parameter in parameters:
        if not isinstance(parameter, dict) or parameter.keys() - {"name", "type", "value"} or not parameter.get("name"):
            raise invalid("Each parameter has a name, and may have a type and a value; there are no positional ones")
        if parameter["name"] in values:
            raise invalid(f"The parameter {parameter['name']} was given twice")
        value = parameter.get("value")
        if value is not None and not isinstance(value, str):
            raise invalid(f"The value of parameter {parameter['name']} must be a string")
        values[parameter["name"]] = value_of(parameter.get("type") or "STRING", value)
    if len(values) > MOST:
        raise invalid(f"At most {MOST} parameters")
    return values


def get(request: Request, state: State) -> Reply:
    """How far it is, and the first rows when it is done."""
    return ok(shown(request, state, _operation(request, state)))


def chunk(request: Request, state: State) -> Reply:
    """One more piece of the result."""
    operation = _operation(request, state)
    if operation.rows is None:
        raise invalid(f"The statement is {operation.state} and has no result")
    index = int(request.path_values["index"])
    pieces = _pieces(request, state, operation)
    if index >= max(1, len(pieces)):
        raise not_found(f"Chunk {index}")
    return ok(pieces[index] if pieces else {})


def cancel(request: Request, state: State) -> Reply:
    """Stop it; one that is over stays as it is."""
    planted = state.things(PLANTED).get(request.path_values["id"])
    if planted is None:
        _operation(request, state).stop("CANCELED")
        return ok()
    if planted["who"] != request.who.name and state.level(request.who, "warehouses", planted["warehouse_id"]) not in (
        "IS_OWNER",
        "CAN_MANAGE",
    ):
        raise denied(f"{request.who.name} may not cancel statements of others on this warehouse")
    del state.things(PLANTED)[request.path_values["id"]]
    return ok()


def _operation(request: Request, state: State) -> Operation:
    id_ = bytes.fromhex(request.path_values["id"].replace("-", ""))
    found = _engine(state).operation(id_, request.who)
    if found is None:
        raise not_found(f"The statement {request.path_values['id']}")
    return found


def _engine(state: State) -> Engine:
    assert state.engine is not None
    return state.engine


def shown(request: Request, state: State, operation: Operation) -> dict[str, Any]:
    """A statement as replies have it: its state, and its rows when it is done."""
    status: dict[str, Any] = {"state": "FAILED" if operation.state == "TIMED_OUT" else operation.state}
    shown: dict[str, Any] = {"statement_id": operation.hex_id, "status": status}
    if operation.error is not None:
        status["error"] = {"error_code": "BAD_REQUEST", "message": str(operation.error)}
        status["sql_state"] = operation.error.sql_state
    if operation.state != "SUCCEEDED" or operation.rows is None:
        return shown
    asked = operation.asked
    if asked["disposition"] == "INLINE" and size_of(operation.rows) > MOST_INLINE:
        status["state"] = "FAILED"
        status["error"] = {
            "error_code": "BAD_REQUEST",
            "message": "Inline byte limit exceeded. Statements executed with disposition=INLINE can have a result size of"
            f" at most {MOST_INLINE} bytes. Please execute the statement with disposition=EXTERNAL_LINKS.",
        }
        return shown
    pieces = _pieces(request, state, operation)
    return shown | {"manifest": _manifest(operation, asked, pieces), "result": pieces[0] if pieces else {}}


def _manifest(operation: Operation, asked: dict[str, Any], pieces: list[dict[str, Any]]) -> dict[str, Any]:
    rows = operation.rows
    assert rows is not None
    described = []
    for position, column in enumerate(columns_of(rows)):
        plain, _, digits = column.type_text.partition("(")
        name = plain.partition("<")[0]
        entry: dict[str, Any] = {"name": column.name, "type_text": column.type_text, "position": position}
        entry["type_name"] = _NAMES.get(name, name)
        if name == "DECIMAL":
            precision, scale = digits.rstrip(")").split(",")
            entry |= {"type_precision": int(precision), "type_scale": int(scale)}
        described.append(entry)
    chunks = [_only(piece["external_links"][0] if "external_links" in piece else piece) for piece in pieces]
    return {
        "format": asked["format"],
        "schema": {"column_count": len(described), "columns": described},
        "total_row_count": rows.num_rows,
        "total_chunk_count": len(pieces),
        "total_byte_count": size_of(rows),
        "truncated": operation.truncated,
        "chunks": chunks,
    }


def _only(piece: dict[str, Any]) -> dict[str, Any]:
    return {name: piece[name] for name in ("chunk_index", "row_offset", "row_count", "byte_count") if name in piece}


def _pieces(request: Request, state: State, operation: Operation) -> list[dict[str, Any]]:
    rows = operation.rows
    assert rows is not None
    base = f"/api/2.0/sql/statements/{operation.hex_id}/result/chunks"
    if operation.asked["disposition"] == "EXTERNAL_LINKS":
        files = links(state, request.base_url, operation.id, rows, lz4=False)
        found: list[dict[str, Any]] = []
        for index, file in enumerate(files):
            expires = datetime.fromtimestamp(file.expires, timezone.utc).isoformat().replace("+00:00", "Z")
            piece = {"chunk_index": index, "row_offset": file.start, "row_count": file.rows, "byte_count": file.size}
            piece |= _next(index, len(files), base)
            found.append({"external_links": [piece | {"external_link": file.url, "expiration": expires}]})
        return found
    starts = range(0, rows.num_rows, CHUNK_ROWS)
    return [
        {
            "chunk_index": index,
            "row_offset": start,
            "row_count": min(CHUNK_ROWS, rows.num_rows - start),
            "data_array": cells(rows.slice(start, CHUNK_ROWS)),
        }
        | _next(index, len(starts), base)
        for index, start in enumerate(starts)
    ]


def _next(index: int, count: int, base: str) -> dict[str, Any]:
    if index + 1 >= count:
        return {}
    return {"next_chunk_index": index + 1, "next_chunk_internal_link": f"{base}/{index + 1}?row_offset=0"}


def cells(rows: pa.Table) -> list[list[str | None]]:
    """Rows as texts, as inline results have them."""
    columns = [[_cell(value) for value in column.to_pylist()] for column in rows.itercolumns()]
    return [list(row) for row in zip(*columns, strict=True)]


def _cell(value: object) -> str | None:
    """A value as text: JSON for what has parts."""
    import json

    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return value.isoformat(timespec="milliseconds")
        return value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date | int | float | str):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        import base64

        return base64.b64encode(value).decode()
    if isinstance(value, list) and value and all(isinstance(item, tuple) for item in value):
        value = dict(value)  # a map
    return json.dumps(value, default=lambda part: _cell(part))


def history(request: Request, state: State) -> Reply:
    """Statements that run now, for `filter_by.warehouse_ids` and `filter_by.statuses`; the past is in the tables.

    Without CAN_MONITOR or the right to manage a warehouse the caller sees only what they run themselves.
    """
    ids, statuses = request.query_list("filter_by.warehouse_ids"), request.query_list("filter_by.statuses")
    found = []
    for one in sorted([*_under_way(state), *state.things(PLANTED).values()], key=lambda o: -o["started"]):
        status, place = one["state"], one["warehouse_id"]
        if (ids and place not in ids) or (statuses and status not in statuses):
            continue
        sees = state.level(request.who, "warehouses", place) in ("CAN_MONITOR", "IS_OWNER", "CAN_MANAGE")
        if sees or one["who"] == request.who.name:
            found.append({
                "query_id": one["id"], "status": status, "query_text": one["text"], "user_name": one["who"],
                "warehouse_id": place, "query_start_time_ms": int(one["started"] * 1000), "is_final": False,
                "duration": max(state.now_ms() - int(one["started"] * 1000), 0),
                "statement_type": one.get("statement_type") or _type(one["text"]),
                "client_application": one.get("client_application") or "Statement Execution API",
            })  # fmt: skip
    size, start = int(request.query.get("max_results", 100)), int(request.query.get("page_token") or 0)
    left = {"has_next_page": len(found) > start + size}
    return ok(
        {"res": found[start : start + size]}
        | left
        | ({"next_page_token": str(start + size)} if left["has_next_page"] else {})
    )


PLANTED = "running_statements"
"""Things: statements that run until somebody cancels them, put there by the demo and by tests."""


def _under_way(state: State) -> list[dict[str, Any]]:
    return [
        one | {"state": "QUEUED" if one["state"] == "PENDING" else one["state"]}
        for one in _engine(state).running()
        if not one["done"]
    ]


def _type(text: str) -> str:
    word = text.split(maxsplit=1)[0].upper() if text.split() else ""
    return "SELECT" if word in ("WITH", "FROM") else word or "OTHER"


_PATH = "/api/2\\.0/sql/statements"
_ONE = f"{_PATH}/(?P<id>[0-9a-f]{{8}}-[0-9a-f-]{{27}})"
ROUTES = (
    Route("POST", _PATH, execute, scope="sql", alone=False),
    Route("GET", "/api/2\\.0/sql/history/queries", history, scope="sql"),
    Route("GET", _ONE, get, scope="sql"),
    Route("GET", f"{_ONE}/result/chunks/(?P<index>\\d+)", chunk, scope="sql"),
    Route("POST", f"{_ONE}/cancel", cancel, scope="sql", alone=False),
)

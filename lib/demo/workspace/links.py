"""Result files: what CloudFetch and external links fetch. No token, short lives, one file a link."""

import hashlib
import hmac
from dataclasses import dataclass

import pyarrow as pa

from lib.demo.workspace.app import Reply, Request, Route
from lib.demo.workspace.refusals import Refusal, denied, not_found
from lib.demo.workspace.state import State


@dataclass(frozen=True)
class Link:
    """A file that can be fetched for a while."""

    url: str
    expires: int
    """Seconds since 1970."""
    start: int
    rows: int
    size: int
    """Bytes before compression."""


def links(state: State, base_url: str, operation_id: bytes, rows: pa.Table, *, lz4: bool, first: int = 0) -> list[Link]:
    """One link for each file of a result, from row `first` on."""
    step = int(state.options["rows_per_file"])
    return [
        _link(state, base_url, operation_id, rows, start, min(step, rows.num_rows - start), lz4)
        for start in range(first, rows.num_rows, step)
    ]


def _link(state: State, base_url: str, operation_id: bytes, rows: pa.Table, start: int, count: int, lz4: bool) -> Link:
    expires = int(state.now() + float(state.options["link_ttl_s"]))
    path = f"/results/{operation_id.hex()}/{start}/{count}/{int(lz4)}/{expires}"
    size = size_of(rows.slice(start, count))
    return Link(f"{base_url}{path}?signature={_signed(state, path)}", expires, start, count, size)


def _signed(state: State, path: str) -> str:
    return hmac.new(state.control_key.encode(), path.encode(), hashlib.sha256).hexdigest()[:32]


def file_of(rows: pa.Table) -> bytes:
    """An Arrow IPC stream of the rows."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows.combine_chunks())
    return sink.getvalue().to_pybytes()


def size_of(rows: pa.Table) -> int:
    """How many bytes `file_of` would give."""
    counter = pa.MockOutputStream()
    with pa.ipc.new_stream(counter, rows.schema) as writer:
        writer.write_table(rows.combine_chunks())
    return int(counter.size())


def compressed(data: bytes | pa.Buffer) -> bytes:
    """An LZ4 frame."""
    return bytes(pa.compress(data, codec="lz4", asbytes=True))


def fetch(request: Request, state: State) -> Reply:
    """One file. A token is refused: storage services refuse requests signed twice."""
    if "authorization" in request.headers:
        raise Refusal(400, "InvalidArgument", "Only one auth mechanism allowed")
    if request.query.get("signature") != _signed(state, request.path):
        raise denied("SignatureDoesNotMatch")
    if int(request.path_values["expires"]) <= state.now():
        raise denied("Request has expired")
    assert state.engine is not None
    rows = state.engine.result(bytes.fromhex(request.path_values["id"]))
    if rows is None:
        raise not_found("The result")
    start, count = int(request.path_values["start"]), int(request.path_values["count"])
    data = file_of(rows.slice(start, count))
    if request.path_values["lz4"] == "1":
        data = compressed(data)
    return Reply(data, headers={"Content-Type": "application/octet-stream"})


_PATH = "/results/(?P<id>[0-9a-f]{32})/(?P<start>\\d+)/(?P<count>\\d+)/(?P<lz4>[01])/(?P<expires>\\d+)"
ROUTES = (Route("GET", _PATH, fetch, open=True),)

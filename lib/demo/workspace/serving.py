"""HTTP around the router: keep-alive, TLS, one write an answer, and the faults that are done to a connection."""

import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lib.demo.workspace import control
from lib.demo.workspace.app import App, Reply, Request, refused
from lib.demo.workspace.faults import Fault
from lib.demo.workspace.record import Recorded
from lib.demo.workspace.refusals import Refusal
from lib.demo.workspace.state import WORKSPACE_ID, State

HIDDEN = frozenset(("authorization", "cookie", control.KEY_HEADER))


class Server(ThreadingHTTPServer):
    """Serves an `App` on loopback, with or without TLS."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, app: App, port: int, tls: ssl.SSLContext | None, host_name: str) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.app = app
        self._tls = tls
        self.base_url = f"{'https' if tls else 'http'}://{host_name}:{self.server_address[1]}"
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    @property
    def state(self) -> State:
        """The workspace."""
        return self.app.state

    def get_request(self) -> tuple[Any, Any]:
        """A new connection; the handshake is done by its own thread, so that a slow one holds nobody up."""
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that has ended."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are everyday life."""

    def close(self) -> None:
        """Stop serving and end all connections."""
        self.shutdown()
        self.server_close()
        with self._lock:
            for connection in list(self._open):
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.state.save()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        """Shake hands first, within a time limit."""
        if isinstance(self.request, ssl.SSLSocket):
            self.request.settimeout(30)
            self.request.do_handshake()
            self.request.settimeout(None)
        super().setup()

    def log_message(self, format: str, *args: Any) -> None:
        """The record is the log."""

    def handle_any(self) -> None:
        """Read a request, answer it, write the answer at once."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, address.path, address.query, headers, body, self.server.base_url)
        if address.path.startswith(control.PREFIX):
            self._write(self.server.app.answer(request, _record(request)))
            return
        record = _record(request)
        record.note = request.note
        self.server.state.recorder.add(record)
        fault = self._fault(request)
        record.fault = fault.described() if fault else ""
        self._answer(request, record, fault)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

    def _fault(self, request: Request) -> Fault | None:
        state = self.server.state
        try:
            who = state.identify(request.headers.get("authorization")).name
        except Refusal:
            who = ""
        rpc = thrift_call(request)
        if rpc:
            request.note["rpc"] = rpc
        return state.faults.take(request.method, request.path, rpc, request.body, who)

    def _answer(self, request: Request, record: Recorded, fault: Fault | None) -> None:
        if fault and fault.drop == "before":
            return self._cut()
        reply = _failing(fault) if fault and fault.status else self.server.app.answer(request, record)
        if fault and fault.slow_s:
            time.sleep(fault.slow_s)
        if fault and fault.drop == "after":
            return self._cut()
        record.status = reply.status
        self._write(reply)

    def _write(self, reply: Reply) -> None:
        data = b"" if self.command == "HEAD" else reply.data
        headers = {
            "Content-Type": "application/json",
            "x-databricks-org-id": WORKSPACE_ID,
            **reply.headers,
            "Content-Length": str(len(reply.data)),
        }
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self._headers_buffer.append(b"\r\n")  # type: ignore[attr-defined]
        head = b"".join(self._headers_buffer)  # type: ignore[attr-defined]
        self._headers_buffer: list[bytes] = []
        self.wfile.write(head + data)

    def _cut(self) -> None:
        """End the connection with a reset, as a load balancer that dies does."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.wfile.close()
        self.connection.close()


def thrift_call(request: Request) -> str:
    """The name of the call when the body is a Thrift message, else ""."""
    body = request.body
    if "thrift" not in request.headers.get("content-type", "") or len(body) < 8 or body[:2] != b"\x80\x01":
        return ""
    length = int.from_bytes(body[4:8], "big")
    return body[8 : 8 + length].decode("ascii", "replace")


def _record(request: Request) -> Recorded:
    body = None
    if request.headers.get("content-type", "").startswith("application/json"):
        with contextlib.suppress(ValueError):
            body = json.loads(request.body)
    return Recorded(
        request.method,
        request.path,
        dict(parse_qsl(request.query_text, keep_blank_values=True)),
        {name: value for name, value in request.headers.items() if name not in HIDDEN},
        body,
    )


def _failing(fault: Fault) -> Reply:
    usual = refused(Refusal(fault.status, fault.error_code or _CODES.get(fault.status, ""), fault.message))
    return Reply(usual.body if fault.body is None else fault.body, fault.status, {**usual.headers, **fault.headers})


_CODES = {
    400: "INVALID_PARAMETER_VALUE",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "RESOURCE_DOES_NOT_EXIST",
    409: "RESOURCE_CONFLICT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL_ERROR",
    503: "TEMPORARILY_UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}

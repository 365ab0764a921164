"""The real server as a process of its own, started as app.yaml says: it answers, says what it does, and stops when told."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from websockets.sync.client import connect

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow
Answer = tuple[int, dict[str, str], str]


class Server:
    def __init__(self, home: Path, **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        said = YAML(typ="safe").load(ROOT / "app.yaml")
        as_hosted = {entry["name"]: entry["value"] for entry in said["env"] if "value" in entry}
        platform = {"STREAMLIT_SERVER_PORT": str(self.port), "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
                    "STREAMLIT_SERVER_HEADLESS": "true", "LAKELEDGER_HOME": str(home)}  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", *said["command"]], cwd=ROOT, env=os.environ | as_hosted | platform | environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.until("/healthz", lambda answer: answer[0] == 200)

    def get(self, path: str) -> Answer:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read().decode()

    def until(self, path: str, holds: Callable[[Answer], bool]) -> Answer:
        for _ in range(240):
            try:
                answer = self.get(path)
                if holds(answer):
                    return answer
            except OSError:
                pass
            time.sleep(0.25)
        raise AssertionError(f"{path} never came to hold")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=14)


@pytest.fixture(scope="module")
def server(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    store = tmp_path_factory.mktemp("store") / "state.db"
    started = Server(demo_home, LAKELEDGER_SOURCE="demo", LAKELEDGER_STORE_URL=f"sqlite:///{store}")
    yield started
    started.stop()


def test_health_and_readiness(server: Server) -> None:
    status, _, body = server.get("/healthz")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    status, _, body = server.until("/readyz", lambda answer: answer[0] == 200)
    assert json.loads(body) == {"ready": True, "problems": {}}


def test_metrics_tell_what_the_scheduler_did(server: Server) -> None:
    _, headers, body = server.until("/metrics", lambda answer: 'job="refresh",outcome="ok"' in answer[2])
    assert headers["content-type"].startswith("text/plain")
    for name in ("lakeledger_outbox_messages", "lakeledger_refresh_lag_seconds", "lakeledger_build_info",
                 "process_resident_memory_bytes", "lakeledger_scheduled_run_seconds_bucket"):  # fmt: skip
        assert name in body


def test_every_answer_carries_the_security_headers(server: Server) -> None:
    for path in ("/", "/healthz", "/_stcore/health", "/nowhere"):
        _, headers, _ = server.get(path)
        assert "frame-ancestors 'self'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_long_forwarded_token_gets_through(server: Server) -> None:
    with connect(
        f"ws://127.0.0.1:{server.port}/_stcore/stream",
        additional_headers={"X-Forwarded-Access-Token": "x" * 20_000},
        subprotocols=["streamlit"],  # type: ignore[list-item]
    ) as opened:
        assert opened.protocol.state.name == "OPEN"


def test_not_ready_says_why(tmp_path: Path) -> None:
    server = Server(tmp_path, LAKELEDGER_SOURCE="files")
    try:
        status, _, body = server.get("/readyz")
        assert (status, json.loads(body)["problems"]) == (503, {"data": "There is no data yet."})
        assert server.get("/healthz")[0] == 200
    finally:
        server.stop()


def test_it_stops_in_time_while_it_works(tmp_path: Path) -> None:
    server = Server(tmp_path, LAKELEDGER_SOURCE="demo")
    assert server.get("/readyz")[0] == 503, "it makes the demo account"
    server.stop()
    assert not list((tmp_path / "demo").glob("current.json")), "half an account is none"
    again = Server(tmp_path, LAKELEDGER_SOURCE="demo")
    again.until("/readyz", lambda answer: answer[0] == 200)
    with connect(f"ws://127.0.0.1:{again.port}/_stcore/stream", subprotocols=["streamlit"]):  # type: ignore[list-item]
        again.stop()  # with somebody looking

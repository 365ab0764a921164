"""`python -m lib demo --serve-workspace`: what it prints is all that a second terminal needs."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from databricks.sdk import WorkspaceClient

from lib.demo.workspace import served
from lib.errors import SourceError, Unavailable

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
SERVE = [sys.executable, "-m", "lib", "demo", "--serve-workspace"]


@pytest.fixture
def terminal(demo_home: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of a terminal: nothing of Databricks, a home with the demo account."""
    shutil.copytree(demo_home / "demo", tmp_path / "home" / "demo", ignore=shutil.ignore_patterns("workspace-*"))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABRICKS_", "LAKELEDGER_"))}
    return kept | {"LAKELEDGER_HOME": str(tmp_path / "home")}


@pytest.fixture
def serving(terminal: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The command, running, and the lines it printed before it serves."""
    child = subprocess.Popen(SERVE, env=terminal, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(6)]
    yield child, lines
    child.kill()
    child.communicate()


def in_second_terminal(words: str, first: dict[str, str], lines: str, home: Path) -> subprocess.CompletedProcess[str]:
    """`eval` of the lines, and a command after it, in a shell with a home of its own."""
    script = f'eval "$LINES"; unset LINES; {sys.executable} -m lib {words}'
    env = first | {"LINES": lines, "LAKELEDGER_HOME": str(home)}
    return subprocess.run(["sh", "-c", script], env=env, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_it_prints_exports_then_serves_until_told_to_stop(serving: Any, terminal: dict[str, str]) -> None:
    child, lines = serving
    assert all(re.fullmatch(r"export [A-Z_]+=\S+\n", line) for line in lines)
    values = dict(line.removeprefix("export ").rstrip("\n").split("=", 1) for line in lines)
    assert values.keys() == {
        "LAKELEDGER_SOURCE", "DATABRICKS_HOST", "DATABRICKS_TOKEN", "LAKELEDGER_WAREHOUSE_ID", "LAKELEDGER_CA_FILE",
        "REQUESTS_CA_BUNDLE",
    }  # fmt: skip
    again = subprocess.run([*SERVE], env=terminal, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert again.returncode == 2
    assert "served already" in " ".join(again.stderr.split())
    found = subprocess.run([*SERVE, "--detach"], env=terminal, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert found.stdout == "".join(lines)
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0
    with pytest.raises(SourceError):
        served.serving_process(Path(terminal["LAKELEDGER_HOME"]) / "demo")


def test_a_second_terminal_shows_the_demo_s_own_figures(serving: Any, terminal: dict[str, str], tmp_path: Path) -> None:
    _, lines = serving
    words = "jobs --json --period last_30"
    through = in_second_terminal(words, terminal, "".join(lines), tmp_path / "second")
    own = subprocess.run(
        [sys.executable, "-m", "lib", *words.split()], env=terminal, cwd=ROOT, capture_output=True, text=True
    )
    assert (through.returncode, own.returncode) == (0, 0), through.stderr + own.stderr
    ours, theirs = json.loads(through.stdout), json.loads(own.stdout)
    assert ours["total"] == theirs["total"]
    assert sorted(map(str, ours["rows"])) == sorted(map(str, theirs["rows"]))


def test_detached_it_stands_after_the_command_ended_and_needs_no_tls(
    terminal: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.run(
        [*SERVE, "--detach", "--no-tls"], env=terminal, cwd=ROOT, capture_output=True, text=True, timeout=90
    )
    folder = Path(terminal["LAKELEDGER_HOME"]) / "demo"
    process = served.serving_process(folder)
    try:
        values = dict(line.removeprefix("export ").split("=", 1) for line in done.stdout.splitlines())
        assert values["DATABRICKS_HOST"].startswith("http://127.0.0.1:")
        monkeypatch.setenv("DATABRICKS_CONFIG_FILE", "/dev/null")
        admin = WorkspaceClient(host=values["DATABRICKS_HOST"], token=values["DATABRICKS_TOKEN"], auth_type="pat")
        assert admin.warehouses.get(values["LAKELEDGER_WAREHOUSE_ID"]).name == "Lakeledger"
        assert served.standing(folder) == done.stdout
    finally:
        os.kill(process, signal.SIGTERM)
    until = time.monotonic() + 10
    while served.place_of(folder).environment.exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert served.standing(folder) is None


def test_a_port_that_is_taken_is_said(demo_home: Path, tmp_path: Path, running: Any) -> None:
    shutil.copytree(demo_home / "demo", tmp_path / "demo", ignore=shutil.ignore_patterns("workspace-*"))
    with pytest.raises(Unavailable, match="port"), served.Served(tmp_path / "demo", port=running.port, tls=False):
        pass

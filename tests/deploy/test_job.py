"""The job's script runs the same commands, with its parameters as environment."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.notifications import receivers

ROOT = Path(__file__).parents[2]


def run(home: Path, tmp_path: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LAKELEDGER_", "PYTHONPATH", "DATABRICKS_"))
    }
    return subprocess.run(
        [sys.executable, ROOT / "deploy" / "job.py", str(ROOT), f"LAKELEDGER_HOME={home}", f"LAKELEDGER_STORE_URL=sqlite:///{tmp_path / 's.db'}", *words],
        capture_output=True, text=True, cwd=tmp_path, env=clean | environment, timeout=120,
    )  # fmt: skip


@pytest.mark.slow
def test_a_tick(demo_home: Path, tmp_path: Path) -> None:
    done = run(demo_home, tmp_path, "LAKELEDGER_SOURCE=demo", "tick", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ran"][0]["name"] == "refresh"
    bad = run(demo_home, tmp_path, "LAKELEDGER_SOURCE=moon", "tick")
    assert bad.returncode == 2
    assert "LAKELEDGER_SOURCE" in bad.stderr


@pytest.mark.slow
def test_secrets_come_from_the_workspace(demo_home: Path, tmp_path: Path) -> None:
    with receivers.http() as workspace:
        channels = base64.b64encode(b'{"hook": "webhook:https://example.org/s3cr3t"}').decode()

        def answer(request: receivers.Request) -> tuple[int, dict[str, str], bytes]:
            if request.path.startswith("/api/2.0/secrets/get?"):
                return (
                    200,
                    {"Content-Type": "application/json"},
                    json.dumps({"key": "channels", "value": channels}).encode(),
                )
            return 404, {}, b"{}"

        workspace.answer = answer
        done = run(
            demo_home, tmp_path, "LAKELEDGER_SOURCE=demo", "LAKELEDGER_CHANNELS=secret:lakeledger/channels", "messages", "--test", "nobody",
            DATABRICKS_HOST=workspace.url, DATABRICKS_TOKEN="t0k3n",
        )  # fmt: skip
        assert done.returncode == 2
        assert "Channels: hook" in done.stderr
        assert "s3cr3t" not in done.stderr + done.stdout

"""A store on Lakebase: the real SDK asks a workspace for a password, a real PostgreSQL takes only the newest."""

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from lib.config import load
from lib.context import Context
from lib.errors import AppError
from lib.store import configs
from tests.notifications import receivers
from tests.store.postgres import Postgres

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)
ENDPOINT = "projects/app/branches/production/endpoints/primary"


@pytest.mark.slow
def test_passwords_come_from_the_workspace(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.run("CREATE ROLE principal LOGIN")
    postgres.run("CREATE DATABASE appstate OWNER principal")
    issued: list[str] = []
    with receivers.http() as workspace:

        def answer(request: receivers.Request) -> tuple[int, dict[str, str], bytes]:
            if request.path != "/api/2.0/postgres/credentials":
                return 404, {}, b"{}"
            assert request.json == {"endpoint": ENDPOINT}
            assert request.headers["authorization"] == "Bearer t0k3n"
            issued.append(f"secret-{len(issued)}")
            postgres.run(f"ALTER ROLE principal PASSWORD '{issued[-1]}'")
            said = {"token": issued[-1], "expire_time": "2026-11-20T10:30:00Z"}
            return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()

        workspace.answer = answer
        # what the platform sets for an attached database; the address in the settings names nothing
        for name, value in {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(postgres.port),
            "PGUSER": "principal",
            "PGDATABASE": "appstate",
        }.items():
            monkeypatch.setenv(name, value)
        context = Context(
            load(home=tmp_path, store_url="postgresql://", store_endpoint=ENDPOINT, host=workspace.url, token="t0k3n")
        )
        configs.put(context.store, "a", 1, NOW)
        postgres.run("ALTER ROLE principal PASSWORD 'ended'")
        postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'principal'")
        assert configs.get(context.seen_by(context.viewer).store, "a") is not None
        assert len(issued) == 2
        assert context.store is context.seen_by(context.viewer).store, "one store for all who look"
        context.store.close()
        workspace.answer = lambda _: (
            403,
            {"Content-Type": "application/json"},
            b'{"error_code": "PERMISSION_DENIED", "message": "no"}',
        )
        with pytest.raises(AppError, match="password for the store"):
            configs.get(context.store, "a")

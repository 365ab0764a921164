"""A PostgreSQL server of our own: a free port, a temporary folder, never as root."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

PASSWORD = "first-password"


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    assert found, "PostgreSQL is not installed: make apt-postgres"
    return found[-1].parent


@dataclass
class Postgres:
    folder: Path
    port: int
    process: subprocess.Popen
    _names: "count[int]" = field(default_factory=count)

    @classmethod
    def start(cls) -> "Postgres":
        folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        (folder / "password").write_text(PASSWORD)
        user = {}
        if os.geteuid() == 0:
            who = pwd.getpwnam("postgres")
            for path in (folder, folder / "password"):
                os.chown(path, who.pw_uid, who.pw_gid)
            user = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        binaries, data = _binaries(), folder / "data"
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "owner", "-A", "scram-sha-256", "--pwfile", folder / "password", "--no-sync", "-E", "UTF8"],
            check=True, capture_output=True, cwd="/", **user,
        )  # fmt: skip
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-p", str(port), "-k", folder, "-h", "127.0.0.1", "-c", "fsync=off"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **user,
        )  # fmt: skip
        server = cls(folder, port, process)
        for _ in range(100):
            try:
                server.run("SELECT 1")
                return server
            except psycopg.OperationalError:
                time.sleep(0.1)
        server.stop()
        raise AssertionError("PostgreSQL does not start")

    def run(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            connection.execute(statement)

    def dsn(self, database: str, user: str = "owner", password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        name = f"store_{next(self._names)}"
        self.run(f"CREATE DATABASE {name}")
        return self.dsn(name)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # ends open connections
        self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)

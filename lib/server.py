"""The app as one server: the pages, health, metrics, and the scheduler while it runs.

`streamlit run lib/server.py` starts it; `streamlit run app.py` is the same app without what is in this file.
"""

import logging
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:  # `streamlit run lib/server.py` knows only the folder of this file
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import JSONResponse, Response  # noqa: E402
from starlette.routing import Route  # noqa: E402

from lib import logs, metrics  # noqa: E402
from lib.build import build  # noqa: E402
from lib.config import settings  # noqa: E402
from lib.errors import AppError  # noqa: E402
from lib.schedules import Clock  # noqa: E402

if TYPE_CHECKING:
    from lib.context import Context
    from lib.scheduler.runner import Runner

logger = logging.getLogger("lakeledger.server")
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # Streamlit's components and charts are made this way
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Sent with every answer."""
FIRST_READER_S = 4.0
"""For so long after the start the scheduler leaves the processors to whoever opens the first page."""


class SecurityHeaders:
    """Adds `HEADERS` to every HTTP answer; a page reached over TLS also says that it wants to stay so."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        extra = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
        if (b"x-forwarded-proto", b"https") in scope["headers"]:
            extra.append((b"strict-transport-security", b"max-age=31536000"))
        names = {name for name, _ in extra}

        async def answer(message: Any) -> None:
            if message["type"] == "http.response.start":
                kept = [header for header in message.get("headers", ()) if header[0].lower() not in names]
                message = {**message, "headers": [*kept, *extra]}
            await send(message)

        await self.app(scope, receive, answer)


class Serving:
    """What the server keeps beside the pages: a context for the scheduler and for the questions below.

    Nothing that takes time to import is imported before the port is open: that happens while a browser loads the app.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.stopping = threading.Event()
        self.runner: Runner | None = None

    @cached_property
    def context(self) -> "Context":
        """The parts of this process, which the pages use too."""
        from lib.context import Context, offer

        return offer(Context(settings()))

    def start(self) -> None:
        """Begin in the background: the port answers at once."""
        threading.Thread(target=self._prepare, name="prepare", daemon=True).start()

    def _prepare(self) -> None:
        try:
            self.context.ensure_demo()
            from lib.ui import landing

            landing.warm(self.context)
        except Exception:
            logger.exception("the account could not be made ready")
        if not self.context.settings.scheduler or self.stopping.wait(FIRST_READER_S):
            return
        from lib.scheduler.runner import Runner

        self.runner = Runner(self.context, self.clock)
        self.runner.start()
        if self.stopping.is_set():
            self.runner.stop()

    def stop(self) -> None:
        """End the scheduler and give the store's connections back."""
        self.stopping.set()
        if self.runner:
            self.runner.stop()
        for name in ("store", "connected"):
            made: Any = self.context.shared.made(name)
            if made is not None:
                made.close()

    def problems(self) -> dict[str, str]:
        """Why the app cannot serve pages now, by part; empty when it can. No query is sent."""
        from sqlalchemy import text

        found: dict[str, str] = {}
        try:
            with self.context.store.read() as connection:
                connection.execute(text("SELECT 1"))
        except AppError as error:
            found["store"] = error.message
        try:
            if self.context.settings.source != "databricks" and self.context.folder.find() is None:
                found["data"] = "There is no data yet."
        except AppError as error:
            found["data"] = error.message
        return found

    def gauges(self) -> None:
        """What is not counted but looked up."""
        from lib.scheduler import JOBS
        from lib.store import outbox, schedule

        try:
            for state, count in outbox.counts(self.context.store).items():
                metrics.OUTBOX.labels(state).set(count)
            known, now = schedule.statuses(self.context.store), self.clock()
        except AppError as error:
            logger.warning("metrics without the store: %s", error)
            return
        for job in JOBS:
            status = known.get(job.name)
            if status and status.ok and status.ended:
                lag = (now - status.ended).total_seconds()
                metrics.JOB_LAG.labels(job.name).set(lag)
                if job.name == "refresh":
                    metrics.REFRESH_LAG.set(lag)


def now() -> datetime:
    """The real time, in UTC: read here, at the edge."""
    return datetime.now(timezone.utc)


serving = Serving(now)


def healthz(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok", "version": build().version, "commit": build().commit})


def readyz(_: Request) -> Response:
    """The app can serve pages: 200, else 503 with the reasons."""
    problems = serving.problems()
    return JSONResponse({"ready": not problems, "problems": problems}, status_code=503 if problems else 200)


def prometheus(_: Request) -> Response:
    """Counts of this process, as Prometheus reads them."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    serving.gauges()
    return Response(generate_latest(metrics.REGISTRY), media_type=CONTENT_TYPE_LATEST)


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[dict[str, Any]]:
    """What begins and ends with the process."""
    logs.start(settings().log_level)
    metrics.BUILD.info({"version": build().version, "commit": build().commit})
    serving.start()
    try:
        yield {}
    finally:
        serving.stop()


app = st.App(
    str(ROOT / "app.py"),
    lifespan=lifespan,
    routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", prometheus)],
    middleware=[Middleware(SecurityHeaders)],
)

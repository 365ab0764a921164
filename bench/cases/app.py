"""The app itself over the default demo: how soon it shows something, and how much memory it takes."""

import os
import shutil
import site
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from bench.browser import IDLE, browsing, served, wait_for
from bench.case import Case, Plan, Row, at_most
from bench.data import SIZES, context, last, ready
from bench.measure import in_child, peak_mb

SIZE = SIZES["250k"]
PAGES = ("", "jobs", "explorer", "trust", "workspaces", "settings")
"""Addresses of the pages that need no id."""


def run(plan: Plan) -> Iterator[Row]:
    plan.say("app: account")
    in_child(ready, SIZE)
    plan.say("app: start")
    for words, cold, limit in (("warm", False, 3), ("cold", True, 6)):
        told = [in_child(first_paint, cold).value for _ in range(2 if plan.quick else 3)]
        figures, whole = (median(column) for column in zip(*told, strict=True))
        detail = f"figures in place; whole page at rest after {whole:.1f} s"
        yield Row(
            f"Server start to first painted landing page, {words}", SIZE.name, figures, "s", at_most(limit), detail
        )
    plan.say("app: memory")
    seen = in_child(after_all_pages).value
    detail = (
        f"{seen['start']:.0f} MB after the landing page; {seen['pages']} pages visited, {seen['errors']} errors on them"
    )
    yield Row("Peak memory of the app after its pages", SIZE.name, seen["peak"], "MB", at_most(700), detail)


def first_paint(cold: bool) -> tuple[float, float]:
    """Seconds from the start of the server until the landing page shows its total, and until it is at rest."""
    with browsing() as page:
        if cold:
            _forget()
        with served(SIZE.home, server="lib/server.py") as app:
            wait_for(app.address)
            page.goto(app.address, wait_until="commit")
            page.get_by_text("Total cost").first.wait_for(timeout=60_000)
            figures = time.perf_counter() - app.started
            page.locator(IDLE).wait_for(timeout=60_000)
            return figures, time.perf_counter() - app.started


def after_all_pages() -> dict[str, float]:
    """Peak memory (MB) of the server after the landing page and after every page."""
    from bench.screens import asking

    asked = asking(context(SIZE), last(30))
    ids = {"workspace_id": asked.workspace_id, "job_id": asked.job_id}
    addresses = [*PAGES, "job?" + urlencode(ids), "run?" + urlencode(ids | {"run_id": asked.run_id})]
    errors = 0
    with browsing() as page, served(SIZE.home, server="lib/server.py") as app:
        wait_for(app.address)
        start = 0.0
        for address in addresses:
            page.goto(f"{app.address}/{address}")
            page.locator(IDLE).wait_for(timeout=60_000)
            page.wait_for_timeout(500)
            page.locator(IDLE).wait_for(timeout=60_000)
            errors += page.locator('[data-testid="stException"]').count()
            start = start or peak_mb(str(app.process_id))
        return {"start": start, "peak": peak_mb(str(app.process_id)), "pages": len(addresses), "errors": errors}


def _forget() -> None:
    """As after a start of the machine: no statement translated, no file of ours or of a package in memory."""
    shutil.rmtree(context(SIZE).settings.folder / "translated", ignore_errors=True)
    packages = [Path(folder) for folder in site.getsitepackages()]
    _drop(path for folder in (SIZE.home, Path("lib"), *packages) for path in folder.rglob("*") if path.is_file())


def _drop(paths: Iterable[Path]) -> None:
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


CASE = Case("app", "The app on the default demo", run, needs_data=False)

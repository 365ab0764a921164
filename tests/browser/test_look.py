"""Every page at two widths in light and dark: nothing breaks, nothing overflows, no serious accessibility fault of ours.

The pictures are kept in tests/browser/screens, to be looked at.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from lib.ui import frame
from tests.browser.conftest import SCREENS, App

PAGES = {
    "overview": "", "jobs": "jobs", "explorer": "explorer", "trust": "trust", "workspaces": "workspaces", "settings": "settings",
    "jobs-empty": "jobs?name=nothing-is-called-so",
}  # fmt: skip
OTHERS = [entry.file for entry in frame.PAGES if entry.file not in PAGES and not entry.hidden]
"""Looked at in two of the four ways, which is enough to see what breaks."""


def first_job(app: App) -> str:
    app.open("jobs?period=last_30")
    return app.table("Jobs with their runs").locator("tbody tr a").first.get_attribute("href") or ""


def picture(app: App, name: str) -> None:
    SCREENS.mkdir(exist_ok=True)
    height = app.page.evaluate(
        "(document.querySelector('[data-testid=stMain]') ?? document.documentElement).scrollHeight"
    )
    size = app.page.viewport_size
    assert size
    app.page.set_viewport_size({"width": size["width"], "height": min(max(int(height) + 20, 700), 3000)})
    app.page.wait_for_timeout(350)
    app.page.screenshot(path=SCREENS / f"{name}.png")
    app.page.set_viewport_size(size)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 420])
def test_every_page_looks_right(server: str, chromium: Browser, width: int, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 1000}, color_scheme=scheme)  # type: ignore[arg-type]
    app = App(context.new_page(), server)
    job = first_job(app)
    others = OTHERS if (width, scheme) in ((1440, "light"), (420, "dark")) else []
    pages = PAGES | {"job": job.lstrip("./").removeprefix(server).lstrip("/")} | {name: name for name in others}
    for name, path in pages.items():
        app.open(path)
        app.page.wait_for_timeout(400)
        picture(app, f"{name}-{scheme}-{width}")
        assert not app.is_wider_than_the_window(), (name, width)
    context.close()
    assert app.complaints == []


@pytest.mark.parametrize("name", ["overview", "jobs", "trust", "clusters", "queries", "alerts", "forecast", "reports"])
def test_no_serious_accessibility_fault(app: App, name: str) -> None:
    app.open(PAGES.get(name, name))
    app.page.wait_for_timeout(500)
    found = Axe().run(app.page, context='[data-testid="stMain"]').response["violations"]
    serious = [
        f"{fault['id']}: {node['html'][:160]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
        if "lakeledger" in node["html"] or "frame" in node["html"]
    ]
    assert serious == []

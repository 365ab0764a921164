"""What an operator does: filter, look, stop, watch it stop, find it in the audit; several at once; a decision."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import App, serving_copy, window
from tests.browser.test_look import picture

FLEET = "Clusters with their state"
ETL = "shared-etl"


@pytest.fixture(scope="module")
def acting(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app of its own: what is done here changes its workspace."""
    with serving_copy(demo_home, tmp_path_factory.mktemp("acting")) as address:
        yield address


@pytest.fixture
def desk(acting: str, chromium: Browser) -> Iterator[App]:
    with window(chromium, acting, 1100) as app:
        yield app


def test_filter_detail_stop_watch_audit(desk: App) -> None:
    desk.open("clusters")
    desk.page.get_by_role("button", name="Running", exact=True).click()
    desk.settle()
    assert "state=RUNNING" in desk.page.url
    expect(desk.table(FLEET).locator("tbody")).not_to_contain_text("Stopped")
    desk.table(FLEET).get_by_role("link", name=ETL).click()
    desk.settle()
    expect(desk.page.get_by_role("heading", name=ETL)).to_be_visible()
    desk.page.get_by_role("button", name=f"Stop {ETL}").click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_contain_text("job run on it will fail")
    act = dialog.get_by_role("button", name=f"Stop {ETL}")
    expect(act).to_be_disabled()
    for label, text in (("Reason", "Nobody needs it tonight"), (re.compile("Type its name"), ETL)):
        dialog.get_by_label(label).fill(text)
        dialog.get_by_label(label).press("Tab")
        desk.settle()
    act.click()
    expect(dialog).to_contain_text("is stopping")
    dialog.get_by_role("button", name="Close").last.click()
    desk.settle()
    expect(desk.page.get_by_text("Stopping")).to_be_visible()
    expect(desk.page.get_by_role("button", name=f"Start {ETL}")).to_be_visible(timeout=40_000)
    desk.open("audit")
    row = desk.page.locator('table[aria-label*="Everything that was done"] tbody tr').first
    for said in ("stop cluster", ETL, "Done", "Nobody needs it tonight", "RUNNING → TERMINATING"):
        expect(row).to_contain_text(said)


def test_a_page_asks_again_only_while_somebody_can_see_it(desk: App) -> None:
    sent: list[str] = []
    desk.page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(socket.url)))
    desk.page.add_init_script(
        "window.seen = 'hidden'; Object.defineProperty(document, 'visibilityState', {get: () => window.seen});"
    )
    desk.open("clusters")
    expect(desk.table(FLEET)).to_be_visible()
    sent.clear()
    desk.page.wait_for_timeout(13_000)
    assert sent == [], "a tab in the background asked"
    desk.page.evaluate("window.seen = 'visible'; document.dispatchEvent(new Event('visibilitychange'))")
    desk.page.wait_for_timeout(1_000)
    assert len(sent) == 1, "coming back looks at once, and once"


def test_a_warehouse_is_started_from_its_page_and_the_workspace_says_so(desk: App) -> None:
    desk.open("sql_warehouses")
    desk.table("SQL warehouses with their state").get_by_role("link", name="Finance Reporting").click()
    desk.settle()
    expect(desk.page.get_by_text("settings as the workspace has them now")).to_be_visible()
    desk.page.get_by_role("button", name="Start Finance Reporting").click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_contain_text("It stops by itself after 30 minutes")
    dialog.get_by_label("Reason").fill("Month end")
    dialog.get_by_label("Reason").press("Tab")
    desk.settle()
    dialog.get_by_role("button", name="Start Finance Reporting").click()
    expect(dialog).to_contain_text(re.compile("is (starting|running)"))
    dialog.get_by_role("button", name="Close").last.click()
    expect(desk.page.get_by_role("button", name="Stop Finance Reporting")).to_be_visible(timeout=40_000)
    desk.open("audit")
    row = desk.page.locator('table[aria-label*="Everything that was done"] tbody tr').first
    for said in ("start warehouse", "Finance Reporting", "Done", "Month end", "STOPPED → "):
        expect(row).to_contain_text(said)


def test_several_at_once_and_each_result(desk: App) -> None:
    desk.open("clusters?as=cards")
    for name in ("data-engineering", "streaming-debug"):
        expect(desk.page.get_by_role("checkbox", name=f"Choose {name}")).to_be_attached()
    desk.page.get_by_text("Table", exact=True).click()
    desk.settle()
    assert "as=cards" not in desk.page.url
    for name in ("data-engineering", "streaming-debug"):
        desk.table(FLEET).get_by_label(f"Choose {name}").check()
        desk.settle()
    expect(desk.page.get_by_text("2 clusters chosen")).to_be_visible()
    desk.page.get_by_role("button", name="Stop", exact=True).click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_contain_text("streaming-debug is stopped already")
    desk.page.wait_for_timeout(11_000)  # states behind it are asked for again meanwhile: it stays
    dialog.get_by_label("Reason").fill("Evening")
    dialog.get_by_label("Reason").press("Tab")
    desk.settle()
    dialog.get_by_role("button", name="Stop data-engineering").click()
    expect(dialog).to_contain_text("data-engineering is stopping")
    expect(dialog).to_contain_text("streaming-debug is stopped already")


def test_a_recommendation_is_opened_and_accepted(desk: App) -> None:
    desk.open("recommendations")
    rows = desk.table("Recommendations with what they would save").locator("tbody tr")
    expect(rows.first).to_be_visible()
    before = rows.count()
    rows.first.locator("a").first.click()
    desk.settle()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_contain_text("in 30 days")
    dialog.get_by_role("button", name="Accept").click()
    desk.settle()
    expect(rows).to_have_count(before - 1)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 420)])
def test_pages_of_the_section_look_right(acting: str, chromium: Browser, scheme: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 1000}, color_scheme=scheme)  # type: ignore[arg-type]
    app = App(context.new_page(), acting)
    app.open("clusters")
    href = app.table(FLEET).get_by_role("link", name=ETL).get_attribute("href") or ""
    app.open("sql_warehouses")
    lists = app.table("SQL warehouses with their state")
    warehouse = lists.get_by_role("link", name="BI Production").get_attribute("href") or ""
    for path in ("clusters", "clusters?as=cards", href.lstrip("./"), "sql_warehouses", warehouse.lstrip("./"), "pools", "policies",
                 "policy?policy_id=policy-shared", "recommendations", "cluster_schedules", "audit"):  # fmt: skip
        app.open(path)
        app.page.wait_for_timeout(600)
        name = path.partition("?")[0] + ("-cards" if path.endswith("=cards") else "")
        picture(app, f"operate-{name}-{scheme}-{width}")
        assert not app.is_wider_than_the_window(), path
        assert app.page.locator('[data-testid="stAlert"]').count() == 0, path
    context.close()
    assert app.complaints == []

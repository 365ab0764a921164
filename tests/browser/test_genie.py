"""Ask and Spaces: a trusted question with its answer, spaces set up by a typed word, one of them asked and evaluated."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import App, serving_copy, window
from tests.browser.test_look import picture

SPACES = "Genie spaces of the workspace"
PRODUCTS = "What did each product cost in the last 30 days?"
JOBS = "Which ten jobs cost most in the last 30 days?"


@pytest.fixture(scope="module")
def own_app(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app of its own: what is set up here changes its workspace."""
    with serving_copy(demo_home, tmp_path_factory.mktemp("genie")) as address:
        yield address


@pytest.fixture
def desk(own_app: str, chromium: Browser) -> Iterator[App]:
    with window(chromium, own_app, 1200) as app:
        yield app


def test_a_trusted_question_gives_a_table_a_chart_its_sql_and_takes_a_rating(desk: App) -> None:
    desk.open("ask")
    expect(desk.page.get_by_text("No Genie space answers here")).to_be_visible()
    desk.page.get_by_role("button", name=PRODUCTS).click()
    desk.settle()
    answer = desk.page.get_by_test_id("stChatMessage").last
    expect(desk.table("Rows of the answer").locator("tbody tr").first).to_be_visible()
    expect(answer.locator("canvas").first).to_be_visible()
    answer.get_by_test_id("stExpander").get_by_text("SQL").click()
    expect(answer.get_by_test_id("stCode")).to_contain_text("FROM spend_daily")
    answer.get_by_test_id("stFeedbackButton").first.click()
    desk.settle()
    answer.get_by_test_id("stBaseButton-secondary").first.click()  # what to ask next
    desk.settle()
    expect(desk.page.get_by_test_id("stChatMessage")).to_have_count(4)
    field = desk.page.get_by_test_id("stChatInputTextArea")
    field.fill("which 10 jobs cost most in the last 30 days")
    field.press("Enter")
    desk.settle()
    expect(desk.page.get_by_text(f"Answered as: {JOBS}")).to_be_visible()
    field.fill("What is the weather in Utrecht?")
    field.press("Enter")
    desk.settle()
    expect(desk.page.get_by_text("None of the trusted questions asks this")).to_be_visible()
    picture(desk, "genie-ask-light-1440")
    desk.open("audit")
    row = desk.page.locator('table[aria-label*="Everything that was done"] tbody tr').first
    expect(row).to_contain_text("rate answer")


def test_spaces_are_compared_set_up_asked_and_evaluated(desk: App) -> None:
    desk.open("spaces")
    row = desk.table(SPACES).get_by_role("row").filter(has_text="Sales genie")
    for said in ("ana.costa", "Not tracked"):
        expect(row).to_contain_text(said)
    cells = row.get_by_role("cell").all_inner_texts()
    assert int(cells[3].replace(",", "").rstrip("+")) >= int(cells[4].replace(",", "")) > 0  # questions, statements
    desk.page.get_by_role("button", name="Compare with the workspace").click()
    desk.settle()
    expect(desk.page.get_by_text("will be made")).to_have_count(3)
    act = desk.page.get_by_role("button", name="Apply to 3 spaces")
    expect(act).to_be_disabled()
    desk.page.get_by_label("Type apply to go on").fill("apply")
    desk.page.get_by_label("Type apply to go on").press("Tab")
    desk.settle()
    act.click()
    expect(desk.table(SPACES)).to_contain_text("As applied", timeout=40_000)
    picture(desk, "genie-spaces-light-1440")
    desk.page.get_by_role("combobox", name="Space", exact=True).click()
    desk.page.get_by_role("option", name="Lakeledger queries").click()
    desk.settle()
    desk.page.get_by_role("button", name="Ask its 5 benchmarks").click()
    expect(desk.table("Benchmark questions").locator("tbody tr")).to_have_count(5, timeout=40_000)
    desk.page.get_by_role("link", name="Ask it").click()
    desk.settle()
    expect(desk.page.get_by_text("A Genie space answers over its own tables")).to_be_visible()
    desk.page.get_by_role("button", name="?").first.click()
    expect(desk.table("Rows of the answer").locator("tbody tr").first).to_be_visible(timeout=40_000)
    desk.open("audit")
    listed = desk.page.locator('table[aria-label*="Everything that was done"]')
    for said in ("create space", "Lakeledger spend", "run benchmarks"):
        expect(listed).to_contain_text(said)


@pytest.mark.parametrize(("scheme", "width"), [("dark", 420)])
def test_the_pages_look_right_on_a_phone(own_app: str, chromium: Browser, scheme: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 1000}, color_scheme=scheme)  # type: ignore[arg-type]
    app = App(context.new_page(), own_app)
    for path in ("ask", "spaces"):
        app.open(path)
        app.page.wait_for_timeout(600)
        picture(app, f"genie-{path}-{scheme}-{width}")
        assert not app.is_wider_than_the_window(), path
    context.close()
    assert app.complaints == []

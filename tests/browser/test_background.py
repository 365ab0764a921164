"""What happens by itself, in the browser: own thresholds stay, a job is run by hand, the pages fit a phone."""

import pytest

from tests.browser.conftest import App


def test_own_thresholds_are_saved_and_taken_back(app: App) -> None:
    app.open("settings")
    app.page.get_by_role("spinbutton", name="Mark jobs and runs that cost at least").fill("123")
    app.page.get_by_role("button", name="Save").click()
    app.settle()
    assert "In force: yours." in app.text()
    app.open("settings")
    assert app.page.get_by_role("spinbutton", name="Mark jobs and runs that cost at least").input_value() == "123.00"
    app.page.get_by_role("button", name="Back to the defaults").click()
    app.settle()
    assert "In force: default." in app.text()
    assert app.page.get_by_role("spinbutton", name="Mark jobs and runs that cost at least").input_value() == "500.00"


def test_a_job_is_run_and_recorded(app: App) -> None:
    app.open("schedule")
    app.page.get_by_role("button", name="Run refresh now").click()
    app.page.get_by_text("Nothing had changed").first.wait_for()
    app.settle()
    assert "refresh" in app.table("Runs of the jobs").inner_text()


@pytest.mark.parametrize("page", ["messages", "schedule", "settings"])
def test_pages_fit_a_phone(app: App, page: str) -> None:
    app.page.set_viewport_size({"width": 420, "height": 900})
    app.open(page)
    assert not app.is_wider_than_the_window()

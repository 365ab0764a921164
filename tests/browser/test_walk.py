"""What a person does: from the landing page to the bottom of a figure and back, and out on paper."""

import json
import re
import urllib.parse
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from typer.testing import CliRunner

from lib.cli.app import app as commands
from lib.context import Context
from tests.browser.conftest import App

JOBS, RUNS = "Jobs with their runs", "Runs of the job"
MONEY = re.compile(r"[−-]?\$[\d,]+\.\d\d")


def amounts(text: str) -> list[Decimal]:
    return [Decimal(found.replace("$", "").replace(",", "").replace("−", "-")) for found in MONEY.findall(text)]


def total_of(app: App, alt: str) -> Decimal:
    return amounts(app.table(alt).locator("tfoot").inner_text())[0]


@pytest.fixture
def told(demo_settings: object) -> Callable[..., dict]:
    """The command line's answer."""

    def ask(*words: str) -> dict:
        return json.loads(CliRunner().invoke(commands, [*words, "--json"], catch_exceptions=False).stdout)

    return ask


def test_from_landing_to_the_usage_rows_and_back(app: App) -> None:
    app.open()
    expect(app.page.get_by_role("heading", name="Overview")).to_be_visible()
    app.page.get_by_role("link", name="Jobs").first.click()
    app.settle()
    jobs = app.table(JOBS)
    expect(jobs.locator("tbody tr").first).to_be_visible()
    jobs.get_by_role("link", name="Runs").click()
    app.settle()
    expect(app.table(JOBS).locator('th[aria-sort="descending"]')).to_contain_text("Runs")
    app.table(JOBS).get_by_role("link", name="Total").click()
    app.settle()
    first = app.table(JOBS).locator("tbody tr").first
    name, total = first.locator("a").first.inner_text(), amounts(first.inner_text())[0]
    first.locator("a").first.click()
    app.settle()
    expect(app.page.get_by_role("heading", name=name)).to_be_visible()
    parts = app.table("Parts of the cost").locator("tbody tr")
    expect(parts.first).to_be_visible()
    own = [text for text in parts.all_inner_texts() if "DBU" in text or "VM" in text]
    assert sum((amounts(text)[0] for text in own), Decimal(0)) == total, own
    job_address = app.page.url
    app.table(RUNS).locator("tbody tr a").first.click()
    app.settle()
    usage = app.table("sage row")
    expect(usage.locator("tbody tr").first).to_be_visible()
    app.page.go_back()
    app.settle()
    assert app.page.url == job_address
    app.page.go_back()
    app.settle()
    expect(app.table(JOBS).locator("tbody tr").first).to_be_visible()


def test_a_slice_of_the_pie_goes_deeper(app: App) -> None:
    app.open("jobs")
    app.table(JOBS).locator("tbody tr a").first.click()
    app.settle()
    before = app.text()
    pie = app.page.locator('[data-testid="stEChartsChart"]').first
    pie.scroll_into_view_if_needed()
    box = pie.bounding_box()
    assert box
    # the ring's right side: whatever slice comes first clockwise from the top
    ring = min(box["width"], box["height"]) * 0.36
    app.page.mouse.click(box["x"] + box["width"] / 2 + ring, box["y"] + box["height"] / 2)
    app.settle()
    app.page.wait_for_timeout(800)
    assert app.text() != before or app.page.url


def test_a_link_is_the_view(app: App) -> None:
    app.open("jobs?period=last_7&name=ingest")
    shown = app.table(JOBS).locator("tbody").inner_text()
    rows = app.table(JOBS).locator("tbody tr")
    assert rows.count() > 0
    names = [rows.nth(i).locator("a").first.inner_text().lower() for i in range(rows.count())]
    assert all("ingest" in name for name in names), names
    app.page.reload()
    app.settle()
    expect(app.table(JOBS).locator("tbody tr").first).to_be_visible()
    assert app.table(JOBS).locator("tbody").inner_text() == shown


def test_the_screen_says_what_the_command_line_says(app: App, told: Callable[..., dict], demo: Context) -> None:
    app.open("jobs?period=last_30")
    expect(app.table(JOBS).locator("tfoot")).to_be_visible()
    assert total_of(app, JOBS) == round(Decimal(told("jobs", "--period", "last_30")["total"]["total_cost"]), 2)
    app.open("?period=last_30")
    whole = Decimal(told("spend", "--by", "product", "--period", "last_30")["total"]["total_cost"])
    expect(app.page.locator('[data-testid="stMain"]')).to_contain_text("Total cost")
    assert demo.warehouse is not None
    short = app.card("Total cost")
    assert f"{whole / 1000:,.1f}"[:3] in short or f"{whole:,.0f}" in short, (whole, short)


@pytest.mark.parametrize("kind", ["PDF", "CSV", "Excel"])
def test_what_is_exported_equals_what_is_on_screen(app: App, tmp_path: Path, kind: str) -> None:
    app.open("jobs?period=last_30")
    expect(app.table(JOBS).locator("tfoot")).to_be_visible()
    total, count = (
        total_of(app, JOBS),
        int(re.search(r"([\d,]+) jobs", app.table(JOBS).locator("tfoot").inner_text())[1].replace(",", "")),
    )
    app.page.get_by_role("button", name="Export").first.click()
    with app.page.expect_download(timeout=60_000) as waiting:
        app.page.get_by_role("button", name=kind).last.click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    if kind == "PDF":
        text = " ".join(page.extract_text() for page in PdfReader(path).pages)
        assert f"${total:,.2f}" in text
        return
    frame = pd.read_csv(path) if kind == "CSV" else _sheet(path)
    column = next(c for c in frame.columns if str(c).lower() in ("total_cost", "total", "total cost"))
    assert len(frame) == count
    assert round(Decimal(str(pd.to_numeric(frame[column], errors="coerce").sum())), 2) == total


def _sheet(path: Path) -> pd.DataFrame:
    raw = pd.read_excel(path, header=None)
    head = next(
        i
        for i, row in raw.iterrows()
        if any(str(v).strip().lower() in ("total", "total cost", "total_cost") for v in row[1:])
    )
    frame = pd.read_excel(path, header=head)
    first = frame.columns[0]
    return frame[frame[first].notna() & ~frame[first].astype(str).str.contains(r"^(?:Total|[\d,]+ jobs)$", regex=True)]


def test_every_figure_can_say_how_it_was_computed(app: App) -> None:
    app.open("jobs?period=last_30")
    expect(app.table(JOBS).locator("tfoot")).to_be_visible()
    dbu_cost = amounts(app.table(JOBS).locator("tfoot").inner_text())[1]
    app.page.get_by_role("button", name="How is this computed?").first.click()
    dialog = app.page.get_by_role("dialog")
    inputs, prices = (
        dialog.locator('table[aria-label^="What went"]'),
        dialog.locator('table[aria-label^="Prices used"]'),
    )
    expect(inputs).to_contain_text("Rows × prices", timeout=30_000)
    assert f"{dbu_cost:,.1f}"[:-1] in inputs.inner_text(), (
        "the usage rows times their prices are the DBU cost on screen"
    )
    assert "JOBS" in prices.inner_text()
    expect(dialog.locator("pre").last).to_contain_text("FROM", timeout=30_000)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("jobs?from=2026-11-01&to=2026-10-01&period=custom", "Put the earlier date first"),
        ("jobs?period=never", "never"),
        ("job?workspace_id=nowhere&job_id=1", "no job"),
        ("run?workspace_id=nowhere&job_id=1&run_id=2", "no run"),
        ("job", "job"),
        ("jobs?name=" + urllib.parse.quote("'; DROP TABLE usage; --<script>alert(1)</script>%"), "No job"),
        ("jobs?currency=GBP", "GBP"),
    ],
)
def test_a_bad_address_gets_a_clear_answer(app: App, address: str, said: str) -> None:
    app.open(address)
    app.page.wait_for_timeout(700)
    text = app.page.locator("body").inner_text()
    assert said.lower() in text.lower(), text[:600]
    assert "Traceback" not in text


def test_hostile_names_are_text(app: App) -> None:
    dialogs: list[str] = []
    app.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    app.open("jobs?period=last_90&name=" + urllib.parse.quote("<script"))
    expect(app.table(JOBS).locator("tbody tr").first).to_be_visible()
    assert "<script" in app.table(JOBS).locator("tbody").inner_text()
    assert dialogs == []

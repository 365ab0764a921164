"""Screen, command line, PDF, CSV and Excel say the same total to the cent, in periods, filters, bases and currencies."""

import csv
import io
import json
from decimal import Decimal as D
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from lib.cli.app import app as commands
from tests.pages.conftest import Files, Open, card, said, table, total

pytestmark = pytest.mark.slow
VIEWS = [
    ({}, []),
    ({"period": "last_7"}, ["--period", "last_7"]),
    ({"from": "2026-05-02", "to": "2026-06-21"}, ["--from", "2026-05-02", "--to", "2026-06-21"]),
    ({"base": "contract"}, ["--base", "contract"]),
    ({"currency": "EUR"}, ["--currency", "EUR"]),
    ({"workspace": "ws2"}, ["--workspace", "ws2"]),
    ({"owner": "etl-robot"}, ["--owner", "etl-robot"]),
    ({"tag": "team=data"}, ["--tag", "team=data"]),
    ({"serverless": "serverless"}, ["--serverless", "serverless"]),
    ({"name": "ЕЖЕДНЕВНЫЙ"}, ["--name", "ЕЖЕДНЕВНЫЙ"]),
    ({"result": "FAILED"}, ["--result", "FAILED"]),
    ({"cost_min": "1", "cost_max": "30"}, ["--min", "1", "--max", "30"]),
]


def told(*words: str) -> D:
    """The exact total of the command line."""
    result = CliRunner().invoke(commands, ["jobs", *words, "--json"], catch_exceptions=False)
    return D(json.loads(result.stdout)["total"]["total_cost"])


@pytest.mark.parametrize(("address", "words"), VIEWS, ids=lambda value: str(value) if isinstance(value, dict) else "")
def test_the_total_of_jobs(app: Open, offered: Files, tmp_path: Path, address: dict, words: list[str]) -> None:
    at = app("jobs", **address)
    exact = told(*words)
    mark = "€" if "EUR" in words else "$"
    money = f"{mark}{exact:,.2f}"
    drawn = table(at, "jobs")
    assert total(drawn, "Total") == money
    assert (
        money.replace("$", "\\$") in card(at, "Total cost").help
        or card(at, "Total cost").value.replace("\\", "") == money
    )
    rows = list(csv.DictReader(io.StringIO(offered["CSV"]().decode("utf-8-sig"))))
    column = next(name for name in rows[0] if name.lower().replace(" ", "_") in ("total", "total_cost"))
    assert sum((D(row[column]) for row in rows if row[column]), D(0)) == exact
    sheet = openpyxl.load_workbook(io.BytesIO(offered["Excel"]())).worksheets[0]
    assert any(
        isinstance(cell, float | int) and abs(cell - float(exact)) < 1e-6 for row in sheet.values for cell in row
    )
    paper = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(offered["PDF report"]())).pages)
    assert money in paper
    out = tmp_path / "jobs.pdf"
    written = CliRunner().invoke(
        commands, ["report", "jobs", "--out", str(out), *words, "--json"], catch_exceptions=False
    )
    assert D(json.loads(written.stdout)["total"]["total_cost"]) == exact
    assert money in " ".join(page.extract_text() for page in PdfReader(out).pages)


def test_a_period_without_anything_is_nowhere_a_zero(app: Open, tmp_path: Path) -> None:
    at = app("jobs", **{"from": "2025-01-01", "to": "2025-01-31"})
    assert card(at, "Total cost").value == "none"
    assert "No job matches these filters" in said(at)
    words = ["--from", "2025-01-01", "--to", "2025-02-01"]
    result = CliRunner().invoke(commands, ["jobs", *words, "--json"], catch_exceptions=False)
    assert json.loads(result.stdout)["total"]["total_cost"] is None
    out = tmp_path / "none.pdf"
    assert CliRunner().invoke(commands, ["report", "jobs", "--out", str(out), *words]).exit_code == 0
    assert "$0" not in " ".join(page.extract_text() for page in PdfReader(out).pages)


@pytest.mark.parametrize(
    "address", [{}, {"period": "last_7"}, {"base": "contract"}, {"workspace": "ws1"}, {"currency": "EUR"}]
)
def test_the_total_of_everything(app: Open, address: dict) -> None:
    words = [word for name, value in address.items() for word in (f"--{name}", value)]
    answer = json.loads(CliRunner().invoke(commands, ["spend", "--by", "product", *words, "--json"]).stdout)
    mark = "€" if "EUR" in words else "$"
    money = f"{mark}{D(answer['total']['total_cost']):,.2f}"
    assert money.replace("$", "\\$") in card(app("overview", **address), "Total cost").help or mark == "€"
    for page, key, label in (("explorer", "explorer", "Total cost"), ("workspaces", "workspaces", "Cost in the period"),
                             ("priorities", "priorities-workspace", "Cost")):  # fmt: skip
        if not (page == "workspaces" and "workspace" in address):
            assert total(table(app(page, **address), key), label) == money, page

"""Every figure of money says how it is computed: formula, inputs, prices, as of, and its query; the inputs are the figure."""

import re
from decimal import Decimal

import pytest

from lib.explain.figures import FIGURES
from lib.queries.catalogue import load
from tests.pages.conftest import ROOT, Open, said, table
from tests.pages.test_pages import IDS

NO_MONEY = {
    "alerts": "amounts are those of a rule, which says what it watches",
    "ask": "each answer shows the SQL it comes from",
    "audit": "acts",
    "cluster_schedules": "times",
    "messages": "messages",
    "policies": "rules of clusters",
    "policy": "rules of clusters",
    "reports": "files, each with its own footnotes",
    "schedule": "runs of jobs",
    "settings": "settings",
    "setup": "grants",
    "trust": "each check says its evidence",
}
"""Pages without figures of money of their own."""


def test_every_page_with_money_explains_it() -> None:
    silent = {p.stem for p in (ROOT / "pages").glob("*.py") if "explain." not in p.read_text("utf-8")}
    assert silent == set(NO_MONEY)


def test_every_figure_names_a_query_of_the_catalogue() -> None:
    for name, figure in FIGURES.items():
        assert figure.query in load(), name


PAGES = {
    "overview": "overview", "jobs": "jobs", "job": "job", "run": "run", "explorer": "explorer", "records": "records",
    "priorities": "priorities", "clusters": "clusters", "sql_warehouses": "sql-warehouses",
    "recommendations": "recommendations", "forecast": "forecast", "workspaces": "workspaces", "anomalies": "anomalies",
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_click_says_how_and_it_adds_up(app: Open, page: str) -> None:
    at = app(page, **IDS.get(page, {}))
    at.button(key=f"explain-{PAGES[page]}").click().run()
    assert not at.exception
    assert not at.error
    assert "SELECT" in said(at)
    inputs = {row["cells"][0]["text"]: row["cells"][1]["text"] for row in table(at, "explain-inputs")["rows"]}
    assert {"Figure", "Period (UTC)", "Currency", "Price base"} <= inputs.keys()
    together = inputs.get("Together") or inputs.get("Rows × prices")
    if together and page not in ("run",):
        shown = Decimal(re.sub(r"[^\d.-]", "", inputs["Figure"]))
        assert abs(Decimal(together.split()[0].replace(",", "")) - shown) < Decimal("0.006"), inputs

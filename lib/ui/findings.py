"""Titles that say what a chart shows."""

from collections.abc import Sequence

import pandas as pd

from lib.explorer.overview import Highlight
from lib.spend import formatting
from lib.spend.compare import Change
from lib.spend.filters import UNTAGGED
from lib.ui import table
from lib.ui.address import Params, link
from lib.ui.columns import Column
from lib.ui.table import Table

LEAST = 0.01
"""Changes below one percent are "about the same"."""


def headline(subject: str, change: Change | None, movers: pd.DataFrame | None, fallback: str) -> str:
    """What changed and mostly why: "Spend rose 18 %, mostly nightly_etl".

    movers: `name`, `key`, `change`, largest change first.
    """
    if change is None or change.share is None:
        return fallback
    if abs(change.share) < LEAST:
        return f"{subject} stayed about the same"
    said = f"{subject} {'rose' if change.share > 0 else 'fell'} {formatting.percent(abs(change.share))}"
    cause = _cause(movers, change.amount or 0.0)
    return f"{said}, mostly {cause}" if cause else said


def _cause(movers: pd.DataFrame | None, whole: float) -> str:
    """The one mover that makes at least two fifths of the whole change, if there is one."""
    for row in [] if movers is None else movers.head(5).to_dict("records"):
        if whole and row["change"] / whole >= 0.4:
            name = row["key"] if formatting.missing(row["name"]) else row["name"]
            return "" if formatting.missing(name) else str(name)
    return ""


def draw(highlights: Sequence[Highlight], currency: str, params: Params) -> None:
    """The highlights, most important first; those about a job or a price open."""
    rows = pd.DataFrame([line(highlight, currency, params) for highlight in highlights], columns=LINE)
    columns = (Column("what", "What", phone=True, wraps=True), Column("amount", "How much", "number", phone=True))
    table.draw(
        Table(
            rows,
            columns,
            currency,
            "highlights",
            "What stands out",
            bare=True,
            headless=True,
            link=lambda row: str(row["href"]),
            extra=lambda row, column: {"sub": row["sub"]} if column.name == "what" else {"tone": row["tone"]},
            empty="Nothing out of the ordinary in this period.",
        )
    )


LINE = ("what", "sub", "amount", "tone", "href")


def line(highlight: Highlight, currency: str, params: Params) -> tuple[str, str, str, str, str]:
    """A highlight as a row: what, why, how much, its tone, where it leads."""
    if highlight.kind == "unpriced":
        amount = formatting.quantity(highlight.amount, highlight.unit)
        return "Usage without a price", "in no total", amount, "muted", link("trust", params)
    amount = formatting.money_short(highlight.amount, currency, plus=highlight.kind != "untagged")
    share = formatting.percent(highlight.share, plus=highlight.kind != "untagged")
    if highlight.kind == "untagged":
        return (
            "Usage without your tags",
            f"{share} of the total",
            amount,
            "muted",
            link("explorer", {**params, "tag": [UNTAGGED]}, then="owner"),
        )
    verb = "rose" if highlight.kind == "rise" else "fell"
    said = f"{highlight.dim} {verb}" + (f" {share}" if highlight.share is not None else ", new")
    ids = {"workspace_id": highlight.workspace_id or "", "job_id": highlight.key}
    href = link("job", params, **ids) if highlight.dim == "job" else link("jobs", params, workspace=highlight.key)
    return highlight.name or highlight.key, said, amount, "up" if verb == "rose" else "down", href

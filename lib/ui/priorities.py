"""The lists of the Priorities page: cost beside performance, highest score first."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lib.explorer.priorities import SCORE_IN_WORDS, Priorities
from lib.spend import formatting
from lib.ui import address, cards
from lib.ui.columns import Column
from lib.ui.table import Row, Table
from lib.warehouse.frames import sum_or_none

COLUMNS = (
    Column("name", "Who", phone=True),
    Column("score", "Score", "number", phone=True, about=f"0 to 100: {SCORE_IN_WORDS}"),
    Column("total_cost", "Cost", "money", phone=True, missing=formatting.NONE),
    Column("failure_cost", "Failure cost", "money", about="Failed runs and failed attempts", missing=formatting.NONE),
    Column("runs", "Runs", "count"),
    Column("failed_runs", "Failed", "count"),
    Column("statements", "Statements", "count", about="On SQL warehouses and serverless compute"),
    Column("failed_statements", "Failed", "count"),
    Column("slow_statements", "Slow", "count", about="Took over five minutes"),
    Column("spilling_statements", "Spilling", "count", about="Wrote to local disk because memory did not suffice"),
    Column("queued_s", "Queued", "duration", about="Time that statements waited for room on a warehouse"),
)


def summary(found: Priorities) -> list[cards.Card]:
    """The figures above the lists."""
    spaces, currency = found.workspaces, found.filters.currency
    return [
        cards.money("Total cost", sum_or_none(spaces["total_cost"]), currency),
        cards.money("Failure cost", sum_or_none(spaces["failure_cost"]), currency, none="none"),
        cards.count("Failed runs", int(spaces["failed_runs"].sum())),
        cards.count("Statements", int(spaces["statements"].sum())),
        cards.count("Troubled statements", int(spaces["troubled_statements"].sum()), about="Failed, slow or spilling"),
        cards.money(
            "Cost per statement",
            found.statement_cost,
            currency,
            none="not assessed",
            about="SQL warehouse cost ÷ statements: a mean, not what one statement cost",
        ),
    ]


def listed(found: Priorities, rows: pd.DataFrame, params: address.Params, *, kind: str) -> Table:
    """One list; a row opens the jobs of that workspace or person."""
    named = rows.assign(name=rows["name"].fillna(rows["key"]).fillna(f"no {kind}"))
    return Table(
        named,
        COLUMNS,
        found.filters.currency,
        f"priorities-{kind}",
        f"Cost and performance by {kind}",
        sort="-score",
        link=lambda row: "" if formatting.missing(row["key"]) else address.link("jobs", params, **{kind: row["key"]}),
        extra=_extra,
        total={
            "name": formatting.plural(len(named), kind),
            **{column.name: named[column.name].sum(min_count=1) for column in COLUMNS[2:]},
        },
        page_size=15,
        empty="Nothing matches these filters.",
    )


def _extra(row: Row, column: Column) -> Mapping[str, Any]:
    return {"text": f"{row['score']:.0f}"} if column.name == "score" else {}

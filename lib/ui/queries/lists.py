"""Tables of single statements, of what stands out now, of failures and of sums."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from lib import operate
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.statements import unbilled
from lib.statements.fingerprint import shape
from lib.statements.monitor import Standing
from lib.statements.overview import ROLLUPS, failures, rollup
from lib.statements.shapes import Narrowed
from lib.statements.shown import SEVERITIES, over_the_edge, rollup_rows, standing_rows, statement_rows
from lib.statements.statement import may_read_all
from lib.ui import address, choices, session, words
from lib.ui.columns import SEVERITY, Column
from lib.ui.queries.bill import ALLOCATED
from lib.ui.table import Row, Table

NOT_BILLED = {
    "pending": ("pending", "Its hour is not billed yet"),
    "unbilled": ("not assessed", f"An hour of it was {unbilled.WORDS}"),
}
STATUS = {"FINISHED": "ok", "FAILED": "critical", "CANCELED": "warn"}

STATEMENTS = (
    Column("start_time", "Started (UTC)", "moment", phone=True),
    Column("statement_type", "Kind"),
    Column("executed_by", "Who"),
    Column("source", "From"),
    Column("execution_status", "Result", "badge", missing="running", phone=True),
    Column("total_s", "Time", "duration", phone=True),
    Column("queue_s", "Queued", "duration"),
    Column("read_gib", "Read GiB", "number"),
    Column("spill_gib", "Spilled GiB", "number"),
    Column("cost", "Cost", "money", phone=True, missing=formatting.NONE, about=ALLOCATED),
)
INSIDE = Column(
    "period_cost", "In the period", "money", missing=formatting.NONE, about="Part of the cost on days of the period"
)


def statements_table(rows: pd.DataFrame, filters: Filters, params: address.Params, *, key: str, alt: str) -> Table:
    """Single statements with their whole cost, and what of it is the period's where that differs; a row opens its page."""
    return Table(
        statement_rows(rows, session.as_of()),
        (*STATEMENTS, INSIDE) if over_the_edge(rows) else STATEMENTS,
        filters.currency,
        key,
        alt,
        link=partial(statement_link, params),
        extra=_status,
        page_size=25,
        empty="No statement matches.",
    )


def statement_link(params: address.Params, row: Row) -> str:
    """The page of a statement."""
    return address.link(
        "statement",
        params,
        statement_id=str(row["statement_id"]),
        workspace_id=str(row["workspace_id"] or ""),
        day=str(row["usage_date"]),
    )


def _status(row: Row, column: Column) -> Mapping[str, Any]:
    if column.name == "execution_status":
        value = str(row["execution_status"] or "")
        return {"text": value.capitalize() or "Running", "badge": STATUS.get(value, "info")}
    if column.name == "cost" and row.get("state") in NOT_BILLED:
        text, hover = NOT_BILLED[row["state"]]
        return {"text": text, "hover": hover}
    return {}


def running_now(found: Sequence[Standing], filters: Filters) -> tuple[list[Standing], str]:
    """The list with what runs now, and a line that says how that is known."""
    shown, problem = operate.standing_now(session.context(), list(found), filters)
    if problem:
        return (
            shown,
            f"What runs now could not be asked; the tables tell it about an hour later. {words.plain(problem)}",
        )
    count = sum(item.live is not None for item in shown)
    some = formatting.plural(count, "statement runs", "statements run") if count else "Nothing runs"
    return shown, f"{some} now, as the workspace says; the rest is from the tables."


STANDING = (
    Column("start_time", "Started (UTC)", "moment", phone=True),
    Column("severity", "How bad", "badge", phone=True, about="By time and by DBUs; the limits are in docs/queries.md"),
    Column("execution_status", "Result", "badge", missing="running", phone=True),
    Column("warehouse_name", "Warehouse"),
    Column("executed_by", "Who"),
    Column("statement_type", "Kind"),
    Column("total_s", "Time", "duration", phone=True, about="So far, while it runs"),
    Column("dbus", "DBUs", "dbus", about="Its share of the billed hours"),
    Column("cost", "Cost", "money", missing="pending"),
)


def standing_table(found: Sequence[Standing], filters: Filters, params: address.Params) -> Table:
    """Statements of the last day that took long or cost much, running ones first."""
    return Table(
        standing_rows(found),
        STANDING,
        filters.currency,
        "standing",
        "Statements that run now, and those of the last day that took long or cost much",
        link=partial(statement_link, params),
        extra=_standing,
        page_size=25,
        empty="Nothing runs now, and nothing of the last day took long or cost much.",
    )


def _standing(row: Row, column: Column) -> Mapping[str, Any]:
    if column.name == "severity":
        tone = SEVERITY.get(row["severity"], "plain")
        return {
            "text": str(row["severity"]).capitalize() if row["severity"] in SEVERITIES else "Not yet",
            "badge": tone,
        }
    return _status(row, column) if column.name == "execution_status" else {}


ROLLUP = (
    Column("name", "What", phone=True),
    Column("runs", "Statements", "count", phone=True),
    Column("success_share", "Succeeded", "percent", phone=True, about="Finished, of all"),
    Column("fast_runs", "Fast", "count", about="Below the limit of fast, 10 seconds unless it was changed"),
    Column("medium_runs", "Medium", "count"),
    Column("slow_runs", "Slow", "count", about="Above the limit of slow, 5 minutes unless it was changed"),
    Column("p50_s", "p50", "duration"),
    Column("p95_s", "p95", "duration", phone=True),
    Column("p99_s", "p99", "duration"),
    Column("users", "People", "count"),
    Column("cost", "Cost", "money", missing=formatting.NONE, about=ALLOCATED),
)


def rollup_table(filters: Filters, params: address.Params) -> Table:
    """Statements rolled up by what the reader chooses."""
    dim = choices.row("Rolled up by", "by", ROLLUPS, next(iter(ROLLUPS)))
    rows = session.ask(rollup, filters, dim, session.context().query_thresholds)
    missing = "without a text" if dim == "pattern" else "nobody" if dim == "user" else "none"
    columns = (replace(ROLLUP[0], missing=missing), *ROLLUP[1:])
    return Table(
        rollup_rows(rows),
        columns,
        filters.currency,
        "rollup",
        f"Statements by {ROLLUPS[dim].lower()}",
        link=partial(_pattern_link, params) if dim == "pattern" else None,
        page_size=24,
        empty="No statement is of this kind.",
    )


def _pattern_link(params: address.Params, row: Row) -> str:
    if not isinstance(row["key"], str):
        return ""
    return address.link("fingerprint", params, fingerprint=shape(row["name"]).fingerprint, shape=str(row["key"]))


FAILURES = (
    Column("category", "Why", "badge", phone=True),
    Column("error_text", "What the error says", phone=True, wraps=True, missing="not said"),
    Column("runs", "Statements", "count", phone=True),
    Column("users", "People", "count"),
    Column("last_at", "Last (UTC)", "moment"),
)


def failures_table(filters: Filters) -> Table:
    """Failed statements by message."""
    rows = session.ask(failures, filters, Narrowed(), may_read_all(session.viewer()))
    return Table(
        rows,
        FAILURES,
        filters.currency,
        "failures",
        "Failed statements by what the error says",
        page_size=20,
        extra=lambda row, column: (
            {"badge": "warn", "text": str(row["category"]).capitalize()} if column.name == "category" else {}
        ),
        empty="No statement failed.",
    )

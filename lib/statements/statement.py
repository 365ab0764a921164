"""One statement: what it did, where its time went, what it cost and how that was worked out, and its sister runs."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlglot.errors import SqlglotError

from lib.access import Role, Viewer
from lib.errors import NotFound
from lib.masking import masked
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.statements.fingerprint import Shape, shape
from lib.statements.lint import Linted, lint
from lib.statements.overview import top
from lib.statements.parsed import DATABRICKS
from lib.statements.shapes import Narrowed
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame, sum_or_none
from lib.workspace.queries import LiveStatement

LONGEST = 20_000
"""Signs of a text that are formatted; longer ones are shown as they came."""


@dataclass(frozen=True)
class StatementView:
    """A statement and everything known of it."""

    filters: Filters
    facts: dict[str, Any]
    """The row of `statements/statement`; texts with secrets hidden, or None for whom they are not."""
    text: str | None
    """Formatted; None when it may not be read or is not there."""
    text_state: str
    """`shown`, `masked` (a role that may not read it) or `missing` (encrypted by the account)."""
    shape: Shape
    linted: Linted
    pieces: pd.DataFrame
    """One row an hour: `hour`, `hour_cost`, `used_share`, `work`, `hour_work`, `cost`, `state`."""
    cost: float | None
    sisters: pd.DataFrame
    """Newest other runs of the same shape."""

    @property
    def timeline(self) -> list[tuple[str, int]]:
        """What the time went into, in order, in milliseconds."""
        facts = self.facts
        return [
            ("Starting compute", facts["compute_wait_ms"]),
            ("Queue", facts["queue_ms"]),
            ("Compile", facts["compile_ms"]),
            ("Run", facts["execute_ms"]),
            ("Fetch", facts["fetch_ms"]),
        ]

    @property
    def profile_url(self) -> str:
        """The query profile in the workspace; "" where its address is not known."""
        base = str(self.facts.get("workspace_url") or "")
        if not base.startswith("https://"):
            return ""
        return f"{base.rstrip('/')}/sql/history?queryId={self.facts['statement_id']}&o={self.facts['workspace_id']}"


def statement(
    warehouse: Warehouse,
    filters: Filters,
    as_of: AsOf,
    statement_id: str,
    workspace_id: str | None,
    viewer: Viewer,
    day: date | None = None,
) -> StatementView:
    """Read one statement by its id; NotFound when the history does not have it."""
    day, found_shape = _day(warehouse, filters, as_of, statement_id, workspace_id, day)
    span: dict[str, object] = {
        "start_date": day,
        "end_date": day + timedelta(days=1),
        "workspace_id": workspace_id,
        "statement_id": statement_id,
    }
    rows = warehouse.fetch("statements/statement", span).to_pylist()
    if not rows:
        raise _unknown(statement_id)
    facts = rows[0]
    may_read = can_read_text(viewer, facts)
    raw = facts["statement_text"]
    known = shape(raw or "")
    pieces = frame(
        warehouse.fetch(
            "statements/pieces",
            span | {"end_date": day + timedelta(days=3), "currency": filters.currency, "base": filters.base},
        )
    )
    text = formatted(masked(raw)) if raw and may_read else None
    sisters = pd.DataFrame()
    if found_shape:
        around = replace(filters, period=Period(day - timedelta(days=30), day + timedelta(days=31)), owners=())
        sisters = top(warehouse, around, "new", Narrowed(shapes=(found_shape,)), rows=101)
        sisters = sisters[sisters["statement_id"] != statement_id].head(100)
    facts = facts | {
        "statement_text": masked(raw) if raw and may_read else None,
        "error_message": masked(facts["error_message"]) if facts["error_message"] and may_read else None,
    }
    return StatementView(
        filters,
        facts,
        text,
        "shown" if text else "missing" if not raw else "masked",
        known,
        lint(text) if text else Linted(),
        pieces,
        sum_or_none(pieces["cost"]),
        sisters,
    )


def may_read_all(viewer: Viewer) -> bool:
    """Operators and admins read all texts."""
    return viewer.role >= Role.OPERATOR


def can_read_text(viewer: Viewer, facts: dict[str, Any]) -> bool:
    """Operators and admins read all texts, everybody their own."""
    return may_read_all(viewer) or (bool(viewer.name) and viewer.name == facts.get("executed_by"))


def live_text(viewer: Viewer, one: LiveStatement) -> tuple[str | None, str]:
    """The text of a statement that runs now as this person may read it, and why there is none: `shown`, `masked`, `missing`."""
    if not one.text:
        return None, "missing"
    if not can_read_text(viewer, {"executed_by": one.who}):
        return None, "masked"
    return formatted(masked(one.text)), "shown"


def formatted(text: str) -> str:
    """The text laid out; as it came when it is long or cannot be read."""
    if len(text) > LONGEST:
        return text
    try:
        trees = DATABRICKS.parse(text)
        return ";\n\n".join(tree.sql(dialect="databricks", pretty=True) for tree in trees if tree is not None) or text
    except (SqlglotError, RecursionError):
        return text


def _day(
    warehouse: Warehouse, filters: Filters, as_of: AsOf, statement_id: str, workspace_id: str | None, day: date | None
) -> tuple[date, str | None]:
    """The day a statement began, and its shape: looked for on the given day, else in all that the ledger has."""
    span = (day, day + timedelta(days=1)) if day else (date(2015, 1, 1), as_of.today + timedelta(days=3))
    rows = warehouse.fetch(
        "statements/find",
        {
            "start_date": span[0],
            "end_date": span[1],
            "currency": filters.currency,
            "statement_id": statement_id,
            "workspace_id": workspace_id,
        },
    ).to_pylist()
    if not rows:
        raise _unknown(statement_id)
    return rows[0]["usage_date"], rows[0]["shape_hash"]


def _unknown(statement_id: str) -> NotFound:
    return NotFound(
        f"There is no statement {statement_id!r} in the query history.",
        remedy="It may be older than what was loaded, or from another account.",
    )

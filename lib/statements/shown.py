"""Lists of queries as people read them: seconds and GiB, one line of text, sources by name. For pages and reports."""

from collections.abc import Sequence

import pandas as pd

from lib.spend.compare import AsOf
from lib.statements.monitor import Standing
from lib.statements.overview import SOURCES
from lib.statements.unbilled import with_states

GIB = 2**30
SEVERITIES = ("high", "medium", "low")
"""Of what stands out, the gravest first."""
STANDING = (
    "usage_date", "workspace_id", "statement_id", "warehouse_id", "warehouse_name", "executed_by", "statement_type",
    "start_time", "execution_status", "dbus", "cost", "severity", "total_s",
)  # fmt: skip


def fingerprint_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Of `lib.statements.shapes.fingerprints`: one row a fingerprint and workspace."""
    return table.assign(
        p50_s=table["p50_ms"] / 1000,
        p95_s=table["p95_ms"] / 1000,
        spill_gib=(table["spilled_bytes"] / table["runs"].clip(lower=1) / GIB).round(2),
        said=[" ".join((text or "").split()) for text in table["shape_text"]],
        main_source=table["main_source"].map(SOURCES).fillna(table["main_source"]),
    )


def statement_rows(rows: pd.DataFrame, as_of: AsOf) -> pd.DataFrame:
    """Of `lib.statements.overview.top`: one row a statement."""
    return with_states(rows, as_of).assign(
        total_s=rows["total_ms"] / 1000,
        queue_s=rows["queue_ms"] / 1000,
        read_gib=(rows["read_bytes"] / GIB).round(2),
        spill_gib=(rows["spilled_bytes"] / GIB).round(2),
        source=rows["source_kind"].map(SOURCES).fillna(rows["source_kind"]),
    )


def over_the_edge(rows: pd.DataFrame) -> bool:
    """Did a statement of the list cost something outside of the period, so that `period_cost` is not its `cost`?"""
    return bool((rows["cost"].fillna(0) != rows["period_cost"].fillna(0)).any())


def rollup_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Of `lib.statements.overview.rollup`: one row a value of the dimension."""
    return rows.assign(**{f"{point}_s": rows[f"{point}_ms"] / 1000 for point in ("p50", "p95", "p99")})


def standing_rows(found: Sequence[Standing]) -> pd.DataFrame:
    """What stands out: one row a statement, running ones first; severity `none` below every limit."""
    rows = [
        item.facts
        | {
            "severity": min((s for s in (item.slow, item.expensive) if s), key=SEVERITIES.index, default="none"),
            "total_s": item.facts["total_ms"] / 1000,
            "usage_date": item.facts["run_date"],
            "cost": None if item.facts["cost"] is None else float(item.facts["cost"]),
        }
        for item in found
    ]
    return pd.DataFrame(rows, columns=list(STANDING))

"""Cost beside performance, per workspace and per person: who should be talked to first."""

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
import pyarrow as pa

from lib.explorer.by import spend
from lib.spend.filters import Filters
from lib.spend.window import wide
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame

WEIGHTS = {"total_cost": 0.4, "failure_cost": 0.3, "troubled_statements": 0.3}
"""What the score is made of. Each part is measured against the largest of its list, so 100 leads in all of them."""
SCORE_IN_WORDS = (
    "40 % cost, 30 % cost of failed work, 30 % statements that failed, took over five minutes or spilled; each against the "
    "largest of the list"
)


@dataclass(frozen=True)
class Priorities:
    """Both lists, highest score first."""

    filters: Filters
    rows: pa.Table
    """As `overview/priorities` gives them: exact."""
    workspaces: pd.DataFrame
    """One row a workspace: the query's columns as floats, `troubled_statements`, `score` (0-100)."""
    owners: pd.DataFrame
    """One row a person or principal, alike."""
    statement_cost: float | None
    """Cost of SQL warehouses ÷ statements: a mean, not what one statement cost."""


def priorities(warehouse: Warehouse, filters: Filters) -> Priorities:
    """Read and score both lists: two statements."""
    rows = warehouse.fetch("overview/priorities", wide(filters))
    facts = frame(rows)
    lists = {kind: scored(facts[facts["kind"] == kind]) for kind in ("workspace", "owner")}
    return Priorities(filters, rows, lists["workspace"], lists["owner"], _statement_cost(warehouse, filters, facts))


def scored(facts: pd.DataFrame) -> pd.DataFrame:
    """The list with `troubled_statements` and `score`, highest first. What is missing counts as none of it."""
    counts = facts[["failed_statements", "slow_statements", "spilling_statements"]]
    found = facts.assign(troubled_statements=counts.sum(axis=1, min_count=1))
    score = sum(
        (weight * 100 * (found[part].fillna(0).clip(lower=0) / top if (top := found[part].max()) > 0 else 0.0))
        for part, weight in WEIGHTS.items()
    )
    return found.assign(score=score).sort_values(["score", "key"], ascending=[False, True], ignore_index=True)


def _statement_cost(warehouse: Warehouse, filters: Filters, facts: pd.DataFrame) -> float | None:
    statements = facts.loc[facts["kind"] == "workspace", "statements"].sum()
    by_product = spend(warehouse, filters, ("product",)).frame
    cost = Decimal(str(by_product.loc[by_product["key1"] == "SQL", "cost"].sum()))
    return float(cost) / float(statements) if statements else None

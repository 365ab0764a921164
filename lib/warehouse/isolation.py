"""Rows of some workspaces only: every table a statement reads is narrowed before it is read.

Enforced where names are put into a statement, so no query and no page can forget it. A table that does not say which
workspace a row belongs to shows nothing, unless it is reference data that belongs to nobody.
"""

from collections.abc import Collection
from dataclasses import dataclass

from lib.warehouse.names import NameMap

PARAM = "lakeledger_workspaces"
OPEN = frozenset(
    ("system.billing.list_prices", "system.billing.account_prices", "system.compute.node_types",
     "system.information_schema.tables")
)  # fmt: skip
"""Tables that say nothing about anybody's work."""


@dataclass(frozen=True)
class Isolation:
    """What one viewer may see."""

    workspaces: tuple[str, ...]
    with_workspace: frozenset[str]
    """Tables and stored relations, as queries name them, that have a column `workspace_id`."""

    def over(self, names: NameMap) -> NameMap:
        """`names`, each table narrowed to the workspaces; the statement then has the parameter `PARAM`."""

        def narrowed(parts: tuple[str, ...]) -> str | None:
            written = ".".join(parts)
            spelled = names(parts)
            if parts[0] in ("reference", "ledger") or written in OPEN:
                return spelled
            spelled = spelled or ".".join(f"`{part}`" for part in parts)
            if written in self.with_workspace:
                mine = f"ARRAY_CONTAINS(CAST(:{PARAM} AS ARRAY<STRING>), CAST(workspace_id AS STRING))"
            else:
                mine = f"CAST(:{PARAM} AS ARRAY<STRING>) IS NULL"
            return f"(SELECT * FROM {spelled} WHERE {mine})"

        return narrowed


def allowed(groups: Collection[str], rules: dict[str, list[str]]) -> tuple[str, ...] | None:
    """Workspaces that the groups open together, None for all of them.

    >>> allowed({"emea"}, {"emea": ["1", "2"], "finance": ["*"]})
    ('1', '2')
    >>> allowed({"emea", "finance"}, {"emea": ["1", "2"], "finance": ["*"]}) is None
    True
    >>> allowed({"guests"}, {"emea": ["1"]})
    ()
    """
    if not rules:
        return None
    mine = {group.casefold() for group in groups}
    opened = [set(ids) for group, ids in rules.items() if group.casefold() in mine or group == "*"]
    if any("*" in ids for ids in opened):
        return None
    return tuple(sorted(set().union(*opened)))

"""Reads the evidence and runs every check."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lib.ledger.reconcile import differences
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.trust.check import Check, Checked, Evidence, Finding, Verdict
from lib.trust.checks import CHECKS
from lib.warehouse import Warehouse
from lib.warehouse.together import at_once


@dataclass(frozen=True)
class Trust:
    """All checks, answered, in the order of `CHECKS`."""

    filters: Filters
    as_of: AsOf
    checked: tuple[Checked, ...]
    evidence: Evidence

    @property
    def verdict(self) -> Verdict:
        """The worst answer that was assessed."""
        order = (Verdict.OK, Verdict.WARN, Verdict.CRITICAL)
        return max(
            (c.finding.verdict for c in self.checked if c.finding.verdict in order), key=order.index, default=Verdict.OK
        )

    def counts(self) -> dict[Verdict, int]:
        """How many checks said what."""
        return {verdict: sum(c.finding.verdict is verdict for c in self.checked) for verdict in Verdict}


def trust(warehouse: Warehouse, filters: Filters, as_of: AsOf) -> Trust:
    """Check the data of a period: eight queries, in one statement where the engine takes several at once."""
    evidence = gather(warehouse, filters, as_of)
    return Trust(filters, as_of, tuple(Checked(check, answer(check, evidence)) for check in CHECKS), evidence)


def gather(warehouse: Warehouse, filters: Filters, as_of: AsOf) -> Evidence:
    """Everything the checks look at."""
    period: dict[str, object] = {"start_date": filters.period.start, "end_date": filters.period.end}
    money = period | {"currency": filters.currency}

    def rows(name: str, params: dict[str, object]) -> Callable[[], list[dict[str, Any]]]:
        return lambda: warehouse.fetch(name, params).to_pylist()

    days, sources, usage, prices, objects, unpriced, parts, vm, missing = at_once(
        warehouse,
        rows("trust/days", money),
        rows("trust/sources", {}),
        rows("trust/usage", period),
        rows("trust/prices", {}),
        rows("trust/jobs", money),
        rows("trust/unpriced", money),
        rows("trust/parts", money),
        rows("trust/machines", period),
        warehouse.missing_tables,
    )
    return Evidence(
        filters=filters,
        as_of=as_of,
        missing=missing,
        sources={row["table_name"]: row for row in sources},
        usage=usage[0],
        prices=prices[0],
        objects=objects[0],
        unpriced=unpriced,
        parts=parts,
        days=days,
        differences=differences(days),
        vm=vm[0],
        currency=filters.currency,
    )


def answer(check: Check, evidence: Evidence) -> Finding:
    """What a check says; NOT ASSESSED when a table it needs is not there."""
    missing = [table for table in check.needs if table in evidence.missing]
    if missing:
        return Finding(Verdict.NOT_ASSESSED, f"{', '.join(missing)} is not loaded.")
    return check.run(evidence)

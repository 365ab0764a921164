"""Reads the evidence and runs every check."""

from dataclasses import dataclass

from lib.ledger.reconcile import differences
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.trust.check import Check, Checked, Evidence, Finding, Verdict
from lib.trust.checks import CHECKS
from lib.warehouse import Warehouse


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
    """Check the data of a period: eight statements."""
    evidence = gather(warehouse, filters, as_of)
    return Trust(filters, as_of, tuple(Checked(check, answer(check, evidence)) for check in CHECKS), evidence)


def gather(warehouse: Warehouse, filters: Filters, as_of: AsOf) -> Evidence:
    """Everything the checks look at."""
    period: dict[str, object] = {"start_date": filters.period.start, "end_date": filters.period.end}
    money = period | {"currency": filters.currency}
    days = warehouse.fetch("trust/days", money).to_pylist()
    return Evidence(
        filters=filters,
        as_of=as_of,
        missing=warehouse.missing_tables(),
        sources={row["table_name"]: row for row in warehouse.fetch("trust/sources", {}).to_pylist()},
        usage=warehouse.fetch("trust/usage", period).to_pylist()[0],
        prices=warehouse.fetch("trust/prices", {}).to_pylist()[0],
        objects=warehouse.fetch("trust/jobs", money).to_pylist()[0],
        unpriced=warehouse.fetch("trust/unpriced", money).to_pylist(),
        parts=warehouse.fetch("trust/parts", money).to_pylist(),
        days=days,
        differences=differences(days),
        vm=warehouse.fetch("trust/machines", period).to_pylist()[0],
        currency=filters.currency,
    )


def answer(check: Check, evidence: Evidence) -> Finding:
    """What a check says; NOT ASSESSED when a table it needs is not there."""
    missing = [table for table in check.needs if table in evidence.missing]
    if missing:
        return Finding(Verdict.NOT_ASSESSED, f"{', '.join(missing)} is not loaded.")
    return check.run(evidence)

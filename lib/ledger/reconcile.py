"""Does the ledger say what the bill says? Pure: rows of `trust/days` in, differences out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

TOLERANCE = Decimal("0.005")
"""Half a cent a day and currency: the ledger's sums are exact, only shares of machines are rounded."""

PAIRS = (
    (
        "rows",
        "usage_records",
        "priced_records",
        "usage rows and priced rows (a price that matches twice repeats a row)",
    ),
    ("rows", "priced_records", "ledger_records", "priced rows and rows in the ledger"),
    ("rows", "ledger_records", "overview_records", "rows in the ledger and in its overview"),
    ("quantity", "usage_quantity", "ledger_quantity", "usage and the ledger's quantity"),
    ("money", "bill_list_cost", "ledger_list_cost", "list cost of the usage and of the ledger"),
    ("money", "ledger_list_cost", "overview_list_cost", "list cost of the ledger and of its overview"),
    ("money", "bill_cost", "ledger_cost", "contract cost of the usage and of the ledger"),
    ("money", "ledger_cost", "overview_cost", "contract cost of the ledger and of its overview"),
    ("money", "job_list_cost", "run_list_cost", "list cost of jobs and the sum over their runs"),
    ("money", "ledger_vm_cost", "machine_vm_cost", "VM cost split over usage and VM cost of the clusters"),
)
"""What must be equal: kind, the column on each side, and what that means."""


@dataclass(frozen=True)
class Difference:
    """Two figures of one day that should be one."""

    usage_date: date
    currency: str
    what: str
    left: Decimal
    right: Decimal

    def __str__(self) -> str:
        return f"{self.usage_date} {self.currency}: {self.what}: {self.left} and {self.right}"


def differences(days: Iterable[Mapping[str, object]]) -> list[Difference]:
    """Every pair of figures that should agree and does not, day by day."""
    found = []
    for day in days:
        pairs = [(what, _number(day[left]), _number(day[right]), kind) for kind, left, right, what in PAIRS]
        parts = _number(day["priced_quantity"]) + _number(day["unpriced_quantity"])
        pairs.append(
            ("usage and its priced plus unpriced quantities", _number(day["usage_quantity"]), parts, "quantity")
        )
        found += [
            Difference(day["usage_date"], str(day["currency"]), what, left, right)  # type: ignore[arg-type]
            for what, left, right, kind in pairs
            if abs(left - right) > (TOLERANCE if kind == "money" else 0)
        ]
    return found


def _number(value: object) -> Decimal:
    return Decimal(0) if value is None else Decimal(str(value))

"""How far the account's usage goes, asked of the account itself."""

from datetime import date

from lib.errors import InputError
from lib.spend.compare import AsOf, arrived
from lib.warehouse import Warehouse


def as_of(warehouse: Warehouse, today: date) -> AsOf:
    """First and newest day of usage, and the day the newest of it arrived (`today` for an empty account)."""
    span = warehouse.fetch("names/span", {}).to_pylist()[0]
    last = span["last_day"]
    return AsOf(span["first_day"], last, arrived(last, span["last_ingestion"]) if last else today)


def currencies(warehouse: Warehouse) -> tuple[str, ...]:
    """Currencies in which the account's usage is priced, the most used one first."""
    return tuple(row["currency"] for row in warehouse.fetch("names/currencies", {}).to_pylist())


def check_currency(warehouse: Warehouse, currency: str) -> None:
    """InputError for a currency the ledger does not have: its figures would all be missing."""
    known = currencies(warehouse)
    if known and currency not in known:
        raise InputError(
            f"Nothing is priced in {currency}.", remedy=f"Use one of: {', '.join(known)}.", place="currency"
        )

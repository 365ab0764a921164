"""How far the account's usage goes, asked of the account itself."""

from datetime import date

from lib.spend.compare import AsOf
from lib.warehouse import Warehouse


def as_of(warehouse: Warehouse, today: date) -> AsOf:
    """First and newest day of usage, and the day the newest of it arrived (`today` for an empty account)."""
    span = warehouse.fetch("names/span", {}).to_pylist()[0]
    arrived = span["last_ingestion"] or span["last_day"]
    return AsOf(span["first_day"], span["last_day"], max(arrived, span["last_day"]) if arrived else today)

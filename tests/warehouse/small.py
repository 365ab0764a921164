"""A small account in real files, with a small catalogue of its own."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from lib.queries.catalogue import Catalogue
from lib.warehouse.connections import open_writable
from lib.warehouse.store import DatabaseFolder
from lib.warehouse.writer import EmbeddedWriter

CATALOGUE = Catalogue(Path(__file__).parent / "queries")
TEN_DAYS: Mapping[str, object] = {
    "start_date": date(2026, 1, 1),
    "end_date": date(2026, 1, 11),
    "currency": "USD",
    "skus": None,
}
COST = Decimal("0.123456789")
"""Price of a unit of sku0 and sku1; sku2 has none."""


def write_account(path: Path, rows: int = 100, quantity: str = "1.5") -> None:
    """`rows` usage rows over ten days and three SKUs, each of `quantity`."""
    with open_writable(path) as con:
        con.execute("CREATE SCHEMA billing; CREATE SCHEMA meta")
        con.execute("CREATE TABLE meta.tables (table_name TEXT, loaded BOOLEAN)")
        con.execute("INSERT INTO meta.tables VALUES ('system.billing.usage', TRUE), ('system.access.audit', FALSE)")
        con.execute(
            "CREATE TABLE billing.usage AS SELECT DATE '2026-01-01' + (i % 10)::INT AS usage_date,"
            " 'sku' || (i % 3) AS sku_name, $quantity::DECIMAL(38,18) AS usage_quantity FROM range($rows) AS t(i)",
            {"quantity": quantity, "rows": rows},
        )
        con.execute(
            "CREATE TABLE billing.list_prices AS SELECT 'sku' || i AS sku_name, 'USD' AS currency_code,"
            " {'effective_list': {'default': $price::DECIMAL(38,18)}} AS pricing FROM range(2) AS t(i)",
            {"price": str(COST)},
        )


def new_account(home: Path, rows: int = 100, quantity: str = "1.5") -> DatabaseFolder:
    """A folder that points at a new account, without a ledger."""
    folder = DatabaseFolder(home)
    account = folder.new_file("account")
    write_account(account, rows, quantity)
    folder.point(account=account)
    return folder


def new_ledger(folder: DatabaseFolder) -> Path:
    """A ledger file of the folder's account, with its relation worked out; not yet pointed at."""
    relation = CATALOGUE.relations["spend_daily"]
    ledger = folder.new_file("ledger")
    with EmbeddedWriter(folder.current().account, ledger, catalogue=CATALOGUE) as writer:
        writer.create_table(relation)
        writer.replace_all(relation, CATALOGUE.expanded(relation), TEN_DAYS)
    return ledger

"""The usage rows themselves: the table of the Usage rows page, a page at a time."""

import pandas as pd
import streamlit as st

from lib.config import settings
from lib.context import Context
from lib.explorer.records import LARGEST_PAGE, Records, records
from lib.reports.content import ColumnSpec
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.spend.period import DAY
from lib.ui import address, cards, session
from lib.ui.columns import Column
from lib.ui.export import Exact
from lib.ui.table import Row, Table
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame

COLUMNS = (
    Column("usage_start_time", "From (UTC)", "moment", phone=True),
    Column("workspace_name", "Workspace", missing="no workspace"),
    Column("sku_name", "SKU"),
    Column("usage_quantity", "Quantity", "exact", phone=True),
    Column("usage_unit", "Unit"),
    Column("price", "Price", "exact", missing="none"),
    Column("cost", "Cost", "money", phone=True),
    Column("price_source", "Price from", missing="unpriced"),
    Column("record_type", "Record", "badge"),
    Column("owner", "Owner", missing="no owner"),
    Column("job_id", "Job", "id"),
    Column("record_id", "Record id", "id"),
)


def sku_filter() -> str | None:
    """A part of the SKU's name, kept in the address as `sku`."""
    st.session_state["sku"] = st.query_params.get("sku", "")

    def changed() -> None:
        st.query_params.pop("usage_page", None)
        if st.session_state["sku"].strip():
            st.query_params["sku"] = st.session_state["sku"].strip()
        else:
            st.query_params.pop("sku", None)

    st.text_input(
        "SKU contains",
        placeholder="SKU contains",
        icon=":material/search:",
        width=260,
        label_visibility="collapsed",
        key="sku",
        on_change=changed,
    )
    return st.session_state["sku"].strip() or None


def read(filters: Filters, sku: str | None, params: address.Params) -> Records:
    """The page of rows that the address asks for, or the last there is."""
    page = address.Reader(params).one("usage_page", address.natural, 1)
    shown: Records = session.ask(_page, filters, sku, page)
    last = max(1, -(-shown.records // settings().page_size))
    return shown if page <= last else session.ask(_page, filters, sku, last)


def _page(warehouse: Warehouse, filters: Filters, sku: str | None, page: int) -> Records:
    return records(warehouse, filters, sku=sku, limit=settings().page_size, offset=(page - 1) * settings().page_size)


def summary(shown: Records) -> list[cards.Card]:
    """How many rows there are, of which days, and what they cost."""
    currency = shown.filters.currency
    return [
        cards.count("Usage rows", shown.records),
        cards.money("Cost", shown.cost, currency),
        cards.money("Per day", shown.per_day, currency, about="Cost ÷ days of the period"),
        cards.money("Per row", shown.per_record, currency),
    ]


def days_words(shown: Records) -> str:
    """The first and the last day that have rows."""
    if shown.first_day is None or shown.last_day is None:
        return ""
    return f"Rows from {formatting.period_words(shown.first_day, shown.last_day + DAY)}, newest first."


def usage_table(shown: Records) -> Table:
    """One page of rows, newest first."""
    rows = frame(shown.rows)
    rows["price"] = rows["contract_price" if shown.filters.base == "contract" else "list_price"]
    return Table(
        rows,
        COLUMNS,
        shown.filters.currency,
        "usage",
        "Usage rows, newest first",
        of=shown.records,
        extra=_unpriced,
        total={"usage_start_time": f"{formatting.plural(shown.records, 'row')}", "cost": shown.cost},
        empty="No usage row matches these filters.",
    )


def _unpriced(row: Row, column: Column) -> dict[str, str]:
    if column.name == "cost" and formatting.missing(row["cost"]):
        return {"text": formatting.unpriced(row["usage_quantity"], str(row["usage_unit"]))}
    return {}


def exact(context: Context, filters: Filters, sku: str | None) -> Exact:
    """The newest rows with all digits, as many as a file holds; read when the file is asked for, as who looked at the page."""
    rows: pd.DataFrame = records(context.warehouse, filters, sku=sku, limit=LARGEST_PAGE).rows.to_pandas()
    money = {"list_cost", "contract_cost", "cost"}
    return Exact(
        rows, [ColumnSpec(n, n.replace("_", " ").capitalize(), "money" if n in money else "text") for n in rows]
    )

"""One SQL warehouse: on, busy, idle, queue, cost; and what other settings would have meant."""

from dataclasses import replace

import streamlit as st

from lib.spend import formatting
from lib.statements.overview import top
from lib.statements.shapes import Narrowed
from lib.statements.warehouse import warehouse_view
from lib.ui import cards, computed, errors, explain, export, frame, operating, page, session, states, table
from lib.ui.queries import asked, lists, over_time, warehouse, what_if

frame.require()
warehouse_id = asked.wanted("warehouse_id", "sql_warehouses", "All SQL warehouses")
view, params = session.view(), table.address_now()
filters = replace(view.filters, owners=())
limits, workspace_id = session.context().query_thresholds, st.query_params.get("workspace_id") or None
shown = session.ask(warehouse_view, filters, session.as_of(), limits, workspace_id, warehouse_id)
name = warehouse.name_of(shown)

frame.breadcrumb(("sql_warehouses", "SQL warehouses", {}), here=name)
page.start(name, page.ONE_THING)


@st.fragment
def state() -> None:
    """The state of now and what can be done: asked anew by itself, the page stays."""
    with errors.shown():
        warehouse.about(shown)
        operating.keep_looking("warehouse")


state()
cards.draw(warehouse.summary(shown), key="warehouse")
said = f"Complete days only: {formatting.period_words(shown.filters.period.start, shown.filters.period.end)}."
explain.line(said, computed.warehouse(shown), shown.filters, key="warehouse")
if shown.hours.empty and not shown.up_s:
    states.empty("It was neither on nor billed in this period", next_step="Choose a longer period.")
    st.stop()
left, right = st.columns([5, 4])
with left:
    warehouse.costs(shown)
with right:
    warehouse.hours_of_day(shown)
over_time.card(shown)
what_if.draw(shown)
rows = session.ask(top, filters, "cost", Narrowed(warehouse_id=warehouse_id))
listed = lists.statements_table(
    rows, filters, params, key="warehouse-statements", alt="Most expensive statements of the warehouse"
)
export.titled("Most expensive statements", listed, filters, name=f"statements-{warehouse_id}")
export.titled("Settings over time", warehouse.versions(shown), filters, name=f"settings-{warehouse_id}")

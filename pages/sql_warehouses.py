"""SQL warehouses: state, size, queue, use and cost."""

from lib.clusters.warehouses import warehouses
from lib.ui import cards, compute_lists, export, frame, operating, session, states, table

frame.title("SQL warehouses", as_of=session.as_of_words(), freshness=session.freshness())
with states.loading(480):
    found = session.ask(warehouses, operating.window(()))
    cards.draw(compute_lists.warehouse_cards(found), key="sql-warehouses")
    if found.missing:
        states.not_assessed("state, use and queue of warehouses", found.missing)
    listed = compute_lists.warehouse_table(found, table.address_now())
    export.menu(listed, session.view().filters, title="SQL warehouses", name="sql-warehouses")
    table.draw(listed)

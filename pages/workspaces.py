"""The account's workspaces as its tables know them."""

from lib.ui import page, session, states, table, workspaces

view = page.start("Workspaces", page.ONE_THING)
with states.loading(400):
    rows = session.ask(workspaces.rows, view.filters)
    table.draw(workspaces.registry(rows, view.filters, table.address_now()))

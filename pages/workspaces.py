"""The account's workspaces as its tables know them."""

from lib.ui import explain, export, page, session, states, table, workspaces

view = page.start("Workspaces", page.ONE_THING)
with states.loading(400):
    rows = session.ask(workspaces.rows, view.filters)
    listed = workspaces.registry(rows, view.filters, table.address_now())
    total = explain.money("total_cost", "Total cost", workspaces.total(rows), view.filters.currency)
    explain.line("Cost of the period by workspace.", [total], view.filters, key="workspaces")
    export.titled("Workspaces of the account", listed, view.filters, name="workspaces")

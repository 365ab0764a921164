"""Instance pools: machines kept ready, and what that costs without a single DBU."""

from lib.clusters.warehouses import pools
from lib.ui import cards, compute_lists, computed, explain, export, operating, page, session, states

page.dated("Instance pools")
with states.loading(360):
    found = session.ask(pools, operating.window(()))
    if found.missing:
        states.not_assessed("what pools keep ready", found.missing)
    else:
        left = compute_lists.pool_bar(found)
        cards.draw(compute_lists.pool_cards(left), key="pools")
        said = "Machines that wait in a pool are paid to the cloud; Databricks bills nothing for them."
        explain.line(said, computed.pools(found), session.view().filters, key="pools")
        export.listed(compute_lists.pool_table(left), name="pools", note="The last 30 days with data.")

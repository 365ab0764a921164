"""Cost beside performance, for workspaces and people: what to look at first."""

from lib.explorer.priorities import SCORE_IN_WORDS, priorities
from lib.ui import cards, computed, explain, export, page, session, states, table
from lib.ui import priorities as parts
from lib.ui.chips import Scope

view = page.start("Priorities", Scope(comparing=False))
with states.loading(560):
    shown = session.ask(priorities, view.filters)
    cards.draw(parts.summary(shown), key="priorities")
    explain.line(f"Score: {SCORE_IN_WORDS}.", computed.priorities(shown), view.filters, key="priorities")
    for kind, title, rows in (
        ("workspace", "Workspaces", shown.workspaces),
        ("owner", "People and principals", shown.owners),
    ):
        listed = parts.listed(shown, rows, table.address_now(), kind=kind)
        export.titled(title, listed, view.filters, name=f"priorities-{kind}")

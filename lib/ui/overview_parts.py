"""The cards of the landing page, and the lines beside its chart."""

from collections.abc import Mapping

import streamlit as st

from lib.explorer.overview import Clusters, Overview
from lib.spend import formatting
from lib.spend.projection import Projection
from lib.ui import cards, changes, session, words
from lib.ui.cards import Card


def summary(view: Overview) -> list[Card]:
    """How much, of what, and what is not in it."""
    currency, total = view.filters.currency, view.total_cost
    change, against = changes.delta(view.change, view.comparison, view.filters)
    by_day = view.daily.groupby("usage_date")[["total_cost", "dbu_cost", "vm_cost"]].sum()
    dbus = cards.dbus(view.dbus)
    machines = "Virtual machines of classic compute"
    found = [
        cards.money("Total cost", total, currency, delta=change, against=against, trend=by_day["total_cost"]),
        cards.money("DBU cost", view.dbu_cost, currency, chip=dbus, trend=by_day["dbu_cost"]),
        cards.money(
            "VM cost",
            view.vm_cost,
            currency,
            none="none",
            badge=session.vm_basis(view.filters),
            about=machines,
            chip=_share(view.vm_cost, total),
            trend=by_day["vm_cost"],
        ),
        cards.money(
            "Untagged",
            view.untagged_cost,
            currency,
            none="none",
            about="Carries no tag of yours; tags that Databricks sets do not count",
            chip=_share(view.untagged_cost, total),
        ),
        cards.unpriced(view.unpriced),
    ]
    return found + ([_projected(view.projection, currency)] if view.projection else [])


def _share(amount: float | None, total: float | None) -> str:
    return f"{formatting.percent(amount / total)} of total" if amount and total else ""


def _projected(projection: Projection, currency: str) -> Card:
    month = formatting.MONTHS[projection.month.start.month - 1]
    about = f"The whole month, if it goes on as it began: {projection.method}"
    spent = f"{formatting.money_short(projection.spent, currency)} so far"
    return cards.money(month, projection.total, currency, badge="estimated", about=about, chip=spent)


def clusters(found: Clusters | None) -> None:
    """How many classic clusters do what, in one line."""
    if found is None or found.seen_until is None:
        return
    counts: Mapping[str, int] = {
        "running": found.running,
        "idle": found.idle,
        "pending": found.pending,
        "terminated": found.terminated,
    }
    said = ", ".join(f"{formatting.count(number)} {state}" for state, number in counts.items() if number) or "none"
    seen = f"{formatting.day_words(found.seen_until)}, {found.seen_until:%H:%M} UTC"
    st.caption(words.plain(f"Classic clusters, as the tables saw them on {seen}: {said}."))

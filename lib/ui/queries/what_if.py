"""What other settings of a SQL warehouse would have meant."""

import pandas as pd
import streamlit as st

from lib.spend import formatting
from lib.statements.warehouse import WarehouseView
from lib.statements.whatif.outcome import Outcome
from lib.statements.whatif.settings import DBU_PER_HOUR, Settings, wanted_settings
from lib.ui import export, words
from lib.ui.columns import Column
from lib.ui.table import Table
from lib.ui.table import draw as draw_table

SIZES = {size: size.replace("_", "-").title() for size in DBU_PER_HOUR}
"""Size, as the tables spell it → as people do."""


WHAT_IF = (
    Column("words", "With", phone=True),
    Column(
        "cost_words",
        "Would have cost",
        phone=True,
        about="Low to high: how much longer work takes on a smaller size is not known",
    ),
    Column("saving_low", "Saves at least", "money", phone=True, about="In 30 days; negative: costs more"),
    Column("saving_high", "At most", "money"),
    Column("on_s", "On", "duration"),
    Column("starts", "Starts", "count"),
)


def draw(shown: WarehouseView) -> None:
    """Settings chosen by the reader, and those worth a look, simulated on the statements that came."""
    now = shown.settings
    with st.container(border=True):
        if shown.what_if is None:
            st.markdown("**What other settings would have meant: not assessed**")
            st.caption(words.plain(misfit(shown)))
            return
        best = shown.best
        saved = best.saving(shown.cost, shown.days) if best else None
        title = "What other settings would have meant"
        if best and saved:
            least = formatting.money_short(saved[0], shown.filters.currency)
            title = f"{_words(best.then, now)} would save {least} or more in 30 days"
        head = st.container()
        left, middle, fewest, right = st.columns(4)
        size = left.selectbox(
            "Size",
            list(DBU_PER_HOUR),
            index=list(DBU_PER_HOUR).index(now.size),
            format_func=SIZES.__getitem__,
            key="wh-size",
        )
        stop = middle.number_input("Auto stop, minutes (0: never)", 0, 1440, now.auto_stop_minutes, key="wh-stop")
        most = right.number_input("Most clusters", 1, 40, now.max_clusters, key="wh-most")
        few = fewest.number_input("Fewest clusters", 1, 40, now.min_clusters, key="wh-least")
        then = wanted_settings(
            now, size=size, auto_stop=int(stop), max_clusters=max(int(most), int(few)), min_clusters=int(few)
        )
        tried = [shown.what_if.outcome(then)] if then != now else []
        outcomes = [*tried, *(item for item in shown.outcomes if item.then != then)]
        listed = _outcomes(shown, outcomes)
        with head:
            export.heading(title, listed, shown.filters, name=f"what-if-{shown.facts['warehouse_id']}")
        draw_table(listed)
        for warning in tried[0].warnings if tried else ():
            st.caption(f":material/warning: {words.plain(warning)}")
        st.caption(
            "The statements of the period, sent again to the rules of the system. With the settings it really had the "
            f"simulation is on for {formatting.duration(shown.fit.simulated_s)}, "
            f"{formatting.percent(shown.fit.off)} off what was recorded."
        )


def misfit(shown: WarehouseView) -> str:
    """Why nothing is said about other settings."""
    if not shown.history.steps:
        return "No event says when it was on in this period."
    fit = shown.fit
    return (
        f"Its history does not fit: by its statements and its auto stop it would have been on for "
        f"{formatting.duration(fit.simulated_s)}, its events say {formatting.duration(fit.recorded_s)}. Somebody stopped "
        "or started it by hand, or something that leaves no statement kept it awake; then nobody can say what other "
        "settings would have meant."
    )


def _outcomes(shown: WarehouseView, outcomes: list[Outcome]) -> Table:
    rows = []
    for item in outcomes:
        saved = item.saving(shown.cost, shown.days) or (None, None)
        low, high = (formatting.money_short(cost, shown.filters.currency) for cost in (item.cost_low, item.cost_high))
        rows.append(
            {
                "words": _words(item.then, shown.settings),
                "cost_words": low if low == high else f"{low} to {high}",
                "saving_low": saved[0],
                "saving_high": saved[1],
                "starts": item.starts,
                "on_s": (item.on_s_low + item.on_s_high) / 2,
            }
        )
    return Table(
        pd.DataFrame(rows, columns=[column.name for column in WHAT_IF]),
        WHAT_IF,
        shown.filters.currency,
        "what-if",
        "What other settings would have cost",
        bare=True,
        empty="No other setting is worth a look.",
    )


def _words(then: Settings, now: Settings) -> str:
    said = []
    if then.size != now.size:
        said.append(f"size {SIZES[then.size]}")
    if then.auto_stop_minutes != now.auto_stop_minutes:
        said.append(f"auto stop {then.auto_stop_minutes} min" if then.auto_stop_minutes else "no auto stop")
    if then.max_clusters != now.max_clusters:
        said.append(f"{formatting.plural(then.max_clusters, 'cluster')} at most")
    if then.min_clusters != now.min_clusters:
        said.append(f"{formatting.plural(then.min_clusters, 'cluster')} at least")
    return (", ".join(said) or "these settings").capitalize()

"""Parts of the page about one fingerprint."""

from datetime import date

import pandas as pd
import streamlit as st

from lib.recommendations.model import Recommendation
from lib.spend import palette
from lib.spend.filters import Filters
from lib.ui import theme, words
from lib.ui.charts import days, draw
from lib.ui.queries.text import TONES
from lib.ui.recommendation_parts import range_words


def recommendation(item: Recommendation) -> None:
    """One measured or textual finding about a fingerprint, with what it would save."""
    low, high = (None if v is None else float(v) for v in (item.saving_low, item.saving_high))
    saves = range_words(low, high, item.currency)
    priority = item.priority.value.capitalize()
    head = f":{TONES[priority]}-badge[{priority}] {words.strong(item.title)}"
    lines = [
        f"{head} :gray[{words.plain(saves)} in 30 days, confidence {item.confidence}]",
        words.plain(" ".join(item.evidence)),
        f":material/build: {words.plain(item.action)}",
        f":gray[{words.plain(item.method)}]",
    ]
    with st.container(border=True):
        st.markdown("  \n".join(lines))


def history(rows: pd.DataFrame, filters: Filters, incomplete_from: date) -> None:
    """Cost of a fingerprint by day."""
    spec = days.stacked_days(
        rows.assign(part="Cost"),
        by="part",
        value="cost",
        period=filters.period,
        currency=filters.currency,
        theme=theme.current(),
        colours={"Cost": palette.BLUE},
        incomplete_from=incomplete_from,
    )
    with st.container(border=True):
        st.markdown("**Cost by day**")
        draw.echart(spec, key="chart-fingerprint", alt="Cost of the fingerprint by day", height=230)

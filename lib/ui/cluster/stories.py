"""What happened to one cluster, a story a start."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib import operate
from lib.clusters.story import Story, stories
from lib.errors import AppError, NotFound
from lib.spend import formatting
from lib.ui import export, session, words
from lib.ui.cluster.state import own_name
from lib.ui.columns import Column
from lib.ui.table import Table
from lib.workspace import compute

EVENTS = 200
EVENT = (
    Column("at", "When (UTC)", "moment"),
    Column("says", "What happened"),
    Column("headline", "In"),
    Column("trouble", "A problem"),
)


def draw(cluster_id: str) -> None:
    """What happened, one story a start, newest first."""
    try:
        told = stories(compute.events(operate.connection(session.context()).client, cluster_id, EVENTS))
    except NotFound:
        told = []
    except AppError as error:
        st.caption(words.plain(f"Events: {error.message}"))
        return
    with st.container(border=True):
        export.heading("What happened", _moments(told), session.view().filters, name="cluster-events")
        if not told:
            st.caption("The workspace keeps no events of it.")
        for story in told[:8]:
            _story(story)
        if len(told) > 8:
            with st.expander(f"{len(told) - 8} earlier", type="compact"):
                for story in told[8:]:
                    _story(story)


def _moments(told: Sequence[Story]) -> Table:
    """Every event by itself, for files: in the order on screen."""
    rows = pd.DataFrame(
        [(moment.at, moment.says, story.headline, moment.trouble) for story in told for moment in story.moments],
        columns=[column.name for column in EVENT],
    )
    return Table(rows, EVENT, "USD", "events", "What happened to the cluster")


def _story(story: Story) -> None:
    lasted = formatting.duration(story.ended - story.began) if story.ended and story.ended > story.began else ""
    head = f"{formatting.moment(story.began)} · {words.plain(own_name(story.headline))}" + (
        f" · {lasted}" if lasted else ""
    )
    trouble = f" :orange-badge[{formatting.plural(story.troubles, 'problem')}]" if story.troubles else ""
    if len(story.moments) <= 1:
        st.markdown(head + trouble)
        return
    with st.expander(head + trouble, type="compact"):
        lines = []
        for moment in story.moments:
            says = words.plain(own_name(moment.says))
            lines.append(f"- {formatting.moment(moment.at)} · {f':orange[{says}]' if moment.trouble else says}")
        st.markdown("\n".join(lines))

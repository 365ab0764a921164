"""Charts on the page, each with a sentence for those who cannot see it."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from lib.spend import formatting
from lib.ui.charts.axis import Spec

if TYPE_CHECKING:
    import plotly.graph_objects as go


def clicked(spec: Spec, *, key: str, alt: str, height: int = 300) -> int | None:
    """Draw an ECharts specification; the position of an item that was clicked just now, once."""
    positions = echart(spec, key=key, alt=alt, height=height, clicks=True)
    seen = f"{key}-seen"
    if positions == st.session_state.get(seen, []):
        return None
    st.session_state[seen] = positions
    return positions[0] if positions else None


def echart(spec: Spec, *, key: str, alt: str, height: int = 300, clicks: bool = False) -> list[int]:
    """Draw an ECharts specification; the positions of the clicked items in its data, if clicks are wanted."""
    spec = inline(spec)
    if not clicks:
        st.echarts_chart(spec, key=key, alt=alt, height=height)
        return []
    event: Any = st.echarts_chart(spec, key=key, alt=alt, height=height, on_select="rerun")
    groups = event["selection"]["selected"] if event else []
    return [int(index) for group in groups for index in group["data_indices"]]


def inline(spec: Spec) -> Spec:
    """The specification with its frame as plain rows: a frame would come with a table of our inner columns."""
    source = spec["dataset"]["source"]
    rows = [[None if formatting.missing(value) else value for value in row] for row in source.to_numpy(object).tolist()]
    return spec | {"dataset": {"dimensions": list(source.columns), "source": rows}}


def plot(figure: "go.Figure", *, key: str, alt: str, height: int = 460) -> list[dict[str, Any]]:
    """Draw a Plotly figure; the clicked points."""
    event: Any = st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        height=height,
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False},
    )
    return list(event["selection"]["points"]) if event else []

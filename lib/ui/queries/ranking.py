"""The costliest by one dimension, as bars."""

import streamlit as st

from lib.statements.overview import SOURCES, Overview, by
from lib.ui import address, choices, session, theme
from lib.ui.charts import bars
from lib.ui.charts.draw import clicked

BY = {
    "warehouse": "Warehouse",
    "user": "Person",
    "source": "Source",
    "thing": "Dashboard, job, …",
    "client": "Application",
    "type": "Kind",
}
NAME = "rank"
"""Of the choice, in the address."""


def ranked_by() -> str:
    """The dimension that the ranking shows."""
    return choices.one(NAME, list(BY), next(iter(BY)))


def draw(shown: Overview, params: address.Params) -> None:
    """The costliest by one dimension; a bar of a warehouse opens it."""
    with st.container(border=True, height="stretch"):
        first, dim = next(iter(BY)), ranked_by()
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown("**Costliest**", width="content")
            st.selectbox(
                "Ranked by", list(BY), format_func=BY.__getitem__, label_visibility="collapsed", width=190,
                **choices.bound(NAME, dim, first),
            )  # fmt: skip
        rows = session.ask(by, shown.filters, dim)
        rows = rows[rows["key"].notna() & rows["cost"].notna()].head(8)
        if rows.empty:
            st.caption("Nothing of it has a cost.")
            return
        spec = bars.ranking(
            rows.assign(name=[_thing(name) for name in rows["name"]]),
            name="name",
            value="cost",
            currency=shown.filters.currency,
            theme=theme.current(),
        )
        picked = clicked(
            spec,
            key=f"chart-by-{dim}",
            alt=f"Cost of statements by {BY[dim].lower()}",
            height=bars.ROW * len(rows) + 12,
        )
        if picked is not None and dim == "warehouse":
            st.switch_page(
                "pages/warehouse.py",
                query_params={**address.carried(params), "warehouse_id": str(rows["key"].iloc[picked])},
            )


def _thing(name: str) -> str:
    kind, _, rest = str(name).partition("/")
    return f"{SOURCES[kind].rstrip('s')} {rest}" if rest and kind in SOURCES else str(name)

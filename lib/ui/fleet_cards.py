"""The fleet as cards: the same rows, order, pages and ticks as its table, for those who would rather look than read."""

from collections.abc import Sequence

import streamlit as st

from lib.spend import formatting
from lib.ui import address, words
from lib.ui.fleet_parts import STATE_TONES, mark
from lib.ui.table import Row, Table, address_now, arranged, order, page_number

LAYOUTS = ("table", "cards")
ORDERS = (
    "", "-total_cost", "-idle_cost", "-idle_share", "-findings", "-day_cost", "-week_cost", "-up_s", "name", "owner",
    "-dbu_per_hour",
)  # fmt: skip
"""What cards can be sorted by; the table sorts by any of its headings."""
WORDS = {
    "": "Running first", "-total_cost": "Cost of 30 days", "-idle_cost": "Idle money", "-idle_share": "Idle share",
    "-findings": "Findings", "-day_cost": "Newest day", "-week_cost": "7 days", "-up_s": "Longest up", "name": "Name",
    "owner": "Owner", "-dbu_per_hour": "DBU an hour",
}  # fmt: skip
COLOURS = {"ok": "green", "critical": "red", "plain": "gray", "info": "blue"}


def chosen() -> str:
    """The layout the address asks for; a switch to change it."""
    now = (address_now().get("as") or ["table"])[-1]
    now = now if now in LAYOUTS else "table"
    picked = st.segmented_control(
        "Layout", LAYOUTS, default=now, key="fleet-layout", label_visibility="collapsed", width="content",
        format_func=lambda name: {"table": ":material/table_rows: Table", "cards": ":material/grid_view: Cards"}[name],
    )  # fmt: skip
    wanted = picked or now
    if wanted != now:
        _write("as", "" if wanted == "table" else wanted)
    return wanted


def draw(table: Table, currency: str) -> list[str]:
    """The page of cards that the address asks for; the keys of those that are ticked."""
    params = address_now()
    sort = order(table, params).text
    options = ORDERS if sort in ORDERS else (*ORDERS, sort)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.selectbox("Order", options, index=options.index(sort), format_func=lambda s: WORDS.get(s, s), width=220,
                          key="fleet-order")  # fmt: skip
    if by != sort:
        _write(f"{table.key}_sort", by)
        params = address_now()
    rows = arranged(table, params)
    if rows.empty:
        st.caption(table.empty)
        return []
    pages = -(-len(rows) // table.page_size)
    page = page_number(table.key, params, pages)
    shown = rows.iloc[(page - 1) * table.page_size : page * table.page_size]
    grid = st.grid(3, min_column_width=270, gap="small", key="fleet-cards")
    ticked = []
    for row in shown.to_dict("records"):
        key = table.pick(row) if table.pick else ""
        with grid.container(border=True, height="stretch", key=f"card-{row['workspace_id']}-{row['cluster_id']}"):
            if _card(row, currency, key):
                ticked.append(key)
    if pages > 1:
        _pages(table, params, page, pages)
    return ticked


def _card(row: Row, currency: str, key: str) -> bool:
    tone = COLOURS[STATE_TONES.get(row["state"], "info")]
    state = row["state_words"] + ("" if row["state_live"] else " (tables)")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        query = {"workspace_id": row["workspace_id"], "cluster_id": row["cluster_id"], **address.carried(address_now())}
        st.page_link(
            "pages/cluster.py",
            label=words.strong(formatting.middle(row["name"], 30)),
            icon=":material/memory:",
            query_params=query,
        )
        ticked = bool(key) and st.checkbox(f"Choose {row['name']}", key=f"tick-{key}", label_visibility="collapsed")
    flag = mark(row)
    badges = [f":{tone}-badge[{words.plain(state)}]"]
    if flag:
        badges.append(f":orange-badge[{words.plain(flag.words)}]")
    if row["findings"]:
        badges.append(f":blue-badge[{formatting.plural(int(row['findings']), 'finding')}]")
    money = formatting.NONE if formatting.missing(row["total_cost"]) else formatting.money(row["total_cost"], currency)
    st.markdown(" ".join(badges) + f"  \n{words.strong(money)} :gray[in 30 days, {words.plain(_idle(row, currency))}]")
    st.caption("  \n".join(words.plain(line) for line in _lines(row) if line))
    return ticked


def _idle(row: Row, currency: str) -> str:
    if formatting.missing(row["idle_cost"]):
        return "idle not assessed"
    share = "" if formatting.missing(row["idle_share"]) else f" ({formatting.percent(row['idle_share'])} of its time)"
    return f"idle about {formatting.money(row['idle_cost'], currency)}{share}"


def _lines(row: Row) -> Sequence[str]:
    load = "load not assessed" if row["cpu_words"] == "not assessed" else f"CPU {row['cpu_words']} %"
    return [
        " · ".join(part for part in (row["size_words"], row["runtime_short"], load) if part),
        " · ".join(str(part) for part in (row["owner"], row["workspace_name"]) if isinstance(part, str) and part),
    ]


def _pages(table: Table, params: address.Params, page: int, pages: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Page {page} of {pages}", width="content")
        for label, icon, to in (("Before", "chevron_left", page - 1), ("Next", "chevron_right", page + 1)):
            if 1 <= to <= pages:
                query = {name: list(values) for name, values in params.items()} | {f"{table.key}_page": [str(to)]}
                st.page_link("pages/clusters.py", label=label, icon=f":material/{icon}:", query_params=query)


def _write(name: str, value: str) -> None:
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)
    st.query_params.pop("fleet_page", None)

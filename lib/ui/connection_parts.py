"""On the Settings page: who is looking, which warehouse runs the queries and why, and what the app itself costs."""

from datetime import datetime, timezone
from decimal import Decimal

import streamlit as st

from lib import operate
from lib.access import Role
from lib.config import settings
from lib.connected import Connected
from lib.context import Context
from lib.errors import AppError
from lib.spend import formatting
from lib.ui import cards, errors, intent, session, slow, words
from lib.warehouse import Warehouse
from lib.workspace.warehouses import Choice, WarehouseInfo

STATES = {"RUNNING": ("green", "running"), "STARTING": ("orange", "starting"), "STOPPING": ("orange", "stopping")}
SKU = {True: "SERVERLESS_SQL", False: "SQL_PRO"}
"""What the names of SKUs contain, by whether the warehouse is serverless."""


def draw() -> None:
    """Three cards; nothing where no workspace is connected."""
    mine = session.context()
    connected = mine.connected_if_any
    if connected is None:
        return
    who, which = st.columns(2)
    with who.container(border=True, height="stretch"), errors.shown():
        _who(mine, connected)
    if settings().source != "databricks":
        return
    with which.container(border=True, height="stretch"), errors.shown():
        _which(connected)
    with st.container(border=True), errors.shown():
        _cost(mine, connected)


def _who(mine: Context, connected: Connected) -> None:
    viewer = mine.viewer
    st.markdown("**Who is looking**")
    role = {Role.VIEWER: "viewer", Role.OPERATOR: "operator", Role.ADMIN: "administrator"}[viewer.role]
    st.markdown(f"{words.plain(viewer.display_name or viewer.name)} · {words.plain(viewer.name)}")
    st.badge(role, icon=":material/badge:", color="blue")
    if settings().source == "databricks":
        st.caption(words.plain(f"{slow.as_whom(mine)} Workspace: {connected.login(viewer).host}"))
    if viewer.groups:
        st.caption(words.plain(f"Groups: {', '.join(sorted(viewer.groups))}"))


def _which(connected: Connected) -> None:
    st.markdown("**SQL warehouse**")
    choice: Choice = connected.choice()
    now: WarehouseInfo = connected.warehouse_now()
    colour, state = STATES.get(now.state, ("gray", now.state.lower()))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words.plain(now.name), width="content")
        st.badge(state, color=colour)  # type: ignore[arg-type]
    kind = "serverless" if now.serverless else "not serverless"
    stops = f"stops after {now.auto_stop_minutes} idle minutes" if now.auto_stop_minutes else "never stops by itself"
    st.caption(words.plain(f"{now.id} · {now.size} · {kind} · {stops}"))
    others = formatting.plural(choice.others, "other warehouse")
    st.caption(words.plain(f"Why this one: {choice.reason}. {others} could have been chosen."))
    note = connected.note(session.viewer())
    if note:
        st.caption(f":material/info: {words.plain(note)}")
    if now.state in ("STOPPED", "STOPPING"):
        allowed = session.viewer().role >= Role.OPERATOR
        about = None if allowed else "Operators of the app may start it; a query starts it too."
        looks = {"icon": ":material/play_arrow:", "disabled": not allowed, "help": about}
        if intent.pressed("Start it", "start-warehouse", now.id, **looks):
            operate.start_own_warehouse(session.context())
            st.toast("The warehouse is starting.", icon=":material/rocket_launch:")
            st.rerun()


def _cost(mine: Context, connected: Connected) -> None:
    st.markdown("**What this app costs by itself**")
    now = _known(connected)
    stop = (now.auto_stop_minutes or 0) * 60 if now else 600
    price = _price(now)  # may be a statement itself: it counts, too
    usage = connected.meter.usage()
    awake = usage.kept_awake_seconds(stop)
    dbus = awake / 3600 * (now.dbu_per_hour or 0) if now and now.dbu_per_hour else None
    currency = settings().currency
    cost = None if price is None or dbus is None else float(price) * dbus
    since = datetime.fromtimestamp(usage.since, timezone.utc)
    cards.draw(
        [
            cards.count("Statements", usage.statements, chip=f"{connected.meter.within(3600)} in the last hour"),
            cards.count("Warehouse seconds used", round(usage.busy_seconds)),
            cards.count(
                "Seconds kept awake, at most", round(awake), chip=f"woken {formatting.plural(usage.wakes, 'time')}"
            ),
            cards.money(
                "Cost, at most", cost, currency, none="not known", about="List price of the seconds kept awake"
            ),
        ],
        key="own-cost",
    )
    st.caption(
        words.plain(
            f"Since {since:%Y-%m-%d %H:%M} UTC, when this process started. At most: others may keep the same warehouse "
            "awake. Own statements are found in system.query.history by their first line, /* lakeledger: … */, and the "
            "query tag app = lakeledger."
        )
    )
    if usage.by_query:
        with st.expander("By query"):
            st.dataframe(
                {
                    "Query": [name or "other" for name, _ in usage.by_query],
                    "Statements": [n for _, n in usage.by_query],
                },
                hide_index=True,
                width="stretch",
            )


def _known(connected: Connected) -> WarehouseInfo | None:
    try:
        return connected.warehouse_now()
    except AppError:
        return None


def _price(now: WarehouseInfo | None) -> Decimal | None:
    """List price of a DBU of this kind of warehouse, from the account's own price list."""
    if now is None:
        return None
    try:
        found: dict[str, Decimal] = session.ask(_prices, settings().currency)
    except AppError:
        return None
    named = {sku: price for sku, price in found.items() if SKU[now.serverless] in sku}
    return max(named.values()) if named else None


def _prices(warehouse: Warehouse, currency: str) -> dict[str, Decimal]:
    rows = warehouse.fetch("explain/sql_prices", {"currency": currency}).to_pylist()
    return {row["sku_name"]: row["unit_price"] for row in rows}

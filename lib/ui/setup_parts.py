"""The Setup page: what the app may read, what must be granted, and whether the connection works."""

import pandas as pd
import streamlit as st

from lib.access import Role
from lib.config import settings
from lib.connected import Connected
from lib.errors import AppError
from lib.ui import cards, export, intent, session, states, words
from lib.ui.columns import Column
from lib.ui.table import Table
from lib.warehouse.databricks.setup import TableCheck, TestStep

COLUMNS = (
    Column("table", "Table", "id", phone=True),
    Column("status", "Status", "badge", phone=True),
    Column("pages", "Needed by", wraps=True),
    Column("remedy", "What to do", wraps=True),
)
TONES = {"fine": "ok", "not configured": "plain"}
TESTED = "setup-tested"


def draw() -> None:
    """The whole page."""
    connected = session.context().connected_if_any
    if connected is None or settings().source != "databricks":
        states.empty(
            "Nothing to set up here",
            next_step="The data of this app are on this machine. With LAKELEDGER_SOURCE=databricks this page checks what "
            "a workspace must grant (docs/databricks.md).",
            icon=":material/check_circle:",
        )
        return
    _test(connected)
    _tables(connected)
    _plan(connected)


def _test(connected: Connected) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown("**Connection**", width="content")
            if session.viewer().role < Role.ADMIN:
                st.caption("An administrator of the app can test it.", width="content")
                return
            if intent.pressed("Test the connection", "setup-test", icon=":material/network_check:"):
                st.session_state[TESTED] = connected.self_test(session.viewer())
        steps: list[TestStep] = st.session_state.get(TESTED, [])
        if not steps:
            st.caption("Sign-in, SQL warehouse, a statement, the billing tables: in order, up to the first that fails.")
        for step in steps:
            icon, colour = ("check_circle", "green") if step.fine else ("error", "red")
            st.markdown(f":{colour}[:material/{icon}:] **{step.name}** {words.plain(step.said)}")
            if step.remedy:
                st.caption(words.plain(step.remedy))


def _tables(connected: Connected) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown("**Tables the pages read**", width="content")
            again = intent.pressed("Check again", "setup-check", icon=":material/refresh:")
        with st.spinner("Asking for each table …"):
            found = (connected.check_again if again else connected.checked)(session.viewer())
        broken = [one for one in found if not one.fine and one.status != "not configured"]
        essential = [one for one in broken if one.essential]
        cards.draw(
            [
                cards.count("Tables that can be read", sum(one.fine for one in found), chip=f"of {len(found)}"),
                cards.count("To be granted", len(broken)),
                cards.count("Of these no page can do without", len(essential)),
            ],
            key="setup",
        )
        order = {"not granted": 0, "not there": 1, "failed": 2, "columns missing": 3, "not configured": 4, "fine": 5}
        rows = pd.DataFrame(
            [
                {
                    "table": one.table,
                    "status": one.status,
                    "pages": _few(one.pages),
                    "remedy": _what_to_do(one),
                }
                for one in sorted(found, key=lambda one: (order[one.status], one.table))
            ]
        )
        export.listed(Table(
                rows, COLUMNS, "USD", "setup", "Tables the pages read", bare=True,
                extra=lambda row, column: (
                    {"badge": TONES.get(str(row["status"]), "warn")} if column.name == "status" else {}
                ),
            ), name="setup")  # fmt: skip


def _few(pages: tuple[str, ...]) -> str:
    """The first few, and how many more."""
    return ", ".join(pages) if len(pages) <= 4 else f"{', '.join(pages[:3])} and {len(pages) - 3} more"


def _what_to_do(one: TableCheck) -> str:
    if one.status == "not there":
        return "Not every account has it. If yours has, grant SELECT on it (below)."
    if one.status == "not granted":
        return "An account admin runs its GRANT (below)."
    return one.remedy


def _plan(connected: Connected) -> None:
    with st.container(border=True):
        st.markdown("**Everything that must be granted**")
        st.caption(
            "For an account admin to run in the SQL editor; the same as `python -m lib setup --plan`. Each statement may be "
            "run twice. Where queries run as the viewer, grant the readers' group the same: `--reader GROUP`."
        )
        try:
            steps = connected.plan()
        except AppError as error:
            st.caption(words.plain(str(error)))
            return
        st.code("\n".join(f"{step.statement};" for step in steps), language="sql", height=260)

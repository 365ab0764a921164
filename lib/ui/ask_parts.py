"""The parts of the page Ask: turns of a conversation with tables, charts, SQL, ratings and follow-ups."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from lib import spaces
from lib.config import settings
from lib.errors import AppError
from lib.genie.asking import Turn, Voice
from lib.genie.own import TRUSTED
from lib.spend import formatting, palette
from lib.ui import intent, session, theme, words
from lib.ui.charts.axis import Spec, category_axis, tooltip, value_axis
from lib.ui.charts.bars import ROW, ranking
from lib.ui.charts.draw import echart
from lib.ui.columns import Column
from lib.ui.table import Table, onward
from lib.ui.table import draw as draw_table
from lib.warehouse.frames import frame

if TYPE_CHECKING:
    from lib.ui.columns import Kind

KEY = "ask-turns"
TITLES = {"lakeledger_spend": "Spend", "lakeledger_queries": "Queries", "lakeledger_tuning": "Tuning"}
ABOUT_LEDGER = (
    "No Genie space answers here: this is {source}. Trusted questions are answered by running their SQL on this app's own "
    "ledger; other questions get the nearest trusted ones."
)
ABOUT_GENIE = "A Genie space answers over {what}, as {who}. Check figures that matter by their SQL."
CANCELLING = "Genie cannot be told to stop writing: its statement is stopped as soon as there is one."
LEFT = "Its statement was not stopped: it ends by itself, or at the warehouse's time limit."
MONEY = ("cost", "change")
LABELS = {
    "usage_date": "Day", "dbus": "DBUs", "vm_basis": "VM cost is", "owner": "Owner", "sku_name": "SKU",
    "average_s": "Average", "average_queue_s": "Average wait", "executed_by": "Person", "shape_text": "Statement",
}  # fmt: skip
HIDDEN = ("workspace_id", "job_id", "shape_hash", "warehouse_id")
"""Left out of the table where a name stands for it."""


def voice(space_id: str) -> Voice:
    """Who answers on this page, for the one who looks."""
    return spaces.voice(session.context(), space_id)


def space_choice() -> str:
    """Which of the own spaces is asked, in the address; or any other space of the workspace, by its id (`id`).

    Without a workspace, the own ones with trusted questions are offered.
    """
    if other := st.query_params.get("id", ""):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.markdown(f"**{words.plain(_title(other))}**", width="content")
            st.page_link(
                "pages/ask.py", label="Lakeledger's own spaces", icon=":material/arrow_back:", query_params=onward()
            )
        return other
    offered = list(TITLES if settings().source == "databricks" else TRUSTED)
    chosen = st.segmented_control(
        "Space", offered, format_func=lambda name: TITLES[name], default="lakeledger_spend",
        label_visibility="collapsed", key="space", bind="query-params",
    )  # fmt: skip
    return str(chosen or "lakeledger_spend")


def _title(space_id: str) -> str:
    kept: dict[str, str] = st.session_state.setdefault("ask-titles", {})
    if space_id not in kept:
        try:
            kept[space_id] = spaces.title_of(session.context(), space_id)
        except AppError:
            kept[space_id] = f"Space {space_id}"
    return kept[space_id]


def about(live: bool, space_id: str) -> None:
    """Who answers, and as whom."""
    if live:
        what = "the ledger's tables" if space_id in TITLES else "its own tables"
        st.caption(words.plain(ABOUT_GENIE.format(what=what, who=session.viewer().name)))
    else:
        source = {"demo": "the demo account", "files": "an account from files"}.get(settings().source, "no workspace")
        st.caption(words.plain(ABOUT_LEDGER.format(source=source)))


def prompt(space_id: str) -> str:
    """What the empty field says."""
    return "What did each product cost in the last 30 days?" if space_id in TITLES else "Ask this space"


def turns(space_id: str) -> list[Turn]:
    """The conversation so far."""
    kept: dict[str, list[Turn]] = st.session_state.setdefault(KEY, {})
    return kept.setdefault(space_id, [])


def ask(space_id: str, asker: Voice, question: str) -> None:
    """Ask, and keep the turn; what goes wrong becomes a turn that says so."""
    known = turns(space_id)
    conversation = next((turn.conversation_id for turn in reversed(known) if turn.conversation_id), "")
    try:
        known.append(asker.ask(question, conversation))
    except AppError as error:
        known.append(Turn(question, "failed", error=str(error)))


def begin(asker: Voice, space_id: str) -> None:
    """What an empty conversation offers."""
    if space_id in TITLES:
        st.markdown("**Ask about spend**" if space_id == "lakeledger_spend" else "**Ask about queries**")
    _offered(asker.suggestions(), space_id, asker, "begin")


def _offered(questions: tuple[str, ...], space_id: str, asker: Voice, key: str) -> None:
    with st.container(horizontal=True, gap="small", key=f"offered-{key}"):
        for number, question in enumerate(questions):
            if intent.pressed(words.plain(question), f"{key}-{number}", question, type="secondary", width="content"):
                ask(space_id, asker, question)
                st.rerun()


def draw(space_id: str, asker: Voice) -> None:
    """All turns; the last one may still run."""
    known = turns(space_id)
    for number, turn in enumerate(known):
        last = number == len(known) - 1
        with st.chat_message("user", avatar=":material/person:"):
            st.markdown(words.plain(turn.question))
        with st.chat_message("assistant", avatar=":material/forum:"):
            if turn.status == "running":
                _running(space_id, asker, number)
            else:
                _answer(space_id, asker, number, turn, last=last)


@st.fragment(run_every="1.5s")
def _running(space_id: str, asker: Voice, number: int) -> None:
    turn = turns(space_id)[number]
    if turn.status == "running":
        try:
            turn = asker.look(turn)
        except AppError as error:
            turn = replace(turn, status="failed", error=str(error))
        turns(space_id)[number] = turn
    if turn.status != "running":
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/hourglass_top: {words.plain(turn.stage)} …", width="content")
        if turn.cancelling:
            st.button("Stop waiting", key=f"leave-{number}", type="tertiary", icon=":material/close:",
                      on_click=_leave, args=(space_id, number))  # fmt: skip
        else:
            st.button("Cancel", key=f"cancel-{number}", type="tertiary", icon=":material/stop_circle:",
                      on_click=_cancel, args=(space_id, asker, number))  # fmt: skip
    if turn.cancelling:
        st.caption(CANCELLING)


def _cancel(space_id: str, asker: Voice, number: int) -> None:
    turn = turns(space_id)[number]
    try:
        turns(space_id)[number] = asker.cancel(turn)
    except AppError as error:
        turns(space_id)[number] = replace(turn, status="cancelled", note=error.message)


def _leave(space_id: str, number: int) -> None:
    turns(space_id)[number] = replace(turns(space_id)[number], status="cancelled", note=LEFT)


def _answer(space_id: str, asker: Voice, number: int, turn: Turn, *, last: bool) -> None:
    if turn.status == "cancelled":
        st.markdown(f":gray[Cancelled. {words.plain(turn.note)}]")
        return
    if turn.status == "failed":
        st.warning(words.plain(turn.error or "This could not be answered."), icon=":material/error:")
    if turn.asked_as:
        st.caption(f"Answered as: {words.plain(turn.asked_as)}")
    if turn.text:
        st.markdown(words.plain(turn.text))
    if turn.rows is not None:
        _rows(turn, number)
    if turn.sql:
        with st.expander("SQL", icon=":material/code:"):
            st.code(turn.sql, language="sql", wrap_lines=True)
    if turn.rows is not None:
        _rating(space_id, asker, number, turn)
    if last and turn.follow_ups:
        _offered(turn.follow_ups, space_id, asker, f"next-{number}")


def _rating(space_id: str, asker: Voice, number: int, turn: Turn) -> None:
    given = st.feedback("thumbs", key=f"rate-{space_id}-{number}")
    if given is not None and given != turn.rated:
        turns(space_id)[number] = replace(turn, rated=int(given))
        try:
            spaces.rate(session.context(), asker, turn, bool(given))
        except AppError as error:
            st.caption(words.plain(error.message))


def _rows(turn: Turn, number: int) -> None:
    rows = frame(turn.rows)  # type: ignore[arg-type]
    if rows.empty:
        st.markdown(":gray[No rows: nothing matches.]")
        return
    currency = ""
    if "currency" in rows:
        currency, rows = _in_one_currency(rows, number)
    measured = [n for n in rows.columns if _kind(n, rows[n], currency) in ("money", "number", "count", "duration")]
    shown = _sorted(rows, measured)
    _chart(shown, measured, currency, number, turn.question)
    draw_table(_table(shown, currency, number))


def _in_one_currency(rows: pd.DataFrame, number: int) -> tuple[str, pd.DataFrame]:
    """Amounts of several currencies are never shown together: the reader chooses, the app's own comes first."""
    priced = rows[[name for name in rows.columns if name.endswith(MONEY)]].notna().any(axis=1)
    known = [str(name) for name in rows[priced]["currency"].value_counts().index] or [settings().currency]
    own = settings().currency
    known.sort(key=lambda name: name != own)
    chosen = known[0]
    if len(known) > 1:
        chosen = st.segmented_control("Currency", known, default=known[0], key=f"ask-currency-{number}") or known[0]
    others = ~rows["currency"].isin([chosen]) & rows["currency"].isin(known)
    return chosen, rows[~others].drop(columns="currency").reset_index(drop=True)


def _sorted(rows: pd.DataFrame, measured: list[str]) -> pd.DataFrame:
    day = _day(rows)
    if day:
        return rows.sort_values(day, ignore_index=True)
    by = next((name for name in ("total_cost", "cost", "change", *measured[::-1]) if name in rows.columns), None)
    return rows.sort_values(by, ascending=False, na_position="last", ignore_index=True) if by else rows


def _day(rows: pd.DataFrame) -> str | None:
    return next((name for name in rows.columns if name in ("usage_date", "month", "day", "date")), None)


def _name(rows: pd.DataFrame) -> str | None:
    texts = [name for name in rows.columns if rows[name].dtype == object or str(rows[name].dtype).startswith("str")]
    texts = [name for name in texts if name not in ("currency", "usage_unit") and not name.endswith("_hash")]
    return next((name for name in texts if name.endswith("_name")), texts[0] if texts else None)


def _chart(rows: pd.DataFrame, measured: list[str], currency: str, number: int, question: str) -> None:
    value: str | None = next(
        (name for name in ("total_cost", "cost", "failed_cost", "wasted_cost", "vm_cost") if name in measured), None
    )
    value = value or (measured[0] if measured else None)
    day, name = _day(rows), _name(rows)
    if value is None or len(rows) < 2 or (not currency and not day):
        return
    look = theme.current()
    alt = f"Chart of the answer to: {question}"
    if day:
        echart(_days(rows, day, value, currency, look), key=f"ask-days-{number}", alt=alt, height=220)
    elif name:
        top = rows[rows[value].notna()].head(10)
        top = top.assign(**{name: top[name].fillna("without a name")})
        spec = ranking(top, name=name, value=value, currency=currency, theme=look)
        echart(spec, key=f"ask-bars-{number}", alt=alt, height=ROW * len(top) + 16)


def _days(rows: pd.DataFrame, day: str, value: str, currency: str, look: theme.Theme) -> Spec:
    def said(amount: float) -> str:
        return formatting.money_short(amount, currency) if currency else formatting.short(amount)

    source = pd.DataFrame(
        {
            "day": [f"{at:%d %b}" if day != "month" else f"{at:%b %Y}" for at in pd.to_datetime(rows[day])],
            "amount": [None if formatting.missing(amount) else float(amount) for amount in rows[value]],
            "text": [formatting.money(a, currency) if currency else formatting.short(a) for a in rows[value]],
        }
    )
    axis, lines = value_axis([amount for amount in source["amount"] if amount is not None], said, look)
    bars = {
        "type": "bar", "encode": {"x": "day", "y": "amount"}, "barMaxWidth": 22,
        "itemStyle": {"color": palette.BLUE, "borderRadius": [2, 2, 0, 0]},
    }  # fmt: skip
    return {
        "grid": {"left": 56, "right": 8, "top": 8, "bottom": 22},
        "tooltip": tooltip(look, trigger="item", formatter="{@day}<br><b>{@text}</b>"),
        "dataset": {"source": source},
        "xAxis": category_axis(list(source["day"]), look),
        "yAxis": axis,
        "series": [bars, lines],
        "animationDuration": 250,
    }


def _table(rows: pd.DataFrame, currency: str, number: int) -> Table:
    named = any(name.endswith("_name") for name in rows.columns) or "shape_text" in rows.columns
    names = [name for name in rows.columns if not (named and name in HIDDEN)]
    columns = tuple(
        Column(
            name, _label(name), _kind(name, rows[name], currency), phone=at < 1 or name in ("total_cost", "cost"),
            missing=_missing(name),
        )
        for at, name in enumerate(names)
    )  # fmt: skip
    alt = "Rows of the answer"
    return Table(rows[names], columns, currency or settings().currency, f"ask{number}", alt, page_size=10)


def _missing(name: str) -> str:
    """What an empty cell says; empty costs have no price."""
    if name.endswith("_name"):
        return "no name"
    if name.startswith("vm_"):
        return "none"
    return "not known" if name.startswith(("idle_", "used_", "wasted_")) else ""


def _label(name: str) -> str:
    if name in LABELS:
        return LABELS[name]
    text = name.removesuffix("_name").replace("_", " ")
    return (
        text.replace("vm ", "VM ").replace("id", "id").capitalize() if not text.startswith("vm") else "VM " + text[3:]
    )


def _kind(name: str, values: pd.Series, currency: str) -> "Kind":
    if name in ("usage_date", "month", "day", "date"):
        return "date"
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return "text"
    if name.endswith(MONEY):
        return "money" if currency else "number"
    if name.endswith("_s"):
        return "duration"
    return "count" if pd.api.types.is_integer_dtype(values) else "number"

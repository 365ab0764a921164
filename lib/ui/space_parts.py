"""The parts of the page Spaces: every Genie space in one row, and setting up the own ones from the browser."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib import spaces
from lib.access import Role
from lib.config import settings
from lib.errors import AppError
from lib.genie.differences import Difference
from lib.genie.inventory import Line
from lib.genie.planning import Action, Plan
from lib.genie.questions import MOST
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.ui import cards, intent, session, words
from lib.ui.answers import Waiting
from lib.ui.columns import Column
from lib.ui.table import Mark, Row, Table, onward
from lib.warehouse import Warehouse

COLUMNS = (
    Column("title", "Space", phone=True),
    Column("owner", "Owner", missing="not known"),
    Column("last_day", "Last use", "date", "Newest day with a statement in the period", missing="none"),
    Column("questions", "Questions", "count",
           "Messages of its conversations in the period; listing everybody's needs CAN MANAGE", missing="not seen"),
    Column("statements", "Statements", "count", "Statements that the space ran in the period, by query history",
           missing="not known"),
    Column("users", "People", "count", "People who asked it, or whose questions ran a statement", missing="not known"),
    Column("cost", "Cost", "money", "Share of the warehouses' cost that its statements used", phone=True, missing="none"),
    Column("score", "Score", "count", "How well it is likely to answer, 0 to 100", phone=True, missing="not seen"),
    Column("accuracy", "Right", "percent", "Share of its benchmarks that the newest evaluation got right",
           missing="not evaluated"),
    Column("drift", "Drift", "badge", "Whether it still is what was applied from files"),
)  # fmt: skip
KEPT = "space-lines"
WORDS = {
    Action.CREATE: "will be made", Action.ADOPT: "is there already and will be taken over",
    Action.UPDATE: "will be changed", Action.RECREATE: "is gone and will be made again",
    Action.RESTORE: "was changed outside and will be brought back", Action.UNCHANGED: "is as it should be",
    Action.UNKNOWN: "cannot be looked at", Action.NOT_IN_FILES: "is not one of these files any more",
    Action.DESTROY: "will go to the trash",
}  # fmt: skip


def use(warehouse: Warehouse, filters: Filters) -> list[dict[str, object]]:
    """What each space was used for in the period."""
    params = {
        "start_date": filters.period.start, "end_date": filters.period.end, "currency": filters.currency,
        "base": filters.base,
    }  # fmt: skip
    return list(warehouse.fetch("genie/space_use", params).to_pylist())


def lines(filters: Filters) -> tuple[tuple[Line, ...], str]:
    """The inventory, and what of it may not be read, in words; kept for this visit until somebody looks again."""
    used: list[dict[str, object]] | None = None
    unread = ""
    try:
        used = session.ask(use, filters)
    except Waiting:
        raise
    except AppError as error:
        unread = f"Statements and their cost are not known. {error.message} {error.remedy}".strip()
    key = (session.viewer().name, repr(filters), unread)
    kept = st.session_state.get(KEPT)
    if not kept or kept[0] != key:
        found = spaces.lines(session.context(), used, (filters.period.start, filters.period.end))
        kept = st.session_state[KEPT] = (key, found)
    return kept[1], unread


def unread(text: str) -> None:
    """What is missing from the table, and why."""
    if text:
        st.info(words.plain(text), icon=":material/database_off:")


def forget() -> None:
    """Look at the workspace anew."""
    st.session_state.pop(KEPT, None)
    st.session_state.pop("space-plan", None)


def summary(found: Sequence[Line], filters: Filters) -> list[cards.Card]:
    """The figures above the table."""
    costs = [line.cost for line in found if line.cost is not None]
    none = "not known" if any(line.statements is None for line in found) else "none"
    scores = [line.score for line in found if line.score is not None]
    drifted = sum(line.drift == "changed" for line in found)
    return [
        cards.count("Spaces", len(found), about="That this app may see"),
        cards.count("Used", sum(bool(line.statements or line.questions) for line in found),
                    about="With a question or a statement in the period"),
        cards.money("Cost of statements", sum(costs) if costs else None, filters.currency, none=none,
                    about="The spaces' share of their warehouses' cost"),
        cards.Card("Score", f"{sum(scores) / len(scores):.0f}" if scores else "not seen", about="Mean, 0 to 100"),
        cards.count("Drifted", drifted, about="Changed outside since it was applied"),
    ]  # fmt: skip


def listed(found: Sequence[Line], filters: Filters) -> Table:
    """The table of spaces, most expensive first."""
    names = (*(column.name for column in COLUMNS), "questions_complete", "space_id")
    rows = pd.DataFrame([{name: getattr(line, name) for name in names} for line in found], columns=list(names))
    rows["cost"] = rows["cost"].astype(float)
    for name in ("questions", "statements", "users"):
        rows[name] = rows[name].astype("Int64")
    known = rows["cost"].dropna()
    total = {"title": formatting.plural(len(found), "space"), "statements": _sum(rows["statements"]),
             "questions": _sum(rows["questions"]) if rows["questions_complete"].all() else None,
             "cost": float(known.sum()) if len(known) else None}  # fmt: skip
    return Table(
        rows, COLUMNS, filters.currency, "spaces", "Genie spaces of the workspace", sort="-cost", total=total, mark=_mark,
        extra=_extra,
        empty="The workspace has no Genie space that this app may see.",
    )  # fmt: skip


def _sum(values: "pd.Series[int]") -> int | None:
    """A total of what is known of every space; None when it is not."""
    return int(values.sum()) if values.notna().all() else None


def _extra(row: Row, column: Column) -> dict[str, object]:
    if column.name in ("last_day", "cost") and formatting.missing(row["statements"]):
        return {"text": "not known"}
    if column.name != "questions" or row["questions_complete"] or formatting.missing(row["questions"]):
        return {}
    return {
        "text": f"{row['questions']:,}+",
        "hover": f"At least: the newest {MOST} conversations were read",
    }


def _mark(row: Row) -> Mark | None:
    if row["drift"] == "changed":
        return Mark("changed outside", "The workspace's version is no longer the one that was applied.")
    if not formatting.missing(row["score"]) and row["score"] < 50:
        return Mark("thin", "Few of the things that make answers good are there; see its advice below.")
    return None


def chosen(found: Sequence[Line]) -> Line | None:
    """The space that is looked at more closely; None when there is none."""
    if not found:
        return None
    titles = {line.space_id: line.title for line in found}
    key = st.selectbox("Space", list(titles), format_func=lambda key: titles[key], key="space-chosen")
    return next((line for line in found if line.space_id == key), None)


def advice(line: Line) -> None:
    """What would raise a space's score, and what it is made of."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown("**Quality**", width="content")
        st.page_link("pages/ask.py", label="Ask it", icon=":material/forum:", query_params=onward(id=line.space_id))
    if line.quality is None:
        st.caption("Its contents may not be seen: that needs CAN EDIT on it.")
        return
    parts = [formatting.plural(line.tables or 0, "table"), formatting.plural(line.examples or 0, "example"),
             formatting.plural(line.benchmarks or 0, "benchmark")]  # fmt: skip
    st.caption(f"Score {line.quality.score} of 100 · {' · '.join(parts)}")
    missing = line.quality.missing
    if not missing:
        st.markdown(":material/check: Nothing is missing.")
    for check in missing:
        st.markdown(f"- **{words.plain(check.name)}** ({words.plain(check.reason)}): {words.plain(check.advice)}")


ABOUT = {
    "own": ("Lakeledger's own spaces", "Three spaces over the ledger: spend, queries, and query tuning."),
    "files": ("Spaces from files", "The space files that LAKELEDGER_GENIE_FILES names."),
}


def set_up() -> None:
    """Plan and apply the own spaces, and the files that settings name; for administrators."""
    which: spaces.Which = "own"
    with st.container(border=True):
        if settings().genie_files is not None:
            chosen = st.segmented_control("Which", list(ABOUT), format_func=lambda key: ABOUT[key][0], default="own",
                                          key="space-which", label_visibility="collapsed")  # fmt: skip
            which = "files" if chosen == "files" else "own"
        else:
            st.markdown(f"**{ABOUT['own'][0]}**")
        st.caption(f"{ABOUT[which][1]} This compares them with the workspace and sets up what differs.")
        if session.viewer().role < Role.ADMIN:
            st.caption("An administrator of the app can set them up here.")
            return
        if intent.pressed("Compare with the workspace", "plan-own", which, icon=":material/difference:"):
            st.session_state["space-plan"] = (which, spaces.plan(session.context(), which=which))
        kept = st.session_state.get("space-plan")
        if kept is not None and kept[0] == which:
            _plan(kept[1])
    for message in st.session_state.pop("space-applied", ()):
        st.toast(words.plain(message), icon=":material/check:")


def _plan(made: Plan) -> None:
    for step in made.steps:
        st.markdown(f"- **{words.plain(step.title)}** {WORDS[step.action]}")
        for note in step.notes:
            st.caption(words.plain(note))
        if step.differences:
            with st.expander(formatting.plural(len(step.differences), "difference")):
                st.code("\n".join(line for item in step.differences for line in _lines(item)), language="diff")
    if not made.changes:
        st.caption("There is nothing to do.")
        return
    typed = st.text_input("Type apply to go on. What is changed is kept on record.", key="space-typed")
    if intent.pressed(
        f"Apply to {formatting.plural(len(made.changes), 'space')}", "apply-own", type="primary", icon=":material/publish:",
        disabled=typed.strip() != "apply",
    ):  # fmt: skip
        _apply(made, typed.strip())


def _lines(item: Difference) -> list[str]:
    return item.lines()


def _apply(made: Plan, typed: str) -> None:
    with st.spinner("Changing the workspace"):
        done = spaces.apply(session.context(), made, typed=typed)
    for outcome in done.failed:
        st.warning(words.plain(f"{outcome.step.title}: {outcome.message}"), icon=":material/error:")
    if not done.failed:
        forget()
        st.session_state["space-applied"] = [f"{outcome.step.title}: done" for outcome in done.outcomes]
        st.rerun()


def not_connected(error: AppError) -> None:
    """What a page says where no workspace is connected."""
    st.info(f"**{words.plain(error.message)}**  \n{words.plain(error.remedy)}", icon=":material/cloud_off:")

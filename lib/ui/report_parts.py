"""The page of reports: plans with their next due time, a form with a preview, and what was made."""

from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.config import settings
from lib.context import utc_now
from lib.errors import AppError
from lib.reporting.making import make
from lib.reporting.plan import KINDS, ReportPlan, parse
from lib.reporting.rounds import send_now
from lib.reporting.rules import drop_plan, save_plan
from lib.reports.content import ColumnSpec
from lib.spend import formatting
from lib.spend.period import PRESETS
from lib.store import reports as kept
from lib.store.reports import PlanRow, RunRow
from lib.ui import address, cards, export, intent, report_form, session, states, table, words
from lib.ui.columns import Column
from lib.ui.export import EXCEL
from lib.ui.table import Row, Table

PLANS = (
    Column("name", "Report", phone=True),
    Column("enabled", "State", "badge", phone=True),
    Column("kind", "What it shows"),
    Column("period", "Period"),
    Column("when", "When"),
    Column("next", "Next (UTC)", "moment", phone=True),
    Column("to", "To", missing="kept here only"),
    Column("user", "Whose"),
)
MADE = (
    Column("name", "Report", phone=True),
    Column("at", "Made (UTC)", "moment", phone=True),
    Column("days", "Days shown"),
    Column("total", "Total", phone=True),
    Column("records", "Rows", "count"),
    Column("messages", "Messages", "count"),
    Column("error", "Could not be made", wraps=True, missing=formatting.NONE),
)
MADE_IN_FILES = (
    *(column.spec for column in MADE if column.name != "total"),
    ColumnSpec("amount", "Total", "exact"),
    ColumnSpec("currency", "Currency"),
)
FILES = {
    "pdf": ("PDF", "pdf", "application/pdf", "picture_as_pdf"),
    "excel": ("Excel", "xlsx", EXCEL, "table_view"),
    "csv": ("CSV", "csv", "text/csv", "csv"),
}
OWN_WORDS = ("by", "then", "series", "workspace_id", "job_id", "narrow")
"""What some kinds of report say beside the filters, as the address has it."""


def draw() -> None:
    """The whole page below its title."""
    params = table.address_now()
    reader = address.Reader(params)
    edited, made = reader.one("plan", str, ""), reader.one("made", str, "")
    plans = {row.id: row for row in kept.all_plans(session.context().store)}
    if edited:
        _form(plans.get(edited))
        return
    runs = kept.runs(session.context().store)
    if made:
        _one(next((run for run in runs if run.id == made), None), params)
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(
            "Any view, sent when it is due; “Send this view by itself” under Export makes one. Its total is the screen's.",
            width="content",
        )
        row = st.container(horizontal=True, width="content")
        with row:
            if intent.pressed("New report", "report-new", icon=":material/add:", type="primary"):
                st.query_params["plan"] = "new"
                st.rerun()
    _plans(plans, params, row)
    _made(runs, params)


def _plans(plans: dict[str, PlanRow], params: address.Params, above: DeltaGenerator) -> None:
    if not plans:
        states.empty(
            "No report is sent yet",
            next_step="“New report” makes one; it can be looked at before.",
            icon=":material/outgoing_mail:",
        )
        return
    rows = []
    for row in plans.values():
        plan = parse(row.body)
        rows.append(
            {
                "id": row.id, "name": plan.name, "kind": KINDS[plan.kind], "period": PRESETS[plan.period][0],
                "when": report_form.NAMES.get(plan.when, plan.when), "next": plan.schedule.after(row.last_due),
                "to": ", ".join((*plan.channels, *plan.recipients)) or None, "user": row.user,
                "enabled": "on" if plan.enabled else "off",
            }
        )  # fmt: skip
    export.listed(Table(
            pd.DataFrame(rows), PLANS, "USD", "reports", "Reports that are sent by themselves", page_size=25, extra=_badges,
            link=lambda row: address.link("reports", params, plan=row["id"]),
        ), name="reports", row=above)  # fmt: skip


def _badges(row: Row, column: Column) -> dict[str, Any]:
    return {"badge": "ok" if row["enabled"] == "on" else "plain"} if column.name == "enabled" else {}


def _made(runs: list[RunRow], params: address.Params) -> None:
    if not runs:
        return
    rows = [
        {
            "id": run.id, "name": run.name, "at": run.at, "records": run.records, "messages": run.messages,
            "days": formatting.period_words(run.start_date, run.end_date), "error": run.error or None,
            "total": formatting.money(float(run.total), run.currency) if run.total else _none(run.kind).lower(),
            "amount": Decimal(run.total) if run.total else None, "currency": run.currency,
        }
        for run in runs
    ]  # fmt: skip
    export.listed(Table(
            pd.DataFrame(rows), MADE, "USD", "made-reports", "Reports that were made, newest first", page_size=25,
            link=lambda row: address.link("reports", params, made=row["id"]),
        ), name="made-reports", title="Made so far", columns=MADE_IN_FILES)  # fmt: skip


def _one(run: RunRow | None, params: address.Params) -> None:
    """One report that was made, and its files."""
    st.page_link(
        "pages/reports.py", label="All reports", icon=":material/arrow_back:", query_params=address.carried(params)
    )
    if run is None:
        states.empty("This report is not kept any more", next_step="Reports are kept for 400 days.")
        return
    with st.container(border=True):
        st.markdown(f"### {words.plain(run.name)}")
        st.caption(
            words.plain(f"{KINDS.get(run.kind, run.kind)} · {formatting.period_words(run.start_date, run.end_date)}")
        )
        if run.error:
            st.error(words.plain(run.error), icon=":material/error:")
            return
        total = formatting.money(float(run.total), run.currency) if run.total else f"{_none(run.kind)} in this period"
        st.markdown(f"**{words.plain(total)}**, made {run.at:%Y-%m-%d %H:%M} UTC")
        files = kept.files(session.context().store, run.id)
        with st.container(horizontal=True):
            for kind, (label, ending, mime, icon) in FILES.items():
                if kind in files:
                    st.download_button(
                        label, files[kind], f"{run.name} {run.start_date}.{ending}", mime, icon=f":material/{icon}:",
                        key=f"made-{kind}",
                    )  # fmt: skip


def _none(kind: str) -> str:
    """What a report without a total says."""
    return "No saving known" if kind in ("recommendations", "query_findings") else "Nothing used"


def _form(row: PlanRow | None) -> None:
    """The form of a report, with a preview of what it would show today."""
    context = session.context()
    if row is not None and intent.taken("report-drop") is not None:
        drop_plan(context, row, utc_now())
        _leave(f"“{row.name}” is gone; what it made stays")
    if row is not None and intent.taken("report-send") is not None:
        with st.spinner("Making the report …"):
            send_now(context, row, utc_now())
        _leave("Made: it is in the list below, and its messages are in the outbox")
    if intent.pressed("All reports", "report-back", icon=":material/arrow_back:", type="tertiary"):
        _leave("")
    plan = parse(row.body) if row else _of_address()
    with st.container(border=True):
        st.markdown(f"### {words.plain(row.name) if row else 'New report'}")
        values = report_form.fields(plan, row.id if row else "new")
        with st.container(horizontal=True):
            looking = intent.pressed("Look at it now", "report-look", icon=":material/visibility:")
            saving = intent.pressed("Save this report", "report-save", icon=":material/save:", type="primary")
            if row is not None:
                st.button(
                    "Send it now",
                    icon=":material/send:",
                    key="report-send",
                    on_click=intent.remember,
                    args=("report-send",),
                )
                with st.popover("Delete …", icon=":material/delete:"):
                    st.markdown(words.plain(f"“{row.name}” is not made any more. What it made stays."))
                    st.button("Delete this report", key="report-drop", on_click=intent.remember, args=("report-drop",))
    try:
        if looking:
            _preview(parse(values | {"name": values["name"].strip() or KINDS[values["kind"]]}))
        if saving:
            save_plan(context, parse(values), utc_now(), old=row)
            _leave("Saved: it is made when it is due")
    except AppError as error:
        st.error(words.plain(f"{error.message}  {error.remedy}"), icon=":material/error:")


def _of_address() -> ReportPlan:
    """A new report: of the view that the address carries, where it comes from another page."""
    view, say = session.view(), st.query_params.get
    base = {"name": "New report", "currency": settings().currency, "base": settings().cost_base}
    if say("kind", "") not in KINDS:
        return parse(base)
    f = view.filters
    body = base | {
        "kind": say("kind"), "period": view.period if view.period in PRESETS else "last_30", "currency": f.currency,
        "base": f.base, "workspaces": f.workspaces, "products": f.products, "owners": f.owners, "serverless": f.serverless,
        "tag": f.tag, "job_name": f.job_name, "result": f.result, "cost_min": f.cost_min, "cost_max": f.cost_max,
    }  # fmt: skip
    body |= {name: say(name) for name in OWN_WORDS if say(name)}
    try:
        return parse(body)
    except AppError as error:
        st.warning(words.plain(f"{error.message} {error.remedy}"), icon=":material/link_off:")
        return parse(base)


def _leave(said: str) -> None:
    if said:
        st.toast(words.plain(said), icon=":material/check:")
    for name in ("plan", "kind", *OWN_WORDS):
        st.query_params.pop(name, None)
    st.rerun()


def _preview(plan: ReportPlan) -> None:
    """What it would show today."""
    with st.spinner("Making the report …"):
        made = make(session.context(), plan, session.as_of().today)
    currency = made.filters.currency
    cards.draw(
        [
            cards.money("Total", made.total, currency, none=_none(plan.kind).lower()),
            cards.count("Rows", made.records),
            cards.count("Days", made.filters.period.days),
        ],
        key="report-preview",
    )
    days = formatting.period_words(made.filters.period.start, made.filters.period.end)
    st.caption(words.plain(f"{days}. {made.said}" if made.said else days))
    with st.container(horizontal=True):
        for kind, (label, ending, mime, icon) in FILES.items():
            st.download_button(
                f"Download {label}", getattr(made, kind), f"{plan.name}.{ending}", mime, icon=f":material/{icon}:",
                key=f"preview-{kind}",
            )  # fmt: skip

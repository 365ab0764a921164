"""The fields of a report's form; each group gives the values that a plan is made of."""

from typing import Any

import streamlit as st

from lib.explorer.by import DIMENSIONS
from lib.reporting.plan import KINDS, NARROW, WHEN, ReportPlan
from lib.spend import formatting
from lib.spend.period import PRESETS
from lib.ui import explorer, session

OWN = "cron"
NAMES = {
    "daily": "Every day at 7",
    "weekly": "Every Monday at 7",
    "monthly": "On the 2nd of the month at 7",
    OWN: "A cron line",
}
ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Asia/Tokyo",
)
CARRIED = ("currency", "base", "serverless", "result", "cost_min", "cost_max")
"""What the view that a report was made of says, and the form leaves as it is."""
Values = dict[str, Any]


def fields(plan: ReportPlan, key: str) -> Values:
    """All of them, filled with a plan; `key` is the report's, so that each report has fields of its own."""
    values: Values = {name: getattr(plan, name) for name in CARRIED} | _name(plan, key) | _when(plan, key)
    values |= _about(plan, key, values["kind"])
    with st.expander("Narrow it", icon=":material/filter_alt:"):
        values |= _narrowed(plan, key)
    return values | _sent(plan, key)


def _name(plan: ReportPlan, key: str) -> Values:
    left, right = st.columns(2)
    name = "" if key == "new" else plan.name
    return {
        "name": left.text_input("Name", value=name, key=f"report-name-{key}", max_chars=120),
        "kind": right.selectbox(
            "What it shows", list(KINDS), index=list(KINDS).index(plan.kind), format_func=KINDS.__getitem__,
            key=f"report-kind-{key}",
        ),
    }  # fmt: skip


def _when(plan: ReportPlan, key: str) -> Values:
    left, right = st.columns(2)
    period = left.selectbox(
        "Period", list(PRESETS), index=list(PRESETS).index(plan.period), format_func=lambda name: PRESETS[name][0],
        key=f"report-period-{key}",
    )  # fmt: skip
    own = plan.when not in WHEN
    when = right.selectbox(
        "When", list(NAMES), index=list(NAMES).index(OWN if own else plan.when), format_func=NAMES.__getitem__,
        key=f"report-when-{key}",
    )  # fmt: skip
    left, right = st.columns(2)
    if when == OWN:
        when = right.text_input(
            "Cron line", value=plan.when if own else "", placeholder="0 7 * * 1-5", key=f"report-cron-{key}"
        )
    zones = list(dict.fromkeys((*ZONES, plan.zone)))
    zone = left.selectbox(
        "Time zone", zones, index=zones.index(plan.zone), accept_new_options=True, key=f"report-zone-{key}"
    )
    return {"period": period, "when": when, "zone": zone}


def _about(plan: ReportPlan, key: str, kind: str) -> Values:
    """What only this kind of report is asked."""
    left, right = st.columns(2)
    values: Values = {}
    if kind == "job":
        values["workspace_id"] = left.text_input("Workspace id", value=plan.workspace_id, key=f"report-ws-{key}")
        values["job_id"] = right.text_input("Job id", value=plan.job_id, key=f"report-job-{key}")
    if kind == "explorer":
        dims = [*DIMENSIONS, *(f"tag:{tag}" for tag in session.options().tags)]
        dims += [dim for dim in (plan.by, plan.then) if dim and dim not in dims]
        values["by"] = left.selectbox(
            "By", dims, index=dims.index(plan.by), format_func=explorer.label, key=f"report-by-{key}"
        )
        others = ["", *(dim for dim in dims if dim != values["by"])]
        then = others.index(plan.then) if plan.then in others else 0
        values["then"] = right.selectbox(
            "Then by", others, index=then, format_func=explorer.label, key=f"report-then-{key}"
        )
    if kind == "forecast":
        values["series"] = left.text_input(
            "Of (total, product:JOBS, job:ID@WORKSPACE, tag:team=data)", value=plan.series, key=f"report-series-{key}"
        )
    if kind in NARROW:
        dated = kind in ("queries", "query_findings")
        values["narrow"] = left.text_input(
            "The list, as its page's address has it", value=plan.narrow if kind == plan.kind else "",
            help=None if dated else "This page goes by its own last 30 days, whatever the period says",
            placeholder="&".join(f"{name}=…" for name in NARROW[kind]), key=f"report-list-{key}-{kind}",
        )  # fmt: skip
    return values


def _narrowed(plan: ReportPlan, key: str) -> Values:
    options = session.options()
    names = dict(options.workspaces)
    left, right = st.columns(2)
    return {
        "workspaces": left.multiselect(
            "Workspaces", list(dict.fromkeys((*names, *plan.workspaces))), default=list(plan.workspaces), placeholder="All",
            format_func=lambda w: names.get(w) or w, key=f"report-workspaces-{key}",
        ),
        "products": right.multiselect(
            "Products", list(dict.fromkeys((*options.products, *plan.products))), default=list(plan.products),
            placeholder="All", format_func=formatting.product, key=f"report-products-{key}",
        ),
        "owners": left.multiselect(
            "Owners", list(dict.fromkeys((*options.owners, *plan.owners))), default=list(plan.owners), placeholder="All",
            key=f"report-owners-{key}",
        ),
        "tag": right.text_input("Tag (KEY or KEY=VALUE)", value=plan.tag or "", key=f"report-tag-{key}").strip() or None,
        "job_name": left.text_input("Job name contains", value=plan.job_name or "", key=f"report-name-has-{key}").strip() or None,
    }  # fmt: skip


def _sent(plan: ReportPlan, key: str) -> Values:
    left, right = st.columns(2)
    known = list(dict.fromkeys((*session.context().channels, *plan.channels)))
    channels = left.multiselect(
        "Channels", known, default=list(plan.channels), placeholder="Kept here only", key=f"report-channels-{key}",
        help="Set up in LAKELEDGER_CHANNELS (docs/messages.md)",
    )  # fmt: skip
    people = right.text_input("Recipients, by comma", value=", ".join(plan.recipients), key=f"report-people-{key}")
    with st.container(horizontal=True):
        return {
            "channels": channels,
            "recipients": [person.strip() for person in people.split(",") if person.strip()],
            "pdf": st.toggle("PDF", value=plan.pdf, key=f"report-pdf-{key}"),
            "csv": st.toggle("CSV", value=plan.csv, key=f"report-csv-{key}"),
            "excel": st.toggle("Excel", value=plan.excel, key=f"report-excel-{key}"),
            "enabled": st.toggle("Switched on", value=plan.enabled, key=f"report-on-{key}"),
        }

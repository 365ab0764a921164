"""One job: what its cost is made of, and its runs."""

from functools import partial

import streamlit as st

from lib.jobs.job import job
from lib.spend import formatting
from lib.ui import (
    address,
    cards,
    computed,
    cost_parts,
    days_card,
    explain,
    export,
    frame,
    job_parts,
    page,
    session,
    table,
    words,
)

workspace_id, job_id = job_parts.wanted("workspace_id", "job_id")
filters, params = session.view().filters, table.address_now()
shown = session.ask(job, filters, session.as_of(), workspace_id, job_id)
currency, name = filters.currency, job_parts.name_of(shown.job)

frame.breadcrumb(("jobs", "Jobs", {}), here=name)
page.start(name, page.ONE_THING)
job_parts.about(shown.job)
failure = job_parts.failure_cost(shown)
cards.draw(
    [
        cards.money("Total cost", shown.total_cost, currency),
        cards.money("DBU cost", shown.dbu_cost, currency, chip=cards.dbus(shown.dbus)),
        cards.money("VM cost", shown.vm_cost, currency, none="none", badge=shown.vm_basis or ""),
        cards.money("Shared", shown.shared_cost, currency, none="none", badge="estimated", about=job_parts.SHARED),
        cards.count("Runs", len(shown.runs), chip=job_parts.success_words(shown)),
        cards.money("Median run", shown.runs["total_cost"].median(), currency),
        cards.money("Failure cost", failure, currency, none="none", about="Failed runs and failed attempts"),
    ],
    key="job",
)
said = page.incomplete_words(shown.as_of, filters)
explain.line(said, computed.job(shown, failure, f"{workspace_id}/{job_id}"), filters, key="job")

left, right = st.columns([3, 7])
with left.container(border=True, height="stretch"):
    found = cost_parts.of(shown.dbu_cost, shown.vm_cost, shown.vm_basis, shown.shared)
    made_of = cost_parts.listed(found, filters, key="job-parts")
    export.heading("What the cost is made of", made_of, filters, name=f"job-{job_id}-parts")
    cost_parts.go_deeper(cost_parts.split(found, filters, total=shown.total_cost, key="job"))
    table.draw(made_of)
with right.container(border=True, height="stretch"):
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        chosen = cost_parts.control()
        broken_down = cost_parts.breakdown(shown, chosen)
        export.menu(broken_down, filters, title=f"{name}: {chosen}", name=f"job-{job_id}-{chosen}")
    table.draw(broken_down)

if len(shown.runs):
    with st.container(border=True):
        st.markdown(f"**{job_parts.history_title(shown)}**")
        run_id = job_parts.history(shown)
    if run_id:
        ids = {"workspace_id": workspace_id, "job_id": job_id, "run_id": run_id}
        st.switch_page("pages/run.py", query_params={**address.carried(params), **ids})
    days_card.by_part(
        shown.daily,
        filters,
        shown.as_of,
        title="Cost by day",
        key="job",
        sums={"dbu": shown.dbu_cost, "vm": shown.vm_cost},
        vm_basis=shown.vm_basis or "",
    )
runs = job_parts.runs_table(shown, params)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.markdown("**Runs**", width="content")
    export.menu(
        runs,
        filters,
        title=name,
        name=f"job-{job_id}",
        pdf=partial(job_parts.pdf, shown, filters),
        report={"kind": "job", "workspace_id": workspace_id, "job_id": job_id},
    )
table.draw(runs)
if abs(shown.no_run_cost) >= 0.005:
    st.caption(words.plain(f"{formatting.money(shown.no_run_cost, currency)} of the total is usage that names no run."))

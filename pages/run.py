"""One run, down to the usage rows."""

from functools import partial

import streamlit as st

from lib.jobs.run import run
from lib.spend import formatting
from lib.ui import cards, computed, cost_parts, explain, export, frame, job_parts, page, run_parts, session, table

workspace_id, job_id, run_id = job_parts.wanted("workspace_id", "job_id", "run_id")
view = session.view()
shown = session.ask(run, view.filters, workspace_id, job_id, run_id, page.thresholds(view))
filters, currency, facts = shown.filters, shown.filters.currency, shown.run

ids = {"workspace_id": workspace_id, "job_id": job_id}
frame.breadcrumb(("jobs", "Jobs", {}), ("job", job_parts.name_of(shown.job), ids), here=f"Run {run_id}")
page.start(run_parts.title(facts), page.ONE_THING)
run_parts.about(shown)
cards.draw(
    [
        cards.money("Total cost", facts["total_cost"], currency, about="Of the whole run, also outside the period"),
        cards.money("DBU cost", facts["dbu_cost"], currency, chip=cards.dbus(facts["dbus"])),
        cards.money("VM cost", facts["vm_cost"], currency, none="none", badge=facts["vm_basis"] or ""),
        cards.money("Shared", facts["shared_cost"], currency, none="none", badge="estimated", about=job_parts.SHARED),
        cards.Card("Duration", formatting.duration(facts["busy_s"]), about="Time in which an attempt was running"),
        cards.count("Attempts", int(facts["attempts"] or 1), about="The first, and one more for every repair"),
    ],
    key="run",
)
said = "The whole run, also its days outside the period."
explain.line(said, computed.run(shown, f"{workspace_id}/{job_id}", run_id), filters, key="run")
run_parts.note(shown)

left, right = st.columns([3, 7])
with left.container(border=True, height="stretch"):
    found = cost_parts.of(facts["dbu_cost"], facts["vm_cost"], facts["vm_basis"], shown.shared)
    made_of = cost_parts.listed(found, filters, key="run-parts")
    export.heading("What the cost is made of", made_of, filters, name=f"run-{run_id}-parts")
    cost_parts.split(found, filters, total=facts["total_cost"], key="run")
    table.draw(made_of)
with right.container(border=True, height="stretch"):
    export.titled("SKU lines", run_parts.skus(shown), filters, name=f"run-{run_id}-skus")
    export.titled("Attempts", run_parts.attempts(shown), filters, name=f"run-{run_id}-attempts")
export.titled("Tasks", run_parts.tasks(shown), filters, name=f"run-{run_id}-tasks")
run_parts.shared(shown)
run_parts.clusters(shown)
usage = run_parts.usage(shown)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.markdown(f"**{formatting.plural(len(shown.usage), 'usage row')}**", width="content")
    export.menu(usage, filters, title=f"Run {run_id}", name=f"run-{run_id}", exact=partial(run_parts.exact, shown))
table.draw(usage)

"""What each job costs, how it ends, and how that changed."""

from functools import partial

import streamlit as st

from lib.jobs.runs import LARGEST_PAGE
from lib.jobs.table import jobs
from lib.spend import formatting
from lib.ui import (
    all_runs,
    cards,
    changes,
    choices,
    computed,
    days_card,
    explain,
    export,
    findings,
    jobs_table,
    page,
    session,
    states,
    table,
)
from lib.ui.chips import Scope

view = page.start("Jobs", Scope(jobs=True))
filters, currency, params = view.filters, view.filters.currency, table.address_now()

with states.loading(640):
    shown = session.ask(jobs, filters, session.as_of(), page.thresholds(view))
    sums = shown.cards
    change, against = changes.delta(sums.change, shown.comparison, filters)
    cards.draw(
        [
            cards.money(
                "Total cost", sums.total_cost, currency, none="none", delta=change, against=against,
                about=jobs_table.parts_words(shown, currency),
            ),
            cards.count("Jobs", sums.jobs, chip=f"{jobs_table.marked(shown)} marked"),
            cards.count("Runs", sums.runs, chip=jobs_table.success_words(shown)),
            cards.money("Average per run", sums.average_per_run, currency),
            cards.money("Most expensive run", sums.most_expensive_run, currency),
            cards.money(
                "Failure cost", sums.failure_cost, currency, none="none", chip=jobs_table.failure_words(shown),
                about="What failed runs and failed attempts cost",
            ),
        ],
        key="jobs",
    )  # fmt: skip
    explain.line(changes.words(shown.comparison, filters), computed.jobs(shown, filters), filters, key="jobs")
    if shown.jobs.empty:
        states.empty("No job matches these filters", next_step="Choose a longer period, or remove a filter.")
        st.stop()
    chart, ranking = st.columns([5, 3])
    with chart:
        headline = findings.headline("Job cost", sums.change, jobs_table.movers(shown), "Cost of jobs by day")
        parts = {"dbu": sums.dbu_cost, "vm": sums.vm_cost}
        basis = jobs_table.basis(shown)
        days_card.by_part(shown.daily, filters, shown.as_of, key="jobs", title=headline, sums=parts, vm_basis=basis)
    with ranking:
        jobs_table.costliest(shown, filters, params)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if choices.row("Show", "view", {"jobs": "Jobs", "runs": "Runs"}, "jobs") == "runs":
            rows, said = all_runs.runs_table(shown, params), all_runs.nameless(shown)
            sort = table.order(rows, params).text
            export.menu(
                rows,
                filters,
                title="Runs",
                name="runs",
                exact=partial(all_runs.exact, session.context(), shown, sort),
                rows=min(LARGEST_PAGE, rows.of or 0),
            )
        else:
            rows, said = jobs_table.jobs_table(shown, filters, params), jobs_table.marks_words(shown, currency)
            export.menu(
                rows,
                filters,
                title="Jobs",
                name="jobs",
                exact=partial(jobs_table.exact, shown),
                pdf=partial(jobs_table.pdf, session.context(), shown, filters),
                report={"kind": "jobs"},
            )
    table.draw(rows)
    st.caption(" ".join((said, page.incomplete_words(shown.as_of, filters))).strip() or formatting.NBSP)

"""The command that lists runs of all jobs."""

from typing import Annotated, Any

import typer

from lib.cli import options
from lib.cli.output import answer, plain, priced, print_json, print_table, say
from lib.config import settings
from lib.context import Context
from lib.jobs.runs import SORTS, WORDS, many
from lib.jobs.runs import runs as read_runs
from lib.jobs.table import chosen_keys
from lib.jobs.table import jobs as read_jobs
from lib.spend.formatting import NONE, count, dbus, duration, moment, money
from lib.warehouse.frames import total


@options.chosen
def runs(
    name: options.JobName = None,
    result: options.Result = None,
    sort: Annotated[str, typer.Option(help=f"One of {', '.join(SORTS)}.")] = "started_at",
    limit: Annotated[int, typer.Option(help="Rows of a page.")] = 50,
    offset: Annotated[int, typer.Option(help="Rows before the page.")] = 0,
    view: options.Chosen = options.Chosen(),
    as_json: options.Json = False,
) -> None:
    """Runs of all jobs, newest first, a page at a time."""
    options.one_of(sort, SORTS, "--sort")
    context = Context(settings())
    filters = view.filters(context, job_name=name, result=result)
    jobs = read_jobs(context.warehouse, filters, context.as_of)
    order, keys = sort if sort in WORDS else f"-{sort}", chosen_keys(jobs.jobs, filters)
    rows = read_runs(context.warehouse, filters, keys, order, limit, offset).to_pylist()
    cost = total(jobs.rows, "runs_cost")
    if as_json:
        summary = {"runs": many(jobs), "period_cost": plain(cost)}
        listed = [_row(row) for row in rows]
        print_json(answer(listed, filters, context.as_of, summary=summary, limit=limit, offset=offset))
        return
    if not rows:
        say(f"There are {count(many(jobs))} runs, none from {offset} on." if many(jobs) else context.as_of.words)
        return
    print_table(
        f"Runs {count(offset + 1)} to {count(offset + len(rows))} of {count(many(jobs))}",
        [
            "started",
            "job",
            "workspace",
            "state",
            ">busy",
            ">DBUs",
            ">DBU cost",
            ">VM cost",
            ">total",
            "#run WS JOB RUN",
        ],
        [
            [
                moment(r["started_at"]),
                r["job_name"] or r["job_id"],
                r["workspace_name"] or r["workspace_id"] or NONE,
                r["final_state"] or NONE,
                duration(r["busy_s"]),
                dbus(r["dbus"]),
                priced(r["dbu_cost"], r["dbus"], filters.currency),
                priced(r["vm_cost"], None, filters.currency),
                priced(r["total_cost"], r["dbus"], filters.currency),
                f"{r['workspace_id']} {r['job_id']} {r['run_id']}",
            ]
            for r in rows
        ],
    )
    say(f"What of all their cost lies in the period: {money(cost, filters.currency)}.")


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "workspace": row["workspace_id"],
        "workspace_name": row["workspace_name"],
        "job": row["job_id"],
        "job_name": row["job_name"],
        "run": row["run_id"],
        "started_at": row["started_at"],
        "state": row["final_state"],
        "busy_s": row["busy_s"],
        "owner": row["owner"],
        "serverless": row["is_serverless"],
        "usage_unit": "DBU" if row["dbus"] is not None else None,
        "dbus": row["dbus"],
        "cost": row["dbu_cost"],
        "vm_cost": row["vm_cost"],
        "vm_basis": row["vm_basis"],
        "total_cost": row["total_cost"],
        "period_cost": row["period_cost"],
        "unpriced_quantity": row["unpriced_quantity"],
    }

"""The report command: PDF, CSV and Excel files."""

from pathlib import Path
from typing import Annotated

import typer

from lib.cli import options
from lib.cli.output import answer, plain, print_json, say
from lib.config import settings
from lib.context import Context
from lib.errors import InputError
from lib.jobs.job import job as read_job
from lib.jobs.table import jobs as read_jobs
from lib.reporting.making import executive
from lib.reports.jobs import job_report, jobs_report
from lib.reports.pdf import render


@options.chosen
def report(
    kind: Annotated[
        str, typer.Argument(metavar="jobs|job|executive", help="jobs, one job (then WS and JOB), or the month in cost.")
    ],
    ids: Annotated[list[str] | None, typer.Argument(metavar="[WS JOB]", help="Workspace id and job id.")] = None,
    out: Annotated[Path, typer.Option("--out", help="The PDF file to write.")] = Path("report.pdf"),
    name: options.JobName = None,
    result: options.Result = None,
    cost_min: options.CostMin = None,
    cost_max: options.CostMax = None,
    view: options.Chosen = options.Chosen(),
    as_json: options.Json = False,
) -> None:
    """Write a PDF report: what it says equals what `jobs` and `job` say."""
    context = Context(settings())
    filters = view.filters(context, job_name=name, result=result, cost_min=cost_min, cost_max=cost_max)
    if kind == "jobs" and not ids:
        found = read_jobs(context.warehouse, filters, context.as_of, context.thresholds)
        content, total = jobs_report(found, filters), found.cards.total_cost
    elif kind == "job" and ids and len(ids) == 2:
        one = read_job(context.warehouse, filters, context.as_of, *ids)
        content, total = job_report(one, filters), one.totals["total_cost"]
    elif kind == "executive" and not ids:
        made = executive(context, filters)
        content, total = made.content, made.total
    else:
        raise InputError(
            "That is no report.",
            remedy="Use `report jobs --out F.pdf`, `report job WS JOB --out F.pdf` or `report executive --out F.pdf`.",
        )
    pdf = render(content)
    try:
        out.write_bytes(pdf)
    except OSError as error:
        raise InputError(
            f"Cannot write {out}: {error.strerror}.", remedy="Name a file in a folder that exists.", place="--out"
        ) from error
    if as_json:
        file = {"kind": kind, "file": str(out), "bytes": len(pdf)}
        print_json(answer([], filters, context.as_of) | file | {"total": {"total_cost": plain(total)}})
    say(f"{out} ({len(pdf) // 1024} KB)")

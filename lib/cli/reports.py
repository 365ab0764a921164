"""The report command: PDF, CSV and Excel files."""

from pathlib import Path
from typing import Annotated

import typer

from lib.cli import options
from lib.cli.output import answer, kind_of_file, plain, print_json, write_file
from lib.config import settings
from lib.context import Context
from lib.errors import InputError
from lib.reporting.making import MAKERS
from lib.reporting.plan import parse


@options.chosen
def report(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="jobs, job (then WS and JOB), executive (the month), explorer, anomalies, budgets, forecast, queries, "
            "query_findings, clusters, sql_warehouses, recommendations.",
        ),
    ],
    ids: Annotated[list[str] | None, typer.Argument(metavar="[WS JOB]", help="Workspace id and job id.")] = None,
    out: Annotated[Path, typer.Option("--out", help="The file to write: .pdf, .xlsx or .csv.")] = Path("report.pdf"),
    by: Annotated[str, typer.Option(help="Explorer: by this dimension.")] = "product",
    then: Annotated[str, typer.Option(help="Explorer: then by this one.")] = "",
    of: Annotated[str, typer.Option("--of", help="Forecast: of this series.")] = "total",
    narrow: Annotated[
        str,
        typer.Option(help="Lists: what the page narrows its list by, as its address has it: state=RUNNING&idle=yes."),
    ] = "",
    name: options.JobName = None,
    result: options.Result = None,
    cost_min: options.CostMin = None,
    cost_max: options.CostMax = None,
    view: options.Chosen = options.Chosen(),
    as_json: options.Json = False,
) -> None:
    """Write a report as PDF, Excel or CSV: its total is that of the page."""
    context = Context(settings())
    filters = view.filters(context, job_name=name, result=result, cost_min=cost_min, cost_max=cost_max)
    options.one_of(kind, MAKERS, "KIND")
    if len(ids or ()) != (2 if kind == "job" else 0):
        raise InputError(
            "A report of one job takes its workspace and its id, all others take neither.",
            remedy="Use `report job WS JOB --out F.pdf`, or `report KIND --out F.pdf`.",
        )
    file = kind_of_file(out)
    workspace, job = ids if ids else ("", "")
    body = {
        "name": kind, "kind": kind, "by": by, "then": then, "series": of, "workspace_id": workspace, "job_id": job,
        "narrow": narrow,
    }  # fmt: skip
    made = MAKERS[kind](context, parse(body), filters)
    content: bytes = getattr(made, file)
    write_file(out, content)
    if as_json:
        about = {"kind": kind, "file": str(out), "bytes": len(content)}
        print_json(answer([], made.filters, context.as_of) | about | {"total": {"total_cost": plain(made.total)}})

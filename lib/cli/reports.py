"""The report command: PDF, CSV and Excel files."""

from pathlib import Path
from typing import Annotated

import typer

from lib.cli import options
from lib.cli.output import answer, plain, print_json, say
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
    if kind not in MAKERS or (len(ids or ()) == 2) != (kind == "job"):
        raise InputError(
            "That is no report.",
            remedy=f"Use `report KIND --out F.pdf` with {', '.join(k for k in MAKERS if k != 'job')}; or `report job WS JOB`.",
        )
    workspace, job = ids if ids else ("", "")
    body = {
        "name": kind, "kind": kind, "by": by, "then": then, "series": of, "workspace_id": workspace, "job_id": job,
        "narrow": narrow,
    }  # fmt: skip
    made = MAKERS[kind](context, parse(body), filters)
    content = {".csv": lambda: made.csv, ".xlsx": lambda: made.excel}.get(out.suffix, lambda: made.pdf)()
    try:
        out.write_bytes(content)
    except OSError as error:
        raise InputError(
            f"Cannot write {out}: {error.strerror}.", remedy="Name a file in a folder that exists.", place="--out"
        ) from error
    if as_json:
        file = {"kind": kind, "file": str(out), "bytes": len(content)}
        print_json(answer([], made.filters, context.as_of) | file | {"total": {"total_cost": plain(made.total)}})
    say(f"{out} ({len(content) // 1024} KB)")

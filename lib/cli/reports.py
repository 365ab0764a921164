"""The report command: PDF, CSV and Excel files."""

from pathlib import Path
from typing import Annotated

import typer

from lib.cli import options
from lib.cli.options import Json
from lib.cli.output import print_json, say
from lib.config import settings
from lib.context import Context
from lib.errors import InputError
from lib.reporting.making import MAKERS
from lib.reporting.plan import parse


def report(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="jobs, job (then WS and JOB), executive (the month), explorer, anomalies, budgets, forecast.",
        ),
    ],
    ids: Annotated[list[str] | None, typer.Argument(metavar="[WS JOB]", help="Workspace id and job id.")] = None,
    out: Annotated[Path, typer.Option("--out", help="The file to write: .pdf, .xlsx or .csv.")] = Path("report.pdf"),
    by: Annotated[str, typer.Option(help="Explorer: by this dimension.")] = "product",
    then: Annotated[str, typer.Option(help="Explorer: then by this one.")] = "",
    of: Annotated[str, typer.Option("--of", help="Forecast: of this series.")] = "total",
    name: Annotated[str | None, typer.Option(help="Part of the job's name.", rich_help_panel="Filters")] = None,
    result: Annotated[str | None, typer.Option(help="Final state of runs.", rich_help_panel="Filters")] = None,
    start: options.From = None,
    end: options.To = None,
    period: options.Preset = "last_30",
    base: options.Base = None,
    currency: options.Currency = None,
    workspaces: options.Workspaces = None,
    products: options.Products = None,
    owners: options.Owners = None,
    serverless: options.Serverless = "any",
    tag: options.Tag = None,
    as_json: Json = False,
) -> None:
    """Write a report as PDF, Excel or CSV: its total is that of the page."""
    context = Context(settings())
    view = options.filters(
        context,
        start=start,
        end=end,
        period=period,
        base=base,
        currency=currency,
        workspaces=workspaces,
        products=products,
        owners=owners,
        serverless=serverless,
        tag=tag,
        job_name=name,
        result=result,
    )
    if kind not in MAKERS or (len(ids or ()) == 2) != (kind == "job"):
        raise InputError(
            "That is no report.",
            remedy=f"Use `report KIND --out F.pdf` with {', '.join(k for k in MAKERS if k != 'job')}; or `report job WS JOB`.",
        )
    workspace, job = ids if ids else ("", "")
    body = {"name": kind, "kind": kind, "by": by, "then": then, "series": of, "workspace_id": workspace, "job_id": job}
    made = MAKERS[kind](context, parse(body), view)
    content = {".csv": lambda: made.csv, ".xlsx": lambda: made.excel}.get(out.suffix, lambda: made.pdf)()
    try:
        out.write_bytes(content)
    except OSError as error:
        raise InputError(
            f"Cannot write {out}: {error.strerror}.", remedy="Name a file in a folder that exists.", place="--out"
        ) from error
    if as_json:
        total = None if made.total is None else str(made.total)
        print_json(
            {"file": str(out), "bytes": len(content), "total": total, "currency": view.currency, "rows": made.records}
        )
    else:
        say(f"{out} ({len(content) // 1024} KB)")

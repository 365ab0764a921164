"""Commands about jobs: jobs, job, run."""

from decimal import Decimal
from typing import Annotated, Any

import typer

from lib.cli import options
from lib.cli.output import added, amount, answer, plain, priced, print_json, print_table, records, say, usage_row
from lib.config import settings
from lib.context import Context
from lib.errors import InputError
from lib.jobs.job import job as read_job
from lib.jobs.run import run as read_run
from lib.jobs.table import jobs as read_jobs
from lib.spend.compare import Comparison
from lib.spend.filters import Filters
from lib.spend.formatting import NONE, count, dbus, duration, money, percent

CARDS = ("jobs", "runs", "average_per_run", "most_expensive_run", "failure_cost", "shared_cost")
SORTS = ("total_cost", "runs", "change", "failure_cost", "job_name", "vm_cost", "cost", "dbus")
WorkspaceId = Annotated[str, typer.Argument(metavar="WS", help="Workspace id.")]
JobId = Annotated[str, typer.Argument(metavar="JOB", help="Job id.")]
RunId = Annotated[str, typer.Argument(metavar="RUN", help="Run id.")]


@options.chosen
def jobs(
    name: options.JobName = None,
    result: options.Result = None,
    cost_min: options.CostMin = None,
    cost_max: options.CostMax = None,
    sort: Annotated[str, typer.Option(help=f"One of {', '.join(SORTS)}.")] = "total_cost",
    limit: Annotated[int, typer.Option(help="Rows to print (JSON: all unless given); 0 is all.", min=0)] = 0,
    view: options.Chosen = options.Chosen(),
    as_json: options.Json = False,
) -> None:
    """What every job cost, most expensive first."""
    if sort not in SORTS:
        raise InputError(
            f"Jobs cannot be sorted by {sort!r}.", remedy=f"Use one of: {', '.join(SORTS)}.", place="--sort"
        )
    context = Context(settings())
    filters = view.filters(context, job_name=name, result=result, cost_min=cost_min, cost_max=cost_max)
    found = read_jobs(context.warehouse, filters, context.as_of)
    rows = [_job_row(row) for row in found.rows.to_pylist()]
    rows.sort(key=lambda row: _sortable(row, sort))
    shown = rows[:limit] if limit else rows
    if as_json:
        cards = {name: plain(amount(getattr(found.cards, name))) for name in CARDS}
        body = answer(rows, filters, context.as_of, cards=cards, compared=_compared(found.comparison))
        print_json(body | {"rows": body["rows"][: limit or None]})
        return
    if not rows:
        say(context.as_of.words)
    _print_jobs(shown, rows, found.cards.runs, filters)
    if found.comparison:
        say(f"Change: {found.comparison.words}.")


HEADS = (
    "job",
    "workspace",
    "owner",
    ">runs",
    ">ok",
    ">DBUs",
    ">DBU cost",
    ">VM cost",
    "",
    ">total",
    ">change",
    "#job WS JOB",
)


def _print_jobs(shown: list[dict[str, Any]], rows: list[dict[str, Any]], runs: int, filters: Filters) -> None:
    """The table of some rows; its last line sums all `rows`."""
    used, currency = added(rows, "dbus"), filters.currency
    cost, vm_cost, total = (added(rows, name) for name in ("cost", "vm_cost", "total_cost"))
    sums = {
        "job": f"{count(len(rows))} jobs",
        ">runs": count(runs),
        ">DBUs": dbus(used),
        ">DBU cost": priced(cost, used, currency),
        ">VM cost": priced(vm_cost, None, currency),
        ">total": priced(total, used, currency),
    }
    print_table(
        f"Jobs, {filters.period.start} to {filters.period.last} (UTC), {currency} at {filters.base} price",
        HEADS,
        [_job_cells(row, currency) for row in shown],
        [sums.get(head, "") for head in HEADS],
    )


def _compared(with_: Comparison | None) -> dict[str, dict[str, Any]] | None:
    """Of which days `recent_cost`, `previous_cost` and `change` are."""
    spans = {"recent": with_.recent, "previous": with_.previous} if with_ else {}
    return {name: {"from": plain(span.start), "to": plain(span.end)} for name, span in spans.items()} or None


def _job_row(row: dict[str, Any]) -> dict[str, Any]:
    before, now = row["previous_cost"], row["recent_cost"]
    return {
        "workspace": row["workspace_id"],
        "workspace_name": row["workspace_name"],
        "job": row["job_id"],
        "job_name": row["job_name"],
        "workspace_id": row["workspace_id"],
        "job_id": row["job_id"],
        "owner": row["owner"],
        "serverless": row["is_serverless"],
        "runs": row["runs"],
        "succeeded_runs": row["succeeded_runs"],
        "failed_runs": row["failed_runs"],
        "skipped_runs": row["skipped_runs"],
        "success_rate": row["succeeded_runs"] / row["ended_runs"] if row["ended_runs"] else None,
        "usage_quantity": row["dbus"],
        "usage_unit": "DBU" if row["dbus"] is not None else None,
        "dbus": row["dbus"],
        "list_cost": row["list_cost"],
        "cost": row["dbu_cost"],
        "vm_cost": row["vm_cost"],
        "vm_basis": row["vm_basis"],
        "total_cost": row["total_cost"],
        "shared_cost": row["shared_cost"],
        "failure_cost": row["failure_cost"],
        "unpriced_quantity": row["unpriced_quantity"],
        "run_cost_p50": amount(row["run_cost_p50"]),
        "run_cost_p95": amount(row["run_cost_p95"]),
        "run_cost_max": amount(row["run_cost_max"]),
        "recent_cost": now,
        "previous_cost": before,
        "change": None if now is None and before is None else (now or Decimal(0)) - (before or Decimal(0)),
        "last_run_at": row["last_run_at"],
        "deleted": row["is_deleted"],
    }


def _sortable(row: dict[str, Any], column: str) -> Any:
    value = row[column]
    if column == "job_name":
        return (value or row["job"]).lower(), row["workspace"] or ""
    return value is None, -(value or 0), row["workspace"] or "", row["job"]


def _job_cells(row: dict[str, Any], currency: str) -> list[str]:
    return [
        row["job_name"] or row["job"],
        row["workspace_name"] or row["workspace"] or NONE,
        row["owner"] or NONE,
        count(row["runs"]),
        percent(row["success_rate"]),
        dbus(row["dbus"]),
        priced(row["cost"], row["dbus"], currency),
        priced(row["vm_cost"], None, currency),
        {"estimated": "est.", "billed": "billed"}.get(row["vm_basis"] or "", ""),
        priced(row["total_cost"], row["dbus"], currency),
        money(row["change"], currency, plus=True) if row["change"] is not None else NONE,
        f"{row['workspace']} {row['job']}",
    ]


@options.chosen
def job(
    workspace_id: WorkspaceId,
    job_id: JobId,
    result: Annotated[str | None, typer.Option(help="Final state of runs.", rich_help_panel="Filters")] = None,
    view: options.Dated = options.Dated(),
    as_json: options.Json = False,
) -> None:
    """One job: what its cost is made of, and its runs."""
    context = Context(settings())
    filters = view.filters(context, result=result)
    found = read_job(context.warehouse, filters, context.as_of, workspace_id, job_id)
    if as_json:
        rows = [_run_row(row) for row in found.run_rows.to_pylist()]
        print_json(
            answer(rows, filters, context.as_of)
            | {
                "job": {k: plain(v) for k, v in found.job.items()},
                "total": {m: plain(v) for m, v in found.totals.items()},
                "shared_cost": plain(amount(found.shared_cost)),
                "skus": [{k: plain(v) for k, v in row.items()} for row in found.sku_rows.to_pylist()],
                "tasks": _records(found.tasks),
                "shared": _records(found.shared),
            }
        )
        return
    print_table(
        f"{found.job['job_name'] or job_id}: {money(found.total_cost, filters.currency)}, "
        f"{filters.period.start} to {filters.period.last} (UTC)",
        ["#run", "started", "state", ">attempts", ">busy", ">DBUs", ">DBU cost", ">VM cost", ">total"],
        [
            [
                r["run_id"],
                str(plain(r["started_at"]) or NONE),
                r["final_state"] or NONE,
                count(r["attempts"] or 0),
                duration(r["busy_s"]),
                dbus(r["dbus"]),
                priced(r["dbu_cost"], r["dbus"], filters.currency),
                priced(r["vm_cost"], None, filters.currency),
                priced(r["total_cost"], r["dbus"], filters.currency),
            ]
            for r in found.run_rows.to_pylist()
        ],
    )


def _run_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "workspace": row["workspace_id"],
        "job": row["job_id"],
        "run": row["run_id"],
        "usage_quantity": row["dbus"],
        "usage_unit": "DBU" if row["dbus"] is not None else None,
        "dbus": row["dbus"],
        "list_cost": row["list_cost"],
        "cost": row["dbu_cost"],
        "vm_cost": row["vm_cost"],
        "vm_basis": row["vm_basis"],
        "total_cost": row["total_cost"],
        "period_cost": row["period_dbu_cost"],
        "period_vm_cost": row["period_vm_cost"],
        "shared_cost": row["shared_cost"],
        "unpriced_quantity": row["unpriced_quantity"],
        "state": row["final_state"],
        "attempts": row["attempts"],
        "failed_share": row["failed_share"],
        "started_at": row["started_at"],
        "ended_at": row["ended_at"],
        "busy_s": row["busy_s"],
        "owner": row["owner"],
        "trigger": row["trigger_type"],
        "run_type": row["run_type"],
        "run_name": row["run_name"],
        "serverless": row["is_serverless"],
    }


@options.chosen
def run(
    workspace_id: WorkspaceId,
    job_id: JobId,
    run_id: RunId,
    view: options.Dated = options.Dated(period="last_90"),
    as_json: options.Json = False,
) -> None:
    """One run, down to its usage rows."""
    context = Context(settings())
    filters = view.filters(context)
    found = read_run(context.warehouse, filters, workspace_id, job_id, run_id, context.thresholds)
    usage = [
        {"workspace": workspace_id, "job": job_id, "run": run_id}
        | usage_row(row, row["contract_cost" if filters.base == "contract" else "list_cost"])
        for row in found.usage_rows.to_pylist()
    ]
    if as_json:
        print_json(
            answer(usage, filters, context.as_of, unpriced=_unpriced(usage))
            | {
                "run": _run_row(found.run_row) | {"job_name": found.job["job_name"]},
                "total": {m: plain(found.run_row[c]) for m, c in _RUN_TOTALS.items()},
                "marks": list(found.marks),
                "attempts": _records(found.attempts),
                "tasks": _records(found.tasks),
                "clusters": _records(found.clusters),
                "skus": _records(found.skus),
            }
        )
        return
    said = found.run_row["final_state"] or "no result yet"
    print_table(
        f"Run {run_id}: {money(found.run_row['total_cost'], filters.currency)}, {said}",
        ["usage from", "SKU", ">quantity", "unit", ">price", ">cost", "#record"],
        [
            [
                str(plain(r["usage_start_time"])),
                r["sku_name"],
                f"{r['usage_quantity']:,.4f}",
                r["usage_unit"],
                str(plain(r["list_price"] if filters.base == "list" else r["contract_price"]) or "unpriced"),
                money(r["cost"], filters.currency),
                r["record_id"],
            ]
            for r in usage
        ],
    )
    if found.run_row["vm_cost"] is not None:
        say(
            f"And {money(found.run_row['vm_cost'], filters.currency)} of virtual machines, {found.run_row['vm_basis']}."
        )


_RUN_TOTALS = {
    "dbus": "dbus",
    "list_cost": "list_cost",
    "cost": "dbu_cost",
    "vm_cost": "vm_cost",
    "total_cost": "total_cost",
}


def _unpriced(usage: list[dict[str, Any]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for row in usage:
        if row["list_price"] is None and row["contract_price"] is None:
            sums[row["usage_unit"]] = sums.get(row["usage_unit"], Decimal(0)) + row["usage_quantity"]
    return sums


def _records(rows: Any) -> list[dict[str, Any]]:
    """The rows of a frame, money as exact as elsewhere."""
    return [
        {key: plain(amount(value)) if _is_amount(key, value) else value for key, value in row.items()}
        for row in records(rows)
    ]


def _is_amount(name: str, value: Any) -> bool:
    return isinstance(value, float) and name.endswith(("cost", "price", "quantity"))

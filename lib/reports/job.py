"""One job as a report: what its cost is made of, and its runs."""

from decimal import Decimal

import pandas as pd

from lib.jobs.job import JobView
from lib.reports import words
from lib.reports.cells import exact_sum
from lib.reports.content import BAD_STATES, Block, Card, Cards, Chart, ColumnSpec, Note, Report, Section, Table
from lib.reports.parts import bill_parts, cost_by_day, shared_parts, split
from lib.spend import formatting
from lib.spend.filters import Filters

NO_TOTAL = "estimated, not in the total"
SKU_COLUMNS = (
    ColumnSpec("product_words", "Product"),
    ColumnSpec("sku_name", "SKU", width=2),
    ColumnSpec("is_serverless_words", "Compute"),
    ColumnSpec("usage_quantity", "Quantity", "dbus"),
    ColumnSpec("usage_unit", "Unit"),
    ColumnSpec("price_source", "Price from", missing="unpriced"),
    ColumnSpec("cost", "DBU cost", "money"),
    ColumnSpec("vm_cost", "VM cost", "money", missing="none"),
)
TASK_COLUMNS = (
    ColumnSpec("task_key", "Task", width=2),
    ColumnSpec("task_runs", "Task runs", "count"),
    ColumnSpec("failed_task_runs", "Failed", "count"),
    ColumnSpec("work_s", "Working time", "duration"),
    ColumnSpec("work_share", "Share of time", "percent"),
    ColumnSpec("estimated_cost", "Cost by time", "money", estimate=True, missing=formatting.NONE),
)
SHARED_COLUMNS = (
    ColumnSpec("resource_kind", "Kind"),
    ColumnSpec("name", "Name", width=2),
    ColumnSpec("work_s", "Working time", "duration"),
    ColumnSpec("shared_cost", "Share of its cost", "money", estimate=True),
)
RUN_COLUMNS = (
    ColumnSpec("started_at", "Started", "moment"),
    ColumnSpec("run_id", "Run", "id"),
    ColumnSpec("final_state", "Result", "state", missing="Running"),
    ColumnSpec("attempts", "Attempts", "count"),
    ColumnSpec("busy_s", "Duration", "duration"),
    ColumnSpec("dbus", "DBUs", "dbus"),
    ColumnSpec("dbu_cost", "DBU cost", "money"),
    ColumnSpec("vm_cost", "VM cost", "money", missing="none"),
    ColumnSpec("vm_basis", "VM basis"),
    ColumnSpec("total_cost", "Whole cost", "money"),
    ColumnSpec("period_cost", "In the period", "money", missing=formatting.NONE),
)


def job_report(view: JobView, filters: Filters, *, source: str = "") -> Report:
    """The job's page on paper."""
    vm = view.vm_basis or words.vm_words(view.runs["vm_basis"])
    unpriced = words.unpriced_words(view.runs["unpriced_quantity"].sum()) if len(view.runs) else ""
    blocks: list[Block] = [Cards(_cards(view, filters))]
    blocks += [Note(unpriced, "warning")] if unpriced else []
    blocks += _charts(view, filters, vm)
    return Report(
        title=view.job["job_name"] or f"Job {view.job['job_id']}",
        subtitle=_subtitle(view),
        filters_in_words=words.filters_in_words(Filters(filters.period, result=filters.result)),
        as_of=words.as_of_words(view.as_of, filters),
        source=source,
        base_label=words.base_words(filters),
        currency=filters.currency,
        sections=(
            Section("", tuple(blocks)),
            Section("Where it comes from", _parts(view)),
            Section("", (_runs(view, filters),)),
        ),
        footnotes=words.footnotes(
            filters,
            vm,
            words.shared_words(view.shared_cost, filters.currency),
            "The bill knows no tasks: a task's cost is its share of the job's working time." if len(view.tasks) else "",
            "A run's whole cost also holds its days outside the period; only the part in the period is in totals.",
        ),
    )


def _subtitle(view: JobView) -> str:
    job = view.job
    place = f"Job {job['job_id']} in {job['workspace_name'] or job['workspace_id']}"
    owner = f", runs as {job['run_as']}" if job.get("run_as") else ""
    return place + owner + (", deleted" if job.get("is_deleted") else "")


def _cards(view: JobView, filters: Filters) -> tuple[Card, ...]:
    currency = filters.currency
    ended = view.runs["final_state"].dropna()
    good = formatting.percent((ended == "SUCCEEDED").mean()) if len(ended) else ""
    failure = exact_sum(view.runs["failure_cost"])
    shared = (
        [] if view.shared_cost is None else [Card("Shared compute", _money(view.shared_cost, currency), note=NO_TOTAL)]
    )
    typical = view.runs["total_cost"].median()
    return (
        Card("Total cost", _money(view.totals["total_cost"], currency)),
        Card("DBU cost", _money(view.totals["cost"], currency), note=f"{formatting.dbus(view.totals['dbus'])} DBUs"),
        Card("VM cost", _money(view.totals["vm_cost"], currency), note=view.vm_basis or ""),
        *shared,
        Card("Runs", formatting.count(len(view.runs)), note=f"{good} succeeded" if good else ""),
        Card("Median run", _money(typical, currency)),
        Card("Failure cost", _money(failure if len(view.runs) else None, currency)),
    )


def _money(amount: Decimal | float | None, currency: str) -> str:
    return formatting.NONE if formatting.missing(amount) else formatting.money(amount, currency)


def _charts(view: JobView, filters: Filters, vm: str) -> list[Chart]:
    started = view.runs[view.runs["started_at"].notna()]
    history = Chart(
        _history_title(view), "run_history", started, "started_at", "total_cost", "final_state",
        alt="Whole cost and duration of each run in the order they started.", y2="busy_s",
    )  # fmt: skip
    daily = cost_by_day(view.daily, view.as_of, filters, vm)
    half = Chart(
        daily.title, daily.kind, daily.frame, daily.x, daily.y, daily.series,
        half=True, incomplete_since=daily.incomplete_since, colours=daily.colours,
    )  # fmt: skip
    parts = bill_parts(view.totals["cost"], view.totals["vm_cost"], vm) + shared_parts(view.shared)
    return [history, split(parts), half]


def _history_title(view: JobView) -> str:
    ended = view.runs["final_state"].dropna()
    failed = int(ended.isin(BAD_STATES).sum())
    many = formatting.count(len(ended))
    return f"Cost and duration of the runs: {formatting.count(failed) if failed else 'none'} of {many} failed"


def _parts(view: JobView) -> tuple[Block, ...]:
    skus = view.skus.assign(
        product_words=[formatting.product(name) for name in view.skus["product"]],
        cost=pd.Series(
            words.amounts_said(view.skus, "cost", "usage_quantity", list(view.skus["usage_unit"])),
            index=view.skus.index,
            dtype=object,
        ),
        is_serverless_words=["serverless" if flag else "classic" for flag in view.skus["is_serverless"]],
    )
    tables = [Table("Products and SKUs", skus, SKU_COLUMNS, view.totals, empty="The job used nothing in this period.")]
    if len(view.tasks):
        tables.append(Table("Tasks", view.tasks, TASK_COLUMNS, _sums(view.tasks, "work_s", "estimated_cost")))
    if len(view.shared):
        shared = view.shared.assign(name=view.shared["resource_name"].fillna(view.shared["resource_id"]))
        tables.append(
            Table("Shared compute, not in the total", shared, SHARED_COLUMNS, {"shared_cost": view.shared_cost})
        )
    return tuple(tables)


def _runs(view: JobView, filters: Filters) -> Table:
    total = {"period_cost": exact_sum(view.runs["period_cost"])} if len(view.runs) else None
    nameless = view.no_run_cost
    note = (
        f"{formatting.money(nameless, filters.currency)} of the total is usage that names no run."
        if abs(nameless) >= 0.005
        else ""
    )
    frame = view.runs.copy()
    for name in ("dbu_cost", "total_cost"):
        said = words.amounts_said(frame, name, "unpriced_quantity", "DBU")
        frame[name] = pd.Series(said, index=frame.index, dtype=object)
    frame["vm_basis"] = frame["vm_basis"].replace({"estimated": "est."})
    return Table("Runs", frame, RUN_COLUMNS, total, note, empty="No run of this job is in the period.")


def _sums(frame: pd.DataFrame, *names: str) -> dict[str, object]:
    return {name: exact_sum(frame[name]) if frame[name].notna().any() else None for name in names}

"""The Jobs page as a report: what each job cost, and where that went."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from lib.jobs.table import JobsView
from lib.reports import words
from lib.reports.content import Block, Card, Cards, Chart, ColumnSpec, Note, Report, Section, Table
from lib.reports.parts import bill_parts, cost_by_day, ranking, split
from lib.spend import formatting
from lib.spend.filters import Filters

COLUMNS = (
    ColumnSpec("display_name", "Job", width=2),
    ColumnSpec("workspace_name", "Workspace"),
    ColumnSpec("owner", "Owner", missing="no owner"),
    ColumnSpec("runs", "Runs", "count"),
    ColumnSpec("success_rate", "Success rate", "percent"),
    ColumnSpec("dbus", "DBUs", "dbus"),
    ColumnSpec("dbu_cost", "DBU cost", "money"),
    ColumnSpec("vm_cost", "VM cost", "money", missing="none"),
    ColumnSpec("vm_label", "VM basis"),
    ColumnSpec("total_cost", "Total cost", "money"),
    ColumnSpec("run_cost_p50", "Per run p50", "money", missing=formatting.NONE),
    ColumnSpec("run_cost_p95", "Per run p95", "money", missing=formatting.NONE),
)
NOTHING = (
    "No job ran or cost anything in this period with these filters. A longer period or fewer filters may show more."
)
UNPRICED = ColumnSpec("unpriced_quantity", "Unpriced usage", "dbus")
TREND = ColumnSpec("trend", "Trend", "trend")
CHANGE = ColumnSpec("change_share", "Change", "change")
FILE_COLUMNS = (
    ColumnSpec("workspace_id", "Workspace id", "id"),
    ColumnSpec("workspace_name", "Workspace"),
    ColumnSpec("job_id", "Job id", "id"),
    ColumnSpec("job_name", "Job"),
    ColumnSpec("owner", "Owner"),
    ColumnSpec("is_serverless", "Serverless"),
    ColumnSpec("runs", "Runs", "count"),
    ColumnSpec("succeeded_runs", "Succeeded runs", "count"),
    ColumnSpec("failed_runs", "Failed runs", "count"),
    ColumnSpec("skipped_runs", "Skipped runs", "count"),
    ColumnSpec("dbus", "DBUs", "dbus"),
    ColumnSpec("dbu_cost", "DBU cost", "money"),
    ColumnSpec("vm_cost", "VM cost", "money"),
    ColumnSpec("vm_basis", "VM basis"),
    ColumnSpec("total_cost", "Total cost", "money"),
    ColumnSpec("unpriced_quantity", "Unpriced quantity", "number"),
    ColumnSpec("shared_cost", "Shared compute, not in total", "money", estimate=True),
    ColumnSpec("failure_cost", "Failure cost", "money"),
    ColumnSpec("run_cost_p50", "Cost per run p50", "money"),
    ColumnSpec("run_cost_p95", "Cost per run p95", "money"),
    ColumnSpec("run_cost_max", "Most expensive run", "money"),
    ColumnSpec("recent_cost", "Cost, days compared", "money"),
    ColumnSpec("previous_cost", "Cost, days before", "money"),
    ColumnSpec("last_run_at", "Last run", "moment"),
)


def jobs_report(
    view: JobsView,
    filters: Filters,
    *,
    source: str = "",
    trends: Mapping[str, Sequence[float]] | None = None,
    workspace_names: Mapping[str, str] | None = None,
) -> Report:
    """The whole view on paper.

    trends:           `workspace_id/job_id` → cost of each day, for the sparklines
    workspace_names:  id → name, for the filters' words; without it the names in the rows are used
    """
    table = jobs_table(view, filters, trends=trends)
    blocks: list[Block] = [Cards(_cards(view, filters))]
    unpriced = words.unpriced_words(view.cards.unpriced_quantity)
    blocks += [Note(unpriced, "warning")] if unpriced else []
    if view.jobs.empty:
        blocks.append(Note(NOTHING))
    else:
        blocks += _charts(view, filters)
    vm = words.vm_words(view.jobs["vm_basis"])
    return Report(
        title="Job costs",
        subtitle=f"{formatting.plural(view.cards.jobs, 'job')}, {formatting.plural(view.cards.runs, 'run')}",
        filters_in_words=_cover(view, filters, workspace_names),
        as_of=words.as_of_words(view.as_of, filters),
        source=source,
        base_label=words.base_words(filters),
        currency=filters.currency,
        sections=(Section("", tuple(blocks)), *([Section("Jobs", (table,))] if len(view.jobs) else [])),
        footnotes=words.footnotes(
            filters,
            vm,
            words.shared_words(view.cards.shared_cost, filters.currency),
            "Cost per run is that of whole runs that started in the period. p50: half cost no more; p95: 19 of 20.",
            "Change compares the complete days of the period with as many days before them."
            if _compares(view, filters)
            else "",
        ),
    )


def jobs_table(view: JobsView, filters: Filters, *, trends: Mapping[str, Sequence[float]] | None = None) -> Table:
    """The table of the Jobs page for paper; its total equals the cards."""
    columns = [*COLUMNS]
    frame = view.jobs.copy()
    frame["unpriced_quantity"] = frame["unpriced_quantity"].where(frame["unpriced_quantity"] != 0)
    columns += [UNPRICED] if frame["unpriced_quantity"].notna().any() else []
    if trends is not None:
        frame["trend"] = pd.Series([trends.get(key) for key in _keys(frame)], index=frame.index, dtype=object)
        columns.append(TREND)
    if _compares(view, filters):
        frame["change_share"] = _change(frame)
        columns.append(CHANGE)
    for name in ("dbu_cost", "total_cost"):
        frame[name] = pd.Series(
            words.amounts_said(frame, name, "unpriced_quantity", "DBU"), index=frame.index, dtype=object
        )
    frame["vm_label"] = frame["vm_label"].replace({"estimated": "est."})
    frame["marked"] = frame["is_high"] | frame["is_rising"]
    limits = view.thresholds
    return Table(
        title="",
        frame=frame,
        columns=tuple(columns),
        total=_total(view),
        note=f"Marked: {formatting.money(limits.high_cost, filters.currency)} or more, "
        f"or a rise of {formatting.percent(limits.high_change)} or more."
        if frame["marked"].any()
        else "",
        marked="marked",
        empty=NOTHING,
    )


def jobs_export(view: JobsView) -> tuple[pd.DataFrame, tuple[ColumnSpec, ...]]:
    """The rows for a file, exact amounts as Decimal, in the order of the table."""
    exact = view.rows.to_pandas()
    at = {key: index for index, key in enumerate(_keys(exact))}
    return exact.iloc[[at[key] for key in _keys(view.jobs)]].reset_index(drop=True), FILE_COLUMNS


def _keys(frame: pd.DataFrame) -> list[str]:
    return [f"{workspace or ''}/{job}" for workspace, job in zip(frame["workspace_id"], frame["job_id"], strict=True)]


def _compares(view: JobsView, filters: Filters) -> bool:
    return view.comparison is not None and filters.compare is not None


def _cover(view: JobsView, filters: Filters, workspace_names: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    names = workspace_names or dict(zip(view.jobs["workspace_id"], view.jobs["workspace_name"], strict=True))
    period, *rest = words.filters_in_words(filters, names)
    if view.comparison is None or filters.compare is None:
        return (period, *rest)
    previous = view.comparison.previous
    return (period, ("Compared with", formatting.period_words(previous.start, previous.end)), *rest)


def _cards(view: JobsView, filters: Filters) -> tuple[Card, ...]:
    cards, currency = view.cards, filters.currency
    change, tone = words.change_words(cards.change if _compares(view, filters) else None, view.comparison, currency)
    vm = words.vm_words(view.jobs["vm_basis"])
    parts = [f"DBU {formatting.money(cards.dbu_cost, currency)}"] if cards.dbu_cost is not None else []
    parts += [f"VM {formatting.money(cards.vm_cost, currency)} {vm}"] if cards.vm_cost is not None else []
    failed = cards.failure_cost / cards.total_cost if cards.failure_cost and cards.total_cost else None
    return (
        Card("Total cost", _money(cards.total_cost, currency), change, " + ".join(parts), tone),
        Card("Jobs", formatting.count(cards.jobs)),
        Card("Runs", formatting.count(cards.runs)),
        Card("Average per run", _money(cards.average_per_run, currency)),
        Card("Most expensive run", _money(cards.most_expensive_run, currency)),
        Card(
            "Failure cost",
            _money(cards.failure_cost, currency),
            note=f"{formatting.percent(failed)} of total cost" if failed else "",
        ),
    )


def _money(amount: Decimal | float | None, currency: str) -> str:
    """An amount on a card; nothing at all is a dash, not "unpriced"."""
    return formatting.NONE if formatting.missing(amount) else formatting.money(amount, currency)


def _charts(view: JobsView, filters: Filters) -> list[Chart]:
    vm = words.vm_words(view.jobs["vm_basis"])
    by_job = ranking(view.jobs, "display_name", "total_cost", most=8, other=False)
    charts = [
        cost_by_day(view.daily, view.as_of, filters, vm),
        split(bill_parts(view.cards.dbu_cost, view.cards.vm_cost, vm)),
        Chart("Most expensive jobs", "bars", by_job, "display_name", "total_cost", half=True),
    ]
    for column, noun in (("workspace_name", "workspace"), ("owner", "owner")):
        if view.jobs[column].nunique(dropna=False) > 1:
            by = ranking(view.jobs, column, "total_cost", most=8, other=True, nameless=f"no {noun}")
            charts.append(Chart(f"By {noun}", "bars", by, column, "total_cost", half=True))
    return charts


def _change(frame: pd.DataFrame) -> list[Any]:
    """The share by which each job's cost changed; "new" where there was nothing before."""
    rows = zip(frame["change_share"], frame["change"], frame["previous_cost"], strict=True)
    return [
        "new" if formatting.missing(share) and amount > 0 and (formatting.missing(before) or before == 0) else share
        for share, amount, before in rows
    ]


def _total(view: JobsView) -> dict[str, object]:
    ended = view.jobs["ended_runs"].sum()
    total: dict[str, object] = {
        "runs": view.cards.runs,
        "success_rate": view.jobs["succeeded_runs"].sum() / ended if ended else None,
        "dbus": view.cards.dbus,
        "dbu_cost": view.cards.dbu_cost,
        "vm_cost": view.cards.vm_cost,
        "total_cost": view.cards.total_cost,
        "unpriced_quantity": view.cards.unpriced_quantity or None,
    }
    change = view.cards.change
    return total | ({"change_share": change.share} if change else {})

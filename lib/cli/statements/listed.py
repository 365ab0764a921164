"""The command about many statements: sums of them, roll-ups, single ones, and what stands out now."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from lib.cli import options
from lib.cli.output import cleaned, plain, print_json, print_table, records, say
from lib.cli.statements.answers import Source, WarehouseId, answer, narrowed
from lib.config import settings
from lib.context import Context, of_this_machine
from lib.errors import InputError
from lib.spend.filters import Filters
from lib.spend.formatting import NONE, count, duration, money, percent
from lib.statements import unbilled
from lib.statements.overview import DIMENSIONS, ROLLUPS, Overview
from lib.statements.shapes import Narrowed

UNPAID = {"pending": "pending", "unbilled": "not assessed"}
ORDERS = ("cost", "time", "waste", "spill", "new")


@options.chosen
def statements(
    by: Annotated[str | None, typer.Option(help=f"Sums by one of {', '.join(DIMENSIONS)}.")] = None,
    rolled: Annotated[
        str | None,
        typer.Option("--rollup", help=f"p50, p95, p99, success and fast/medium/slow by one of {', '.join(ROLLUPS)}."),
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Those of the last day that took long or cost much; exit code 1 if any.")
    ] = False,
    failed: Annotated[
        bool, typer.Option("--failures", help="Failed ones by what the error says, with its category.")
    ] = False,
    order: Annotated[str, typer.Option(help=f"Single statements by one of {', '.join(ORDERS)}.")] = "cost",
    limit: Annotated[int, typer.Option(help="How many.", min=1, max=10_000)] = 25,
    warehouse: WarehouseId = None,
    source: Source = None,
    view: options.Owned = options.Owned(),
    as_json: options.Json = False,
) -> None:
    """Queries: volume, time, cost and where the rest of the bill went; sums, or single statements."""
    from lib.statements.overview import overview, top
    from lib.statements.shown import over_the_edge
    from lib.statements.unbilled import with_states

    options.one_of(order, ORDERS, "--order")
    if by is not None:
        options.one_of(by, DIMENSIONS, "--by")
    if sum((by is not None, rolled is not None, now, failed)) > 1:
        raise InputError("--by, --rollup, --failures and --now are different lists.", remedy="Give one of them.")
    only = narrowed(warehouse, source)
    if (now or rolled is not None) and (warehouse or source):
        raise InputError(
            "--now and --rollup look at all warehouses and sources.", remedy="Leave --warehouse and --source out."
        )
    context = of_this_machine(settings())
    filters = view.filters(context)
    if now:
        _now(context, filters, limit, as_json)
        return
    if rolled is not None:
        _rolled(context, filters, options.one_of(rolled, ROLLUPS, "--rollup"), limit, as_json)
        return
    if failed:
        _failed(context, filters, only, limit, as_json)
        return
    shown = overview(context.warehouse, filters, context.as_of, only, dimensions=(by or "day",))
    listed = shown.by[by].head(limit) if by else top(context.warehouse, filters, order, only, rows=limit)
    rows = records(listed if by else with_states(listed, context.as_of))
    if as_json:
        bills = {"warehouses": vars(shown.bill), "serverless": vars(shown.serverless)}
        print_json(answer(rows, filters, context.as_of) | {"summary": cleaned(shown.numbers), "bill": bills})
        return
    _sums(rows, by, filters.currency) if by else _singles(rows, order, filters.currency, split=over_the_edge(listed))
    _said(shown)


def _sums(rows: Sequence[Any], by: str, currency: str) -> None:
    print_table(
        f"Queries by {by}",
        [by, ">runs", ">failed", ">cost", ">wasted", ">time", ">queued"],
        [
            [
                str(row["name"] or row["key"] or "none"),
                count(row["runs"]),
                count(row["failed_runs"]),
                money(row["cost"], currency),
                money(row["wasted_cost"], currency),
                duration(row["total_ms"] / 1000),
                duration(row["queue_ms"] / 1000),
            ]
            for row in rows
        ],
    )


def _singles(rows: Sequence[Any], order: str, currency: str, *, split: bool) -> None:
    """split: also what of the cost fell into the period."""
    costs = ("cost", "period_cost") if split else ("cost",)
    print_table(
        f"Queries by {order}",
        ["#statement", "started", "user", "source", "state", ">time", ">cost", *([">in the period"] if split else [])],
        [
            [
                row["statement_id"],
                str(plain(row["start_time"])),
                row["executed_by"] or NONE,
                row["source_kind"],
                row["execution_status"] or NONE,
                duration(row["total_ms"] / 1000),
                *(UNPAID.get(row["state"] or "") or money(row[name], currency) for name in costs),
            ]
            for row in rows
        ],
    )


def _said(shown: Overview) -> None:
    """The sums behind the rows, and where the rest of the bill went."""
    numbers, bill, currency = shown.numbers, shown.bill, shown.filters.currency
    say(
        f"{count(numbers['runs'])} statements, {percent(numbers['failed_share'])} failed, "
        f"p95 {duration((numbers['p95_ms'] or 0) / 1000)}."
    )
    if late := unbilled.said(bill.unbilled_hours, numbers["unbilled_runs"]):
        say(late)
    if not bill.whole:
        say(
            f"They used {money(bill.used, currency)} of what SQL warehouses cost; the rest of it, and idle time, is not split "
            "by owner or source."
        )
        return
    say(
        f"Of {money(bill.billed, currency)} for SQL warehouses statements used {money(bill.used, currency)}, "
        f"{money(bill.idle, currency)} was idle, {money(bill.unattributed, currency)} is not attributed; "
        f"{count(bill.pending_hours)} hours are not billed yet."
    )


def _rolled(context: Context, filters: Filters, dim: str, limit: int, as_json: bool) -> None:
    from lib.statements.overview import rollup

    rows = records(rollup(context.warehouse, filters, dim, context.query_thresholds).head(limit))
    if as_json:
        print_json(answer(rows, filters, context.as_of))
        return
    print_table(
        f"Queries by {dim}",
        [dim, ">runs", ">succeeded", ">fast", ">medium", ">slow", ">p50", ">p95", ">p99", ">cost"],
        [
            [
                str(row["name"] or "none"),
                count(row["runs"]),
                percent(row["success_share"]),
                *(count(row[name]) for name in ("fast_runs", "medium_runs", "slow_runs")),
                *(duration(row[name] and row[name] / 1000) for name in ("p50_ms", "p95_ms", "p99_ms")),
                money(row["cost"], filters.currency),
            ]
            for row in rows
        ],
    )


def _failed(context: Context, filters: Filters, only: Narrowed, limit: int, as_json: bool) -> None:
    from lib.statements.overview import failures
    from lib.statements.statement import may_read_all

    found = failures(context.warehouse, filters, only, may_read=may_read_all(context.viewer))
    rows = records(found.head(limit))
    if as_json:
        print_json(answer(rows, filters, context.as_of))
        return
    print_table(
        "Failed statements by what the error says",
        ["why", "~error", ">statements", ">people", "last"],
        [
            [
                row["category"],
                row["error_text"] or "not said",
                count(row["runs"]),
                count(row["users"]),
                str(plain(row["last_at"])),
            ]
            for row in rows
        ],
    )


def _now(context: Context, filters: Filters, limit: int, as_json: bool) -> None:
    from lib import operate
    from lib.statements.monitor import standing

    found = standing(context.warehouse, filters, context.as_of, context.query_thresholds)
    found, problem = operate.standing_now(context, found, filters)
    if problem:
        say(f"What runs now could not be asked: {problem}")
    shown = found[:limit]
    if as_json:
        rows = [cleaned(item.facts) | {"slow": item.slow, "expensive": item.expensive} for item in shown]
        print_json(answer(rows, filters, context.as_of))
    else:
        print_table(
            "Statements that stand out now",
            ["#statement", "state", "user", "warehouse", ">time", "slow", "expensive"],
            [
                [
                    item.facts["statement_id"],
                    item.facts["execution_status"] or "RUNNING",
                    item.facts["executed_by"] or NONE,
                    item.facts["warehouse_name"] or item.facts["warehouse_id"] or "serverless",
                    duration(item.facts["total_ms"] / 1000),
                    item.slow or NONE,
                    item.expensive or NONE,
                ]
                for item in shown
            ],
        )
        if len(found) > limit:
            say(f"{count(len(found) - limit)} more; --limit shows them.")
    if any(item.slow or item.expensive for item in found):
        raise typer.Exit(1)

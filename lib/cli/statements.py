"""Commands about queries: statements, one statement, fingerprints, findings, and what other warehouse settings would mean."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from lib.cli import options
from lib.cli.output import cleaned, plain, print_json, print_table, records, say
from lib.config import settings
from lib.context import Context, of_this_machine, utc_now
from lib.errors import InputError, NotFound
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.formatting import count, duration, money, percent

Source = Annotated[
    str | None,
    typer.Option(
        help="dashboard, genie, job, notebook, alert, editor, dbt, pipeline or application.", rich_help_panel="Filters"
    ),
]
WarehouseId = Annotated[str | None, typer.Option("--warehouse", help="Warehouse id.", rich_help_panel="Filters")]


def statements(
    by: Annotated[
        str | None, typer.Option(help="Sums by day, warehouse, user, source, thing, type, client or workspace.")
    ] = None,
    rolled: Annotated[
        str | None,
        typer.Option(
            "--rollup", help="p50, p95, p99, success and fast/medium/slow by hour, day, user, source, alert or pattern."
        ),
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Those of the last day that took long or cost much; exit code 1 if any.")
    ] = False,
    order: Annotated[str, typer.Option(help="Single statements by cost, time, waste, spill or new.")] = "cost",
    limit: Annotated[int, typer.Option(help="How many.", min=1, max=10_000)] = 25,
    warehouse: WarehouseId = None,
    source: Source = None,
    start: options.From = None,
    end: options.To = None,
    period: options.Preset = "last_30",
    base: options.Base = None,
    currency: options.Currency = None,
    workspaces: options.Workspaces = None,
    owners: options.Owners = None,
    as_json: options.Json = False,
) -> None:
    """Queries: volume, time, cost and where the rest of the bill went; sums, or single statements."""
    from lib.statements.overview import DIMENSIONS, overview, top
    from lib.statements.shapes import Narrowed

    if by is not None and by not in DIMENSIONS:
        raise InputError(f"{by!r} is no dimension.", remedy=f"Use one of: {', '.join(DIMENSIONS)}.", place="--by")
    if order not in ORDERS:
        raise InputError(f"{order!r} is no order.", remedy=f"Use one of: {', '.join(ORDERS)}.", place="--order")
    context = of_this_machine(settings())
    view = _view(context, start, end, period, base, currency, workspaces, owners)
    if now:
        _now(context, view, as_json)
        return
    if rolled is not None:
        _rolled(context, view, rolled, limit, as_json)
        return
    narrowed = Narrowed(warehouse, source)
    shown = overview(context.warehouse, view, context.as_of, narrowed, dimensions=(by or "day",))
    frame = shown.by[by].head(limit) if by else top(context.warehouse, view, order, narrowed, rows=limit)
    rows = records(frame)
    if as_json:
        bills = {name: vars(bill) for name, bill in (("warehouses", shown.bill), ("serverless", shown.serverless))}
        print_json(_answer(rows, view, context.as_of) | {"summary": cleaned(shown.numbers), "bill": bills})
        return
    numbers, bill = shown.numbers, shown.bill
    if by:
        print_table(
            f"Queries by {by}",
            [by, ">runs", ">failed", ">cost", ">wasted", ">time", ">queued"],
            [
                [
                    str(row["name"] or row["key"] or "none"),
                    count(row["runs"]),
                    count(row["failed_runs"]),
                    money(row["cost"], view.currency),
                    money(row["wasted_cost"], view.currency),
                    duration(row["total_ms"] / 1000),
                    duration(row["queue_ms"] / 1000),
                ]
                for row in rows
            ],
        )
    else:
        print_table(
            f"Queries by {order}",
            ["statement", "started", "user", "source", "state", ">time", ">cost"],
            [
                [
                    row["statement_id"],
                    str(plain(row["start_time"])),
                    row["executed_by"] or "–",
                    row["source_kind"],
                    row["execution_status"] or "–",
                    duration(row["total_ms"] / 1000),
                    money(row["cost"], view.currency),
                ]
                for row in rows
            ],
        )
    say(
        f"{count(numbers['runs'])} statements, {percent(numbers['failed_share'])} failed, "
        f"p95 {duration((numbers['p95_ms'] or 0) / 1000)}."
    )
    say(
        f"Of {money(bill.billed, view.currency)} for SQL warehouses statements used {money(bill.used, view.currency)}, "
        f"{money(bill.idle, view.currency)} was idle, {money(bill.unattributed, view.currency)} is not attributed; "
        f"{count(bill.pending_hours)} hours are not billed yet."
    )


def _rolled(context: Context, view: Filters, dim: str, limit: int, as_json: bool) -> None:
    from lib.statements.overview import ROLLUPS, rollup

    if dim not in ROLLUPS:
        raise InputError(f"{dim!r} is no roll-up.", remedy=f"Use one of: {', '.join(ROLLUPS)}.", place="--rollup")
    frame = rollup(context.warehouse, view, dim, context.query_thresholds).head(limit)
    rows = records(frame)
    if as_json:
        print_json(_answer(rows, view, context.as_of))
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
                *(duration(row[name] / 1000) for name in ("p50_ms", "p95_ms", "p99_ms")),
                money(row["cost"], view.currency),
            ]
            for row in rows
        ],
    )


def _now(context: Context, view: Filters, as_json: bool) -> None:
    from lib import operate
    from lib.statements.monitor import standing

    found = standing(context.warehouse, view, context.as_of, context.query_thresholds)
    found, problem = operate.standing_now(context, found)
    if problem:
        say(f"What runs now could not be asked: {problem}")
    if as_json:
        rows = [cleaned(item.facts) | {"slow": item.slow, "expensive": item.expensive} for item in found]
        print_json(_answer(rows, view, context.as_of))
    else:
        print_table(
            "Statements that stand out now",
            ["statement", "state", "user", "warehouse", ">time", "slow", "expensive"],
            [
                [
                    item.facts["statement_id"],
                    item.facts["execution_status"] or "RUNNING",
                    item.facts["executed_by"] or "–",
                    item.facts["warehouse_name"] or item.facts["warehouse_id"] or "serverless",
                    duration(item.facts["total_ms"] / 1000),
                    item.slow or "–",
                    item.expensive or "–",
                ]
                for item in found
            ],
        )
    if any(item.slow or item.expensive for item in found):
        raise typer.Exit(1)


NO_TEXT = {"masked": "The text is not shown to your role.", "missing": "The account encrypts the text, or keeps none."}
ORDERS = ("cost", "time", "waste", "spill", "new")


def statement(
    statement_id: Annotated[str, typer.Argument(help="Statement id.")],
    workspace: Annotated[str | None, typer.Option(help="Workspace id.")] = None,
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel it, with --reason.")] = False,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say whether it could be canceled; do nothing.")] = False,
    base: options.Base = None,
    currency: options.Currency = None,
    as_json: options.Json = False,
) -> None:
    """One statement: text, timeline, cost with its computation, findings, sister runs."""
    from lib.statements.statement import statement as read

    context = of_this_machine(settings())
    view = _view(context, None, None, "last_30", base, currency, None, None)
    live = _live(context, statement_id)
    if live is not None and (cancel or dry_run):
        _cancel(context, live, reason, dry_run, as_json)
        return
    try:
        shown = read(context.warehouse, view, context.as_of, statement_id, workspace, context.viewer)
    except NotFound:
        if live is None:
            raise
        print_json({"statement": cleaned(live)} | {"state": "running"}) if as_json else say(_live_words(live))
        return
    facts = cleaned(shown.facts)
    if cancel or dry_run:
        _cancel(context, shown.facts, reason, dry_run, as_json)
        return
    if as_json:
        print_json(
            {
                "statement": facts,
                "text_state": shown.text_state,
                "fingerprint": shown.shape.fingerprint,
                "template": shown.shape.template,
                "timeline_ms": dict(shown.timeline),
                "cost": _number(shown.cost),
                "currency": view.currency,
                "base": view.base,
                "computation": records(shown.pieces),
                **shown.linted.as_dict(),
                "sisters": records(shown.sisters.head(20)),
                "profile_url": shown.profile_url or None,
            }
        )
        return
    typer.echo(
        shown.text
        or {"masked": "The text is not shown to your role.", "missing": "The account encrypts the text."}[
            shown.text_state
        ]
    )
    print_table("Time", ["part", ">took"], [[name, duration(ms / 1000)] for name, ms in shown.timeline])
    say(f"Cost: {money(shown.cost, view.currency)} ({view.base}); fingerprint {shown.shape.fingerprint}.")
    for finding in shown.linted.findings:
        say(f"{finding.line}:{finding.column}: {finding.priority.value}: {finding.message} {finding.remedy}")


def _live(context: Context, statement_id: str) -> dict[str, Any] | None:
    """A statement that runs now, as the workspace says; None when it does not."""
    from lib import operate
    from lib.statements.statement import live_text

    now = utc_now()
    found = operate.live_statement(context, statement_id)
    if found is None:
        return None
    one, workspace_id = found
    return {
        "workspace_id": workspace_id, "statement_id": one.statement_id, "warehouse_id": one.warehouse_id,
        "executed_by": one.who, "execution_status": one.state, "start_time": one.started_at,
        "total_ms": int(one.seconds(now) * 1000), "statement_type": one.statement_type,
        "client_application": one.client_application, "statement_text": live_text(context.viewer, one)[0],
    }  # fmt: skip


def _live_words(live: Mapping[str, Any]) -> str:
    return (
        f"It runs now, for {duration(live['total_ms'] / 1000)}, sent by {live['executed_by'] or 'nobody'}; cost and figures "
        "come with the tables, about an hour later."
    )


def _cancel(context: Context, facts: Mapping[str, Any], reason: str, dry_run: bool, as_json: bool) -> None:
    from lib.operate import statement_desk
    from lib.statements.acting import Running

    wanted = Running(
        facts["statement_id"],
        facts["warehouse_id"],
        facts["executed_by"],
        facts["execution_status"] or "RUNNING",
        facts["workspace_id"],
    )
    done = statement_desk(context).cancel(
        context.viewer, wanted, reason=reason or ("dry run" if dry_run else ""), dry_run=dry_run
    )
    if as_json:
        print_json(vars(done))
    else:
        say(done.message)
    if done.result in ("refused", "failed"):
        raise typer.Exit(1)


def fingerprints(
    limit: Annotated[int, typer.Option(help="How many; 0 is all.", min=0)] = 50,
    warehouse: WarehouseId = None,
    source: Source = None,
    start: options.From = None,
    end: options.To = None,
    period: options.Preset = "last_30",
    base: options.Base = None,
    currency: options.Currency = None,
    workspaces: options.Workspaces = None,
    owners: options.Owners = None,
    as_json: options.Json = False,
) -> None:
    """Queries by what they are: runs, cost, times, spill, pruning; and which became slower or dearer, and why."""
    from lib.statements.insights import regressions
    from lib.statements.shapes import ALL, MOST, Narrowed
    from lib.statements.shapes import fingerprints as read

    context = of_this_machine(settings())
    view = _view(context, start, end, period, base, currency, workspaces, owners)
    most = max(limit, MOST) if limit else ALL
    shown = read(context.warehouse, view, context.as_of, Narrowed(warehouse, source), most=most)
    moved = regressions(context.warehouse, view, context.as_of, context.query_thresholds)
    rows = records(shown.table.head(limit or None))
    if as_json:
        print_json(
            _answer(rows, view, context.as_of)
            | {
                "all": cleaned(vars(shown.every)),
                "regressions": [cleaned(item.as_dict()) for item in moved if item.is_worse],
                "improvements": [cleaned(item.as_dict()) for item in moved if not item.is_worse],
            }
        )
        return
    print_table(
        "Fingerprints",
        ["fingerprint", ">runs", ">cost", ">a run", ">p50", ">p95", ">skipped files", "what it is"],
        [
            [
                row["fingerprint"],
                count(row["runs"]),
                money(row["cost"], view.currency),
                money(row["run_cost"], view.currency),
                duration((row["p50_ms"] or 0) / 1000),
                duration((row["p95_ms"] or 0) / 1000),
                percent(row["pruned_share"] or 0),
                (row["template"] or "")[:80],
            ]
            for row in rows
        ],
    )
    say(f"{count(shown.listed_shapes)} of {count(shown.every.shapes)} shapes were put together.")
    for item in moved[:10]:
        say(f"{item.fingerprint}: {item.words}")


def findings(
    limit: Annotated[int, typer.Option(help="How many.", min=1, max=10_000)] = 50,
    kind: Annotated[str | None, typer.Option(help="Only of this kind, such as spill or select-star.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Only little effort with a known saving.")] = False,
    by_user: Annotated[bool, typer.Option("--by-user", help="Grouped by who runs the query most.")] = False,
    base: options.Base = None,
    currency: options.Currency = None,
    workspaces: options.Workspaces = None,
    owners: options.Owners = None,
    as_json: options.Json = False,
) -> None:
    """What to change about queries, with what it would save in thirty days."""
    from lib.statements.findings import by_user as grouped
    from lib.statements.findings import findings as read

    context = of_this_machine(settings())
    view = _view(context, None, None, "last_30", base, currency, workspaces, owners)
    shown = read(context.warehouse, view, context.as_of, context.query_thresholds)
    chosen = [item for item in (shown.quick_wins if quick else shown.found) if kind in (None, item.kind)]
    rows = [_recommended(item) for item in chosen[:limit]]
    if as_json:
        body: dict[str, Any] = {
            "findings": rows,
            "count": len(chosen),
            "unparseable": [vars(item) for item in shown.unread],
        }
        body |= {
            "period": {"from": plain(shown.period.start), "to": plain(shown.period.end)},
            "currency": view.currency,
        }
        if by_user:
            body["by_user"] = {user: [item.key for item in items] for user, items in grouped(chosen).items()}
        print_json(body)
        return
    heads = ["priority", "kind", ">saves from", ">to", "what", "query"]
    for user, items in (grouped(chosen[:limit]) if by_user else {"": chosen[:limit]}).items():
        lines = [
            [
                item.priority.value,
                item.kind,
                money(item.saving_low, view.currency),
                money(item.saving_high, view.currency),
                item.evidence[0][:80],
                item.object_name[:60],
            ]
            for item in items
        ]
        print_table(user or "Findings about queries, saving in 30 days", heads, lines)
    say(f"{count(len(chosen))} findings; savings are shares of what the queries cost.")


warehouses_commands = typer.Typer(
    help="SQL warehouses: state, size, use, queue and cost; and what other settings would mean."
)


@warehouses_commands.callback(invoke_without_command=True)
def _warehouses(ctx: typer.Context, workspaces: options.Workspaces = None, as_json: options.Json = False) -> None:
    """SQL warehouses: state, size, use, queue and cost, the costliest first; `what-if` replays one with other settings."""
    from lib.cli.clusters import warehouses

    if ctx.invoked_subcommand is None:
        warehouses(workspaces, as_json)


warehouse_commands = typer.Typer(
    no_args_is_help=True, help="One SQL warehouse: start it, stop it, and what other settings would mean."
)


@warehouses_commands.command("what-if")
@warehouse_commands.command("what-if")
def what_if(
    warehouse_id: Annotated[str, typer.Argument(help="Warehouse id.")],
    size: Annotated[str | None, typer.Option(help="2X-Small to 5X-Large.")] = None,
    auto_stop: Annotated[int | None, typer.Option(help="Minutes; 0 is never.")] = None,
    max_clusters: Annotated[int | None, typer.Option(help="Most clusters.")] = None,
    start: options.From = None,
    end: options.To = None,
    period: options.Preset = "last_30",
    base: options.Base = None,
    currency: options.Currency = None,
    as_json: options.Json = False,
) -> None:
    """What a warehouse would have cost with another size, auto stop or cluster limit: its history replayed."""
    from lib.statements.warehouse import wanted_settings, warehouse_view
    from lib.statements.whatif import outcome

    context = of_this_machine(settings())
    view = _view(context, start, end, period, base, currency, None, None)
    shown = warehouse_view(context.warehouse, view, context.as_of, context.query_thresholds, None, warehouse_id)
    asked = size is not None or auto_stop is not None or max_clusters is not None
    then = wanted_settings(shown.settings, size=size, auto_stop=auto_stop, max_clusters=max_clusters)
    outcomes = [outcome(shown.history, then, shown.cost)] if asked and shown.fits else list(shown.outcomes)
    rows = [
        vars(item.then)
        | {
            "cost_low": _number(item.cost_low),
            "cost_high": _number(item.cost_high),
            "on_s_low": item.on_s_low,
            "on_s_high": item.on_s_high,
            "starts": item.starts,
            "saving_30d": item.saving(shown.cost, shown.days),
            "warnings": list(item.warnings),
        }
        for item in outcomes
    ]
    if as_json:
        print_json(
            {
                "warehouse_id": warehouse_id,
                "name": shown.facts["warehouse_name"],
                "settings": vars(shown.settings),
                "period": {"from": plain(view.period.start), "to": plain(view.period.end)},
                "currency": view.currency,
                "cost": _number(shown.cost),
                "used": _number(shown.used),
                "idle": _number(shown.idle),
                "on_s": shown.up_s,
                "busy_s": shown.busy_s,
                "simulated_on_s": shown.fit.simulated_s,
                "assessed": shown.fits,
                "starts": shown.starts,
                "outcomes": rows,
            }
        )
        return
    say(
        f"{shown.facts['warehouse_name'] or warehouse_id}: on {duration(shown.up_s)}, simulated "
        f"{duration(shown.fit.simulated_s)} ({percent(shown.fit.off)} off), "
        f"busy {duration(shown.busy_s)}, cost {money(shown.cost, view.currency)}, idle {money(shown.idle, view.currency)}."
    )
    if not shown.fits:
        say("Its history does not fit its statements and settings: not assessed.")
        return
    print_table(
        "What other settings would have cost",
        ["size", ">auto stop", ">clusters", ">cost from", ">to", ">saves in 30 days from", ">to"],
        [
            [
                row["size"],
                f"{row['auto_stop_minutes']} min",
                count(row["max_clusters"]),
                money(row["cost_low"], view.currency),
                money(row["cost_high"], view.currency),
                *(money(part, view.currency) for part in row["saving_30d"] or (None, None)),
            ]
            for row in rows
        ],
    )
    for item in outcomes:
        for warning in item.warnings:
            say(warning)


def _view(
    context: Context,
    start: str | None,
    end: str | None,
    period: str,
    base: str | None,
    currency: str | None,
    workspaces: list[str] | None,
    owners: list[str] | None,
) -> Filters:
    return options.filters(
        context, start=start, end=end, period=period, base=base, currency=currency, workspaces=workspaces, owners=owners
    )


def _answer(rows: list[dict[str, Any]], view: Filters, as_of: AsOf) -> dict[str, Any]:
    return {
        "rows": rows,
        "period": {"from": plain(view.period.start), "to": plain(view.period.end)},
        "base": view.base,
        "currency": view.currency,
        "as_of": plain(as_of.newest_complete_day or as_of.last_day),
    }


def _recommended(item: Any) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "key": item.key,
        "priority": item.priority.value,
        "workspace_id": item.workspace_id,
        "fingerprint": item.object_id,
        "query": item.object_name,
        "title": item.title,
        "evidence": list(item.evidence),
        "action": item.action,
        "saving_low": plain(item.saving_low),
        "saving_high": plain(item.saving_high),
        "currency": item.currency,
        "method": item.method,
        "confidence": item.confidence,
        "own_cost": plain(item.own_cost),
        "facts": item.facts,
    }


def _number(value: float | None) -> float | None:
    return None if value is None or value != value else round(float(value), 6)

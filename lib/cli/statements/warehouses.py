"""Commands about SQL warehouses: the list of them, one of them, and what other settings would have meant."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli import clusters, options
from lib.cli.output import print_json, print_table, say
from lib.cli.statements.answers import days, number
from lib.config import settings
from lib.context import of_this_machine
from lib.spend.formatting import count, duration, money, percent

if TYPE_CHECKING:
    from lib.statements.warehouse import WarehouseView
    from lib.statements.whatif.outcome import Outcome

many = typer.Typer(help="SQL warehouses: state, size, use, queue and cost; and what other settings would mean.")
one = typer.Typer(
    no_args_is_help=True, help="One SQL warehouse: start it, stop it, and what other settings would mean."
)
one.command("start")(clusters.start_warehouse)
one.command("stop")(clusters.stop_warehouse)


@many.callback(invoke_without_command=True)
def warehouses(ctx: typer.Context, workspaces: options.Workspaces = None, as_json: options.Json = False) -> None:
    """SQL warehouses: state, size, use, queue and cost, the costliest first; `what-if` replays one with other settings."""
    if ctx.invoked_subcommand is None:
        clusters.warehouses(workspaces, as_json)


@many.command("what-if")
@one.command("what-if")
@options.chosen
def what_if(
    warehouse_id: Annotated[str, typer.Argument(help="Warehouse id.")],
    size: Annotated[str | None, typer.Option(help="2X-Small to 5X-Large.")] = None,
    auto_stop: Annotated[int | None, typer.Option(help="Minutes; 0 is never.")] = None,
    max_clusters: Annotated[int | None, typer.Option(help="Most clusters.")] = None,
    min_clusters: Annotated[int | None, typer.Option(help="Fewest clusters.")] = None,
    view: options.Dated = options.Dated(),
    as_json: options.Json = False,
) -> None:
    """What a warehouse would have cost with another size, auto stop or cluster limits: its statements sent again."""
    from lib.statements.warehouse import warehouse_view
    from lib.statements.whatif.settings import wanted_settings

    context = of_this_machine(settings())
    filters = view.filters(context)
    shown = warehouse_view(context.warehouse, filters, context.as_of, context.query_thresholds, None, warehouse_id)
    then = wanted_settings(
        shown.settings, size=size, auto_stop=auto_stop, max_clusters=max_clusters, min_clusters=min_clusters
    )
    asked = any(value is not None for value in (size, auto_stop, max_clusters, min_clusters))
    outcomes = [shown.what_if.outcome(then)] if asked and shown.what_if else list(shown.outcomes)
    if as_json:
        print_json(_answer(shown, outcomes))
        return
    say(
        f"{shown.facts['warehouse_name'] or warehouse_id}: on {duration(shown.up_s)}, simulated "
        f"{duration(shown.fit.simulated_s)} ({percent(shown.fit.off)} off), "
        f"busy {duration(shown.busy_s)}, cost {money(shown.cost, filters.currency)}, "
        f"idle {money(shown.idle, filters.currency)}."
    )
    if not shown.fits:
        say("Its history does not fit its statements and settings: not assessed.")
        return
    _print(shown, outcomes)
    for item in outcomes:
        for warning in item.warnings:
            say(warning)


def _answer(shown: "WarehouseView", outcomes: "Sequence[Outcome]") -> dict[str, Any]:
    """The warehouse as it was, and what other settings would have meant."""
    return {
        "warehouse_id": shown.facts["warehouse_id"],
        "name": shown.facts["warehouse_name"],
        "settings": vars(shown.settings),
        "period": days(shown.filters.period),
        "currency": shown.filters.currency,
        "cost": number(shown.cost),
        "used": number(shown.used),
        "idle": number(shown.idle),
        "on_s": shown.up_s,
        "busy_s": shown.busy_s,
        "simulated_on_s": shown.fit.simulated_s,
        "assessed": shown.fits,
        "starts": shown.starts,
        "outcomes": [
            vars(item.then)
            | {
                "cost_low": number(item.cost_low),
                "cost_high": number(item.cost_high),
                "on_s_low": item.on_s_low,
                "on_s_high": item.on_s_high,
                "starts": item.starts,
                "queued_s_low": item.queued_s_low,
                "queued_s_high": item.queued_s_high,
                "saving_30d": item.saving(shown.cost, shown.days),
                "warnings": list(item.warnings),
            }
            for item in outcomes
        ],
    }


def _print(shown: "WarehouseView", outcomes: "Sequence[Outcome]") -> None:
    currency = shown.filters.currency
    print_table(
        "What other settings would have cost",
        ["size", ">auto stop", ">clusters", ">cost from", ">to", ">saves in 30 days from", ">to"],
        [
            [
                item.then.size,
                f"{item.then.auto_stop_minutes} min",
                count(item.then.max_clusters),
                money(item.cost_low, currency),
                money(item.cost_high, currency),
                *(money(part, currency) for part in item.saving(shown.cost, shown.days) or (None, None)),
            ]
            for item in outcomes
        ],
    )

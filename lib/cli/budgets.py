"""The command budgets: how they stand; make, change and end one."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from lib.access import Role
from lib.cli import options, watched
from lib.cli.options import Json
from lib.cli.output import print_json, print_table, say
from lib.config import settings
from lib.context import Context, of_this_machine, utc_now
from lib.errors import InputError, NotFound
from lib.spend.budget import Plan, parse_thresholds
from lib.spend.filters import BASES
from lib.spend.period import parse_day, preset
from lib.store import watch as stored
from lib.watch.answers import standing_row
from lib.watch.budgets import all_standings
from lib.watch.daily import parse_key, read
from lib.watch.days_off import calendar
from lib.watch.tag import watched_tag


def budgets(
    name: Annotated[
        str | None, typer.Argument(help="With --amount: the budget to make or change; else only this one.")
    ] = None,
    amount: Annotated[str | None, typer.Option(help="Make or change the budget NAME.")] = None,
    of: Annotated[
        str | None,
        typer.Option("--of", help="What it is for: total, workspace:ID, tag:team=data, job:ID@WORKSPACE, …"),
    ] = None,
    span: Annotated[str | None, typer.Option("--every", help="daily, monthly, quarterly, yearly or custom.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="First day of a custom period.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day of a custom period.")] = None,
    thresholds: Annotated[str | None, typer.Option(help="Percents by comma; f for forecast: 50,80,100,100f.")] = None,
    commitment: Annotated[
        bool | None, typer.Option("--commitment/--no-commitment", help="An amount that was promised.")
    ] = None,
    base: options.Base = None,
    currency: options.Currency = None,
    put_away: Annotated[bool, typer.Option("--end", help="Put the budget NAME away; it stays on record.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit code 1 when a budget is over or will be.")] = False,
    as_json: Json = False,
) -> None:
    """How budgets stand: spent, expected end, when they run out; or make, change and end one."""
    context = of_this_machine(settings())
    known = {budget.name: budget for budget in stored.all_budgets(context.store)}
    if amount or put_away:
        if not name:
            raise InputError("Which budget?", place="NAME", remedy="Write its name after `budgets`.")
        context.viewer.require(Role.OPERATOR, "change budgets")
        wanted_plan = (amount, of, span, (start, end), thresholds, commitment, base, currency)
        _write_budget(context, known.get(name), name, wanted_plan, put_away)
        known = {budget.name: budget for budget in stored.all_budgets(context.store)}
    wanted = [budget for budget in known.values() if name is None or budget.name == name]
    if name is not None and not wanted and not put_away:
        raise NotFound(f"There is no budget {name!r}.", remedy=f"Known: {', '.join(known) or 'none'}.")
    until = context.as_of
    found = all_standings(
        wanted,
        lambda whole, tag: read(context.warehouse, whole, until, tag),
        preset("last_30", until.today),
        watched_tag(context.warehouse, until),
        until.today,
        calendar(context.store, context.settings.holidays),
    )
    rows = [standing_row(one) for one in found]
    if as_json:
        print_json({"today": until.today, "newest_complete_day": until.newest_complete_day, "budgets": rows})
    else:
        _print(f"Budgets on {until.today}", rows)
    if check and any(one.status.state != "ok" for one in found):
        raise typer.Exit(1)


HEADS = (
    "budget", "for", ">amount", "period", ">spent", ">share", ">expected end", ">share", "runs out", "verdict",
)  # fmt: skip


def _print(title: str, rows: Sequence[dict[str, Any]]) -> None:
    cells = [
        [
            row["name"],
            row["series_name"],
            f"{row['amount']:,.2f} {row['currency']}",
            row["period"],
            f"{row['spent'] + row['incomplete']:,.2f}",
            watched.percent(row["share"]),
            "–" if row["expected_end"] is None else f"{row['expected_end']:,.2f}",
            watched.percent(row["expected_share"]),
            str(row["runs_out"] or "–"),
            row["verdict"],
        ]
        for row in rows
    ]
    print_table(title, HEADS, cells)


def _write_budget(
    context: Context, known: stored.Budget | None, name: str, said: tuple[Any, ...], put_away: bool
) -> None:
    """Make, change or end a budget; what was not said of a known one stays as it is."""
    now = utc_now()
    if put_away:
        if known is None:
            raise NotFound(f"There is no budget {name!r}.")
        stored.end_budget(context.store, known, context.viewer.name, now)
        say(f"The budget “{name}” is put away.")
        return
    amount, of, span, days, thresholds, commitment, base, currency = said
    old = known or stored.Budget(
        name, "total", Plan(Decimal(1)), context.settings.currency, context.settings.cost_base, context.viewer.name
    )
    try:
        exact = Decimal(str(amount))
    except InvalidOperation as error:
        raise InputError(f"{amount!r} is not an amount.", place="--amount") from error
    first, last = (parse_day(text, place="--from, --to") if text else None for text in days)
    plan = Plan(
        exact,
        span or old.plan.span,
        first or old.plan.first_day,
        last or old.plan.last_day,
        parse_thresholds(thresholds) if thresholds else old.plan.thresholds,
        old.plan.commitment if commitment is None else commitment,
    )
    series = parse_key(of, place="--of").text if of else old.series
    if base and base not in BASES:
        raise InputError(f"{base!r} is no price base.", place="--base", remedy="list or contract")
    made = replace(
        old, series=series, plan=plan, base=base or old.base, currency=currency.upper() if currency else old.currency
    )
    stored.save_budget(context.store, made, context.viewer.name, now)
    say(f"The budget “{name}” is kept.")

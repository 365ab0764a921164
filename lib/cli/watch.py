"""Commands that watch: forecast, anomalies and budgets, of the ledger; the first two of any CSV file too."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from lib.access import Role
from lib.cli import options, watch_csv
from lib.cli.options import Json
from lib.cli.output import print_json, print_table, say
from lib.config import settings
from lib.context import Context, of_this_machine
from lib.errors import InputError, NotFound
from lib.spend.anomaly import SEVERITIES, Sensitivity
from lib.spend.budget import Plan, parse_thresholds
from lib.spend.filters import BASES, Filters
from lib.spend.period import parse_day
from lib.store import watch as stored
from lib.watch import desk
from lib.watch.answers import forecast_rows, standing_row, told_row
from lib.watch.budgets import Standing, standings
from lib.watch.daily import Daily, Key, parse_key, read
from lib.watch.days_off import Calendar
from lib.watch.outlook import MonthEnd, Outlook, outlook
from lib.watch.tag import key_of, watched_tag
from lib.watch.tell import days_back, usual, with_marks

MOST_AHEAD = 730
CsvFile = Annotated[
    Path | None,
    typer.Option("--csv", help="Any CSV file instead of the ledger: first column the day, each other column a series."),
]
Country = Annotated[str | None, typer.Option(help="Holidays of a country (DE) or a part of one (DE-BY).")]
Incomplete = Annotated[
    int, typer.Option(help="With --csv: newest days to leave out because they may still grow.", min=0)
]
Watched = Annotated[
    str | None, typer.Option("--watch-tag", help="Tag key whose values are watched; else the account's usual one.")
]
SameDayOption = Annotated[
    str | None,
    typer.Option("--same-day", help="With --csv: several rows of one day (hours) make their sum, mean or last."),
]
Planned = Annotated[
    list[str] | None,
    typer.Option(
        "--planned", help="With --csv: a planned day, or FIRST..LAST, that teaches nothing and is not judged."
    ),
]


def forecast(
    csv: CsvFile = None,
    of: Annotated[
        list[str] | None, typer.Option("--of", help="total, workspace:ID, product:JOBS, job:ID@WORKSPACE, …")
    ] = None,
    horizon: Annotated[int, typer.Option(help="Days ahead.", min=1, max=MOST_AHEAD)] = 30,
    remove: Annotated[list[str] | None, typer.Option(help="What if this series went away; may be repeated.")] = None,
    scale: Annotated[
        list[str] | None, typer.Option(help="SERIES=FACTOR: what if it cost so many times as much.")
    ] = None,
    country: Country = None,
    planned: Planned = None,
    incomplete: Incomplete = 0,
    same_day: SameDayOption = None,
    base: options.Base = None,
    currency: options.Currency = None,
    workspaces: options.Workspaces = None,
    tag: Watched = None,
    as_json: Json = False,
) -> None:
    """What it will cost, with 80 % and 95 % bands and the method's own measured error; of the ledger or any CSV file."""
    if csv is None:
        context = of_this_machine(settings())
        daily = _ledger(context, base, currency, workspaces, tag)
        keys = [parse_key(text, place="--of") for text in of or ["total"]]
        factors = what_if(remove or (), scale or ())
        calendar = Calendar(stored.planned_events(context.store), country or context.settings.holidays)
        looks = [outlook(daily, key, horizon, what_if=factors, calendar=calendar) for key in keys]
        _tell_outlook(daily, looks, as_json)
        return
    wide = watch_csv.complete(csv, incomplete, same_day)
    rows = watch_csv.forecast(wide, horizon, country, planned or ())
    if as_json:
        print_json({**watch_csv.head(wide), "horizon": horizon, "series": rows})
    else:
        watch_csv.say_notes(wide)
        _forecast_table(rows, horizon, wide.last_day)


def what_if(remove: Sequence[str], scale: Sequence[str]) -> dict[Key, float]:
    """Factors by series: 0 for what is removed."""
    factors = {parse_key(text, place="--remove"): 0.0 for text in remove}
    for text in scale:
        series, _, factor = text.rpartition("=")
        try:
            factors[parse_key(series, place="--scale")] = max(float(factor), 0.0)
        except ValueError as error:
            raise InputError(f"{text!r} is not SERIES=FACTOR.", place="--scale", remedy="job:12@34=0.5") from error
    return factors


def _ledger(
    context: Context, base: str | None, currency: str | None, workspaces: list[str] | None, tag: str | None
) -> Daily:
    until = context.as_of
    key = tag or watched_tag(context.warehouse, until)
    return read(context.warehouse, _view(context, base, currency, workspaces), until, key)


def _view(context: Context, base: str | None, currency: str | None, workspaces: list[str] | None) -> Filters:
    return options.filters(
        context, start=None, end=None, period="last_30", base=base, currency=currency, workspaces=workspaces
    )


def _tell_outlook(daily: Daily, looks: Sequence[Outlook], as_json: bool) -> None:
    rows = []
    for look in looks:
        (row,) = forecast_rows(look.made, [look.key.text], look.next_day, [len(look.past)])
        row["name"] = look.name
        month = {"month_end": _month(look.month)}
        if look.without is not None:
            (other,) = forecast_rows(look.without, [look.key.text], look.next_day, [len(look.past)])
            month |= {
                "what_if": {"total": other["total"], "days": other["days"], "month_end": _month(look.month_without)}
            }
        rows.append(row | month)
    if as_json:
        head = {"currency": daily.currency, "first_day": daily.first_day, "last_day": daily.last_day}
        print_json(head | {"horizon": looks[0].horizon, "series": rows})
        return
    _forecast_table([row | {"series": row["name"]} for row in rows], looks[0].horizon, daily.last_day)
    for look in looks:
        if look.month:
            say(f"{look.name}: {look.month.month.start:%B} will end at {look.month.total:,.0f} {daily.currency} "
                f"({look.month.low:,.0f} … {look.month.high:,.0f}).")  # fmt: skip
        if look.without is not None:
            saved = look.made.total[0] - look.without.total[0]
            say(f"What if: {look.without.total[0]:,.0f} {daily.currency}, {saved:,.0f} less over {look.horizon} days.")


def _month(end: MonthEnd | None) -> dict[str, object] | None:
    if end is None:
        return None
    return {"month": end.month.start, "spent": end.spent, "total": end.total, "low95": end.low, "high95": end.high}


def _forecast_table(rows: Sequence[Mapping[str, Any]], horizon: int, last_day: date) -> None:
    print_table(
        f"The {horizon} days after {last_day}",
        ["series", ">sum", ">95 % from", ">to", ">error a day", ">held", "model", "note"],
        [
            [
                row["series"],
                _amount(row["total"]["mean"]),
                _amount(row["total"]["low95"]),
                _amount(row["total"]["high95"]),
                _percent(row["backtest"]["relative_error"]),
                _percent(row["backtest"]["coverage95"]),
                row["model"],
                row["note"],
            ]
            for row in rows
        ],
    )
    say("Error and held (days inside the 95 % band) are of forecasts replayed from past week ends of the same series.")


def anomalies(
    csv: CsvFile = None,
    days: Annotated[int, typer.Option(help="Of the ledger: what began in so many days.", min=1)] = 30,
    severity: Annotated[str, typer.Option(help="Only from medium, high or critical on.")] = "medium",
    medium: Annotated[float | None, typer.Option(help="Score from which a day is told; 2.", min=0.1)] = None,
    high: Annotated[float | None, typer.Option(help="Score of high severity; 2.5.", min=0.1)] = None,
    critical: Annotated[float | None, typer.Option(help="Score of critical severity; 3.", min=0.1)] = None,
    min_amount: Annotated[
        float | None, typer.Option(help="Smaller departures are not told; ledger: 1 % of a day.", min=0)
    ] = None,
    min_share: Annotated[
        float | None, typer.Option(help="… nor those below this share of what was expected.", min=0)
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Of the ledger: keep these limits as your own, here and on the pages.")
    ] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Take your own limits back.")] = False,
    country: Country = None,
    planned: Planned = None,
    incomplete: Incomplete = 0,
    same_day: SameDayOption = None,
    scores: Annotated[
        bool | None,
        typer.Option(
            "--scores/--no-scores",
            help="With --csv and --json: bands, score and severity of every day.",
            show_default="unless there are very many days",
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Acknowledged and muted ones too.")] = False,
    base: options.Base = None,
    currency: options.Currency = None,
    workspaces: options.Workspaces = None,
    tag: Watched = None,
    as_json: Json = False,
) -> None:
    """What happened: days out of line, new levels, slow drifts, new and vanished series; of the ledger or any CSV file.

    Without limits of its own a command uses yours (`--keep`, or the Anomalies page), else everybody's, else the usual ones.
    """
    if severity not in SEVERITIES:
        raise InputError(f"{severity!r} is no severity.", place="--severity", remedy="medium, high or critical")
    limits = {
        "medium": medium,
        "high": high,
        "critical": critical,
        "least_amount": min_amount,
        "least_share": min_share,
    }
    given = {name: value for name, value in limits.items() if value is not None}
    if csv is None:
        context = of_this_machine(settings())
        until, who = context.as_of, context.viewer.name
        if forget:
            desk.save_sensitivity(context.store, who, None, datetime.now(timezone.utc))
        daily = _ledger(context, base, currency, workspaces, tag)
        own = _rising(replace(desk.sensitivity(context.store, who) or usual(daily), **given))
        if keep:
            desk.save_sensitivity(context.store, who, own, datetime.now(timezone.utc))
        since = days_back(until.newest_complete_day or until.today, days)
        view = _view(context, base, currency, workspaces)
        calendar = stored.planned_events(context.store)
        seen = desk.judged(daily, since, own, calendar, country or context.settings.holidays)
        marks = desk.marks_of(stored.all_marks(context.store, until.today))
        found = [one for one in with_marks(seen.told, marks) if everything or one.state == "open"]
        rows = [told_row(one) for one in found if _at_least(one.thing.severity, severity)]
        head: dict[str, Any] = {"currency": view.currency, "since": since, "last_day": seen.daily.last_day}
        body = head | {
            "least_amount": seen.sensitivity.least_amount,
            "least_share": seen.sensitivity.least_share,
            "anomalies": rows,
        }
        title = f"{len(rows)} anomalies since {since}"
    else:
        chosen = _rising(replace(Sensitivity(), **given))
        wide = watch_csv.complete(csv, incomplete, same_day)
        body = watch_csv.anomalies(wide, chosen, country, planned or (), with_scores=as_json and scores)
        body["anomalies"] = [row for row in body["anomalies"] if _at_least(row["severity"], severity)]
        title = f"{len(body['anomalies'])} anomalies, {wide.first_day} to {wide.last_day}"
        if not as_json:
            watch_csv.say_notes(wide)
    if as_json:
        print_json(body)
        return
    print_table(
        title,
        ["day", "series", "severity", "what", ">value", ">expected", ">change", ">impact", ">score", "mostly"],
        [
            [
                row["day"],
                row.get("name", row["series"]),
                row["severity"],
                row["kind_in_words"],
                f"{row['value']:,.2f}",
                f"{row['expected']:,.2f}",
                _percent(row["change"], sign=True),
                f"{row['impact']:,.2f}",
                f"{row['score']:+.1f}",
                ", ".join(f"{cause['name']} {_percent(cause['share'])}" for cause in row.get("causes", [])[:2]),
            ]
            for row in body["anomalies"]
        ],
    )


def _rising(chosen: Sensitivity) -> Sensitivity:
    if not chosen.medium <= chosen.high <= chosen.critical:
        raise InputError(
            "Severities must rise.", place="--medium, --high, --critical", remedy="medium ≤ high ≤ critical"
        )
    return chosen


def _at_least(severity: str, least: str) -> bool:
    return SEVERITIES.index(severity) >= SEVERITIES.index(least)  # type: ignore[arg-type]


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
    view = _view(context, None, None, None)
    wanted = [budget for budget in known.values() if name is None or budget.name == name]
    if name is not None and not wanted and not put_away:
        raise NotFound(f"There is no budget {name!r}.", remedy=f"Known: {', '.join(known) or 'none'}.")
    until = context.as_of
    found: list[Standing] = []
    calendar = Calendar(stored.planned_events(context.store), context.settings.holidays)
    usual_tag = watched_tag(context.warehouse, until)
    kinds = [(b.base, b.currency, key_of(b.series, usual_tag)) for b in wanted]
    for kind in sorted(set(kinds)):
        of_base = replace(view, base=kind[0], currency=kind[1])  # type: ignore[arg-type]
        same = [b for b, its in zip(wanted, kinds, strict=True) if its == kind]
        found += standings(read(context.warehouse, of_base, until, kind[2]), same, until.today, calendar)
    rows = [standing_row(one) for one in found]
    if as_json:
        print_json({"today": until.today, "newest_complete_day": until.newest_complete_day, "budgets": rows})
    else:
        print_table(
            f"Budgets on {until.today}",
            [
                "budget",
                "for",
                ">amount",
                "period",
                ">spent",
                ">share",
                ">expected end",
                ">share",
                "runs out",
                "verdict",
            ],
            [
                [
                    row["name"],
                    row["series_name"],
                    f"{row['amount']:,.2f} {row['currency']}",
                    row["period"],
                    f"{row['spent'] + row['incomplete']:,.2f}",
                    _percent(row["share"]),
                    "–" if row["expected_end"] is None else f"{row['expected_end']:,.2f}",
                    _percent(row["expected_share"]),
                    str(row["runs_out"] or "–"),
                    row["verdict"],
                ]
                for row in rows
            ],
        )
    if check and any(one.status.state != "ok" for one in found):
        raise typer.Exit(1)


def _write_budget(
    context: Context, known: stored.Budget | None, name: str, said: tuple[Any, ...], put_away: bool
) -> None:
    """Make, change or end a budget; what was not said of a known one stays as it is."""
    now = datetime.now(timezone.utc)
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


def _amount(value: float | None) -> str:
    return "–" if value is None else f"{value:,.2f}"


def _percent(share: float | None, *, sign: bool = False) -> str:
    return "–" if share is None else f"{100 * share:{'+' if sign else ''}.1f} %"

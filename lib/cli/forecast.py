"""The command forecast: of the ledger, or of any CSV file."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from lib.cli import options, watch_csv, watched
from lib.cli.options import Json
from lib.cli.output import print_json, print_table, say
from lib.config import settings
from lib.context import of_this_machine
from lib.errors import InputError
from lib.spend.formatting import NONE
from lib.watch.answers import forecast_rows
from lib.watch.daily import Daily, Key, parse_key
from lib.watch.days_off import calendar
from lib.watch.outlook import MonthEnd, Outlook, outlook

MOST_AHEAD = 730


@options.chosen
def forecast(
    of: Annotated[
        list[str] | None, typer.Option("--of", help="total, workspace:ID, product:JOBS, job:ID@WORKSPACE, …")
    ] = None,
    horizon: Annotated[int, typer.Option(help="Days ahead.", min=1, max=MOST_AHEAD)] = 30,
    remove: Annotated[list[str] | None, typer.Option(help="What if this series went away; may be repeated.")] = None,
    scale: Annotated[
        list[str] | None, typer.Option(help="SERIES=FACTOR: what if it cost so many times as much.")
    ] = None,
    step: Annotated[str | None, typer.Option(help="Sums by week (Monday to Sunday) or month too, whole ones.")] = None,
    source: watched.Source = watched.Source(),
    as_json: Json = False,
) -> None:
    """What it will cost, with 80 % and 95 % bands and the method's own measured error; of the ledger or any CSV file."""
    if step not in (None, "week", "month"):
        raise InputError(f"{step!r} is no step.", place="--step", remedy="week or month")
    wide = source.file()
    if wide is None:
        context = of_this_machine(settings())
        daily = source.ledger(context)
        keys = [parse_key(text, place="--of") for text in of or ["total"]]
        factors = what_if(remove or (), scale or ())
        known = calendar(context.store, source.country or context.settings.holidays)
        looks = [outlook(daily, key, horizon, what_if=factors, calendar=known) for key in keys]
        _tell_outlook(daily, looks, step, as_json)
        return
    rows = watch_csv.forecast(wide, horizon, source.country, source.planned or (), step)
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


def _tell_outlook(daily: Daily, looks: Sequence[Outlook], step: str | None, as_json: bool) -> None:
    rows = []
    for look in looks:
        (row,) = forecast_rows(look.made, [look.key.text], look.next_day, [len(look.past)], step)
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
        ["series", ">sum", ">95 % from", ">to", ">error a day", ">held", "model", "~note"],
        [
            [
                row["series"],
                _amount(row["total"]["mean"]),
                _amount(row["total"]["low95"]),
                _amount(row["total"]["high95"]),
                watched.percent(row["backtest"]["relative_error"]),
                watched.percent(row["backtest"]["coverage95"]),
                row["model"],
                row["note"],
            ]
            for row in rows
        ],
    )
    parts = [(row["series"], part) for row in rows for part in row.get("steps", [])]
    if parts:
        print_table(
            "Whole weeks or months of it",
            ["series", "from", ">sum", ">95 % from", ">to"],
            [[name, p["from"], _amount(p["mean"]), _amount(p["low95"]), _amount(p["high95"])] for name, p in parts],
        )
    say("Error and held (days inside the 95 % band) are of forecasts replayed from past week ends of the same series.")


def _amount(value: float | None) -> str:
    return NONE if value is None else f"{value:,.2f}"

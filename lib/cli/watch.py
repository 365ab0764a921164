"""Commands that watch: forecast and anomalies, on any CSV file of daily series."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from lib.cli.options import Json
from lib.cli.output import print_json, print_table, say
from lib.errors import InputError
from lib.spend.anomaly import Sensitivity, scan
from lib.spend.forecast import forecast as make_forecast
from lib.watch.answers import forecast_rows, scan_answer
from lib.watch.days_off import days_off
from lib.watch.wide_csv import Wide, read_wide

MOST_AHEAD = 730
CsvFile = Annotated[
    Path, typer.Option("--csv", help="CSV file: first column the day, every other column a series.", dir_okay=False)
]
Country = Annotated[str | None, typer.Option(help="Holidays of a country (DE) or a part of one (DE-BY).")]
Incomplete = Annotated[int, typer.Option(help="Newest days to leave out because they may still grow.", min=0)]


def forecast(
    csv: CsvFile,
    horizon: Annotated[int, typer.Option(help="Days ahead.", min=1, max=MOST_AHEAD)] = 30,
    country: Country = None,
    incomplete: Incomplete = 0,
    as_json: Json = False,
) -> None:
    """What each series will cost, with 80 % and 95 % bands and the method's own measured error."""
    wide = _complete(read_wide(csv), csv, incomplete)
    days = wide.values.shape[1]
    events = days_off(country, wide.first_day, days + horizon) if country else None
    made = make_forecast(wide.values, horizon, first_day=wide.first_day, events=events)
    rows = forecast_rows(made, wide.names, wide.day(days), np.isfinite(wide.values).sum(1).tolist())
    if as_json:
        print_json(
            {
                "first_day": wide.first_day.isoformat(),
                "last_day": wide.last_day.isoformat(),
                "horizon": horizon,
                "series": rows,
            }
        )
        return
    print_table(
        f"The {horizon} days after {wide.last_day}",
        ["series", ">sum", ">95 % from", ">to", ">error a day", ">held", "model", "note"],
        [
            [
                row["series"],
                f"{row['total']['mean']:,.2f}",
                f"{row['total']['low95']:,.2f}",
                f"{row['total']['high95']:,.2f}",
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
    csv: CsvFile,
    medium: Annotated[float, typer.Option(help="Score from which a day is told.", min=0.1)] = 2.0,
    high: Annotated[float, typer.Option(help="Score of high severity.", min=0.1)] = 2.5,
    critical: Annotated[float, typer.Option(help="Score of critical severity.", min=0.1)] = 3.0,
    min_amount: Annotated[float, typer.Option(help="Smaller departures are not told.", min=0)] = 0.0,
    min_share: Annotated[float, typer.Option(help="… nor those below this share of the expected amount.", min=0)] = 0.0,
    country: Country = None,
    incomplete: Incomplete = 0,
    scores: Annotated[bool, typer.Option("--scores", help="With --json: score and band of every day.")] = False,
    as_json: Json = False,
) -> None:
    """What happened to each series: days out of line, new levels, slow drifts, new and vanished series."""
    if not medium <= high <= critical:
        raise InputError(
            "Severities must rise.", place="--medium, --high, --critical", remedy="medium ≤ high ≤ critical"
        )
    wide = _complete(read_wide(csv), csv, incomplete)
    sensitivity = Sensitivity(medium, high, critical, min_amount, min_share)
    off = days_off(country, wide.first_day, wide.values.shape[1]) if country else None
    found = scan(wide.values, first_day=wide.first_day, sensitivity=sensitivity, holidays=off)
    answer = scan_answer(found, wide.names, wide.first_day, sensitivity, with_scores=scores)
    if as_json:
        print_json(answer)
        return
    print_table(
        f"{len(answer['anomalies'])} anomalies, {wide.first_day} to {wide.last_day}",
        ["day", "series", "severity", "what", ">value", ">expected", ">change", ">impact", ">score"],
        [
            [
                row["day"],
                row["series"],
                row["severity"],
                row["kind_in_words"],
                f"{row['value']:,.2f}",
                f"{row['expected']:,.2f}",
                _percent(row["change"], sign=True),
                f"{row['impact']:,.2f}",
                f"{row['score']:+.1f}",
            ]
            for row in answer["anomalies"]
        ],
    )


def _complete(wide: Wide, path: Path, incomplete: int) -> Wide:
    if incomplete >= wide.values.shape[1]:
        raise InputError(f"Only {wide.values.shape[1]} days are there.", place=f"{path}, --incomplete {incomplete}")
    return wide.without_last(incomplete)


def _percent(share: float | None, *, sign: bool = False) -> str:
    return "–" if share is None else f"{100 * share:{'+' if sign else ''}.1f} %"

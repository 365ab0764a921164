"""The command anomalies: of the ledger, or of any CSV file."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from lib.cli import options, watch_csv, watched
from lib.cli.options import Json
from lib.cli.output import print_json, print_table
from lib.config import settings
from lib.context import Context, of_this_machine, utc_now
from lib.errors import InputError
from lib.spend.anomaly import SEVERITIES, Sensitivity
from lib.store import watch as stored
from lib.watch import desk
from lib.watch.answers import told_row
from lib.watch.daily import Daily
from lib.watch.tell import days_back, usual, with_marks


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What was typed about from when something is told."""

    medium: Annotated[float | None, typer.Option(help="Score from which a day is told; 2.", min=0.1)] = None
    high: Annotated[float | None, typer.Option(help="Score of high severity; 2.5.", min=0.1)] = None
    critical: Annotated[float | None, typer.Option(help="Score of critical severity; 3.", min=0.1)] = None
    min_amount: Annotated[
        float | None, typer.Option(help="Smaller departures are not told; ledger: 1 % of a day.", min=0)
    ] = None
    min_share: Annotated[
        float | None, typer.Option(help="… nor those below this share of what was expected.", min=0)
    ] = None

    def over(self, others: Sensitivity) -> Sensitivity:
        """The others, with what was typed in their place."""
        typed = {
            "medium": self.medium,
            "high": self.high,
            "critical": self.critical,
            "least_amount": self.min_amount,
            "least_share": self.min_share,
        }
        both = replace(others, **{name: limit for name, limit in typed.items() if limit is not None})
        if not both.medium <= both.high <= both.critical:
            raise InputError(
                "Severities must rise.", place="--medium, --high, --critical", remedy="medium ≤ high ≤ critical"
            )
        return both


@options.chosen
def anomalies(
    days: Annotated[int, typer.Option(help="Of the ledger: what began in so many days.", min=1)] = 30,
    severity: Annotated[str, typer.Option(help="Only from medium, high or critical on.")] = "medium",
    keep: Annotated[
        bool, typer.Option("--keep", help="Of the ledger: keep these limits as your own, here and on the pages.")
    ] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Take your own limits back.")] = False,
    scores: Annotated[
        bool | None,
        typer.Option(
            "--scores/--no-scores",
            help="With --csv and --json: bands, score and severity of every day.",
            show_default="unless there are very many days",
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Acknowledged and muted ones too.")] = False,
    limits: Limits = Limits(),
    source: watched.Source = watched.Source(),
    as_json: Json = False,
) -> None:
    """What happened: days out of line, new levels, slow drifts, new and vanished series; of the ledger or any CSV file.

    Without limits of its own a command uses yours (`--keep`, or the Anomalies page), else everybody's, else the usual ones.
    """
    if severity not in SEVERITIES:
        raise InputError(f"{severity!r} is no severity.", place="--severity", remedy="medium, high or critical")
    wide = source.file()
    if wide is None:
        context = of_this_machine(settings())
        daily = source.ledger(context)
        own = _own(context, daily, limits, keep=keep, forget=forget)
        body = _of_ledger(context, daily, own, days, source.country, everything=everything)
        when = f" since {body['since']}"
    else:
        own = limits.over(Sensitivity())
        body = watch_csv.anomalies(wide, own, source.country, source.planned or (), with_scores=as_json and scores)
        when = f", {wide.first_day} to {wide.last_day}"
        if not as_json:
            watch_csv.say_notes(wide)
    least = SEVERITIES.index(severity)
    body["anomalies"] = [row for row in body["anomalies"] if SEVERITIES.index(row["severity"]) >= least]
    if as_json:
        print_json(body)
    else:
        _print(body["anomalies"], when)


def _own(context: Context, daily: Daily, limits: Limits, *, keep: bool, forget: bool) -> Sensitivity:
    """The person's limits, with what the command says of them; they are kept, or forgotten first, when it says so."""
    who = context.viewer.name
    if forget:
        desk.save_sensitivity(context.store, who, None, utc_now())
    own = limits.over(desk.sensitivity(context.store, who) or usual(daily))
    if keep:
        desk.save_sensitivity(context.store, who, own, utc_now())
    return own


def _of_ledger(
    context: Context, daily: Daily, own: Sensitivity, days: int, country: str | None, *, everything: bool
) -> dict[str, Any]:
    """What began in so many days, and the limits it was told by. everything: what was acknowledged and muted too."""
    until = context.as_of
    since = days_back(until.newest_complete_day or until.today, days)
    planned = stored.planned_events(context.store)
    seen = desk.judged(daily, since, own, planned, country or context.settings.holidays)
    marks = desk.marks_of(stored.all_marks(context.store, until.today))
    told = [one for one in with_marks(seen.told, marks) if everything or one.state == "open"]
    return {
        "currency": daily.currency,
        "since": since,
        "last_day": seen.daily.last_day,
        "least_amount": seen.sensitivity.least_amount,
        "least_share": seen.sensitivity.least_share,
        "anomalies": [told_row(one) for one in told],
    }


def _print(rows: list[dict[str, Any]], when: str) -> None:
    print_table(
        f"{len(rows)} anomalies{when}",
        ["day", "series", "severity", "what", ">value", ">expected", ">change", ">impact", ">score", "~mostly"],
        [
            [
                row["day"],
                row.get("name", row["series"]),
                row["severity"],
                row["kind_in_words"],
                f"{row['value']:,.2f}",
                f"{row['expected']:,.2f}",
                "from nothing" if round(row["expected"], 2) == 0 else watched.percent(row["change"], sign=True),
                f"{row['impact']:,.2f}",
                f"{row['score']:+.1f}",
                ", ".join(f"{cause['name']} {watched.percent(cause['share'])}" for cause in row.get("causes", [])[:2]),
            ]
            for row in rows
        ],
    )

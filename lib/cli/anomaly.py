"""Commands about anomalies that people know of: acknowledge one, mute a series, and the calendar of planned events."""

from datetime import timedelta
from typing import Annotated

import typer

from lib.access import Role
from lib.cli.options import Json
from lib.cli.output import plain, print_json, print_table, say
from lib.config import settings
from lib.context import Context, of_this_machine, utc_now
from lib.errors import InputError, NotFound
from lib.spend.period import parse_day
from lib.store import watch as stored
from lib.store.watch import PlannedEvent
from lib.watch import desk
from lib.watch.daily import parse_key, read
from lib.watch.tag import watched_tag
from lib.watch.tell import days_back

app = typer.Typer(help="Anomalies that people know of: acknowledge, mute, plan.", no_args_is_help=True)
Reason = Annotated[str, typer.Option(help="Why, in a few words.")]
BACK = 365


@app.command("ack")
def ack(
    anomaly: Annotated[
        str, typer.Argument(metavar="ID", help="As `anomalies --json` shows it; its beginning will do.")
    ],
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Say that an anomaly is known: it is not told again."""
    context = _writing()
    until = context.as_of
    view = desk.whole(context.settings.currency, context.settings.cost_base, until)
    daily = read(context.warehouse, view, until, watched_tag(context.warehouse, until))
    since = days_back(until.newest_complete_day or until.today, BACK)
    own = desk.sensitivity(context.store, context.viewer.name)
    seen = desk.judged(daily, since, own, stored.planned_events(context.store), context.settings.holidays)
    found = [one for one in seen.told if one.identity.startswith(anomaly)]
    if len(found) != 1:
        raise NotFound(
            f"{len(found) or 'No'} anomalies are called {anomaly}.",
            remedy="`python -m lib anomalies --json` names them.",
        )
    (one,) = found
    made = stored.mark(
        context.store, "acknowledged", one.key.text, context.viewer.name, utc_now(), anomaly=one.identity, reason=reason
    )
    _said(
        as_json, {"id": made.id, "anomaly": one.identity, "series": made.series}, f"{one.name} of {one.day} is known."
    )


@app.command("mute")
def mute(
    series: Annotated[str, typer.Argument(help="total, job:ID@WORKSPACE, product:JOBS, tag:team=data, …")],
    reason: Reason,
    until: Annotated[str | None, typer.Option(help="Last day on which nothing is told; else in two weeks.")] = None,
    as_json: Json = False,
) -> None:
    """Tell nothing of a series until a day; it goes on being judged."""
    context = _writing()
    if not reason.strip():
        raise InputError("Muting needs a reason.", place="--reason")
    key = parse_key(series, place="SERIES")
    last = parse_day(until, place="--until") if until else context.as_of.today + timedelta(days=14)
    made = stored.mark(
        context.store, "muted", key.text, context.viewer.name, utc_now(), until=last, reason=reason.strip()
    )
    _said(as_json, {"id": made.id, "series": key.text, "until": last.isoformat()}, f"{key.text} is muted until {last}.")


@app.command("plan")
def plan(
    name: Annotated[str, typer.Argument(help="Migration, load test, backfill …")],
    start: Annotated[str, typer.Option("--from", help="First day.")],
    end: Annotated[str, typer.Option("--to", help="Last day.")],
    of: Annotated[str, typer.Option("--of", help="Only of this series; else of everything.")] = "",
    as_json: Json = False,
) -> None:
    """Put days on the calendar that are not judged, and teach the forecast what they cost."""
    context = _writing()
    first, last = parse_day(start, place="--from"), parse_day(end, place="--to")
    if first > last:
        raise InputError("The first day comes after the last.", place="--from, --to")
    series = parse_key(of, place="--of").text if of else ""
    made = stored.plan_event(context.store, PlannedEvent(name, first, last, series), context.viewer.name, utc_now())
    _said(as_json, {"id": made.id, "name": name}, f"“{name}” is on the calendar, {first} to {last}.")


@app.command("calendar")
def calendar(as_json: Json = False) -> None:
    """Planned events, mutes and acknowledgements, with the ids by which they are taken back."""
    context = of_this_machine(settings())
    events = stored.planned_events(context.store)
    marks = stored.all_marks(context.store, context.as_of.today)
    if as_json:
        print_json(
            {
                "planned": [{name: plain(value) for name, value in vars(one).items()} for one in events],
                "marks": [{name: plain(value) for name, value in vars(one).items()} for one in marks],
            }
        )
        return
    print_table(
        f"{len(events)} planned events, {len(marks)} marks",
        ["#id", "what", "of", "from", "to", "~why", "who"],
        [
            *(
                [e.id[:8], e.name, e.series or "everything", str(e.first_day), str(e.last_day), "", e.who]
                for e in events
            ),
            *([m.id[:8], m.act, m.series, f"{m.at:%Y-%m-%d}", str(m.until or ""), m.reason, m.who] for m in marks),
        ],
    )


@app.command("undo")
def undo(
    row: Annotated[str, typer.Argument(metavar="ID", help="As `anomaly calendar` shows it; its beginning will do.")],
    as_json: Json = False,
) -> None:
    """Take a planned event, a mute or an acknowledgement back."""
    context = _writing()
    events = [one.id for one in stored.planned_events(context.store) if one.id.startswith(row)]
    marks = [one.id for one in stored.all_marks(context.store, context.as_of.today) if one.id.startswith(row)]
    if len(events) + len(marks) != 1:
        raise NotFound(
            f"{len(events) + len(marks) or 'Nothing'} is called {row}.", remedy="`anomaly calendar` lists them."
        )
    for found in events:
        stored.cancel_event(context.store, found, context.viewer.name, utc_now())
    for found in marks:
        stored.take_back(context.store, found, context.viewer.name, utc_now())
    _said(as_json, {"id": (events or marks)[0]}, "Taken back.")


def _writing() -> Context:
    context = of_this_machine(settings())
    context.viewer.require(Role.OPERATOR, "acknowledge, mute and plan anomalies")
    return context


def _said(as_json: bool, body: dict[str, object], words: str) -> None:
    print_json(body) if as_json else say(words)

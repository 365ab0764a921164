"""Commands for alerts: rules, what fires, what happened, and a trial on days gone by."""

import json
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from lib.cli.options import Json
from lib.cli.output import plain, print_json, print_table, say
from lib.config import settings
from lib.context import Context, of_this_machine, utc_now
from lib.errors import InputError
from lib.spend.period import parse_day

EXIT_FIRING = 1
app = typer.Typer(help="Alert rules, what fires, and what happened.", no_args_is_help=True)
RuleId = Annotated[str, typer.Argument(metavar="RULE", help="Id of a rule, or its name.")]
GroupKey = Annotated[str, typer.Option("--group", help="Key of the group, as `alerts list` shows it.")]
RuleFile = Annotated[Path, typer.Argument(help="JSON file with one rule (docs/alerts.md); - reads it from stdin.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Rules, and every alert that is open. Exit code 1 when something fires."""
    from lib.alerting.rules import visible_alerts, visible_rules
    from lib.alerts import words
    from lib.alerts.rule import parse

    context = of_this_machine(settings())
    known = visible_rules(context)
    rules, found = list(known.values()), visible_alerts(context)
    names = {rule.id: rule.name for rule in rules}
    if as_json:
        print_json(
            {
                "rules": [{"id": r.id, "user": r.user, "version": r.version, **r.body} for r in rules],
                "open": [
                    {"rule": names.get(s.rule_id), "rule_id": s.rule_id, "group": s.group_key, "name": s.group_name,
                     "status": s.status, "value": s.value, "limit": s.threshold, "unit": s.unit,
                     "period": s.body["period"], "updated": plain(s.updated)}
                    for s in found
                ],
            }
        )  # fmt: skip
    else:
        print_table(
            f"{len(rules)} rules",
            ["#id", "name", "~what", "on"],
            [[r.id[:8], r.name, words.what(parse(r.body)), "yes" if r.enabled else "no"] for r in rules],
        )
        print_table(
            f"{len(found)} open",
            ["rule", "group", "status", ">value", ">limit", "period"],
            [
                [names.get(s.rule_id, ""), s.group_name, s.status, *_figures(s, known[s.rule_id]), s.body["period"]]
                for s in found
            ],
        )
    if any(state.status == "firing" for state in found):
        raise typer.Exit(EXIT_FIRING)


@app.command("kinds")
def kinds(as_json: Json = False) -> None:
    """Every kind of alert and the fields it reads."""
    from lib.alerts.kinds import KINDS

    if as_json:
        print_json(
            {
                "kinds": [
                    {"kind": k.name, "about": k.about, "fields": k.fields, "needs": k.needs} for k in KINDS.values()
                ]
            }
        )
        return
    print_table(
        "Kinds of alerts",
        ["kind", "~about", "~fields"],
        [[k.name, k.about, ", ".join(k.fields)] for k in KINDS.values()],
    )


@app.command("add")
def add(file: RuleFile, as_json: Json = False) -> None:
    """Save a rule from a JSON file."""
    from lib.alerting.rules import save_rule
    from lib.alerts.rule import parse

    context = of_this_machine(settings())
    rule = save_rule(context, parse(read_json(file, "A rule"), place=str(file)), utc_now())
    print_json({"id": rule}) if as_json else say(f"Saved as {rule}.")


@app.command("delete")
def delete(rule: RuleId, as_json: Json = False) -> None:
    """Drop a rule; its history stays."""
    from lib.alerting.rules import drop_rule

    context = of_this_machine(settings())
    found = _rule(context, rule)
    drop_rule(context, found, utc_now())
    print_json({"id": found.id, "deleted": True}) if as_json else say(f"“{found.name}” is gone.")


@app.command("run")
def run(as_json: Json = False) -> None:
    """Look at every rule now; due messages wait in the outbox (`messages --send`). Exit code 1 when something fires."""
    from lib.alerting.rounds import round_of_alerts

    done = round_of_alerts(of_this_machine(settings()), utc_now())
    if as_json:
        print_json(vars(done))
    else:
        say(done.words() or "There is no rule yet.")
        for problem in done.problems:
            say(problem)
    if done.firing:
        raise typer.Exit(EXIT_FIRING)


@app.command("dry-run")
def dry_run(
    rule: Annotated[str, typer.Argument(metavar="RULE|FILE", help="A saved rule, or a JSON file with one.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="Days gone by that are tried.")] = 90,
    as_json: Json = False,
) -> None:
    """What a rule would have told in the days gone by; nothing is sent or kept."""
    from lib.alerting.rounds import try_out
    from lib.alerts import words
    from lib.alerts.rule import parse

    context = of_this_machine(settings())
    path, whose = Path(rule), ""
    if rule == "-" or path.is_file():
        given = parse(read_json(path, "A rule"), place=rule)
    else:
        row = _rule(context, rule)
        given, whose = parse(row.body), row.user
    tried = try_out(context, given, days=days, user=whose)
    if as_json:
        print_json(
            {
                "from": tried.start.isoformat(), "to": tried.end.isoformat(),
                "words": tried.words(), "untold": tried.untold,
                "told": [
                    {"day": t.day.isoformat(), "group": t.reading.group.key, "name": t.reading.group.name,
                     "value": str(t.reading.value), "limit": str(t.reading.limit), "unit": t.reading.unit,
                     "severity": t.severity, "happened": t.happened}
                    for t in tried.told
                ],
            }
        )  # fmt: skip
        return
    say(f"{tried.words()} {tried.untold}".strip())
    shown = [
        [str(t.day), t.reading.group.name, words.figure(t.reading.value, t.reading.unit, given.currency), t.severity]
        for t in tried.told
    ]
    if shown:
        print_table("Would have told", ["day", "group", ">value", "severity"], shown)


@app.command("routes")
def show_routes(as_json: Json = False) -> None:
    """Where each team is told what belongs to it; the empty team is the default."""
    from lib.alerting.routes import routes

    known = routes(of_this_machine(settings()).store)
    if as_json:
        print_json({"routes": [{"team": team, **vars(route)} for team, route in sorted(known.items())]})
        return
    print_table(
        f"{len(known)} routes",
        ["team", "recipients", "channels"],
        [
            [team or "(default)", ", ".join(r.recipients), ", ".join(r.channels) or "those of the rule"]
            for team, r in sorted(known.items())
        ],
    )


@app.command("route")
def route(
    team: Annotated[str, typer.Argument(help="Value of the watched tag; without one it is the default route.")] = "",
    to: Annotated[list[str] | None, typer.Option(help="Recipient; may be repeated.")] = None,
    channel: Annotated[list[str] | None, typer.Option(help="Channel; may be repeated; else the rule's own.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Drop the route.")] = False,
    as_json: Json = False,
) -> None:
    """Say where a team is told what belongs to it."""
    from lib.alerting.routes import Route, save_route

    made = None if forget else Route(tuple(to or ()), tuple(channel or ()))
    save_route(of_this_machine(settings()), team, made, utc_now())
    done = "forgotten" if forget else "kept"
    print_json({"team": team, "done": done}) if as_json else say(f"The route of {team or 'everything else'} is {done}.")


@app.command("history")
def history(
    rule: Annotated[str | None, typer.Option(help="Of one rule only: its id or name.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
    as_json: Json = False,
) -> None:
    """What happened, newest first."""
    from lib.access import Role
    from lib.alerting.rules import visible_rules
    from lib.store import alerts as kept

    context = of_this_machine(settings())
    rows = kept.past(context.store, rule=_rule(context, rule).id if rule else "", limit=limit)
    if context.viewer.role < Role.ADMIN:
        seen = visible_rules(context)
        rows = [row for row in rows if row.rule_id in seen]
    if as_json:
        print_json({"history": [{name: plain(value) for name, value in vars(row).items()} for row in rows]})
        return
    print_table(
        "History of alerts",
        ["at (UTC)", "rule", "group", "happened", "severity", ">value", "who", "~note"],
        [
            [f"{r.at:%Y-%m-%d %H:%M}", r.rule_name, r.group_name, r.happened, r.severity, r.value, r.who, r.note]
            for r in rows
        ],
    )


@app.command("ack")
def ack(rule: RuleId, group: GroupKey = "", reason: str = "", as_json: Json = False) -> None:
    """Say that somebody looks after an alert."""
    from lib.alerts.inbox import acknowledge

    context = of_this_machine(settings())
    acknowledge(context.store, _mine(context, rule), group, context.viewer.name, utc_now(), reason)
    print_json({"status": "acknowledged", "group": group}) if as_json else say("Acknowledged.")


@app.command("resolve")
def resolve(rule: RuleId, group: GroupKey = "", reason: str = "", as_json: Json = False) -> None:
    """Say that an alert is over: it is quiet until it grows or a new period begins."""
    from lib.alerting.closing import resolve as close

    context = of_this_machine(settings())
    closed = close(context, _mine(context, rule), group, context.viewer.name, utc_now(), reason)
    if as_json:
        print_json({"status": "resolved", "group": group, "incidents_closed": closed})
    else:
        say("Resolved." + (" Its incident is closed, too." if closed else ""))


@app.command("mute")
def mute(
    rule: RuleId,
    reason: Annotated[str, typer.Option(help="Why it may be ignored.")],
    group: GroupKey = "",
    until: Annotated[
        str | None, typer.Option(help="Day on which it is told again, YYYY-MM-DD; else in a week.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Silence an alert until a day, with a reason."""
    from lib.alerts.inbox import mute as silence

    context = of_this_machine(settings())
    day = parse_day(until, place="--until") if until else (utc_now() + timedelta(days=7)).date()
    ends = datetime.combine(day, time(), timezone.utc)
    silence(context.store, _mine(context, rule), group, context.viewer.name, utc_now(), ends, reason)
    print_json({"status": "muted", "group": group, "until": day.isoformat()}) if as_json else say(f"Muted until {day}.")


@app.command("unmute")
def unmute(rule: RuleId, group: GroupKey = "", as_json: Json = False) -> None:
    """Hear of an alert again."""
    from lib.alerts.inbox import unmute as hear

    context = of_this_machine(settings())
    hear(context.store, _mine(context, rule), group, context.viewer.name, utc_now())
    print_json({"status": "heard again", "group": group}) if as_json else say("No longer muted.")


@app.command("test")
def send_test(rule: RuleId, as_json: Json = False) -> None:
    """Write a test message to every channel and recipient of a rule, and send it."""
    from lib.alerting.rules import test_messages
    from lib.messages import deliver
    from lib.store.leases import this_process

    context = of_this_machine(settings())
    written = test_messages(context, _rule(context, rule), utc_now())
    failed = 0
    for message in written:
        done = deliver(context.store, context.channels, utc_now, this_process(), only=message)
        failed += done.failed + done.dead
    if as_json:
        print_json({"written": len(written), "sent": len(written) - failed, "failed": failed})
    elif written:
        say(f"{len(written) - failed} of {len(written)} test messages were sent.")
    else:
        say("The rule names no channel.")
    if failed:
        raise typer.Exit(EXIT_FIRING)


def _figures(state: Any, row: Any) -> tuple[str, str]:
    """Value and limit of an alert in words."""
    from lib.alerts import words

    currency = str(row.body["currency"])
    return (
        words.figure(Decimal(state.value), state.unit, currency),
        words.figure(Decimal(state.threshold), state.unit, currency),
    )


def _mine(context: Context, name: str) -> str:
    """The id of a rule whose alerts the person may answer."""
    from lib.alerting.rules import may_answer

    row = _rule(context, name)
    may_answer(context, row)
    return str(row.id)


def _rule(context: Context, name: str) -> Any:
    from lib.alerting.rules import visible_rules
    from lib.errors import NotFound

    rules = visible_rules(context).values()
    found = [rule for rule in rules if name in (rule.id, rule.name)] or [r for r in rules if r.id.startswith(name)]
    if len(found) > 1:
        raise InputError(f"{name} may be any of {len(found)} rules.", remedy="Give the id; `alerts list` shows it.")
    if not found:
        raise NotFound(f"There is no alert rule {name}.", remedy="`python -m lib alerts list` names them all.")
    return found[0]


def read_json(file: Path, what: str) -> dict[str, Any]:
    """One JSON object from a file, or from stdin for `-`; `what` names it to the person."""
    import sys

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        values = json.loads(text)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.", place=str(file)) from error
    except json.JSONDecodeError as error:
        raise InputError(
            f"This is not JSON: {error.msg}.", place=f"{file}, line {error.lineno}, column {error.colno}"
        ) from error
    if not isinstance(values, dict):
        raise InputError(f"{what} is one JSON object.", place=str(file))
    return values

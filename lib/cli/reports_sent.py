"""Commands for reports that are sent by themselves: plans, what was made, and making one now."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lib.cli.options import Json
from lib.cli.output import kind_of_file, plain, print_json, print_table, say, write_file
from lib.config import settings
from lib.context import Context, of_this_machine, utc_now
from lib.errors import InputError, NotFound

app = typer.Typer(help="Reports that are sent by themselves.", no_args_is_help=True)
Plan = Annotated[str, typer.Argument(metavar="REPORT", help="Id of a report, or its name.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Every report with its schedule and when it is next due."""
    from lib.reporting.plan import parse
    from lib.store import reports as kept

    rows = []
    for row in kept.all_plans(of_this_machine(settings()).store):
        plan = parse(row.body)
        rows.append({"id": row.id, "user": row.user, "next": plain(plan.schedule.after(row.last_due)), **row.body})
    if as_json:
        print_json({"reports": rows})
        return
    print_table(
        f"{len(rows)} reports",
        ["#id", "name", "what", "period", "when", "next (UTC)", "to"],
        [
            [
                r["id"][:8],
                r["name"],
                r["kind"],
                r["period"],
                f"{r['when']} ({r['zone']})",
                str(r["next"])[:16],
                ", ".join(r["channels"]),
            ]
            for r in rows
        ],
    )


@app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="JSON file with one report (docs/reports.md); - reads it from stdin.")],
    as_json: Json = False,
) -> None:
    """Save a report from a JSON file."""
    from lib.reporting.plan import parse
    from lib.reporting.rules import save_plan

    made = save_plan(of_this_machine(settings()), parse(_read(file), place=str(file)), utc_now())
    print_json({"id": made}) if as_json else say(f"Saved as {made}.")


@app.command("delete")
def delete(report: Plan, as_json: Json = False) -> None:
    """Drop a report; what it made stays."""
    from lib.reporting.rules import drop_plan

    context = of_this_machine(settings())
    row = _plan(context, report)
    drop_plan(context, row, utc_now())
    print_json({"id": row.id, "deleted": True}) if as_json else say(f"“{row.name}” is gone.")


@app.command("send")
def send(report: Plan, as_json: Json = False) -> None:
    """Make a report now and write its messages to the outbox, besides its schedule."""
    from lib.reporting.rounds import send_now

    context = of_this_machine(settings())
    made = send_now(context, _plan(context, report), utc_now())
    print_json({"id": made}) if as_json else say(f"Made: {made}. `messages --send` sends what waits.")


@app.command("run")
def run(as_json: Json = False) -> None:
    """Make every report that is due, as the scheduler does."""
    from lib.reporting.rounds import round_of_reports

    done = round_of_reports(of_this_machine(settings()), utc_now())
    print_json({"done": done}) if as_json else say(done or "Nothing is due.")


@app.command("history")
def history(limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50, as_json: Json = False) -> None:
    """Reports that were made, newest first."""
    from lib.store import reports as kept

    rows = kept.runs(of_this_machine(settings()).store, limit=limit)
    if as_json:
        print_json({"reports": [{name: plain(value) for name, value in vars(row).items()} for row in rows]})
        return
    print_table(
        "Reports that were made",
        ["#id", "report", "made (UTC)", "from", "to", ">total", "~error"],
        [[r.id, r.name, f"{r.at:%Y-%m-%d %H:%M}", str(r.start_date), str(r.end_date), r.total, r.error] for r in rows],
    )


@app.command("get")
def get(
    made: Annotated[str, typer.Argument(metavar="ID", help="Id of a report that was made (`reports history`).")],
    out: Annotated[Path, typer.Option("--out", help="File to write; .pdf, .csv or .xlsx.")],
    as_json: Json = False,
) -> None:
    """Write the file of a report that was made."""
    from lib.store import reports as kept

    content = kept.files(of_this_machine(settings()).store, made).get(kind_of_file(out))
    if content is None:
        raise NotFound("This report has no such file.", remedy="`reports history` says whether it could be made.")
    write_file(out, content)
    if as_json:
        print_json({"file": str(out), "bytes": len(content)})


def _plan(context: Context, name: str) -> Any:
    from lib.store import reports as kept

    plans = kept.all_plans(context.store)
    found = [row for row in plans if name in (row.id, row.name)] or [row for row in plans if row.id.startswith(name)]
    if len(found) > 1:
        raise InputError(f"{name} may be any of {len(found)} reports.", remedy="Give the id.")
    if not found:
        raise NotFound(f"There is no report {name}.", remedy="`python -m lib reports list` names them all.")
    return found[0]


def _read(file: Path) -> dict[str, Any]:
    from lib.cli.alerts import read_json

    return read_json(file, "A report")

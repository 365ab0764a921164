"""Commands that make data: demo, import, refresh."""

import signal
import sys
import threading
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lib.cli.options import Json
from lib.cli.output import plain, print_json, print_table, progress_bar, say
from lib.config import Settings, load, settings
from lib.context import Context, utc_now
from lib.ledger.refresh import Refreshed
from lib.spend.period import parse_day
from lib.warehouse.refresh_log import Entry


def demo(
    scale: Annotated[float, typer.Option(help="1 is about 250,000 usage rows; 40 about 10 million.")] = 1.0,
    days: Annotated[int, typer.Option(help="Days of history.")] = 180,
    seed: Annotated[int, typer.Option(help="Another seed is another account.")] = 1,
    today: Annotated[str | None, typer.Option(help="The account's today, YYYY-MM-DD; the newest that is over.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for it, instead of LAKELEDGER_HOME.")] = None,
    if_missing: Annotated[bool, typer.Option("--if-missing", help="Do nothing when there is one already.")] = False,
    soon: Annotated[
        bool, typer.Option("--soon", help="Be done when the app can be opened; `refresh` works out the rest.")
    ] = False,
    serve_workspace: Annotated[
        bool, typer.Option("--serve-workspace", help="Serve a Databricks workspace over it (docs/loopback.md).")
    ] = False,
    port: Annotated[
        int, typer.Option(help="Port of the workspace; 0 is any free one.", rich_help_panel="Workspace")
    ] = 0,
    tls: Annotated[
        bool, typer.Option("--tls/--no-tls", help="https with a certificate of its own.", rich_help_panel="Workspace")
    ] = True,
    detach: Annotated[
        bool, typer.Option("--detach", help="Serve in the background.", rich_help_panel="Workspace")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make the demo account: the same seed, today, days and scale give the same account."""
    from lib.demo import DemoSpec, newest_day

    day = parse_day(today, place="--today") if today else newest_day(utc_now())
    used = load(source="demo", **({"home": out} if out else {}))
    context = Context(used)
    spec = DemoSpec(seed=seed, today=day, days=days, scale=scale)
    with progress_bar() as progress:
        done = context.make_demo(spec, if_missing=if_missing or serve_workspace, soon=soon, progress=progress)
    if serve_workspace:
        _serve(used, port, tls, detach)
        return
    if done is None:
        if as_json:
            print_json({"days": 0, "full": False, "periods": [], "rows": {}, "folder": str(used.folder)})
        say(f"The demo account is already in {used.folder}.")
        return
    _told(done, as_json, f"The demo account is in {used.folder}.", folder=str(used.folder), today=day)


def _serve(used: Settings, port: int, tls: bool, detach: bool) -> None:
    """Print what a second terminal needs, and serve until told to stop."""
    from lib.demo.workspace import served

    if detach:
        typer.echo(served.detached(used.folder, used.home, port=port, tls=tls), nl=False)
        say(f"The workspace stands until you end it: kill {served.serving_process(used.folder)}")
        return
    workspace = served.Served(used.folder, port=port, tls=tls)
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: end.set())
    with workspace as lines:
        typer.echo(lines, nl=False)
        sys.stdout.flush()
        say("Serving until Ctrl-C. All that a second terminal needs:")
        typer.echo('  eval "$(python -m lib demo --serve-workspace --detach)"', err=True)
        end.wait()
    say("The workspace has ended; its tables and people are kept.")


def import_(
    folder: Annotated[Path, typer.Argument(help="Folder of exported tables (docs/import.md).")],
    workspaces: Annotated[
        list[str] | None,
        typer.Option("--workspace", help="Take rows of this workspace only; may be repeated, '' is rows of none."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Load Parquet or CSV exports; the same files again change nothing, newer ones add."""
    context = Context(load(source="files"))
    with progress_bar() as progress:
        report = context.import_files(folder, workspaces=workspaces or (), progress=progress)
    if as_json:
        print_json(report.as_dict())
        return
    typer.echo(report.text())
    say("Look at it with LAKELEDGER_SOURCE=files.")


def refresh(
    full: Annotated[bool, typer.Option("--full", help="Work everything out again.")] = False,
    log: Annotated[bool, typer.Option("--log", help="Only show what earlier loads and refreshes did.")] = False,
    as_json: Json = False,
) -> None:
    """Bring the ledger up to its sources: only the days that changed."""
    context = Context(settings())
    if log:
        _log(context.refresh_log.entries(), as_json)
        return
    with progress_bar() as progress:
        done = context.refresh(full=full, progress=progress)
    _told(done, as_json, "The ledger is up to date.")


def _told(done: Refreshed, as_json: bool, text: str, **more: str | date) -> None:
    if as_json:
        print_json(
            {
                "days": done.days,
                "full": done.full,
                "periods": [{"from": plain(p.start), "to": plain(p.end)} for p in done.periods],
                "rows": dict(done.rows),
            }
            | {name: plain(value) for name, value in more.items()}
        )
        return
    say(text)
    say(f"{done.days} days worked out, {sum(done.rows.values()):,} ledger rows; they add up to the bill.")


def _log(entries: list[Entry], as_json: bool) -> None:
    if as_json:
        rows = [{name: plain(value) for name, value in asdict(entry).items()} for entry in entries]
        print_json({"rows": rows})
        return
    print_table(
        "Loads and refreshes, newest first",
        ("When (UTC)", "What", "Result", ">Days", "From", "To", ">Rows", ">Seconds", "~Detail"),
        [
            (
                f"{entry.at:%Y-%m-%d %H:%M}",
                f"{entry.kind}, all of it" if entry.full else entry.kind,
                entry.result,
                str(entry.days),
                str(entry.first_day or ""),
                str(entry.last_day or ""),
                f"{entry.total_rows:,}",
                f"{entry.seconds:.1f}",
                entry.detail,
            )
            for entry in entries
        ],
    )

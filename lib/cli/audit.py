"""The command that lists what was done through this app: who, what, on what, why, and what came of it."""

from datetime import datetime, timedelta, timezone
from typing import Annotated, Any

import typer

from lib.cli import options
from lib.cli.output import plain, print_json, print_table
from lib.config import settings
from lib.context import of_this_machine
from lib.errors import InputError
from lib.spend.formatting import count
from lib.store import events

RESULTS = ("done", "refused", "failed", "dry run")


def audit(
    text: Annotated[str, typer.Option("--text", help="Anywhere in names, reason, person or result.")] = "",
    who: Annotated[str, typer.Option(help="Of one person.")] = "",
    result: Annotated[str, typer.Option(help="done, refused, failed or “dry run”.")] = "",
    object_id: Annotated[str, typer.Option("--id", help="About one cluster, warehouse, …")] = "",
    days: Annotated[int, typer.Option(help="Of the last days.", min=1)] = 90,
    limit: Annotated[int, typer.Option(help="How many at most, the newest first.", min=1, max=10_000)] = 50,
    as_json: options.Json = False,
) -> None:
    """Every act through this app, refusals and dry runs included; none can be changed or removed."""
    if result and result not in RESULTS:
        raise InputError(f"There is no result {result!r}.", remedy=f"Use one of: {', '.join(RESULTS)}.")
    context = of_this_machine(settings())
    own = "" if context.workspaces is None else context.viewer.name
    since = datetime.now(timezone.utc) - timedelta(days=days)
    find = events.Search(who=own or who, result=result, text=text, object_id=object_id, since=since)
    found = events.search(context.store, find, limit=limit)
    total = events.count(context.store, find)
    if as_json:
        print_json({"acts": [_plain(event) for event in found], "total": total})
        return
    lines = [
        (
            f"{event.at:%Y-%m-%d %H:%M}",
            event.who,
            event.act,
            event.object_name or event.object_id,
            event.result,
            event.reason,
        )
        for event in found
    ]
    print_table(f"{count(total)} acts in {days} days", ("When (UTC)", "Who", "Did", "To", "Result", "~Why"), lines)


def _plain(event: events.Event) -> dict[str, Any]:
    return {name: plain(value) for name, value in vars(event).items()}

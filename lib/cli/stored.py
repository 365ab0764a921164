"""Command for the store: where it is, and at which version."""

from typing import Annotated

import typer

from lib.cli.options import Json
from lib.cli.output import print_json, say
from lib.config import settings
from lib.context import Context


def store(
    to: Annotated[
        str | None, typer.Option(metavar="REVISION", help="Take the tables back to this revision, before a rollback.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Where the app's own state is kept and at which revision; `--to` takes it back for an older version of the app."""
    from lib.store import migrate

    opened = Context(settings()).store
    if to is not None:
        if not yes:
            typer.confirm(f"Take {opened.place} back to {to}? What came since is lost.", abort=True, err=True)
        migrate.downgrade(opened.engine, to)
    with opened.read() as connection:
        revisions = migrate.revisions(connection)
    found = {"place": opened.place, "revision": ", ".join(revisions) or "none", "newest": ", ".join(migrate.newest())}
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        say(f"{name}: {value}")

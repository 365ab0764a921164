"""Commands for the store and for sign-ins: where things are, and at which version."""

from typing import Annotated

import typer

from lib.cli.options import Json
from lib.cli.output import print_json, print_table, say
from lib.config import platform, settings
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


def profiles(as_json: Json = False) -> None:
    """The profiles of ~/.databrickscfg by name, host and kind of sign-in; never what they hold."""
    from lib.workspace.login import config_file
    from lib.workspace.login import profiles as of_file

    file = config_file(platform())
    found = of_file(file)
    if as_json:
        print_json({"file": str(file), "profiles": [vars(profile) for profile in found]})
        return
    if not found:
        say(f"{file} names no profile.")
    else:
        print_table("Profiles", ("profile", "host", "sign-in"), [[p.name, p.host, p.sign_in] for p in found])

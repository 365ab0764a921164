"""Commands that look at a workspace: its spaces, who is signed in, and the profiles that lead there."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.genie import common as c
from lib.cli.output import print_json
from lib.errors import InputError
from lib.genie import writing
from lib.genie.names import logical_id, matches
from lib.spend.formatting import plural

if TYPE_CHECKING:
    pass

Format = Annotated[str, typer.Option("--format", "-f", help="table, json or csv.")]


def profiles(as_json: c.Json = False) -> None:
    """Profiles of the Databricks configuration file; secrets are never shown."""
    from lib.config import platform
    from lib.workspace.login import config_file
    from lib.workspace.login import profiles as known

    rows = [{"name": p.name, "host": p.host, "sign_in": p.sign_in} for p in known(config_file(platform()))]
    c.rows_or_json(rows, "json" if as_json else "table", key="profiles", title="Profiles",
                   heads=("name", "host", "sign_in"))  # fmt: skip


def whoami(profile: c.Profile = None, as_json: c.Json = False) -> None:
    """Who is signed in, and where."""
    workspace = c.connect(profile)
    me = workspace.me() | {"host": workspace.host}
    if as_json:
        print_json(me)
    else:
        typer.echo(f"{me['user_name']} at {me['host']}")


def space_list(
    profile: c.Profile = None,
    limit: Annotated[int, typer.Option("--limit", "-l", help="0 is all.", min=0)] = 100,
    form: Format = "table",
    as_json: c.Json = False,
) -> None:
    """Spaces of the workspace."""
    workspace = c.connect(profile)
    _listed(list(workspace.all(limit)), form, as_json)


def _listed(spaces: Any, form: str, as_json: bool) -> None:
    rows = [
        {"id": s.space_id, "title": s.title, "warehouse_id": s.warehouse_id, "created_at": s.created,
         "parent_path": s.parent_path, "description": s.description} for s in spaces
    ]  # fmt: skip
    form = "json" if as_json else form
    heads = ("id", "title", "warehouse_id", "created_at")
    c.rows_or_json(rows, form, key="spaces", title=plural(len(rows), "space"), heads=heads)


def space_get(
    space_id: Annotated[str | None, typer.Argument(help="Id or title.")] = None,
    name: Annotated[str | None, typer.Option("--name", "-n", help="Title or glob.")] = None,
    profile: c.Profile = None,
    form: Annotated[str, typer.Option("--format", "-f", help="table, json or yaml.")] = "table",
    raw: Annotated[bool, typer.Option("--raw", help="As the workspace answers.")] = False,
    as_json: c.Json = False,
) -> None:
    """One space, by id or title."""
    wanted = space_id or name
    if not wanted:
        raise InputError("Which space?", remedy="Give an id, or --name.")
    found = c.project(profile=profile).by_name(wanted)
    if raw:
        body = {k: v for k, v in found.__dict__.items() if k != "exported"}
        body["serialized_space"] = json.loads(found.exported) if found.exported else None
        print_json(body)
        return
    from lib.genie.planning import as_space

    space = as_space(found, logical_id(found.title))
    if as_json or form == "json":
        print_json(writing.as_map(space) | {"databricks_space_id": found.space_id})
    elif form == "yaml":
        typer.echo(writing.to_yaml(space), nl=False)
    elif form == "table":
        rows: list[dict[str, Any]] = [
            {"what": "id", "value": found.space_id}, {"what": "title", "value": found.title},
            {"what": "description", "value": found.description}, {"what": "warehouse", "value": found.warehouse_id},
            {"what": "folder", "value": found.parent_path}, {"what": "changed", "value": found.updated},
            {"what": "tables", "value": ", ".join(space.identifiers)},
            {"what": "examples", "value": len(space.examples)}, {"what": "joins", "value": len(space.joins)},
            {"what": "benchmarks", "value": len(space.benchmarks or ())},
        ]  # fmt: skip
        c.rows_or_json(rows, "table", title=found.title, heads=("what", "value"))
    else:
        raise InputError(f"{form!r} is no format.", remedy="Use table, json or yaml.", place="--format")


def find(
    name: Annotated[str, typer.Option("--name", "-n", help="Glob over titles.")],
    profile: c.Profile = None,
    workspace: Annotated[bool, typer.Option("--workspace", "-w", help="In the workspace, not the state.")] = False,
    env: Annotated[str | None, typer.Option("--env", "-e", help="Environment of the state.")] = None,
    state_file: c.StateFile = c.STATE,
    form: Format = "table",
    as_json: c.Json = False,
) -> None:
    """Spaces whose title fits, in the state or in the workspace."""
    if workspace:
        _listed([s for s in c.connect(profile).all() if matches(name, s.title)], form, as_json)
        return
    state = c.project(state_file=state_file).state
    envs = [env] if env else list(state.read()["environments"])
    rows = [
        {"id": e.databricks_space_id, "title": e.title, "logical_id": e.logical_id, "env": one, "status": e.status}
        for one in envs
        for e in state.entries(one).values()
        if matches(name, e.title) or matches(name, e.logical_id)
    ]
    c.rows_or_json(rows, "json" if as_json else form, key="spaces", title=plural(len(rows), "space"),
                   heads=("id", "title", "logical_id", "env", "status"))  # fmt: skip


def space_find(
    name: Annotated[str, typer.Option("--name", "-n", help="Glob over titles.")],
    profile: c.Profile = None,
    workspace: Annotated[bool, typer.Option("--workspace", "-w", help="In the workspace, not the state.")] = True,
    form: Format = "table",
    as_json: c.Json = False,
) -> None:
    """Spaces of the workspace whose title fits."""
    find(name, profile, True, None, c.STATE, form, as_json)

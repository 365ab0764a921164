"""Commands about the state file: status, state-list, state-show, state-pull, state-remove, state-repair."""

from datetime import datetime, timezone
from typing import Annotated, Any

import typer

from lib.cli.genie import EXIT_FAILED
from lib.cli.genie import common as c
from lib.cli.output import print_json, say
from lib.spend.formatting import plural

RequiredEnv = Annotated[str, typer.Option("--env", "-e", help="Environment.")]
OptionalEnv = Annotated[str | None, typer.Option("--env", "-e", help="Environment; else all.")]
Format = Annotated[str, typer.Option("--format", "-f", help="table, plain or json.")]


def status(env: OptionalEnv = None, state_file: c.StateFile = c.STATE, as_json: c.Json = False) -> None:
    """What the state knows: spaces, when they were applied, errors."""
    state = c.project(state_file=state_file).state
    value = state.read()
    shown = {name: part for name, part in value["environments"].items() if env in (None, name)}
    if as_json:
        print_json({**value, "environments": shown})
        return
    for name, part in shown.items():
        typer.echo(
            f"{name}: {part['workspace_url'] or 'no workspace recorded'}, {plural(len(part['spaces']), 'space')}"
        )
        rows = [
            {"space": e.logical_id, "title": e.title, "status": e.status, "applied": e.last_applied,
             "age": _age(e.last_applied), "error": e.error}
            for e in state.entries(name).values()
        ]  # fmt: skip
        c.rows_or_json(rows, "table", heads=("space", "title", "status", "applied", "age", "error"))


def _age(at: str | None) -> str:
    if not at:
        return ""
    try:
        then = datetime.fromisoformat(at)
    except ValueError:
        return ""
    if then.tzinfo is None:
        then = then.replace(tzinfo=timezone.utc)
    days = (datetime.now(timezone.utc) - then).days
    return f"{days} days" if days != 1 else "1 day"


def state_list(
    env: OptionalEnv = None,
    state_file: c.StateFile = c.STATE,
    show_ids: Annotated[bool, typer.Option("--show-ids", help="Ids in the workspace too.")] = False,
    form: Format = "table",
    as_json: c.Json = False,
) -> None:
    """Tracked spaces."""
    state = c.project(state_file=state_file).state
    envs = [env] if env else list(state.read()["environments"])
    rows: list[dict[str, Any]] = [
        {
            "logical_id": e.logical_id,
            "env": one,
            "title": e.title,
            "status": e.status,
            "space_id": e.databricks_space_id,
        }
        for one in envs
        for e in state.entries(one).values()
    ]
    heads = ("logical_id", "env", "title", "status", *(("space_id",) if show_ids else ()))
    c.rows_or_json(rows, "json" if as_json else form, key="spaces", title=plural(len(rows), "space"), heads=heads)


def state_show(
    env: OptionalEnv = None,
    state_file: c.StateFile = c.STATE,
    form: Annotated[str, typer.Option("--format", "-f", help="table or json.")] = "table",
    as_json: c.Json = False,
) -> None:
    """The state file."""
    value = c.project(state_file=state_file).state.read()
    if env:
        value = {**value, "environments": {k: v for k, v in value["environments"].items() if k == env}}
    if as_json or form == "json":
        print_json(value)
        return
    typer.echo(f"project {value.get('project_id')}, version {value.get('version')}, made {value.get('created_at')}")
    status(env, state_file, False)


def state_pull(
    env: RequiredEnv,
    profile: c.Profile = None,
    state_file: c.StateFile = c.STATE,
    verify_only: Annotated[bool, typer.Option("--verify-only", help="Look, and change nothing.")] = False,
    as_json: c.Json = False,
) -> None:
    """Check that each tracked space exists and bring titles up to date. Exit code 1 when one is gone or not known."""
    found = c.project(c.CONFIG, env, state_file, profile).pull(verify_only=verify_only)
    c.rows_or_json(found, "json" if as_json else "table", key="spaces", title=plural(len(found), "space"),
                   heads=("logical_id", "status", "title", "title_before", "note"))  # fmt: skip
    raise typer.Exit(EXIT_FAILED if any(row["status"] in ("gone", "unknown") for row in found) else 0)


def state_remove(
    space_id: Annotated[str, typer.Argument(help="Name in the state.")],
    env: RequiredEnv,
    state_file: c.StateFile = c.STATE,
    force: Annotated[bool, typer.Option("--force", "-f", help="Do not ask.")] = False,
    as_json: c.Json = False,
) -> None:
    """Forget a space; the workspace keeps it."""
    state = c.project(c.CONFIG, env, state_file).state
    entry = state.entry(env, space_id)
    c.confirmed(f"{space_id} will no longer be tracked in {env}.", given=force)
    state.remove(env, space_id)
    if as_json:
        print_json({"removed": space_id, "env": env, "databricks_space_id": entry.databricks_space_id})
    else:
        say(f"{space_id} is no longer tracked; the workspace still has {entry.databricks_space_id}.")


def state_repair(
    env: c.Env = "dev",
    profile: c.Profile = None,
    state_file: c.StateFile = c.STATE,
    config: c.Config = c.CONFIG,
    force: Annotated[bool, typer.Option("--force", "-f", help="Do not ask.")] = False,
    as_json: c.Json = False,
) -> None:
    """Put a sound state in the place of a damaged one: its last version, else made from workspace and files."""
    c.confirmed(f"{state_file} will be replaced; the damaged file is kept beside it.", given=force)
    found = c.project(config, env, state_file, profile).repair()
    if as_json:
        print_json(found)
    else:
        say(f"Restored {plural(found['spaces'], 'space')} from {found['from']}.")

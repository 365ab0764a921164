"""Commands about spaces in a workspace: list, get, find, create, clone, export, import, promote, whoami, profiles."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.genie import EXIT_FAILED
from lib.cli.genie import common as c
from lib.cli.output import print_json, say
from lib.errors import InputError, NotFound
from lib.genie import reading, variables, writing
from lib.genie.names import chosen, file_stem, logical_id, matches
from lib.genie.problems import FilesError, Problem, errors
from lib.spend.formatting import plural

if TYPE_CHECKING:
    from lib.genie.cloning import Permission

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


def space_create(
    title: Annotated[str | None, typer.Argument(help="Title.")] = None,
    from_file: Annotated[Path | None, typer.Option("--from-file", help="File with the space.")] = None,
    warehouse_id: Annotated[str | None, typer.Option("--warehouse-id", "-w", help="SQL warehouse.")] = None,
    tables: Annotated[str | None, typer.Option("--tables", "-t", help="catalog.schema.table, by comma.")] = None,
    description: Annotated[str | None, typer.Option("--description", "-d", help="What it is for.")] = None,
    instructions: Annotated[list[str] | None, typer.Option("--instructions", "-i", help="Guidance; repeat.")] = None,
    functions: Annotated[str | None, typer.Option("--functions", help="Functions, by comma.")] = None,
    questions: Annotated[list[str] | None, typer.Option("--questions", "-q", help="Sample question; repeat.")] = None,
    parent_path: Annotated[str | None, typer.Option("--parent-path", help="Folder.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="key.path=value; repeat.")] = None,
    profile: c.Profile = None,
    save_config: Annotated[
        Path | None, typer.Option("--save-config", help="Also write the space to this file.")
    ] = None,
    env: Annotated[str | None, typer.Option("--env", "-e", help="Track it in this environment.")] = None,
    state_file: c.StateFile = c.STATE,
    given: c.Vars = None,
    dry_run: c.DryRun = False,
    as_json: c.Json = False,
) -> None:
    """Make a space from options, from a file, or from a file with values set."""
    raw = _raw(from_file, env or "dev", given)
    for key, value in (
        ("title", title), ("warehouse_id", warehouse_id), ("description", description), ("parent_path", parent_path),
    ):  # fmt: skip
        if value is not None:
            raw[key] = value
    if tables:
        raw.setdefault("data_sources", {})["tables"] = [{"identifier": name} for name in _split(tables)]
    part = raw.setdefault("instructions", {})
    if instructions:
        part["text_instructions"] = [{"content": text} for text in instructions]
    if functions:
        part["sql_functions"] = _split(functions)
    if questions:
        raw["sample_questions"] = list(questions)
    from lib.genie.cloning import set_value

    for assignment in settings or ():
        set_value(raw, assignment)
    raw.setdefault("space_id", str(raw.get("title", "")).lower().replace(" ", "_"))
    space = _space(raw, str(from_file or ""))
    if save_config:
        save_config.parent.mkdir(parents=True, exist_ok=True)
        save_config.write_text(writing.to_yaml(space), encoding="utf-8")
    body = {"space": writing.as_map(space), "space_id": None, "saved": str(save_config) if save_config else None}
    if dry_run:
        _told(body, f"Would create {space.title}.", as_json)
        return
    found = c.project(profile=profile, env=env or "dev", state_file=state_file)
    if env:
        from lib.genie import planning

        made = planning.make([space], found.state.entries(env), found.workspace, env=env, tracked=found.state.ids())
        applied = found.apply(made)
        if applied.exit_code or not applied.outcomes:
            raise InputError(applied.outcomes[0].message if applied.outcomes else "The space is there already.")
        body["space_id"] = applied.outcomes[0].space_id
    else:
        from lib.genie.cloning import create

        body["space_id"] = create(found.workspace, space).space_id
    _told(body, f"Created {space.title}: {body['space_id']}", as_json)


def _raw(path: Path | None, env: str, given: list[str] | None) -> dict[str, Any]:
    if path is None:
        return {}
    from lib.genie import documents

    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    document = documents.read(path.read_text(encoding="utf-8-sig"), str(path))
    if errors(document.problems):
        raise FilesError(document.problems)
    value = document.value
    if isinstance(value, dict) and isinstance(value.get("spaces"), list):
        if len(value["spaces"]) != 1:
            raise InputError(
                f"{path} has {len(value['spaces'])} spaces; one is expected.", remedy="Use plan and apply."
            )
        value = value["spaces"][0]
    if not isinstance(value, dict):
        raise InputError(f"{path} is no space.")
    environment = variables.find(path.parent, env)
    from lib.config import process_environment

    substitution = variables.Substitution(environment, c.pairs(given), process_environment())
    filled: dict[str, Any] = substitution.applied(value)
    if substitution.left:
        raise FilesError(
            [
                document.problem("error", "unresolved-variable", f"The variable {name} has no value.", at)
                for at, name in substitution.left
            ]
        )
    return filled


def _space(raw: dict[str, Any], place: str) -> Any:
    from lib.genie import rules

    problems: list[Problem] = []
    space = reading.read_space(raw, place=place, problems=problems)
    if space is not None:
        problems += rules.check([space])
    if errors(problems) or space is None:
        raise FilesError(problems)
    return space


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _told(body: dict[str, Any], words: str, as_json: bool) -> None:
    if as_json:
        print_json(body)
    else:
        typer.echo(words)


def space_clone(
    source: Annotated[str, typer.Argument(help="Id or exact title.")],
    name: Annotated[str | None, typer.Option("--name", "-n", help="New title.")] = None,
    to_workspace: Annotated[bool, typer.Option("--to-workspace", help="Make it in the target's workspace.")] = False,
    to_file: Annotated[Path | None, typer.Option("--to-file", help="Write a file instead.")] = None,
    warehouse_id: Annotated[str | None, typer.Option("--warehouse-id", "-w", help="Another warehouse.")] = None,
    mapping: Annotated[list[str] | None, typer.Option("--map", help="catalog=catalog or catalog.schema=….")] = None,
    parent_path: Annotated[str | None, typer.Option("--parent-path", help="Another folder.")] = None,
    profile: c.Profile = None,
    target_profile: Annotated[
        str | None, typer.Option("--target-profile", help="Profile of another workspace.")
    ] = None,
    dry_run: c.DryRun = False,
    as_json: c.Json = False,
) -> None:
    """Copy a space: in its workspace, to another one, or to a file; names move by their place in the SQL."""
    from lib.genie.cloning import carried, copy_of, create, missing, permissions
    from lib.genie.moving import parse_mapping
    from lib.genie.payload import folder

    found = c.project(profile=profile)
    there = found.by_name(source)
    made = copy_of(
        there, title=name, mapping=parse_mapping(mapping or []), warehouse_id=warehouse_id, parent_path=parent_path,
        keep_folder=not target_profile,
    )  # fmt: skip
    makes = to_workspace or not to_file
    target = (c.connect(target_profile) if target_profile else found.workspace) if makes else None
    same_folder = target is found.workspace and folder(made.space.parent_path) == folder(there.parent_path)
    given = permissions(found.workspace, there.space_id, same_folder=same_folder)
    lacking = missing(target, made.space) if target else ()
    _said(made.mentions, given, lacking)
    body: dict[str, Any] = {
        "source": there.space_id, "title": made.space.title, "space_id": None, "mentions": list(made.mentions),
        "file": str(to_file) if to_file else None,
    } | carried(given, lacking)  # fmt: skip
    if dry_run:
        _told(body | {"space": writing.as_map(made.space)}, f"Would make {made.space.title}.", as_json)
        return
    if to_file:
        to_file.parent.mkdir(parents=True, exist_ok=True)
        is_json = to_file.suffix == ".json"
        to_file.write_text(writing.to_json(made.space) if is_json else writing.to_yaml(made.space), encoding="utf-8")
    if target:
        body["space_id"] = create(target, made.space).space_id
    _told(body, f"Made {made.space.title}: {body['space_id'] or body['file']}", as_json)


def _said(mentions: tuple[str, ...], given: "tuple[Permission, ...] | None", lacking: tuple[str, ...]) -> None:
    """What a person should know before a copy is made: on stderr."""
    for place in mentions:
        say(f"Prose still says the old name: {place}")
    for message in lacking:
        say(f"In the target: {message}")
    if given is None:
        say("Who may use the source may not be read (that needs CAN MANAGE on it); nothing of it carries over.")
    for permission in given or ():
        say(str(permission))


def space_export(
    output_dir: Annotated[Path, typer.Option("--output-dir", "-o", help="Folder.")] = c.CONFIG,
    pattern: Annotated[str | None, typer.Option("--pattern", help="Glob over titles.")] = None,
    space_ids: Annotated[list[str] | None, typer.Option("--space-id", help="Id; repeat.")] = None,
    exclude: Annotated[list[str] | None, typer.Option("--exclude", help="Glob over titles; repeat.")] = None,
    profile: c.Profile = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that exist.")] = False,
    form: Annotated[str, typer.Option("--format", "-f", help="yaml or json.")] = "yaml",
    dry_run: c.DryRun = False,
    as_json: c.Json = False,
) -> None:
    """Write spaces of the workspace as files, losing nothing."""
    if form not in ("yaml", "json"):
        raise InputError(f"{form!r} is no format.", remedy="Use yaml or json.", place="--format")
    found = c.project(output_dir, profile=profile)
    spaces = [
        s
        for s in found.workspace.all()
        if (not space_ids or s.space_id in space_ids)
        and (not pattern or matches(pattern, s.title))
        and not any(matches(one, s.title) for one in exclude or ())
    ]
    _taken(found.export(spaces, output_dir, form=form, overwrite=overwrite, dry_run=dry_run), as_json)


def _taken(taken: Any, as_json: bool) -> None:
    rows = [item.as_json() for item in taken]
    c.rows_or_json(rows, "json" if as_json else "table", key="spaces", title=plural(len(rows), "space"),
                   heads=("title", "logical_id", "file", "result", "message"))  # fmt: skip
    raise typer.Exit(EXIT_FAILED if any(item.result == "failed" for item in taken) else 0)


def import_(
    space_id: Annotated[str | None, typer.Argument(help="Id.")] = None,
    pattern: Annotated[str | None, typer.Option("--pattern", "-n", help="Glob over titles.")] = None,
    env: c.Env = "dev",
    name: Annotated[str | None, typer.Option("--as", help="Name in files and state.")] = None,
    profile: c.Profile = None,
    state_file: c.StateFile = c.STATE,
    output_dir: Annotated[Path, typer.Option("--output-dir", "-o", help="Folder.")] = c.CONFIG,
    dry_run: c.DryRun = False,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace files and entries that exist.")] = False,
    as_json: c.Json = False,
) -> None:
    """Take spaces of the workspace into files and state."""
    if not space_id and not pattern:
        raise InputError("Which spaces?", remedy="Give an id, or --pattern.")
    found = c.project(output_dir, env, state_file, profile)
    spaces = [found.workspace.get(space_id)] if space_id else found.find(pattern or "")
    if name and len(spaces) > 1:
        raise InputError(f"--as names one space; {len(spaces)} fit.")
    _taken(found.import_(spaces, name=name, folder=output_dir, force=force, dry_run=dry_run), as_json)


def promote(
    name: Annotated[str, typer.Argument(help="Name in the state.")],
    env: Annotated[str, typer.Option("--from", help="Environment it comes from.")] = "dev",
    to: Annotated[str, typer.Option("--to", help="Environment it goes to.")] = "prod",
    mapping: Annotated[list[str] | None, typer.Option("--map", help="Else from the environments' variables.")] = None,
    warehouse_id: Annotated[str | None, typer.Option("--warehouse-id", "-w", help="Else the target's.")] = None,
    config: c.Config = c.CONFIG,
    state_file: c.StateFile = c.STATE,
    profile: c.Profile = None,
    target_profile: Annotated[str | None, typer.Option("--target-profile", help="Profile of the target.")] = None,
    auto_approve: Annotated[bool, typer.Option("--auto-approve", help="Do not ask.")] = False,
    dry_run: c.DryRun = False,
    as_json: c.Json = False,
) -> None:
    """Bring a space as it is in one environment's workspace to the next: catalog, schema, warehouse, folder change."""
    from lib.cli.genie.files import _carry_out
    from lib.genie.cloning import promote as promoted
    from lib.genie.moving import parse_mapping

    source = c.project(config, env, state_file, profile)
    target = c.project(config, to, state_file, target_profile)
    found = promoted(source, target, name, mapping=parse_mapping(mapping or []), warehouse_id=warehouse_id)
    _said(found.mentions, found.permissions, found.missing)
    if not as_json:
        c.print_plan(found.plan)
    if dry_run or not found.plan.changes:
        if as_json:
            print_json(found.as_json() | {"plan": found.plan.as_json(), "applied": None})
        return
    c.confirmed(f"{name} will be promoted to {to}.", given=auto_approve)
    _carry_out(found.target, found.plan, 1, as_json, more=found.as_json())


__all__ = ["chosen", "file_stem"]

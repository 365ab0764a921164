"""Commands that copy spaces: space-clone, space-export, import, promote."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.genie import EXIT_FAILED
from lib.cli.genie import common as c
from lib.cli.genie.carrying import carry_out
from lib.cli.output import print_json, say
from lib.errors import InputError
from lib.genie import writing
from lib.genie.names import matches
from lib.spend.formatting import plural

if TYPE_CHECKING:
    from lib.genie.cloning import Permission


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
        c.told(body | {"space": writing.as_map(made.space)}, f"Would make {made.space.title}.", as_json)
        return
    if to_file:
        to_file.parent.mkdir(parents=True, exist_ok=True)
        is_json = to_file.suffix == ".json"
        to_file.write_text(writing.to_json(made.space) if is_json else writing.to_yaml(made.space), encoding="utf-8")
    if target:
        body["space_id"] = create(target, made.space).space_id
    c.told(body, f"Made {made.space.title}: {body['space_id'] or body['file']}", as_json)


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
    carry_out(found.target, found.plan, 1, as_json, more=found.as_json())

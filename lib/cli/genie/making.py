"""The command space-create: a new space from options, a file, or both."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lib.cli.genie import common as c
from lib.errors import InputError, NotFound
from lib.genie import reading, variables, writing
from lib.genie.problems import FilesError, Problem, errors


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
    from lib.genie.cloning import create, set_value

    raw = _raw(from_file, env or "dev", given)
    for key, value in (
        ("title", title), ("warehouse_id", warehouse_id), ("description", description), ("parent_path", parent_path),
    ):  # fmt: skip
        if value is not None:
            raw[key] = value
    if questions:
        raw["sample_questions"] = list(questions)
    _instruct(raw, tables, instructions, functions)
    for assignment in settings or ():
        set_value(raw, assignment)
    raw.setdefault("space_id", str(raw.get("title", "")).lower().replace(" ", "_"))
    space = _space(raw, str(from_file or ""))
    if save_config:
        save_config.parent.mkdir(parents=True, exist_ok=True)
        save_config.write_text(writing.to_yaml(space), encoding="utf-8")
    body = {"space": writing.as_map(space), "space_id": None, "saved": str(save_config) if save_config else None}
    if dry_run:
        c.told(body, f"Would create {space.title}.", as_json)
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
        body["space_id"] = create(found.workspace, space).space_id
    c.told(body, f"Created {space.title}: {body['space_id']}", as_json)


def _instruct(raw: dict[str, Any], tables: str | None, instructions: list[str] | None, functions: str | None) -> None:
    """Put what the options say of data and guidance into a space as files have it."""
    if tables:
        raw.setdefault("data_sources", {})["tables"] = [{"identifier": name} for name in _split(tables)]
    part = raw.setdefault("instructions", {})
    if instructions:
        part["text_instructions"] = [{"content": text} for text in instructions]
    if functions:
        part["sql_functions"] = _split(functions)


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

"""Commands about files: init, validate, schema, plan, apply, destroy, drift, status, score, evaluate."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from lib.cli.genie import EXIT_FAILED
from lib.cli.genie import common as c
from lib.cli.genie.carrying import carry_out
from lib.cli.output import print_json, print_table, say
from lib.errors import InputError
from lib.genie import planning
from lib.genie.problems import errors
from lib.spend.formatting import percent, plural


def init(
    path: Annotated[Path, typer.Option("--path", "-p", help="Folder.")] = Path(),
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace files that exist.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    minimal: Annotated[bool, typer.Option("--minimal", help="One small space, one environment.")] = False,
    as_json: c.Json = False,
) -> None:
    """Write a new project: an example space, environments, a schema for editors, a CI file."""
    from lib.genie.scaffold import scaffold

    if force and not yes:
        c.confirmed(f"Files in {path} may be replaced.", given=False)
    found = scaffold(path, force=force, minimal=minimal)
    if as_json:
        print_json({"files": [{"path": str(item.path), "result": item.result} for item in found]})
        return
    for item in found:
        typer.echo(f"{item.result}: {item.path}")


def schema(
    out: Annotated[Path | None, typer.Option("--out", help="File; else stdout.")] = None, as_json: c.Json = False
) -> None:
    """The JSON Schema of a space file, for editors."""
    from lib.genie.schema import schema as made

    if out is None:
        print_json(made())
        return
    out.write_text(json.dumps(made(), indent=1) + "\n", encoding="utf-8")
    if as_json:
        print_json({"file": str(out)})


def validate(
    config: c.Config,
    env: c.Env = "dev",
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count too.")] = False,
    online: Annotated[
        bool, typer.Option("--online", help="Ask the workspace for warehouse, tables, functions.")
    ] = False,
    profile: c.Profile = None,
    variables: c.Vars = None,
    sql: Annotated[bool, typer.Option("--sql", help="Parse the SQL too (strict and online do).")] = False,
    as_json: c.Json = False,
) -> None:
    """Name every problem of the files, with file, line and column. Exit code 1 when there is an error."""
    found = c.project(config, env, profile=profile, variables=variables)
    problems = found.validate(sql=sql or strict or online, online=online)
    wrong = errors(problems, strict=strict)
    if as_json:
        print_json(
            {
                "valid": not wrong,
                "spaces": [space.space_id for space in found.files.spaces],
                "problems": [problem.as_json() for problem in problems],
            }
        )
    else:
        c.print_problems(problems)
        say(f"{plural(len(found.files.spaces), 'space')}, {len(wrong)} to correct.")
    raise typer.Exit(EXIT_FAILED if wrong else 0)


Targets = Annotated[
    list[str] | None, typer.Option("--target", "-t", help="Name or glob; `* except [a, b]` leaves out.")
]


def plan(
    env: c.Env = "dev",
    config: c.Config = c.CONFIG,
    profile: c.Profile = None,
    state_file: c.StateFile = c.STATE,
    targets: Targets = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the plan for `apply --plan`.")] = None,
    destroy: Annotated[bool, typer.Option("--destroy", help="What no file describes any more is to go.")] = False,
    complete: Annotated[bool, typer.Option("--complete", help="Also send what an earlier tool never sent.")] = False,
    no_adopt: Annotated[bool, typer.Option("--no-adopt", help="Do not take over spaces by title.")] = False,
    detailed: Annotated[bool, typer.Option("--detailed-exitcode", help="Always so: 0, 2 or 1.", hidden=True)] = True,
    variables: c.Vars = None,
    other: Annotated[bool, typer.Option("--other-workspace", help="The workspace has another address now.")] = False,
    as_json: c.Json = False,
) -> None:
    """Compare files, state and workspace. Exit code 0: nothing to do, 2: changes, 1: error."""
    found = c.project(config, env, state_file, profile, variables)
    made = found.plan(targets or (), adopt=not no_adopt, destroy=destroy, complete=complete, other_workspace=other)
    if out is not None:
        out.write_text(json.dumps(made.as_json(), indent=1) + "\n", encoding="utf-8")
    if as_json:
        print_json(made.as_json())
    else:
        c.print_plan(made)
    raise typer.Exit(made.exit_code)


def apply(
    env: c.Env = "dev",
    config: c.Config = c.CONFIG,
    profile: c.Profile = None,
    state_file: c.StateFile = c.STATE,
    targets: Targets = None,
    plan_file: Annotated[Path | None, typer.Option("--plan", help="Carry out exactly this plan.")] = None,
    auto_approve: Annotated[bool, typer.Option("--auto-approve", help="Do not ask.")] = False,
    confirm: Annotated[
        str | None, typer.Option("--confirm", help="The environment's name, where it asks for it.")
    ] = None,
    dry_run: c.DryRun = False,
    destroy: Annotated[
        bool, typer.Option("--destroy", help="What no file describes any more goes to the trash.")
    ] = False,
    complete: Annotated[bool, typer.Option("--complete", help="Also send what an earlier tool never sent.")] = False,
    workers: c.Workers = 8,
    rate: c.Rate = 0,
    variables: c.Vars = None,
    other: Annotated[bool, typer.Option("--other-workspace", help="The workspace has another address now.")] = False,
    as_json: c.Json = False,
) -> None:
    """Make the workspace what the files say. Exit code 1 when any space failed."""
    found = c.project(config, env, state_file, profile, variables, rate=rate)
    if plan_file is not None:
        made = planning.from_json(_read_json(plan_file))
        if made.env != env:
            raise InputError(f"The plan is for {made.env}, not {env}.", remedy=f"Give --env {made.env}.")
        made = made.only(_targets(targets, made)) if targets else made
    else:
        made = found.plan(targets or (), destroy=destroy, complete=complete, other_workspace=other)
    if not as_json:
        c.print_plan(made, quiet=True)
    if dry_run or not made.changes:
        if as_json:
            print_json({"plan": made.as_json(), "applied": None})
        raise typer.Exit(EXIT_FAILED if made.errors else 0)
    careful = plan_file is None and found.files.environment.require_confirmation
    removed = [step for step in made.changes if step.action is planning.Action.DESTROY]
    question = f"{plural(len(made.changes), 'space')} of {env} will be changed."
    if removed:
        question += f" {plural(len(removed), 'space')} of them to the trash, with the conversations."
    c.confirmed(question, given=auto_approve, word=env if careful else "", confirm=confirm if careful else None)
    carry_out(found, made, workers, as_json, other)


def _targets(targets: list[str] | None, made: planning.Plan) -> list[str]:
    from lib.genie.names import chosen

    return chosen(targets or (), [step.logical_id for step in made.steps])[0]


def destroy(
    targets: Annotated[list[str], typer.Option("--target", "-t", help="Names or globs; `* except [a]` leaves out.")],
    env: c.Env = "dev",
    profile: c.Profile = None,
    state_file: c.StateFile = c.STATE,
    dry_run: c.DryRun = False,
    force: Annotated[bool, typer.Option("--force", "-f", help="Do not ask.")] = False,
    workers: c.Workers = 8,
    rate: c.Rate = 0,
    as_json: c.Json = False,
) -> None:
    """Move tracked spaces to the trash. What is gone already counts as done."""
    found = c.project(c.CONFIG, env, state_file, profile, rate=rate)
    made = found.destroy_plan(targets)
    if not made.steps:
        if as_json:
            print_json({"plan": made.as_json(), "applied": None})
        else:
            say(f"No tracked space of {env} is meant by {', '.join(targets)}.")
        return
    if not as_json:
        c.print_plan(made)
    if dry_run:
        if as_json:
            print_json({"plan": made.as_json(), "applied": None})
        return
    number = plural(len(made.changes), "space")
    question = f"To the trash: {number}. Conversations are lost when the trash is emptied."
    c.confirmed(question, given=force)
    carry_out(found, made, workers, as_json)


def drift(
    env: Annotated[str, typer.Option("--env", "-e", help="Environment.")],
    profile: Annotated[str | None, typer.Option("--profile", "-p", envvar="GENIE_PROFILE", help="Profile.")] = None,
    state_file: c.StateFile = c.STATE,
    config: c.Config = c.CONFIG,
    targets: Targets = None,
    as_json: c.Json = False,
) -> None:
    """Compare tracked spaces with what was applied, field by field. Exit code 1 when one differs or is gone."""
    found = c.project(config, env, state_file, profile).drift(targets or ())
    bad = [item for item in found if item.status in ("changed", "gone", "unknown")]
    if as_json:
        print_json({"env": env, "drifted": len(bad), "spaces": [item.as_json() for item in found]})
    else:
        for item in found:
            typer.echo(f"{item.logical_id}: {item.status} ({item.title}){' ' + item.note if item.note else ''}")
            for difference in item.differences:
                for line in difference.lines():
                    typer.echo(f"    {line}")
    raise typer.Exit(EXIT_FAILED if bad else 0)


def score(
    name: Annotated[str | None, typer.Argument(help="One space; else all.")] = None,
    config: c.Config = c.CONFIG,
    env: c.Env = "dev",
    least: Annotated[int, typer.Option("--min", help="Exit code 1 when a space scores less.", min=0, max=100)] = 0,
    online: Annotated[bool, typer.Option("--online", help="Try the example SQL on the space's warehouse.")] = False,
    profile: c.Profile = None,
    variables: c.Vars = None,
    as_json: c.Json = False,
) -> None:
    """How good each space is likely to be, 0 to 100, with what would raise it."""
    from lib.genie.online import tries
    from lib.genie.quality import assess

    project = c.project(config, env, profile=profile, variables=variables)
    loaded = project.files
    spaces = [loaded.named(name)] if name else list(loaded.spaces)
    found = {}
    for space in spaces:
        runs = tries(project.workspace, space.warehouse_id) if online else None
        found[space.space_id] = assess(space, runs=runs)
    if as_json:
        print_json({"spaces": {key: quality.as_json() for key, quality in found.items()}})
    else:
        for key, quality in found.items():
            typer.echo(f"{key}: {quality.score} of 100")
            for check in quality.missing:
                typer.echo(f"    {check.name} ({check.reason}): {check.advice}")
    raise typer.Exit(EXIT_FAILED if any(quality.score < least for quality in found.values()) else 0)


def evaluate(
    name: Annotated[str, typer.Argument(help="Name in the state, id or title.")],
    env: c.Env = "dev",
    profile: c.Profile = None,
    state_file: c.StateFile = c.STATE,
    least: Annotated[
        float, typer.Option("--min-accuracy", help="Exit code 1 below this share (0-1).", min=0, max=1)
    ] = 0,
    as_json: c.Json = False,
) -> None:
    """Run a space's benchmarks as an evaluation and wait for it."""
    from lib.cli.output import progress_bar
    from lib.genie.benchmarks import evaluate as run

    found = c.project(c.CONFIG, env, state_file, profile)
    entry = found.state.entries(env).get(name)
    space_id = entry.databricks_space_id if entry and entry.databricks_space_id else found.by_name(name).space_id
    with progress_bar() as progress:
        done = run(found.workspace, space_id, progress=progress)
    if as_json:
        print_json(done.as_json() | {"passed": done.passes(least)})
    else:
        rows = [[r.question, r.assessment, ", ".join(r.reasons)] for r in done.results]
        print_table(f"Evaluation {done.run_id}: {done.status}", ["~question", "assessment", "~reasons"], rows)
        accuracy = "not known" if done.accuracy is None else percent(done.accuracy)
        say(f"Accuracy {accuracy}: {done.correct} of {done.questions}.")
    raise typer.Exit(0 if done.passes(least) else EXIT_FAILED)


def history(
    name: Annotated[str, typer.Argument(help="Name in the state.")],
    env: c.Env = "dev",
    state_file: c.StateFile = c.STATE,
    as_json: c.Json = False,
) -> None:
    """Versions of a space: what was applied, and what stood there before."""
    found = c.project(c.CONFIG, env, state_file).versions(name)
    rows = [{"number": v.number, "at": v.at, "what": v.what, "who": v.who, "title": v.body.get("title")} for v in found]
    c.rows_or_json(rows, "json" if as_json else "table", key="versions", title=f"Versions of {name}",
                   heads=("number", "at", "what", "who", "title"))  # fmt: skip


def revert(
    name: Annotated[str, typer.Argument(help="Name in the state.")],
    to: Annotated[int, typer.Option("--to", help="Number of the version (`history`).")],
    env: c.Env = "dev",
    profile: c.Profile = None,
    state_file: c.StateFile = c.STATE,
    config: c.Config = c.CONFIG,
    auto_approve: Annotated[bool, typer.Option("--auto-approve", help="Do not ask.")] = False,
    dry_run: c.DryRun = False,
    as_json: c.Json = False,
) -> None:
    """Bring an earlier version back into the workspace. The files stay: `import --force` brings it into them."""
    found = c.project(config, env, state_file, profile)
    made = found.revert_plan(name, to)
    if not as_json:
        c.print_plan(made)
    if dry_run or not made.changes:
        if as_json:
            print_json({"plan": made.as_json(), "applied": None})
        return
    c.confirmed(f"{name} will be as in version {to}.", given=auto_approve)
    carry_out(found, made, 1, as_json)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"The plan cannot be read: {error}", place=str(path)) from error

"""Options that genie commands share, how they reach a workspace, and how they ask before they act."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.errors import AppError, InputError
from lib.genie.planning import Action, Plan
from lib.genie.problems import FilesError, Problem
from lib.genie.project import Project

if TYPE_CHECKING:
    from lib.workspace.genie import GenieClient

Env = Annotated[str, typer.Option("--env", "-e", help="Environment.")]
Config = Annotated[Path, typer.Option("--config", "-c", help="File or folder of spaces.")]
Profile = Annotated[
    str | None,
    typer.Option("--profile", "-p", help="Profile of ~/.databrickscfg; `demo` is the demo's own workspace."),
]
StateFile = Annotated[Path, typer.Option("--state-file", "-s", help="State file.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Vars = Annotated[list[str] | None, typer.Option("--var", help="name=value, before the environment's; may be repeated.")]
Rate = Annotated[float, typer.Option(help="Requests a second at most; 0 is no limit.", min=0)]
Workers = Annotated[int, typer.Option(help="Spaces worked on at once.", min=1, max=64)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]

CONFIG = Path("conf/spaces")
STATE = Path(".genie-forge.json")
MARKS = {
    Action.CREATE: "+", Action.RECREATE: "+", Action.ADOPT: "~", Action.UPDATE: "~", Action.RESTORE: "!",
    Action.DESTROY: "-", Action.UNCHANGED: "=", Action.NOT_IN_FILES: "?", Action.UNKNOWN: "x",
}  # fmt: skip


def connect(profile: str | None = None, *, rate: float = 0) -> "GenieClient":
    """The workspace: the profile, else host and token, else what the environment says."""
    from lib.config import platform, settings
    from lib.workspace.genie import GenieClient
    from lib.workspace.login import config_file, local, of_profile

    if profile == "demo":
        from lib.context import Context
        from lib.demo.standing import standing

        context = Context(settings())
        context.ensure_demo()
        found = standing(context.settings.folder)
        return GenieClient(found.host, {"token": found.token, "auth_type": "pat"}, rate=rate)
    login = of_profile(profile, config_file(platform())) if profile else local(settings(), platform())
    if settings().ca_file:
        from lib.config import trust_own_ca

        trust_own_ca(settings().ca_file)  # type: ignore[arg-type]
    return GenieClient(login.host, login.options, rate=rate)


def project(
    config: Path = CONFIG,
    env: str = "dev",
    state_file: Path = STATE,
    profile: str | None = None,
    variables: Sequence[str] | None = None,
    *,
    rate: float = 0,
) -> Project:
    """The project that a command is about; its workspace is connected when first asked."""
    made = Project(config, env=env, state_file=state_file, variables=pairs(variables))
    made.who = "command line"
    made._connect = lambda: connect(profile or _profile_of(made), rate=rate)
    return made


def _profile_of(found: Project) -> str | None:
    """The environment's own profile, when there is one and nobody gave another."""
    from lib.genie.variables import find

    folder = found.config if found.config.is_dir() else found.config.parent
    return find(folder, found.env).profile


def pairs(given: Sequence[str] | None) -> dict[str, str]:
    """`name=value`, several times."""
    values = {}
    for item in given or ():
        name, found, value = item.partition("=")
        if not found:
            raise InputError(f"{item!r} is no variable.", remedy="Write name=value.", place="--var")
        values[name] = value
    return values


def wants_json(arguments: Iterable[str]) -> bool:
    """Whether a command line asks for JSON."""
    listed = list(arguments)
    return "--json" in listed or any(a in ("json", "--format=json") for a in listed[1:])


def error_as_json(error: AppError) -> dict[str, Any]:
    """An error for machines."""
    body: dict[str, Any] = {"error": error.message, "place": error.place, "remedy": error.remedy}
    if isinstance(error, FilesError):
        body["problems"] = [problem.as_json() for problem in error.problems]
    return body


def confirmed(question: str, *, given: bool, word: str = "", confirm: str | None = None) -> None:
    """Ask; InputError when nobody says yes. With `word`, that word has to be typed (or given as `--confirm`)."""
    if word and confirm is not None:
        if confirm == word:
            return
        raise InputError(f"--confirm says {confirm!r}; {word!r} is expected.")
    if given and not word:
        return
    if not sys.stdin.isatty():
        option = f"--confirm {word}" if word else "--auto-approve (or --force)"
        raise InputError(f"{question} Nobody is there to ask.", remedy=f"Give {option}.")
    answer = typer.prompt(f"{question} Type {word or 'yes'} to go on", err=True, default="", show_default=False)
    if answer.strip() != (word or "yes"):
        raise InputError("Nothing was done.")


def print_problems(problems: Sequence[Problem]) -> None:
    """Problems on stdout, one a line."""
    for problem in problems:
        typer.echo(str(problem))


def print_plan(plan: Plan, *, quiet: bool = False) -> None:
    """A plan on stdout: every space with its differences, then the counts."""
    typer.echo(f"Plan for {plan.env} in {plan.workspace}")
    for note in plan.notes:
        typer.echo(f"  {note}")
    for step in plan.steps:
        if quiet and step.action is Action.UNCHANGED:
            continue
        typer.echo(f"{MARKS[step.action]} {step.logical_id}: {step.action.value} ({step.title})")
        for note in step.notes:
            typer.echo(f"    {note}")
        for difference in step.differences:
            for line in difference.lines():
                typer.echo(f"    {line}")
    counts = ", ".join(f"{number} {name}" for name, number in plan.counts().items())
    typer.echo(counts or "There is nothing to do.")


def told(body: dict[str, Any], words: str, as_json: bool) -> None:
    """What was done: the whole of it for machines, else in words."""
    from lib.cli.output import print_json

    if as_json:
        print_json(body)
    else:
        typer.echo(words)


def rows_or_json(
    rows: Sequence[dict[str, Any]], form: str, *, key: str = "rows", title: str = "", heads: Sequence[str]
) -> None:
    """Rows as JSON, CSV, plain names or a table."""
    from lib.cli.output import print_json, print_table

    if form == "json":
        print_json({key: list(rows)})
    elif form == "csv":
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows([[row.get(head) if row.get(head) is not None else "" for head in heads] for row in rows])
    elif form == "plain":
        for row in rows:
            typer.echo(str(row[heads[0]]))
    elif form == "table":
        cells = [["" if row.get(head) is None else str(row.get(head)) for head in heads] for row in rows]
        print_table(title, list(heads), cells)
    else:
        raise InputError(f"{form!r} is no format.", remedy="Use table, json or csv.", place="--format")

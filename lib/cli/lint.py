"""The command that reads SQL files and says what makes them cost more than they need to."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from lib.cli.options import Json
from lib.cli.output import print_json, say
from lib.errors import InputError
from lib.statements.finding import Priority
from lib.statements.lint import Linted
from lib.statements.lint import lint as read_and_lint
from lib.statements.sarif import sarif as as_sarif

FOUND, UNREADABLE = 1, 2


def lint(
    files: Annotated[list[Path], typer.Argument(help="SQL files; `-` reads standard input.")],
    as_json: Json = False,
    as_sarif_file: Annotated[bool, typer.Option("--sarif", help="SARIF 2.1.0 on stdout.")] = False,
    fail_on: Annotated[
        str, typer.Option("--fail-on", help="Lowest priority that fails: low, medium, high or never.")
    ] = "low",
) -> None:
    """Findings in SQL files. Exit code 0: none; 1: findings; 2: a file or statement cannot be read."""
    wanted = _wanted(fail_on)
    if as_json and as_sarif_file:
        raise InputError("Give --json or --sarif, not both.", place="lint")
    found = {str(path): read_and_lint(_text(path)) for path in files}
    if as_sarif_file:
        print_json(as_sarif(found))
    elif as_json:
        parts = [linted.as_dict(path) for path, linted in found.items()]
        print_json(
            {
                "findings": [finding for part in parts for finding in part["findings"]],
                "unparseable": [place for part in parts for place in part["unparseable"]],
                "files": [{"file": path, **_scores(linted)} for path, linted in found.items()],
            }
        )
    else:
        for path, linted in found.items():
            _print(path, linted)
    raise typer.Exit(_verdict(found.values(), wanted))


def _wanted(text: str) -> frozenset[Priority]:
    order = {"high": 1, "medium": 2, "low": 3, "never": 0}
    if text.lower() not in order:
        raise InputError(f"{text!r} is no priority.", remedy="Use low, medium, high or never.", place="--fail-on")
    return frozenset(list(Priority)[: order[text.lower()]])


def _text(path: Path) -> str:
    try:
        given = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return given.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(
            f"Cannot read {path}: {said}.", remedy="Name an SQL file in UTF-8.", place=str(path)
        ) from error


def _scores(linted: Linted) -> dict[str, int | None]:
    return {"statements": linted.statements, "complexity": linted.complexity, "optimisation": linted.optimisation}


def _print(path: str, linted: Linted) -> None:
    for f in linted.findings:
        typer.echo(f"{path}:{f.line}:{f.column}: {f.priority.value}: {f.rule}: {f.message} {f.remedy}")
    for place in linted.unreadable:
        typer.echo(f"{path}:{place.line}:{place.column}: not assessed: {place.reason}")
    if not linted.findings and not linted.unreadable:
        say(f"{path}: nothing found in {linted.statements} statements.")


def _verdict(found: object, wanted: frozenset[Priority]) -> int:
    linted = list(found)  # type: ignore[call-overload]
    if any(finding.priority in wanted for one in linted for finding in one.findings):
        return FOUND
    return UNREADABLE if any(one.unreadable for one in linted) else 0

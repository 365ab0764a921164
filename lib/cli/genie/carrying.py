"""A plan carried out: progress on stderr, what came of it on stdout, the verdict as exit code."""

from typing import Any

import typer

from lib.cli.output import print_json, print_table, say
from lib.genie.planning import Plan
from lib.genie.project import Project


def carry_out(
    found: Project,
    made: Plan,
    workers: int,
    as_json: bool,
    other: bool = False,
    more: dict[str, Any] | None = None,
) -> None:
    """Apply a plan and say what came of each space; exit code 1 when one failed. more: for the JSON object, beside the plan."""

    def report(outcome: Any) -> None:
        mark = "done" if outcome.result == "done" else outcome.result
        say(f"{mark}: {outcome.step.logical_id} {outcome.message} {' '.join(outcome.notes)}".rstrip())

    applied = found.apply(made, report=report, workers=workers, other_workspace=other)
    if as_json:
        print_json({**(more or {}), "plan": made.as_json(), "applied": applied.as_json()})
    else:
        rows = [
            [o.step.logical_id, o.step.action.value, o.result, o.space_id or "", o.message or " ".join(o.notes)]
            for o in applied.outcomes
        ]
        print_table(f"Applied to {made.env}", ["space", "action", "result", "#id", "~message"], rows)
    raise typer.Exit(1 if applied.exit_code or made.errors else 0)

"""`python -m bench`: measure, print a table, keep it in docs/benchmarks.md."""

import os
import shlex
import sys
from typing import Annotated

import typer
from rich.console import Console

from bench import report
from bench.case import Case, Plan, Row
from bench.cases import CASES
from bench.data import SIZES, Size, forget, ready
from bench.measure import in_child

talk = Console(stderr=True)


def main(
    size: Annotated[str, typer.Option(help=f"Sizes, by comma: {', '.join(SIZES)}.")] = "1M,10M",
    only: Annotated[list[str] | None, typer.Option(help="Only this case; can be given again.")] = None,
    quick: Annotated[bool, typer.Option(help="Few repetitions; docs/benchmarks.md stays as it is.")] = False,
    keep: Annotated[bool, typer.Option(help="Keep the accounts for the next run.")] = True,
) -> None:
    """Compare the ledger with the naive way, and check every goal."""
    sizes = tuple(_size(name) for name in size.split(","))
    cases = [case for case in CASES if not only or case.name in only]
    if only and len(cases) < len(set(only)):
        raise typer.BadParameter(f"cases are: {', '.join(case.name for case in CASES)}", param_hint="--only")
    plan = Plan(sizes, 2 if quick else 3, quick, lambda what: talk.print(f"[dim]{what}[/]"))
    found = _measure(plan, cases)
    if not quick:
        command = shlex.join(["python", "-m", "bench", *sys.argv[1:]])
        report.write({case: report.section(case, rows, command) for case, rows in found.items() if rows}, CASES)
        talk.print(f"Kept in {report.FILE}")
    if not keep:
        for made in sizes:
            forget(made)
    missed = [row for rows in found.values() for row in rows if row.met is False]
    talk.print(f"{len(missed)} goals not met." if missed else "All goals met.")


def _measure(plan: Plan, cases: list[Case]) -> dict[Case, list[Row]]:
    out = Console(width=None if sys.stdout.isatty() else 200)
    if any(case.needs_data for case in cases):
        for size in plan.sizes:
            plan.say(f"account of {size.name} usage rows")
            in_child(ready, size)
    found: dict[Case, list[Row]] = {}
    for case in cases:
        found[case] = []
        try:
            found[case] += case.run(plan)
        except Exception as error:  # one part that cannot be measured must not lose the others
            talk.print(f"[red]{case.name}: {error}[/]", highlight=False)
        out.print(report.table(case, found[case]))
    return found


def _size(name: str) -> Size:
    if name not in SIZES:
        raise typer.BadParameter(f"sizes are: {', '.join(SIZES)}", param_hint="--size")
    return SIZES[name]


if __name__ == "__main__":
    os.environ.pop("LAKELEDGER_SOURCE", None)
    typer.run(main)

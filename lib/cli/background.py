"""Commands for what runs by itself: tick, schedule."""

from typing import TYPE_CHECKING, Annotated

import typer

from lib.cli.options import Json
from lib.cli.output import plain, print_json, print_table, say
from lib.config import settings
from lib.context import Context, utc_now
from lib.errors import NotFound

if TYPE_CHECKING:
    from lib.scheduler.status import Line

EXIT_FAILED = 1


def tick(
    job: Annotated[str | None, typer.Option(help="Run this job now, due or not.")] = None, as_json: Json = False
) -> None:
    """Run the jobs that are due, as the server does by itself; exit code 1 when one fails."""
    from lib.scheduler import JOBS
    from lib.scheduler import tick as run

    if job is not None and job not in {known.name for known in JOBS}:
        raise NotFound(f"There is no job {job}.", remedy=f"Jobs: {', '.join(known.name for known in JOBS)}.")
    done = run(Context(settings()), utc_now, only=job)
    if as_json:
        print_json(
            {
                "ran": [{name: plain(value) for name, value in vars(item).items()} for item in done.ran],
                "next": plain(done.next),
                "busy": done.busy,
            }
        )
    elif done.busy:
        say(f"Another process is at it: {done.busy}.")
    else:
        for item in done.ran:
            say(f"{item.name}: {item.error or item.detail or 'done'} ({item.seconds:.1f} s)")
        say(f"{len(done.ran)} of {len(JOBS)} jobs were due.")
    if done.failed:
        raise typer.Exit(EXIT_FAILED)


def schedule(as_json: Json = False) -> None:
    """The jobs that run by themselves: when they ran last, how it went, when they run next."""
    from lib.scheduler import status

    found = status.lines(Context(settings()), utc_now())
    if as_json:
        print_json({"jobs": [{name: plain(value) for name, value in vars(line).items()} for line in found]})
        return
    heads = ("job", "plan", "last ended (UTC)", ">seconds", "outcome", "next (UTC)", "~what came of it")
    print_table("Schedule", heads, [_cells(line) for line in found])


def _cells(line: "Line") -> list[str]:
    seconds = "" if line.seconds is None else f"{line.seconds:.1f}"
    last = f"{line.last:%Y-%m-%d %H:%M:%S}" if line.last else ""
    return [line.name, line.plan, last, seconds, line.outcome, f"{line.next:%Y-%m-%d %H:%M:%S}", line.detail]

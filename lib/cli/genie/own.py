"""Commands about Lakeledger's own spaces: setup, ask."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lib.cli.genie import EXIT_FAILED
from lib.cli.genie import common as c
from lib.cli.output import plain, print_json, print_table, say
from lib.spend.formatting import plural

if TYPE_CHECKING:
    from lib.context import Context


VARIABLES = ("catalog", "schema", "warehouse_id", "parent_path")
STANDING_FOR = ("catalog_of_ledger", "schema_of_ledger", "warehouse_of_ledger", "/folder_of_ledger")
"""What stands for the variables while the files are made: words that are in no space."""


def _context() -> "Context":
    from lib.config import settings
    from lib.context import Context, viewer_at_this_machine

    return Context(settings()).seen_by(viewer_at_this_machine(settings()))


def setup(
    warehouse_id: Annotated[str | None, typer.Option("--warehouse-id", "-w", help="Else the one in settings.")] = None,
    parent_path: Annotated[str, typer.Option("--parent-path", help="Folder.")] = "/Workspace/Shared/Lakeledger",
    out: Annotated[Path | None, typer.Option("--out", help="Only write the spaces as files into this folder.")] = None,
    views: Annotated[
        bool,
        typer.Option("--views", help="Also make the three views over the ledger that the space about tuning reads."),
    ] = False,
    auto_approve: Annotated[bool, typer.Option("--auto-approve", help="Do not ask.")] = False,
    dry_run: c.DryRun = False,
    as_json: c.Json = False,
) -> None:
    """Plan and apply Lakeledger's own spaces over the ledger's tables; the demo has a workspace of its own for it."""
    from lib import spaces
    from lib.genie import own, writing

    if out is not None:
        found = own.spaces(*STANDING_FOR[:3], parent_path=STANDING_FOR[3])
        out.mkdir(parents=True, exist_ok=True)
        for space in found:
            text = writing.to_yaml(space)
            for name, variable in zip(STANDING_FOR, VARIABLES, strict=True):
                text = text.replace(name, f"${{{variable}}}")
            (out / f"{space.space_id}.yaml").write_text(text, encoding="utf-8")
        if as_json:
            print_json({"files": [str(out / f"{space.space_id}.yaml") for space in found]})
        else:
            say(f"{len(found)} files are in {out}; their variables are catalog, schema, warehouse_id, parent_path.")
        return
    context = _context()
    made = spaces.plan(context, spaces.own_spaces(context, warehouse_id=warehouse_id, folder=parent_path))
    known = spaces.views(context) if context.settings.source == "databricks" else ()
    body = {"plan": made.as_json(), "views": [{"name": v.name, "there": v.there} for v in known], "applied": None}
    if not as_json:
        c.print_plan(made)
        for view in known:
            typer.echo(f"{_mark(view.there, views)} view {view.name}: {_does(view.there, views)}")
    if dry_run or not (made.changes or views):
        if as_json:
            print_json(body)
        raise typer.Exit(EXIT_FAILED if made.errors else 0)
    also = "three views will be made in the ledger's schema, and " if views else ""
    question = f"{also}{plural(len(made.changes), 'space')} will be set up."
    c.confirmed(question[0].upper() + question[1:], given=auto_approve)
    if views:
        say(f"Made {', '.join(spaces.make_views(context, warehouse_id))}.")
    done = spaces.apply(context, made)
    if as_json:
        print_json(body | {"applied": done.as_json()})
    else:
        for outcome in done.outcomes:
            say(f"{outcome.result}: {outcome.step.title} {outcome.message} {' '.join(outcome.notes)}".rstrip())
    raise typer.Exit(done.exit_code)


def _mark(there: bool, making: bool) -> str:
    return "=" if there and not making else "~" if there else "+" if making else "?"


def _does(there: bool, making: bool) -> str:
    if making:
        return "brought up to date" if there else "create"
    return "there" if there else "missing, and the space about tuning reads it: --views makes it"


def ask(
    question: Annotated[str, typer.Argument(help="A question about spend.")],
    space: Annotated[
        str, typer.Option("--space", help="lakeledger_spend, lakeledger_queries or lakeledger_tuning.")
    ] = "lakeledger_spend",
    as_json: c.Json = False,
) -> None:
    """Ask the own space; without Databricks, trusted questions are answered from the ledger. Exit code 1 without answer."""
    import time

    from lib import spaces

    asker = spaces.voice(_context(), space)
    turn = asker.ask(question)
    while turn.status == "running":
        try:
            time.sleep(1)
            turn = asker.look(turn)
        except KeyboardInterrupt:
            if turn.cancelling:
                raise
            say("Cancelling: its statement is stopped as soon as there is one. Ctrl-C again stops waiting for that.")
            turn = asker.cancel(turn)
    rows: list[dict[str, Any]] = [] if turn.rows is None else turn.rows.to_pylist()
    if as_json:
        body = {name: getattr(turn, name) for name in ("question", "status", "asked_as", "text", "sql", "error")}
        answered = {"by": "genie space" if asker.live else "trusted questions on the ledger"}
        print_json(body | answered | {"rows": [{k: plain(v) for k, v in row.items()} for row in rows],
                                      "follow_ups": list(turn.follow_ups)})  # fmt: skip
    else:
        if turn.asked_as:
            say(f"Answered as: {turn.asked_as}")
        if turn.text or turn.error or turn.note:
            say(turn.text or turn.error or turn.note)
        if rows:
            print_table(turn.question, list(rows[0]), [[str(plain(v)) for v in row.values()] for row in rows])
        for follow_up in () if rows else turn.follow_ups:
            say(f"  {follow_up}")
    raise typer.Exit(0 if turn.status == "done" and turn.rows is not None else EXIT_FAILED)

"""The command about one statement: what it did and cost, and how it is canceled while it runs."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from lib import operate
from lib.cli import options
from lib.cli.output import cleaned, print_json, print_table, records, say
from lib.cli.statements.answers import number
from lib.config import settings
from lib.context import Context, of_this_machine, utc_now
from lib.errors import NotFound
from lib.spend.filters import Filters
from lib.spend.formatting import duration, money

NO_TEXT = {"masked": "The text is not shown to your role.", "missing": "The account encrypts the text, or keeps none."}


@options.chosen
def statement(
    statement_id: Annotated[str, typer.Argument(help="Statement id.")],
    workspace: Annotated[str | None, typer.Option(help="Workspace id.")] = None,
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel it, with --reason.")] = False,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say whether it could be canceled; do nothing.")] = False,
    view: options.Priced = options.Priced(),
    as_json: options.Json = False,
) -> None:
    """One statement: text, timeline, cost with its computation, findings, sister runs."""
    context = of_this_machine(settings())
    filters, live = view.filters(context), _live(context, statement_id)
    if cancel or dry_run:
        facts = live or _read(context, filters, statement_id, workspace).facts
        _cancel(context, facts, reason, dry_run, as_json)
        return
    try:
        shown = _read(context, filters, statement_id, workspace)
    except NotFound:
        if live is None:
            raise
        print_json({"statement": cleaned(live), "state": "running"}) if as_json else say(_live_words(live))
        return
    if as_json:
        print_json(
            {
                "statement": cleaned(shown.facts),
                "text_state": shown.text_state,
                "fingerprint": shown.shape.fingerprint,
                "template": shown.shape.template,
                "timeline_ms": dict(shown.timeline),
                "cost": number(shown.cost),
                "currency": filters.currency,
                "base": filters.base,
                "computation": records(shown.pieces),
                **shown.linted.as_dict(),
                "sisters": records(shown.sisters.head(20)),
                "profile_url": shown.profile_url or None,
            }
        )
        return
    typer.echo(shown.text or NO_TEXT[shown.text_state])
    print_table("Time", ["part", ">took"], [[name, duration(ms / 1000)] for name, ms in shown.timeline])
    say(f"Cost: {money(shown.cost, filters.currency)} ({filters.base}); fingerprint {shown.shape.fingerprint}.")
    for finding in shown.linted.findings:
        say(f"{finding.line}:{finding.column}: {finding.priority.value}: {finding.message} {finding.remedy}")


def _read(context: Context, filters: Filters, statement_id: str, workspace: str | None) -> Any:
    from lib.statements.statement import statement as read

    return read(context.warehouse, filters, context.as_of, statement_id, workspace, context.viewer)


def _live(context: Context, statement_id: str) -> dict[str, Any] | None:
    """A statement that runs now, as the workspace says; None when it does not."""
    from lib.statements.statement import live_text

    now = utc_now()
    found = operate.live_statement(context, statement_id)
    if found is None:
        return None
    one, workspace_id = found
    return {
        "workspace_id": workspace_id, "statement_id": one.statement_id, "warehouse_id": one.warehouse_id,
        "executed_by": one.who, "execution_status": one.state, "start_time": one.started_at,
        "total_ms": int(one.seconds(now) * 1000), "statement_type": one.statement_type,
        "client_application": one.client_application, "statement_text": live_text(context.viewer, one)[0],
    }  # fmt: skip


def _live_words(live: Mapping[str, Any]) -> str:
    return (
        f"It runs now, for {duration(live['total_ms'] / 1000)}, sent by {live['executed_by'] or 'nobody'}; cost and figures "
        "come with the tables, about an hour later."
    )


def _cancel(context: Context, facts: Mapping[str, Any], reason: str, dry_run: bool, as_json: bool) -> None:
    from lib.statements.acting import Running

    wanted = Running(
        facts["statement_id"],
        facts["warehouse_id"],
        facts["executed_by"],
        facts["execution_status"] or "RUNNING",
        facts["workspace_id"],
    )
    done = operate.statement_desk(context).cancel(
        context.viewer, wanted, reason=reason or ("dry run" if dry_run else ""), dry_run=dry_run
    )
    if as_json:
        print_json(vars(done))
    else:
        say(done.message)
    if done.result in ("refused", "failed"):
        raise typer.Exit(1)

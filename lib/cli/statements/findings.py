"""The command about what to change about queries."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from lib import operate
from lib.cli import options
from lib.cli.output import plain, print_json, print_table, say
from lib.cli.statements.answers import days
from lib.config import settings
from lib.context import of_this_machine
from lib.recommendations.lifecycle import Tracked
from lib.recommendations.model import Recommendation
from lib.spend.formatting import count, money
from lib.statements.tracking import EFFORT, Progress, progress


@options.chosen
def findings(
    limit: Annotated[int, typer.Option(help="How many.", min=1, max=10_000)] = 50,
    kind: Annotated[str | None, typer.Option(help="Only of this kind, such as spill or select-star.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Only little effort with a known saving.")] = False,
    by_user: Annotated[bool, typer.Option("--by-user", help="Grouped by who runs the query most.")] = False,
    view: options.Owned = options.Owned(),
    as_json: options.Json = False,
) -> None:
    """What to change about queries, with what it would save in thirty days.

    Looked at are the thirty complete days before the end of the period.
    """
    from lib.statements.findings import by_user as grouped
    from lib.statements.findings import findings as read

    if kind is not None:
        options.one_of(kind, EFFORT, "--kind")
    context = of_this_machine(settings())
    filters = view.filters(context)
    shown = read(context.warehouse, filters, context.as_of, context.query_thresholds)
    chosen = [item for item in (shown.quick_wins if quick else shown.found) if kind in (None, item.kind)]
    decided = {item.key: item for item in operate.track(context, shown.found, statements=True)}
    if as_json:
        people = {user: [item.key for item in items] for user, items in grouped(chosen).items()}
        print_json(
            {
                "findings": [_finding(item) | _decided(decided.get(item.key)) for item in chosen[:limit]],
                "count": len(chosen),
                "unparseable": [vars(item) for item in shown.unread],
                "without_text": {"runs": shown.textless.runs, "cost": plain(shown.textless.cost)},
                "period": days(shown.period),
                "currency": filters.currency,
            }
            | ({"by_user": people} if by_user else {})
        )
        return
    for user, items in (grouped(chosen[:limit]) if by_user else {"": chosen[:limit]}).items():
        _print(user or "Findings about queries, saving in 30 days", items, decided, filters.currency)
    say(f"{count(len(chosen))} findings; savings are shares of what the queries cost in 30 days.")
    if shown.textless.runs:
        say(shown.textless.words(filters.currency))
    for kept in decided.values():
        if (step := progress(kept, context.query_thresholds)) is not None:
            say(f"{kept.key}: {step.stage}; {_became(step, kept.decision.currency if kept.decision else '')}.")


HEADS = (
    "priority", "kind", ">costs now", ">would cost", ">to", ">saves from", ">to", "sure", "state", "~what", "query",
)  # fmt: skip


def _print(title: str, items: Sequence[Recommendation], decided: Mapping[str, Tracked], currency: str) -> None:
    rows = [
        [
            item.priority.value,
            item.kind,
            money(item.own_cost, currency),
            *(money(cost, currency) for cost in item.would_cost or (None, None)),
            money(item.saving_low, currency),
            money(item.saving_high, currency),
            item.confidence,
            decided[item.key].state,
            item.evidence[0],
            item.object_name[:60],
        ]
        for item in items
    ]
    print_table(title, HEADS, rows)


def _became(step: Progress, currency: str) -> str:
    """What became of a finding that somebody took on, in words."""
    if step.saving is None:
        return f"was to save {money(step.expected, currency)} at most in 30 days"
    cost = (
        f", from {money(step.cost_before, currency)} to {money(step.cost_after, currency)}" if step.cost_before else ""
    )
    return f"saves {money(step.saving, currency)} in 30 days{cost}"


def _decided(item: Tracked | None) -> dict[str, Any]:
    if item is None or item.decision is None:
        return {"state": "open"}
    kept = item.decision
    return {
        "state": item.state,
        "owner": kept.owner,
        "done_on": plain(kept.done_on),
        "verified": plain(kept.verified),
        "cost_before": plain(kept.cost_before),
        "cost_after": plain(kept.cost_after),
    }


def _finding(item: Recommendation) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "key": item.key,
        "priority": item.priority.value,
        "workspace_id": item.workspace_id,
        "fingerprint": item.object_id,
        "query": item.object_name,
        "title": item.title,
        "evidence": list(item.evidence),
        "action": item.action,
        "saving_low": plain(item.saving_low),
        "saving_high": plain(item.saving_high),
        "currency": item.currency,
        "method": item.method,
        "confidence": item.confidence,
        "own_cost": plain(item.own_cost),
        "would_cost": [plain(cost) for cost in item.would_cost] if item.would_cost else None,
        "facts": item.facts,
    }

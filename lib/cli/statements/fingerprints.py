"""The command about queries by what they are."""

from typing import Annotated

import typer

from lib.cli import options
from lib.cli.output import cleaned, print_json, print_table, records, say
from lib.cli.statements.answers import Source, WarehouseId, answer, narrowed
from lib.config import settings
from lib.context import of_this_machine
from lib.spend.formatting import count, duration, money, percent


@options.chosen
def fingerprints(
    limit: Annotated[int, typer.Option(help="How many; 0 is all.", min=0)] = 50,
    warehouse: WarehouseId = None,
    source: Source = None,
    view: options.Owned = options.Owned(),
    as_json: options.Json = False,
) -> None:
    """Queries by what they are: runs, cost, times, spill, pruning; and which became slower or dearer, and why."""
    from lib.statements.insights import regressions
    from lib.statements.shapes import ALL, MOST
    from lib.statements.shapes import fingerprints as read

    context = of_this_machine(settings())
    filters = view.filters(context)
    most = max(limit, MOST) if limit else ALL
    shown = read(context.warehouse, filters, context.as_of, narrowed(warehouse, source), most=most)
    moved = regressions(context.warehouse, filters, context.as_of, context.query_thresholds)
    rows = records(shown.table.head(limit or None))
    if as_json:
        print_json(
            answer(rows, filters, context.as_of)
            | {
                "all": cleaned(vars(shown.every)),
                "regressions": [cleaned(item.as_dict()) for item in moved if item.is_worse],
                "improvements": [cleaned(item.as_dict()) for item in moved if not item.is_worse],
            }
        )
        return
    print_table(
        "Fingerprints",
        ["#fingerprint", ">runs", ">cost", ">a run", ">p50", ">p95", ">skipped files", "what it is"],
        [
            [
                row["fingerprint"],
                count(row["runs"]),
                money(row["cost"], filters.currency),
                money(row["run_cost"], filters.currency),
                duration((row["p50_ms"] or 0) / 1000),
                duration((row["p95_ms"] or 0) / 1000),
                percent(row["pruned_share"] or 0),
                (row["template"] or "")[:80],
            ]
            for row in rows
        ],
    )
    say(f"{count(shown.listed_shapes)} of {count(shown.every.shapes)} shapes were put together.")
    for item in moved[:10]:
        say(f"{item.fingerprint}: {item.words}")

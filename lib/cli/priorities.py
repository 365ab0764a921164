"""The command that says what to look at first."""

from lib.cli import options
from lib.cli.output import amount, answer, plain, print_json, print_table, say
from lib.config import settings
from lib.context import Context
from lib.explorer.priorities import SCORE_IN_WORDS
from lib.explorer.priorities import priorities as read_priorities
from lib.spend.formatting import count, money


@options.chosen
def priorities(view: options.Placed = options.Placed(), as_json: options.Json = False) -> None:
    """Cost beside performance, per workspace and per person."""
    context = Context(settings())
    filters = view.filters(context)
    found = read_priorities(context.warehouse, filters)
    scores = {
        (kind, None if row.key != row.key else row.key): round(float(row.score), 1)
        for kind, rows in (("workspace", found.workspaces), ("owner", found.owners))
        for row in rows.itertuples()
    }
    rows = [row | {"score": scores[(row["kind"], row["key"])]} for row in found.rows.to_pylist()]
    rows.sort(key=lambda row: (row["kind"], -row["score"]))
    if as_json:
        body = answer(
            rows,
            filters,
            context.as_of,
            unpriced={},
            statement_cost=plain(amount(found.statement_cost)),
            score=SCORE_IN_WORDS,
        )
        total = sum(
            (row["total_cost"] for row in rows if row["kind"] == "workspace" and row["total_cost"] is not None), start=0
        )
        print_json(body | {"total": {"total_cost": plain(total)}})
        return
    print_table(
        f"What to look at first, {filters.period.start} to {filters.period.last} (UTC), {filters.currency}",
        ["kind", "who", ">score", ">cost", ">failure cost", ">failed runs", ">statements", ">slow", ">spilling"],
        [
            [
                row["kind"],
                row["name"] or row["key"] or "nobody",
                f"{row['score']:.0f}",
                money(row["total_cost"] or 0, filters.currency),
                money(row["failure_cost"] or 0, filters.currency),
                count(row["failed_runs"] or 0),
                count(row["statements"] or 0),
                count(row["slow_statements"] or 0),
                count(row["spilling_statements"] or 0),
            ]
            for row in rows
            if row["score"] >= 1
        ],
    )
    say(f"Score: {SCORE_IN_WORDS}.")

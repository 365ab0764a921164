"""The command that lists usage rows."""

from typing import Annotated, Any

import typer

from lib.cli import options
from lib.cli.output import answer, plain, print_json, print_table, say, unpriced_by_unit, usage_row
from lib.config import settings
from lib.context import Context
from lib.explorer.records import records as read_records
from lib.spend.formatting import NONE, count, money


@options.chosen
def records(
    sku: Annotated[str | None, typer.Option(help="Part of the SKU's name.", rich_help_panel="Filters")] = None,
    limit: Annotated[int, typer.Option(help="Rows of a page.")] = 50,
    offset: Annotated[int, typer.Option(help="Rows before the page.")] = 0,
    view: options.Chosen = options.Chosen(period="last_7"),
    as_json: options.Json = False,
) -> None:
    """Usage rows with their prices, newest first, a page at a time."""
    context = Context(settings())
    filters = view.filters(context)
    found = read_records(context.warehouse, filters, sku=sku, limit=limit, offset=offset)
    rows: list[dict[str, Any]] = [usage_row(row, row["cost"]) for row in found.rows.to_pylist()]
    if as_json:
        summary = {
            "records": found.records,
            "first_day": plain(found.first_day),
            "last_day": plain(found.last_day),
            "cost": plain(found.cost),
            "per_day": plain(found.per_day),
            "per_record": plain(found.per_record),
        }
        missing = [row | {"unpriced_quantity": row["usage_quantity"]} for row in rows if row["price_source"] is None]
        unpriced = unpriced_by_unit(missing)
        print_json(answer(rows, filters, context.as_of, unpriced=unpriced, summary=summary, limit=limit, offset=offset))
        return
    if not rows:
        say(
            context.as_of.words
            if not found.records
            else f"There are {count(found.records)} rows, none from {offset} on."
        )
        return
    print_table(
        f"Usage rows {offset + 1} to {offset + len(rows)} of {count(found.records)}",
        ["from", "workspace", "product", "SKU", ">quantity", "unit", ">price", ">cost", "owner", "type"],
        [
            [
                str(plain(r["usage_start_time"])),
                r["workspace_name"] or r["workspace_id"] or NONE,
                r["product"] or NONE,
                r["sku_name"],
                f"{r['usage_quantity']:,.4f}",
                r["usage_unit"],
                str(plain(r["contract_price" if filters.base == "contract" else "list_price"]) or "unpriced"),
                money(r["cost"], filters.currency),
                r["owner"] or NONE,
                r["record_type"],
            ]
            for r in rows
        ],
    )
    say(f"All of them: {money(found.cost, filters.currency)}, from {found.first_day} to {found.last_day}.")

"""The command that lists usage rows."""

from typing import Annotated, Any

import typer

from lib.cli import options
from lib.cli.output import answer, plain, print_json, print_table, say
from lib.config import settings
from lib.context import Context
from lib.explorer.records import records as read_records
from lib.spend.formatting import count, money


def records(
    sku: Annotated[str | None, typer.Option(help="Part of the SKU's name.", rich_help_panel="Filters")] = None,
    limit: Annotated[int, typer.Option(help="Rows of a page.")] = 50,
    offset: Annotated[int, typer.Option(help="Rows before the page.")] = 0,
    start: options.From = None,
    end: options.To = None,
    period: options.Preset = "last_7",
    base: options.Base = None,
    currency: options.Currency = None,
    workspaces: options.Workspaces = None,
    products: options.Products = None,
    owners: options.Owners = None,
    serverless: options.Serverless = "any",
    tag: options.Tag = None,
    as_json: options.Json = False,
) -> None:
    """Usage rows with their prices, newest first, a page at a time."""
    context = Context(settings())
    view = options.filters(
        context,
        start=start,
        end=end,
        period=period,
        base=base,
        currency=currency,
        workspaces=workspaces,
        products=products,
        owners=owners,
        serverless=serverless,
        tag=tag,
    )
    found = read_records(context.warehouse, view, sku=sku, limit=limit, offset=offset)
    rows: list[dict[str, Any]] = found.rows.to_pylist()
    if as_json:
        summary = {
            "records": found.records,
            "first_day": plain(found.first_day),
            "last_day": plain(found.last_day),
            "cost": plain(found.cost),
            "per_day": plain(found.per_day),
            "per_record": plain(found.per_record),
        }
        unpriced = {row["usage_unit"]: row["usage_quantity"] for row in rows if row["price_source"] is None}
        print_json(answer(rows, view, context.as_of, unpriced=unpriced, summary=summary, limit=limit, offset=offset))
        return
    print_table(
        f"Usage rows {offset + 1} to {offset + len(rows)} of {count(found.records)}",
        ["from", "workspace", "product", "SKU", ">quantity", "unit", ">price", ">cost", "owner", "type"],
        [
            [
                str(plain(r["usage_start_time"])),
                r["workspace_name"] or r["workspace_id"] or "–",
                r["product"] or "–",
                r["sku_name"],
                f"{r['usage_quantity']:,.4f}",
                r["usage_unit"],
                str(plain(r["contract_price" if view.base == "contract" else "list_price"]) or "unpriced"),
                money(r["cost"], view.currency),
                r["owner"] or "–",
                r["record_type"],
            ]
            for r in rows
        ],
    )
    say(f"All of them: {money(found.cost, view.currency)}, from {found.first_day} to {found.last_day}.")

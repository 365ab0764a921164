"""Commands that ask the ledger: spend, trust, query."""

import sys
from datetime import date, datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from lib.cli import options
from lib.cli.output import added, answer, plain, priced, print_json, print_table, say
from lib.config import settings
from lib.context import Context
from lib.errors import InputError
from lib.explorer import by
from lib.queries.catalogue import load
from lib.queries.types import SqlType
from lib.spend.formatting import NONE, count
from lib.spend.period import DAY
from lib.trust.check import Verdict
from lib.trust.trust import trust as check_all

EXIT_NOT_TRUSTED = 1
EXAMPLES = {"DATE": "2026-01-31", "TIMESTAMP": "2026-01-31T13:45:00", "DECIMAL": "12.50", "BOOLEAN": "true"}
NUMBERS = ("BIGINT", "INT", "DOUBLE", "DECIMAL")


@options.chosen
def spend(
    by_: Annotated[
        str,
        typer.Option(
            "--by",
            help="day, week (from Monday), month, product, sku, workspace, job, cluster, warehouse, pipeline, "
            "endpoint, app, owner, cloud, serverless or tag:KEY; one, or two with a comma.",
        ),
    ],
    view: options.Chosen = options.Chosen(),
    as_json: options.Json = False,
) -> None:
    """Spend by one or two dimensions."""
    context = Context(settings())
    filters = view.filters(context)
    dims = [dim.strip() for dim in by_.split(",") if dim.strip()]
    result = by.spend(context.warehouse, filters, dims)
    rows = [spend_row(row, result.dims) for row in result.rows.to_pylist()]
    rows.sort(key=_sort_key(result.dims))
    if as_json:
        print_json(answer(rows, filters, context.as_of, by=list(result.dims)))
        return
    if not rows:
        say(context.as_of.words)
    heads = [*result.dims, ">quantity", "unit", f">cost ({filters.base})", ">VM cost", ">total"]
    print_table(
        f"Spend by {', '.join(result.dims)}, {filters.period.start} to {filters.period.last} (UTC), {filters.currency}",
        heads,
        [_spend_cells(row, result.dims, filters.currency) for row in rows],
        [
            "total",
            *[""] * (len(result.dims) - 1),
            _quantity(added(rows, "dbus")),
            "DBU",
            *(priced(added(rows, m), None, filters.currency) for m in ("cost", "vm_cost", "total_cost")),
        ],
    )


def spend_row(row: dict[str, Any], dims: tuple[str, ...]) -> dict[str, Any]:
    """A row of `spend/by` as the command line gives it: dimensions by name, then measures."""
    flat: dict[str, Any] = {}
    if row["workspace_id"] is not None and "workspace" not in dims:
        flat["workspace"] = row["workspace_id"]
    for number, dim in enumerate(dims, 1):
        flat[dim] = _dimension(dim, row[f"key{number}"])
        if dim == "workspace" or dim in by.OBJECTS:
            flat[f"{dim}_name"] = row[f"name{number}"]
    costs = [cost for cost in (row["cost"], row["vm_cost"]) if cost is not None]
    return flat | {
        "usage_quantity": row["usage_quantity"],
        "usage_unit": row["usage_unit"],
        "dbus": row["dbus"],
        "list_cost": row["list_cost"],
        "contract_cost": row["contract_cost"],
        "cost": row["cost"],
        "vm_cost": row["vm_cost"],
        "total_cost": sum(costs, Decimal(0)) if costs else None,
        "unpriced_quantity": row["unpriced_quantity"],
        "records": row["records"],
    }


def _dimension(dim: str, value: str | None) -> str | bool | None:
    return {"true": True, "false": False, None: None}[value] if dim == "serverless" else value


def _sort_key(dims: tuple[str, ...]) -> Any:
    if dims[0] in ("day", "week", "month"):
        return lambda row: (row[dims[0]], -(row["total_cost"] or 0))
    return lambda row: -(row["total_cost"] or 0)


def _spend_cells(row: dict[str, Any], dims: tuple[str, ...], currency: str) -> list[str]:
    names = [str(row.get(f"{dim}_name") or (NONE if row[dim] is None else row[dim])) for dim in dims]
    cost, total = (priced(row[m], row["usage_quantity"], currency) for m in ("cost", "total_cost"))
    return [
        *names,
        _quantity(row["usage_quantity"]),
        row["usage_unit"] or "",
        cost,
        priced(row["vm_cost"], None, currency),
        total,
    ]


def _quantity(value: Decimal | None) -> str:
    return NONE if value is None else f"{value:,.2f}"


def trust(
    start: options.From = None,
    end: options.To = None,
    period: options.Preset = "last_30",
    currency: options.Currency = None,
    as_json: options.Json = False,
) -> None:
    """Can the numbers be believed? Exit code 1 when a check is critical."""
    context = Context(settings())
    view = options.filters(context, start=start, end=end, period=period, base=None, currency=currency)
    result = check_all(context.warehouse, view, context.as_of)
    if as_json:
        rows = [
            {
                "check": c.check.name,
                "title": c.check.title,
                "verdict": str(c.finding.verdict),
                "evidence": c.finding.evidence,
                "details": list(c.finding.details),
                "why": c.check.why,
                "remedy": c.check.remedy,
            }
            for c in result.checked
        ]
        print_json(answer([], view, context.as_of, unpriced={}) | {"rows": rows, "verdict": str(result.verdict)})
    else:
        print_table(
            f"Data trust: {result.verdict}",
            ["verdict", "check", "~evidence"],
            [[str(c.finding.verdict), c.check.title, c.finding.evidence] for c in result.checked],
        )
        for c in result.checked:
            if c.finding.verdict in (Verdict.WARN, Verdict.CRITICAL):
                say(f"{c.check.title}: {c.check.why} {c.check.remedy}")
    if result.verdict is Verdict.CRITICAL:
        sys.exit(EXIT_NOT_TRUSTED)


def query(
    name: Annotated[str | None, typer.Argument(help="A query's name, such as spend/by; left out: lists all.")] = None,
    params: Annotated[list[str] | None, typer.Option("-p", "--param", help="name=value; a list as a,b,c.")] = None,
    show: Annotated[bool, typer.Option("--show", help="Print its SQL instead of running it.")] = False,
    as_json: options.Json = False,
) -> None:
    """Run one of the project's queries, or show its text."""
    catalogue = load()
    if name is None:
        if as_json:
            print_json({"rows": [{"query": known} for known in catalogue.names]})
        else:
            typer.echo("\n".join(catalogue.names))
        return
    found = catalogue[name]
    if show:
        print_json({"query": name, "text": found.text}) if as_json else typer.echo(found.text)
        return
    context = Context(settings())
    values = _values(found.params, params or [], context)
    rows = context.warehouse.fetch(found, values).to_pylist()
    if as_json:
        print_json(
            {
                "rows": [{key: plain(value) for key, value in row.items()} for row in rows],
                "query": name,
                "params": values,
            }
        )
        return
    heads = [(">" if column.type.name in NUMBERS else "") + column.name for column in found.returns]
    print_table(name, heads, [[_cell(v) for v in row.values()] for row in rows])
    said = ", ".join(f"{key}={plain(value)}" for key, value in values.items() if value is not None)
    say(f"{count(len(rows))} rows" + (f"; {said}" if said else ""))


def _cell(value: object) -> str:
    return "" if value is None else str(plain(value))


def _values(columns: Any, given: list[str], context: Context) -> dict[str, object]:
    types = {column.name: column.type for column in columns}
    last = context.as_of.last_day or context.today()
    first, after = last.replace(day=1), last + DAY
    values: dict[str, object] = dict.fromkeys(types)
    values |= {"start_date": first, "end_date": after, "period_start": first, "period_end": after}
    values |= {"currency": context.settings.currency, "base": context.settings.cost_base}
    values = {name: value for name, value in values.items() if name in types}
    for pair in given:
        key, sign, text = pair.partition("=")
        if not sign or key not in types:
            raise InputError(
                f"{pair!r} is no parameter of this query.",
                remedy=f"Use -p NAME=VALUE with: {', '.join(types) or 'none'}.",
            )
        values[key] = _value(text, types[key], key)
    return values


def _value(text: str, type_: SqlType, name: str) -> object:
    try:
        match type_.name:
            case "DATE":
                return date.fromisoformat(text)
            case "TIMESTAMP":
                moment = datetime.fromisoformat(text)
                return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
            case "BIGINT" | "INT":
                return int(text)
            case "DOUBLE":
                return float(text)
            case "DECIMAL":
                return Decimal(text)
            case "BOOLEAN":
                return {"true": True, "false": False}[text.lower()]
            case "ARRAY":
                return text.split(",")
            case _:
                return text
    except (ValueError, InvalidOperation, KeyError) as error:
        example = EXAMPLES.get(type_.name, "")
        raise InputError(
            f"{text!r} is not a {type_}.", place=f"-p {name}", remedy=f"Write it like {example}." if example else ""
        ) from error

"""Options that commands share, and the filters they make."""

import functools
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, get_type_hints

import typer

from lib.context import Context
from lib.errors import InputError
from lib.spend.filters import Filters
from lib.spend.period import Period, parse_day, preset
from lib.warehouse.asof import check_currency

From = Annotated[str | None, typer.Option("--from", help="First day, YYYY-MM-DD (UTC).", rich_help_panel="Period")]
To = Annotated[str | None, typer.Option("--to", help="Day after the last one.", rich_help_panel="Period")]
Preset = Annotated[
    str,
    typer.Option(
        "--period",
        help="today, yesterday, this_week, last_7, last_30, last_90, this_month, last_month, …",
        rich_help_panel="Period",
    ),
]
Base = Annotated[str | None, typer.Option(help="Price base: list or contract.", rich_help_panel="Money")]
Currency = Annotated[str | None, typer.Option(help="Three letters.", rich_help_panel="Money")]
Workspaces = Annotated[
    list[str] | None, typer.Option("--workspace", help="Workspace id; may be repeated.", rich_help_panel="Filters")
]
Products = Annotated[
    list[str] | None,
    typer.Option("--product", help="billing_origin_product; may be repeated.", rich_help_panel="Filters"),
]
Owners = Annotated[
    list[str] | None,
    typer.Option("--owner", help="run_as, owner or creator; may be repeated.", rich_help_panel="Filters"),
]
Serverless = Annotated[str, typer.Option(help="any, serverless or classic.", rich_help_panel="Filters")]
Tag = Annotated[
    str | None,
    typer.Option(
        help="KEY, KEY=VALUE, KEY= for usage without it, or = for usage without any.", rich_help_panel="Filters"
    ),
]
JobName = Annotated[str | None, typer.Option("--name", help="Part of the job's name.", rich_help_panel="Filters")]
Result = Annotated[str | None, typer.Option(help="Final state of runs, such as FAILED.", rich_help_panel="Filters")]
CostMin = Annotated[str | None, typer.Option("--min", help="Lowest total cost.", rich_help_panel="Filters")]
CostMax = Annotated[str | None, typer.Option("--max", help="Highest total cost.", rich_help_panel="Filters")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


@dataclass(frozen=True, kw_only=True)
class Priced:
    """What was typed for the options of a command that shows money."""

    base: Base = None
    currency: Currency = None

    def filters(self, context: Context, **narrowed: Any) -> Filters:
        """What the command looks at; `narrowed`: what only some commands can narrow by."""
        return filters(context, **{each.name: getattr(self, each.name) for each in fields(self)}, **narrowed)


@dataclass(frozen=True, kw_only=True)
class Dated(Priced):
    """Those, and a period."""

    start: From = None
    end: To = None
    period: Preset = "last_30"


@dataclass(frozen=True, kw_only=True)
class Placed(Dated):
    """Those, and where."""

    workspaces: Workspaces = None


@dataclass(frozen=True, kw_only=True)
class Owned(Placed):
    """Those, and whose: what statements can be narrowed by."""

    owners: Owners = None


@dataclass(frozen=True, kw_only=True)
class Chosen(Owned):
    """Those, and what else every view of spend can be narrowed by."""

    products: Products = None
    serverless: Serverless = "any"
    tag: Tag = None


def chosen(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes groups of options, values as above: each group's options stand in its place.

    The default of a group says other defaults of its options.
    """
    own = inspect.signature(command)
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: kind for name, kind in hints.items() if is_dataclass(kind)}
    parameters = [
        each.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[name])
        for name, each in own.parameters.items()
        if name not in groups
    ]
    for name, kind in groups.items():
        shared, usual = get_type_hints(kind, include_extras=True), own.parameters[name].default
        parameters += [
            inspect.Parameter(
                each.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=getattr(usual, each.name),
                annotation=shared[each.name],
            )
            for each in fields(kind)
        ]

    @functools.wraps(command)
    def called(**typed: Any) -> None:
        values = {
            name: kind(**{each.name: typed.pop(each.name) for each in fields(kind)}) for name, kind in groups.items()
        }
        command(**values, **typed)

    called.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {each.name: each.annotation for each in parameters}
    return called


def one_of(value: str, known: Iterable[str], place: str) -> str:
    """The value, when it is a known name; InputError that names them all otherwise."""
    names = list(known)
    if value not in names:
        raise InputError(f"{value!r} is not known.", remedy=f"Use one of: {', '.join(names)}.", place=place)
    return value


def filters(
    context: Context,
    *,
    start: str | None = None,
    end: str | None = None,
    period: str = "last_30",
    base: str | None = None,
    currency: str | None = None,
    workspaces: list[str] | None = None,
    products: list[str] | None = None,
    owners: list[str] | None = None,
    serverless: str = "any",
    tag: str | None = None,
    job_name: str | None = None,
    result: str | None = None,
    cost_min: str | None = None,
    cost_max: str | None = None,
) -> Filters:
    """What a command looks at; the period is `--from`/`--to`, else the preset."""
    if currency:
        check_currency(context.warehouse, currency.upper())
    shown = _period(context, start, end, period)
    return Filters(
        period=shown,
        compare=shown.previous(),
        currency=(currency or context.settings.currency).upper(),
        base=base or context.settings.cost_base,  # type: ignore[arg-type]
        workspaces=tuple(workspaces or ()),
        products=tuple(products or ()),
        owners=tuple(owners or ()),
        serverless=serverless,  # type: ignore[arg-type]
        tag=tag,
        job_name=job_name,
        result=result,
        cost_min=_amount(cost_min, "--min"),
        cost_max=_amount(cost_max, "--max"),
    )


def _period(context: Context, start: str | None, end: str | None, name: str) -> Period:
    if start is None and end is None:
        return preset(name, context.as_of.today)
    if start is None or end is None:
        raise InputError("A period needs both --from and --to.", remedy="--to is the day after the last one.")
    return Period(parse_day(start, place="--from"), parse_day(end, place="--to"))


def _amount(text: str | None, place: str) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation as error:
        raise InputError(f"{text!r} is not an amount.", remedy="Write it like 12.50.", place=place) from error

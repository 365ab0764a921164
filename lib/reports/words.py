"""What a report says about itself in words: its filters, how new its data is, how its amounts came to be."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from lib.reports.content import Tone
from lib.spend import formatting
from lib.spend.compare import AsOf, Change, Comparison
from lib.spend.filters import UNTAGGED, Base, Filters
from lib.spend.period import DAY

BASE_WORDS: dict[Base, str] = {"list": "List prices", "contract": "Contract prices"}
COMPUTE_WORDS = {"serverless": "Serverless", "classic": "Classic"}
BASE_NOTES: dict[Base, str] = {
    "list": "Cost is usage × the list price that was valid when the usage began. Corrections count as negative usage.",
    "contract": (
        "Cost is usage × the account's own price where there is one, else the list price less the first discount rule "
        "that applies on the day. Corrections count as negative usage."
    ),
}
VM_NOTES = {
    "billed": "VM cost is taken from the cloud bill.",
    "estimated": (
        "VM cost marked estimated is node time × a published VM price; it is not part of the Databricks bill. "
        "Serverless compute has none."
    ),
}


def filters_in_words(filters: Filters, workspace_names: Mapping[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    """The period, then everything that narrows it, as (name, words) for a cover or a sheet of notes.

    >>> from datetime import date
    >>> from lib.spend.period import Period
    >>> filters_in_words(Filters(Period(date(2026, 6, 1), date(2026, 7, 1)), job_name="etl"))
    (('Period', '1–30 June 2026, UTC'), ('Job name contains', 'etl'))
    """
    names = workspace_names or {}
    pairs = [
        ("Period", formatting.period_words(filters.period.start, filters.period.end)),
        ("Workspace", ", ".join(names.get(key) or key for key in filters.workspaces)),
        ("Product", ", ".join(formatting.product(name) for name in filters.products)),
        ("Owner", ", ".join(filters.owners)),
        ("Compute", COMPUTE_WORDS.get(filters.serverless, "")),
        ("Tag", tag_words(filters)),
        ("Job name contains", filters.job_name or ""),
        ("Result", (filters.result or "").replace("_", " ").capitalize()),
        ("Cost from", _amount(filters.cost_min, filters.currency)),
        ("Cost to", _amount(filters.cost_max, filters.currency)),
    ]
    return tuple((name, words) for name, words in pairs if words)


def tag_words(filters: Filters) -> str:
    """The tag filter as a reader would say it."""
    if not filters.tag:
        return ""
    if filters.tag == UNTAGGED:
        return "without any tag"
    if filters.tag_value == "":
        return f"without {filters.tag_key}"
    return f"{filters.tag_key} = {filters.tag_value}" if filters.tag_value else str(filters.tag_key)


def base_words(filters: Filters) -> str:
    """Which prices, in which currency."""
    return f"{BASE_WORDS[filters.base]}, {filters.currency}"


def as_of_words(as_of: AsOf, filters: Filters) -> str:
    """The last complete day that the report holds, and how many of its days may still grow."""
    if as_of.last_day is None:
        return "no usage yet"
    complete = formatting.day_words(min(as_of.complete_until - DAY, as_of.last_day))
    late = as_of.incomplete(filters.period)
    return f"{complete}; {formatting.plural(late, 'later day')} may still grow" if late else complete


def change_words(change: Change | None, compared: Comparison | None, currency: str) -> tuple[str, Tone]:
    """A change against what it is compared with, and how it is coloured: a rise in cost is never good."""
    if change is None or compared is None:
        return "", "neutral"
    delta = formatting.delta(change.now, change.before)
    tones: dict[str, Tone] = {"up": "bad", "down": "good"}
    return f"{delta.words(currency)} {compared.words}", tones.get(delta.direction, "neutral")


def vm_words(bases: Iterable[object]) -> str:
    """How the VM cost is labelled: billed, estimated, both, or nothing.

    >>> vm_words(["estimated", None, "billed"]), vm_words([None])
    ('billed and estimated', '')
    """
    return " and ".join(sorted({str(basis) for basis in bases if basis and not formatting.missing(basis)}))


def footnotes(filters: Filters, vm_basis: str, *further: str) -> tuple[str, ...]:
    """How the amounts came to be: base, VM cost, then what else the report has to say."""
    vm = tuple(words for basis, words in VM_NOTES.items() if basis in vm_basis)
    return tuple(words for words in (BASE_NOTES[filters.base], *vm, *further, "All dates and times are UTC.") if words)


def unpriced_words(quantity: Decimal | float | None) -> str:
    """What has no price, for a note that stands out."""
    if quantity is None or formatting.missing(quantity) or not quantity:
        return ""
    units = formatting.number(quantity)
    return f"Usage of {units} units has no price. It is shown as unpriced and is in no total."


def amounts_said(frame: pd.DataFrame, name: str, quantity: str, units: Sequence[str] | str) -> list[Any]:
    """A column of amounts in which what has no price says its quantity, and what used nothing has a dash."""
    each = [units] * len(frame) if isinstance(units, str) else units
    rows = zip(frame[name], frame[quantity], each, strict=True)
    return [_unpriced(used, unit) if formatting.missing(amount) else amount for amount, used, unit in rows]


def _unpriced(used: float | None, unit: str) -> str:
    return formatting.NONE if used is None or formatting.missing(used) or not used else formatting.unpriced(used, unit)


def shared_words(amount: Decimal | float | None, currency: str) -> str:
    """What shared compute would add, which no total holds."""
    if amount is None or formatting.missing(amount) or not amount:
        return ""
    return (
        f"Tasks also used shared clusters and SQL warehouses, estimated at {formatting.money(amount, currency)} by "
        "working time. That cost belongs to the shared compute and is in no total here."
    )


def _amount(value: Decimal | None, currency: str) -> str:
    return "" if value is None else formatting.money(value, currency)

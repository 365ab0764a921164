"""What a page may ask, and how long an answer is kept.

One context serves all sessions. Answers are values that nobody changes, so all readers share them; the key holds the
data's generation, so an answer is never older than the data, and the parts of a page always belong together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import streamlit as st

from lib import metrics
from lib.access import Viewer
from lib.config import settings
from lib.context import Context
from lib.reports.words import vm_words
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.formatting import day, day_words
from lib.spend.period import Period
from lib.ui import address, words
from lib.ui.address import Defaults, Options, View
from lib.warehouse import Warehouse

KEPT = 256
"""Answers kept at most; the one asked for longest ago goes first."""
MOST_OWNERS = 500


@st.cache_resource(show_spinner="Making the demo account, once …")
def context() -> Context:
    """The parts of this process; the first reader of an app without data gets a demo account made."""
    made = Context(settings())
    made.ensure_demo()
    return made


def viewer() -> Viewer:
    """Who looks at this page, with the role that their groups give."""
    return context().viewer


@st.cache_resource(show_spinner=False, max_entries=KEPT, ttl="6h")
def _answer(key: str, generation: str, _question: Callable[..., Any], _arguments: tuple[Any, ...]) -> Any:
    metrics.ANSWERS.labels("missed").inc()
    return _question(context().warehouse, *_arguments)


def ask(question: Callable[..., Any], *arguments: Any) -> Any:
    """`question(warehouse, *arguments)`, or the answer it gave before to these data.

    The arguments are values whose `repr` says everything about them. Nobody may change the answer.
    """
    metrics.ANSWERS.labels("asked").inc()
    name = f"{question.__module__}.{question.__qualname__}{arguments!r}"
    return _answer(name, context().warehouse.generation, question, arguments)


def as_of() -> AsOf:
    """How far the data goes."""
    return ask(_span)  # type: ignore[no-any-return]


def _span(_: Warehouse) -> AsOf:
    return context().as_of


def options() -> Options:
    """What the filters can be set to."""
    return ask(_options, as_of())  # type: ignore[no-any-return]


def _options(warehouse: Warehouse, until: AsOf) -> Options:
    if until.first_day is None or until.last_day is None:
        return Options(currencies=(settings().currency,))
    period = {"start_date": until.first_day, "end_date": max(until.last_day, until.today)}
    by_kind: dict[str, list[str]] = {"product": [], "owner": [], "currency": [], "tag": []}
    for row in warehouse.fetch("names/choices", period).sort_by([("list_cost", "descending")]).to_pylist():
        by_kind[row["kind"]].append(row["choice"])
    known = warehouse.fetch("names/workspaces", {}).to_pylist()
    return Options(
        workspaces={row["workspace_id"]: row["workspace_name"] or row["workspace_id"] for row in known},
        products=tuple(by_kind["product"]),
        owners=tuple(sorted(by_kind["owner"][:MOST_OWNERS])),
        tags=tuple(sorted(by_kind["tag"])),
        currencies=tuple(by_kind["currency"]) or (settings().currency,),
    )


def defaults() -> Defaults:
    """What holds when the address says nothing."""
    s = settings()
    return Defaults(s.currency, s.cost_base, s.high_cost, address.amount(str(s.high_change)))


def view() -> View:
    """What the address asks for."""
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    return address.parse(params, as_of().today, options(), defaults())


@dataclass(frozen=True)
class Freshness:
    """Newest row of one source."""

    table: str
    newest: str


def freshness() -> str:
    """The newest row of each source, as Markdown for hovering."""
    lines = [f"| {words.plain(item.table)} | {words.plain(item.newest)} |" for item in ask(_freshness)]
    return "\n".join(["| Source | Newest row (UTC) |", "|---|---|", *lines])


def _freshness(warehouse: Warehouse) -> tuple[Freshness, ...]:
    missing = warehouse.missing_tables()
    rows = warehouse.fetch("trust/sources", {}).to_pylist()
    return tuple(
        Freshness(
            row["table_name"].removeprefix("system."),
            "not loaded" if row["table_name"] in missing else day(row["last_time"]),
        )
        for row in rows
    )


def vm_basis(filters: Filters) -> str:
    """How VM cost of the period is known: `billed`, `estimated`, both, or nothing."""
    return ask(_vm_basis, filters.period)  # type: ignore[no-any-return]


def _vm_basis(warehouse: Warehouse, period: Period) -> str:
    rows = warehouse.fetch("trust/machines", {"start_date": period.start, "end_date": period.end}).to_pylist()
    return vm_words(basis for basis in ("billed", "estimated") if rows and rows[0][f"{basis}_days"])


def as_of_words() -> str:
    """How new the data is, in a few words."""
    last = as_of().last_day
    return f"Data to {day_words(last)}" if last else "No usage yet"


def source_words() -> str:
    """Where the data comes from, for a report's cover."""
    return SOURCES[settings().source][0]


SOURCES = {"demo": ("Demo account", "science"), "files": ("Imported files", "folder_open")}


def identity() -> None:
    """Where the data comes from, and as whom it is read."""
    label, icon = SOURCES[settings().source]
    st.badge(label, icon=f":material/{icon}:", color="blue")
    st.caption("Read by this app on the embedded engine; nothing leaves this machine.")
    _newer_data(context().warehouse.generation)


@st.fragment(run_every="60s")
def _newer_data(shown: str) -> None:
    """A quiet offer when the data has changed under the reader's eyes; nothing moves by itself."""
    if context().warehouse.generation != shown and st.button(
        "Newer data is ready: show it", icon=":material/sync:", type="tertiary"
    ):
        st.rerun()


def now() -> datetime:
    """The real time, in UTC: read here, at the edge."""
    return datetime.now(timezone.utc)


def findings_by_cluster() -> dict[tuple[str, str], int]:
    """How many open recommendations each (workspace_id, cluster_id) has."""
    return {}

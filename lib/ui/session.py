"""What a page may ask, and how long an answer is kept.

One process serves all sessions. Answers are values that nobody changes; the key holds as whom they were asked, so that
nobody gets rows that somebody else may see, and the data's generation, so that the parts of a page belong together.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from lib import logs, metrics
from lib.access import Role, Viewer
from lib.config import platform, settings
from lib.context import Context, of_process, utc_today
from lib.reports.words import vm_words
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.formatting import day, day_words
from lib.spend.period import Period
from lib.ui import address, slow, words
from lib.ui.address import Defaults, Options, View
from lib.ui.answers import Answers, Key, Waiting
from lib.warehouse import Warehouse
from lib.warehouse.asof import as_of as account_as_of
from lib.workspace.identity import on_this_machine, person

MOST_OWNERS = 500
Question = tuple[Callable[..., Any], *tuple[Any, ...]]
"""`(question, *arguments)`, as `ask` takes them."""

PATIENCE = 1.5
"""Seconds a page waits for an answer before it says that one is on its way."""


@st.cache_resource(show_spinner="Making the demo account, once …")
def _process() -> Context:
    """The parts of this process; the first reader of an app without data gets a demo account made."""
    logs.start(settings().log_level)
    made = of_process(settings())
    made.ensure_demo()
    return made


@st.cache_resource(show_spinner=False)
def _answers() -> Answers:
    return Answers(_process().room)


def context() -> Context:
    """The parts of this process as the one who looks may use them."""
    return _process().seen_by(viewer())


def viewer() -> Viewer:
    """Who looks at this page, with the role that their groups give.

    Behind the platform's proxy that is the person its headers name. Elsewhere it is whoever sits at this machine; others
    on the network look on and change nothing.
    """
    process = _process()
    if platform().hosted:
        sender = person(st.context.headers)
        connected = process.connected
        known: Viewer = _answers().soon(
            (sender.name, "who is looking"), _minutes(), lambda: connected.viewer(sender), PATIENCE * 4
        )
        return replace(known, token=sender.token)
    if not _at_this_machine():
        return Viewer("guest", "Guest from the network", role=Role.VIEWER)
    if settings().source != "databricks":
        return process.viewer
    me: Viewer = _answers().soon(("", "who is looking"), _minutes(), process.connected.me, PATIENCE * 4)
    return me


def _minutes() -> str:
    """Changes every five minutes: how long it is believed who is in which group."""
    return str(int(time.monotonic() // 300))


def _at_this_machine() -> bool:
    address = st.context.ip_address
    return not isinstance(address, str) or on_this_machine(address)


def ask(question: Callable[..., Any], *arguments: Any) -> Any:
    """`question(warehouse, *arguments)`, or the answer it gave before to these data.

    The arguments are values whose `repr` says everything about them. Nobody may change the answer. A warehouse that takes
    its time is asked on another thread: `Waiting` says that the answer is on its way, and the page comes back for it.
    """
    metrics.ANSWERS.labels("asked").inc()
    mine = context()
    key = _key(mine, question, arguments)

    def answer(warehouse: Warehouse) -> Any:
        metrics.ANSWERS.labels("missed").inc()
        return question(warehouse, *arguments)

    if settings().source != "databricks":
        warehouse = mine.warehouse
        return _answers().now(key, warehouse.generation, lambda: answer(warehouse))
    from lib.news import looked

    looked(mine)
    return slow.ask(_answers(), key, mine, lambda: answer(mine.warehouse), PATIENCE)


def prepare(*questions: Question) -> None:
    """Begin several questions of a page, which `ask` then has the answers of.

    What they need at the same time goes to the warehouse as one statement; each answer is kept by itself. The embedded
    engine answers one after the other anyway, so there nothing is begun.
    """
    if settings().source != "databricks":
        return
    mine = context()
    wanted = [(_key(mine, question, tuple(rest)), question, tuple(rest)) for question, *rest in questions]
    slow.prepare(_answers(), mine, wanted, PATIENCE)


def known(question: Callable[..., Any], *arguments: Any) -> bool:
    """Would `ask` have the answer at once, without asking anybody?"""
    mine = context()
    return _answers().has(_key(mine, question, arguments), slow.generation(mine))


def _key(mine: Context, question: Callable[..., Any], arguments: tuple[Any, ...]) -> Key:
    return mine.identity, f"{question.__module__}.{question.__qualname__}{arguments!r}"


def as_of() -> AsOf:
    """How far the data goes."""
    return ask(_span)  # type: ignore[no-any-return]


def _span(warehouse: Warehouse) -> AsOf:
    return account_as_of(warehouse, utc_today())


def options() -> Options:
    """What the filters can be set to."""
    return ask(choices, as_of())  # type: ignore[no-any-return]


def choices(warehouse: Warehouse, until: AsOf) -> Options:
    """What there is to choose from in an account."""
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
    from lib.ui import own

    s, mine = settings(), own.marks()
    return Defaults(s.currency, s.cost_base, mine.over, mine.rise)


def view() -> View:
    """What the address asks for."""
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    return address.parse(params, as_of().today, options(), defaults())


def asked_by_every_page(warehouse: Warehouse, until: AsOf) -> View:
    """Ask what the head of each page asks, before there is a reader; what an address that says nothing asks for."""
    newest_rows(warehouse)
    default = Defaults(settings().currency, settings().cost_base)
    return address.parse({}, until.today, choices(warehouse, until), default)


@dataclass(frozen=True)
class Freshness:
    """Newest row of one source."""

    table: str
    newest: str


def freshness() -> str:
    """The newest row of each source, as Markdown for hovering."""
    lines = [f"| {words.plain(item.table)} | {words.plain(item.newest)} |" for item in ask(newest_rows)]
    return "\n".join(["| Source | Newest row (UTC) |", "|---|---|", *lines])


def newest_rows(warehouse: Warehouse) -> tuple[Freshness, ...]:
    """The newest row of each source."""
    # asking a warehouse what is missing is a statement of its own; a source without rows says it as well here
    missing = warehouse.missing_tables() if settings().source != "databricks" else frozenset()
    rows = warehouse.fetch("trust/sources", {}).to_pylist()
    return tuple(
        Freshness(
            row["table_name"].removeprefix("system."),
            "not loaded" if row["table_name"] in missing or row["last_time"] is None else day(row["last_time"]),
        )
        for row in rows
    )


def vm_basis(filters: Filters) -> str:
    """How VM cost of the period is known: `billed`, `estimated`, both, or nothing."""
    return ask(vm_known, filters.period)  # type: ignore[no-any-return]


def vm_known(warehouse: Warehouse, period: Period) -> str:
    """The same of a period, asked of the account."""
    rows = warehouse.fetch("trust/machines", {"start_date": period.start, "end_date": period.end}).to_pylist()
    return vm_words(basis for basis in ("billed", "estimated") if rows and rows[0][f"{basis}_days"])


def as_of_words() -> str:
    """How new the data is, in a few words."""
    last = as_of().last_day
    return f"Data to {day_words(last)}" if last else "No usage yet"


def wait(error: Waiting) -> None:
    """Show that an answer is on its way, and come back for it."""
    slow.waiting(error, context, _answers())


def try_again(*, signed_out: bool = False) -> None:
    """Forget what failed and draw the page anew; `signed_out`: with new connections, and with a new token when the
    platform forwards one."""
    _answers().forget_failures()
    if signed_out and context().connected_if_any:
        context().connected.sign_in_again(viewer())
        if platform().hosted:
            st.html("<script>window.location.reload()</script>", unsafe_allow_javascript=True)
            st.stop()
    st.rerun()


def source_words() -> str:
    """Where the data comes from, for a report's cover."""
    return SOURCES[settings().source][0]


SOURCES = {
    "demo": ("Demo account", "science"),
    "files": ("Imported files", "folder_open"),
    "databricks": ("Databricks", "cloud"),
}


def identity() -> None:
    """Where the data comes from, and as whom it is read."""
    label, icon = SOURCES[settings().source]
    st.badge(label, icon=f":material/{icon}:", color="blue")
    mine = context()
    if settings().source != "databricks":
        st.caption("Read by this app on the embedded engine; nothing leaves this machine.")
        _newer_data(mine.warehouse.generation)
        return
    st.caption(words.plain(slow.as_whom(mine)))
    slow.newer_data(_answers())


@st.fragment(run_every="60s")
def _newer_data(shown: str) -> None:
    """A quiet offer when the data has changed under the reader's eyes; nothing moves by itself."""
    if context().warehouse.generation != shown and st.button(
        "Newer data is ready: show it", icon=":material/sync:", type="tertiary"
    ):
        st.rerun()

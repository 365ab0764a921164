"""The frame around every page: navigation, source, who is looking, the title line."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from lib.config import settings
from lib.errors import NotFound
from lib.ui import address, errors, intent, slow, theme, words
from lib.ui.table import address_now

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
SIDEBAR = 220
"""Width in pixels."""


@dataclass(frozen=True)
class Entry:
    """One page: its file in `pages/`, and how it is found."""

    file: str
    title: str
    icon: str
    section: str
    about: str
    hidden: bool = False
    """Reached from another page only."""


SECTIONS = ("Spend", "Operate", "Plan", "Allocate", "Share", "Genie", "System")
"""Headings of the menu, in their order."""

PAGES = (
    Entry(
        "overview",
        "Overview",
        "dashboard",
        "Spend",
        "How much, is it more than before, why, and what stands out",
    ),
    Entry("jobs", "Jobs", "work_history", "Spend", "What each job costs, how it ends, and how that changed"),
    Entry("job", "Job", "work_history", "Spend", "One job: what its cost is made of, and its runs", hidden=True),
    Entry("run", "Run", "play_circle", "Spend", "One run, down to the usage rows", hidden=True),
    Entry("explorer", "Explorer", "travel_explore", "Spend", "Any measure by any two dimensions"),
    Entry("records", "Usage rows", "receipt_long", "Spend", "The rows of the bill themselves, with their prices"),
    Entry("queries", "Queries", "query_stats", "Spend", "What queries cost, how long they take, and what stands out"),
    Entry("query_findings", "Query findings", "lightbulb", "Spend", "What to change about queries, and what it saves"),
    Entry("fingerprint", "Fingerprint", "fingerprint", "Spend", "All runs of one query", hidden=True),
    Entry("statement", "Statement", "database", "Spend", "One statement: time, cost, findings", hidden=True),
    Entry("warehouse", "SQL warehouse", "database", "Operate", "One SQL warehouse, and what-if", hidden=True),
    Entry("priorities", "Priorities", "low_priority", "Spend", "Cost beside performance: what to look at first"),
    Entry(
        "reports", "Reports", "summarize", "Share", "Reports that are sent by themselves, and every one that was made"
    ),
    Entry("messages", "Messages", "outgoing_mail", "Share", "What leaves the app, and what could not be sent"),
    Entry(
        "clusters", "Clusters", "memory", "Operate", "Every cluster: what it is, does and costs; stop and start them"
    ),
    Entry("cluster", "Cluster", "memory", "Operate", "One cluster: what it did, why, and what it cost", hidden=True),
    Entry("sql_warehouses", "SQL warehouses", "database", "Operate", "State, size, queue and use of SQL warehouses"),
    Entry("pools", "Instance pools", "inventory_2", "Operate", "Machines kept ready, and what that costs"),
    Entry("policies", "Policies", "policy", "Operate", "Cluster policies, who uses them, and who does not keep them"),
    Entry("policy", "Policy", "policy", "Operate", "One policy and every cluster that uses it", hidden=True),
    Entry(
        "recommendations", "Recommendations", "savings", "Operate", "What could be saved, with evidence, and what was"
    ),
    Entry("cluster_schedules", "Cluster schedules", "event", "Operate", "Stop and start clusters by the clock"),
    Entry("audit", "Audit", "history", "Operate", "Everything that was done through this app"),
    Entry("ask", "Ask", "forum", "Genie", "Ask about spend in words"),
    Entry("spaces", "Spaces", "auto_awesome", "Genie", "Genie spaces: use, cost, quality, drift"),
    Entry("alerts", "Alerts", "notifications", "Plan", "What fires, who looks after it, and the rules behind it"),
    Entry("anomalies", "Anomalies", "troubleshoot", "Plan", "What happened that nobody would have expected, and why"),
    Entry("anomaly", "Anomaly", "troubleshoot", "Plan", "One anomaly and what it is made of", hidden=True),
    Entry("forecast", "Forecast", "trending_up", "Plan", "What it will cost, how surely, and what if"),
    Entry("budgets", "Budgets", "account_balance_wallet", "Plan", "What is spent, how it will end, when it runs out"),
    Entry(
        "trust",
        "Data trust",
        "verified_user",
        "System",
        "Whether the figures can be relied on, check by check",
    ),
    Entry("workspaces", "Workspaces", "domain", "System", "The account's workspaces as its tables know them"),
    Entry("setup", "Setup", "key", "System", "What a workspace must grant, and whether it does"),
    Entry("schedule", "Schedule", "schedule", "System", "What runs by itself, and how it went"),
    Entry("settings", "Settings", "settings", "System", "How this app is set up"),
)
"""Every page, in the order of the menu; the first one is where people land."""


_framed: ContextVar[bool] = ContextVar("framed", default=False)
"""Whether the page that runs now was started by the frame."""


def _pages() -> dict[str, Page]:
    return {
        entry.file: st.Page(
            ROOT / "pages" / f"{entry.file}.py",
            title=entry.title,
            default=entry is PAGES[0],
            visibility="hidden" if entry.hidden else "visible",
            help=entry.about,
        )
        for entry in PAGES
    }


def run() -> None:
    """Draw the frame and the page in it."""
    pages = _pages()
    page = st.navigation(list(pages.values()), position="hidden")
    st.set_page_config(
        page_title=f"{page.title} · Lakeledger",
        page_icon=STATIC / "icon.svg",
        layout="wide",
        initial_sidebar_state=SIDEBAR,
    )
    st.html(FOLDING)
    dark = theme.current().name == "dark"
    st.logo(STATIC / ("logo-dark.svg" if dark else "logo-light.svg"), size="large", icon_image=STATIC / "icon.svg")
    with st.sidebar:
        _menu(pages)
        slot = st.container(key="source")
    framed = _framed.set(True)
    slow.begin()
    intent.begin(page.url_path)
    try:
        with errors.shown():
            off = {file for file in settings().switched_off if file in pages and page.url_path == pages[file].url_path}
            if off:
                raise NotFound("This page is switched off.", remedy="LAKELEDGER_HIDDEN_PAGES names it.")
            page.run()
    finally:
        _framed.reset(framed)
    with slot, errors.shown():
        _source()


def require() -> None:
    """Make sure that a page runs inside the frame.

    Until `st.navigation` has run once in a server, Streamlit takes a folder called `pages` for its older kind of
    app: when the first request of all is for a page, it runs that page alone. Then say how it is meant, and start over.
    """
    if not _framed.get():
        st.navigation(list(_pages().values()), position="hidden")
        st.rerun()


FOLDING = """<style>
div.st-key-filters-narrow { display: none; }
@media (max-width: 640px) {
  div.st-key-filters-wide { display: none; }
  div.st-key-filters-narrow { display: flex; }
}
</style>"""
"""Which of the two layouts of the filter bar a width gets; looks are set in .streamlit/config.toml alone."""


def _menu(pages: Mapping[str, Page]) -> None:
    """Links that carry the view along, so that a filter survives a change of page."""
    carried, off = address.carried(address_now()), settings().switched_off
    for section in SECTIONS:
        if not any(entry.section == section and not entry.hidden and entry.file not in off for entry in PAGES):
            continue
        st.caption(section)
        for entry in PAGES:
            if entry.section == section and not entry.hidden and entry.file not in off:
                icon = f":material/{entry.icon}:"
                st.page_link(pages[entry.file], icon=icon, query_params=carried, width="stretch")


def _source() -> None:
    from lib.ui import session

    session.identity()


def title(text: str, *, as_of: str = "", freshness: str = "") -> None:
    """The page's name, and at the right how new the data is, with the sources on hover."""
    require()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(words.plain(text), anchor=False, width="content")
        if as_of:
            st.badge(words.plain(as_of), icon=":material/schedule:", color="gray", help=freshness or None)


def breadcrumb(*steps: tuple[str, str, Mapping[str, str]], here: str) -> None:
    """Where this page is: (page file, label, its own parameters) from the top down, then the page itself."""
    carried = address.carried(address_now())
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="breadcrumb"):
        for file, label, own in steps:
            st.page_link(f"pages/{file}.py", label=words.plain(label), query_params={**carried, **own})
            st.markdown(":gray[:material/chevron_right:]", width="content")
        st.markdown(f":gray[{words.plain(here)}]", width="content")

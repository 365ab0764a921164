"""Recommendations on screen: cards, the list, one opened with its evidence, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib import operate
from lib.access import Role
from lib.clusters import findings
from lib.clusters import fleet as fleets
from lib.clusters.advice import RULES
from lib.clusters.findings import Found, Judged
from lib.clusters.fleet import BY_PEOPLE, Fleet, Window
from lib.clusters.narrowed import findings_by_cluster
from lib.context import utc_now
from lib.errors import AppError, SourceError
from lib.recommendations.lifecycle import NEXT, State, Tracked, decide, open_savings
from lib.recommendations.model import Priority, Recommendation, Savings
from lib.spend import formatting
from lib.store.recommendations import Decision
from lib.ui import address, cards, errors, operating, session, words
from lib.ui.columns import SEVERITY, Column
from lib.ui.session import Question
from lib.ui.table import Row, Table, address_now, onward

STATES: tuple[State, ...] = ("open", "accepted", "dismissed", "done")
TITLES = {rule.kind: rule.title for rule in RULES}
ABOUT = {rule.kind: rule.about for rule in RULES}
COLUMNS = (
    Column("title", "What", phone=True),
    Column("priority", "Priority", "badge"),
    Column("name", "About", phone=True),
    Column("workspace", "Workspace"),
    Column("saving_words", "Saves in 30 days", about="From its own usage, low to high; never more than it costs", phone=True),
    Column("saving_high", "At most", "money", missing="not assessed"),
    Column("own_cost", "Costs now", "money", "30 days", missing=formatting.NONE),
    Column("confidence", "Confidence", "state"),
    Column("state", "State", "badge"),
    Column("owner", "Owner", missing="nobody"),
    Column("verified", "Verified", "money", "Saving of 30 days as later bills show it", missing=formatting.NONE),
)  # fmt: skip
ACTS = {"accepted": "Accept", "done": "It is done", "dismissed": "Dismiss", "open": "Open again"}


@dataclass(frozen=True)
class Everything:
    """All recommendations with what became of them."""

    shown: list[Tracked]
    found: Found
    problem: AppError | None = None
    """Why the workspace could not be asked for what only it can say."""


def judged() -> Judged:
    """The fleet of people's clusters with what the tables say about it; shared by all pages that show either."""
    return session.ask(*_asked()[0])  # type: ignore[no-any-return]


def everything(*, live: bool = True) -> Everything:
    """What the rules say with what became of it; the tables are asked once for these data, the workspace each time (`live`)."""
    rest = session.ask(*_asked()[1])
    try:
        seen = judged()
    except SourceError:
        return Everything(operate.track(session.context(), rest.recommendations), rest)
    return _tracked(findings.together((seen.found, rest)), seen, live=live)


def of_clusters() -> Everything:
    """The same about clusters alone, which costs fewer statements."""
    seen = judged()
    return _tracked(seen.found, seen, live=True)


def _tracked(found: Found, seen: Judged, *, live: bool) -> Everything:
    context, problem = session.context(), None
    if live:
        said, problem = operate.with_live(
            context, found.recommendations, seen, lambda _: (operating.clusters_now(), operating.sizes_offered())
        )
        found = replace(found, recommendations=said)
    return Everything(operate.track(context, found.recommendations), found, problem)


def _asked() -> tuple[Question, Question]:
    """What all of them come from: people's clusters, and the rest."""
    context, today = session.context(), session.as_of().today
    over = replace(operate.window(context), sources=BY_PEOPLE)
    return (findings.judged, over, today, operate.limits(context.settings)), (findings.others, over, today)


def seen_by_tables(over: Window) -> Fleet:
    """The fleet of the page's window; people's clusters in the app's own prices were read with their findings."""
    _, mine, *_ = _asked()[0]
    if replace(over, workspaces=()) == mine:
        return judged().fleet.of(over.workspaces)
    return session.ask(fleets.fleet, over)  # type: ignore[no-any-return]


def savings_words(saved: Sequence[Savings]) -> str:
    """What is open, in words: "$1.2k to $3.4k"."""
    parts = [range_words(float(s.low), float(s.high), s.currency) for s in saved if s.counted]
    return " and ".join(parts) or "not assessed"


def range_words(low: float | None, high: float | None, currency: str) -> str:
    """A saving from low to high."""
    if formatting.missing(high):
        return "not assessed"
    top = formatting.money_short(high, currency)
    bottom = formatting.money_short(low or 0, currency)
    return top if bottom == top else f"{bottom} to {top}"


def would_cost_words(about: Recommendation) -> str:
    """What its object would cost in 30 days, least to most."""
    low, high = about.would_cost or (None, None)
    return range_words(_float(low), _float(high), about.currency)


def summary(shown: Sequence[Tracked], found: Found) -> list[cards.Card]:
    """The cards: open, savings, accepted, verified."""
    _, saved = open_savings(shown)
    waiting, accepted = (sum(item.state == state for item in shown) for state in ("open", "accepted"))
    done = [item.decision for item in shown if item.state == "done" and item.decision]
    verified = [d.verified for d in done if d.verified is not None]
    unassessed = sum(s.not_assessed for s in saved)
    currency = saved[0].currency if saved else session.view().filters.currency
    return [
        cards.count("Open", waiting, chip=f"{accepted} accepted"),
        cards.Card(
            "Saves in 30 days", savings_words(saved), badge="estimated",
            about="What is open or accepted; each cluster, pool and warehouse counts once, and never with more than it costs",
            chip=f"{unassessed} without an amount" if unassessed else "",
        ),
        cards.count("Done", len(done)),
        cards.money(
            "Verified saving", sum(verified) if verified else None, currency, none="none yet",
            about="Cost a day before the change less cost a day after it, from the bills, for 30 days",
        ),
        cards.Card(
            "Not measured", formatting.count(found.unmeasured),
            about="Clusters without node minutes: idle or oversized is not assessed",
        ),
    ]  # fmt: skip


def rows(shown: Sequence[Tracked], names: dict[str, str]) -> pd.DataFrame:
    """One row a recommendation."""
    listed = []
    for item in shown:
        about: Recommendation | None = item.found
        decision = item.decision
        currency = about.currency if about else decision.currency if decision else "USD"
        low = about.saving_low if about else decision.saving_low if decision else None
        high = about.saving_high if about else decision.saving_high if decision else None
        workspace = about.workspace_id if about else decision.workspace_id if decision else ""
        kind = about.kind if about else decision.kind if decision else ""
        listed.append(
            {
                "key": item.key, "title": item.title, "name": item.name, "kind": kind, "workspace_id": workspace,
                "workspace": names.get(workspace, workspace), "state": item.state,
                "saving_words": range_words(_float(low), _float(high), currency), "saving_high": _float(high),
                "own_cost": _float(about.own_cost) if about else None,
                "confidence": about.confidence if about else "", "owner": (decision.owner if decision else "") or None,
                "verified": _float(decision.verified) if decision else None, "found": about is not None,
                "priority": about.priority.value if about else "low", "object": about.object_type if about else "",
                "rank": about.priority.rank if about else len(Priority),
            }
        )  # fmt: skip
    columns = [*(c.name for c in COLUMNS), "key", "kind", "workspace_id", "found", "object", "rank"]
    frame = pd.DataFrame(listed, columns=columns)
    return frame.sort_values(["rank", "saving_high"], ascending=[True, False], na_position="last", ignore_index=True)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def chips(shown: Sequence[Tracked]) -> list[Tracked]:
    """What the page narrows by: state and rule; counts on the chips equal the rows they leave."""
    params = address_now()
    state = (params.get("state") or ["open"])[-1]
    state = state if state in (*STATES, "all") else "open"
    counts = {name: sum(item.state == name for item in shown) for name in STATES} | {"all": len(shown)}
    chosen = st.segmented_control(
        "State", [*STATES, "all"], default=state, key="rec-state", label_visibility="collapsed",
        format_func=lambda name: f"{name.capitalize()} {counts[name]}",
    )  # fmt: skip
    left = [item for item in shown if (chosen or "open") in ("all", item.state)]
    kinds: dict[str, int] = {}
    for item in left:
        kind = item.key.partition("/")[0]
        kinds[kind] = kinds.get(kind, 0) + 1
    picked = st.pills(
        "Kind", list(kinds), key="rec-kind", label_visibility="collapsed", default=_known(params, kinds),
        format_func=lambda kind: f"{TITLES.get(kind, kind.replace('_', ' ').capitalize())} {kinds[kind]}",
    )  # fmt: skip
    wanted = {"state": chosen or "open", "kind": picked or ""}
    if wanted != {"state": state, "kind": (params.get("kind") or [""])[-1]}:
        kept = {n: v for n, v in params.items() if n not in wanted and not n.endswith("_page")}
        st.query_params.from_dict(kept | {n: [v] for n, v in wanted.items() if v and (n, v) != ("state", "open")})
    return [item for item in left if not picked or item.key.startswith(f"{picked}/")]


def _known(params: address.Params, kinds: dict[str, int]) -> str | None:
    kind = (params.get("kind") or [""])[-1]
    return kind if kind in kinds else None


def table(frame: pd.DataFrame, currency: str, params: address.Params) -> Table:
    """The list; a row opens its evidence."""
    return Table(
        frame, COLUMNS, currency, "recommendations", "Recommendations with what they would save",
        link=lambda row: address.here(params, open=row["key"]),
        extra=_extra, empty="Nothing here. What the rules find appears by itself when the data is newer.",
    )  # fmt: skip


def _extra(row: Row, column: Column) -> dict[str, Any]:
    if column.name == "priority":
        return {"badge": SEVERITY.get(row["priority"], "plain"), "text": str(row["priority"]).capitalize()}
    if column.name == "state":
        gone = "" if row["found"] or row["state"] == "done" else "not found any more"
        tone = {"open": "info", "accepted": "warn", "done": "ok"}.get(row["state"], "plain")
        return {"badge": tone, "text": str(row["state"]).capitalize(), "sub": gone}
    if column.name == "saving_words":
        return {"estimate": row["saving_words"] != "not assessed"}
    return {}


def _closed() -> None:
    st.query_params.pop("open", None)


@st.dialog("Recommendation", width="large", on_dismiss=_closed)
def opened(item: Tracked) -> None:
    """Evidence, action, method, where it is, and the decision."""
    about = item.found
    st.markdown(words.strong(item.title))
    st.caption(words.plain(f"{item.name} · {item.state}" + (f" · confidence {about.confidence}" if about else "")))
    if about:
        st.markdown("\n".join(f"- {words.plain(line)}" for line in about.evidence))
        st.markdown(f":material/build: {words.strong(about.action)}")
        saves = range_words(_float(about.saving_low), _float(about.saving_high), about.currency)
        costs = f"Saves {saves} in 30 days."
        if about.would_cost:
            now = formatting.money(about.own_cost, about.currency)
            costs = f"Saves {saves} in 30 days: it costs {now} now and would cost {would_cost_words(about)}."
        st.markdown(f":material/savings: {words.plain(costs)}  \n:gray[{words.plain(about.method)}]")
        if about.object_type == "cluster":
            query = {"workspace_id": about.workspace_id, "cluster_id": about.object_id}
            st.page_link(
                "pages/cluster.py",
                label=f"Open {words.plain(about.object_name)}",
                icon=":material/memory:",
                query_params=query,
            )
        if about.object_type == "statement":
            query = {"fingerprint": about.object_id, "workspace_id": about.workspace_id, "shape": about.facts["shape"]}
            st.page_link(
                "pages/fingerprint.py", label="All its runs", icon=":material/fingerprint:", query_params=query
            )
        if about.kind in ABOUT:
            with st.expander("What this rule looks at", type="compact"):
                st.markdown(words.plain(ABOUT[about.kind]))
    if item.decision:
        _decided(item)
    if session.viewer().role < Role.OPERATOR:
        st.caption("Operators and admins decide about recommendations.")
        return
    _decision(item)


def _decided(item: Tracked) -> None:
    d = item.decision
    assert d is not None
    said = f"{d.state.capitalize()} by {d.decided_by} on {d.decided_at:%d %b %Y}" + (
        f": {d.reason}" if d.reason else "."
    )
    if d.until:
        said += f" Until {formatting.day_words(d.until)}."
    if d.state == "done":
        seen = (
            ""
            if d.verified is None
            else f" The bills show {formatting.money(d.verified, d.currency)} saved in 30 days{_from_to(d)}."
        )
        waiting = f" The bills cover {formatting.plural(d.verified_days, 'day')} since." if d.verified_days else ""
        said += seen or waiting or " What it saved is said after a week of complete days."
    st.info(words.plain(said), icon=":material/how_to_reg:")


def _from_to(d: Decision) -> str:
    if d.cost_before is None or d.cost_after is None:
        return ""
    before, after = (formatting.money(cost, d.currency) for cost in (d.cost_before, d.cost_after))
    return f": {before} before, {after} since"


def _decision(item: Tracked) -> None:
    st.divider()
    left, right = st.columns(2)
    owner = left.text_input("Who takes care of it", item.decision.owner if item.decision else session.viewer().name)
    reason = right.text_input("Why (a dismissal needs it)", max_chars=300)
    until = left.date_input("A dismissal ends on", value=None)
    with st.container(horizontal=True):
        for to in NEXT[item.state]:
            if st.button(
                ACTS[to], key=f"to-{to}", type="primary" if to == NEXT[item.state][0] != "open" else "secondary"
            ):
                with errors.shown():
                    day = until if isinstance(until, date) else None
                    decide(
                        session.context().store, session.viewer(), item, to, utc_now(), reason=reason,
                        until=day, owner=owner.strip(),
                    )  # fmt: skip
                    st.query_params.pop("open", None)
                    st.rerun()


def by_cluster() -> dict[tuple[str, str], int]:
    """How many open recommendations each cluster has."""
    return findings_by_cluster(of_clusters().shown)


def of_object(workspace_id: str, object_type: str, object_id: str) -> None:
    """Open recommendations about one thing, as cards."""
    every = of_clusters() if object_type == "cluster" else everything()
    mine = [
        item
        for item in every.shown
        if item.found and item.state in ("open", "accepted")
        and item.found.object_key == (workspace_id, object_type, object_id)
    ]  # fmt: skip
    if not mine:
        return
    grid = st.grid(3, min_column_width=300, gap="small")
    for item in mine:
        about = item.found
        assert about is not None
        with grid.container(border=True, height="stretch", key=f"finding-{about.kind}"):
            saves = range_words(_float(about.saving_low), _float(about.saving_high), about.currency)
            st.markdown(words.strong(about.title))
            st.caption(words.plain(about.evidence[0]))
            st.markdown(
                f":material/savings: {words.plain(saves)}" if saves != "not assessed" else ":gray[saving not assessed]"
            )
            st.page_link(
                "pages/recommendations.py",
                label="Evidence and decision",
                query_params=onward(open=item.key, state="all"),
            )


def line() -> None:
    """One line for the landing page: how many, and what they would save.

    A warehouse is not asked for it: there the line counts once somebody has opened the recommendations.
    """
    try:
        if session.context().settings.source == "databricks" and not session.known(*_asked()[0]):
            st.page_link(
                "pages/recommendations.py", label="Recommendations", icon=":material/savings:", query_params=onward()
            )
            return
        count, saved = open_savings(everything(live=False).shown)
    except AppError:
        return  # the landing page has its own figures to show
    if not count:
        return
    label = f"{formatting.plural(count, 'recommendation')}: {savings_words(saved)}"
    st.page_link("pages/recommendations.py", label=words.plain(label), icon=":material/savings:", query_params=onward())

"""The page of query findings: what to change, what it would save, who would change it, and what became of it."""

from typing import Any

import pandas as pd
import streamlit as st

from lib import operate
from lib.recommendations.lifecycle import Tracked, open_savings
from lib.spend import formatting
from lib.statements.findings import QueryFindings, findings
from lib.statements.tracking import VIEWS, progress, user_of, views
from lib.ui import address, cards, choices, recommendation_parts, session
from lib.ui.columns import SEVERITY, Column
from lib.ui.queries.shapes import in_words
from lib.ui.recommendation_parts import range_words
from lib.ui.table import Row, Table

EVERYBODY, FIRST = "Everybody", "all"
COLUMNS = (
    Column("title", "What", phone=True),
    Column("priority", "Priority", "badge", phone=True),
    Column("query", "Query", about="The statement without its values"),
    Column("saving_words", "Saves in 30 days", phone=True, about="Low to high; a share of what the query cost"),
    Column("saving_high", "At most", "money", missing="not assessed"),
    Column("own_cost", "Costs now", "money", "30 days", missing=formatting.NONE),
    Column("workspace", "Workspace"),
    Column("user", "Runs it most", missing="nobody"),
    Column("would_cost_words", "Would cost", about="Least and most, in 30 days"),
    Column("effort", "Effort"),
    Column("confidence", "Confidence"),
    Column("state", "State", "badge"),
)


def everything() -> tuple[QueryFindings, list[Tracked]]:
    """The findings of the last thirty days, with what became of them."""
    mine = session.context()
    found: QueryFindings = session.ask(findings, session.view().filters, session.as_of(), mine.query_thresholds)
    return found, operate.track(mine, found.found, statements=True)


def chosen(shown: list[Tracked]) -> list[Tracked]:
    """What the control leaves."""
    by_view = views(shown)
    named = {name: f"{label} {len(by_view[name])}" for name, label in VIEWS.items()}
    left = by_view[choices.row("Show", "view", named, FIRST)]
    if deciding():
        return left
    people = [EVERYBODY, *sorted({user_of(t) for t in left})]
    who = choices.one("user", people, EVERYBODY)
    st.selectbox(
        "Who runs it most", people, label_visibility="collapsed", width=320, **choices.bound("user", who, EVERYBODY)
    )
    return [t for t in left if who == EVERYBODY or user_of(t) == who]


def deciding() -> bool:
    """The list is that of what was decided."""
    return choices.one("view", list(VIEWS), FIRST) == "decided"


def counted(shown: list[Tracked]) -> list[Tracked]:
    """Those that the sum of savings is made of."""
    return views(shown)["all"]


def summary(found: QueryFindings, shown: list[Tracked], currency: str) -> list[cards.Card]:
    """The cards: how many, what they would save together, quick wins, what could not be read."""
    count, saved = open_savings(counted(shown))
    quick = found.quick_wins
    return [
        cards.count("Open", count, chip=f"{sum(t.state == 'accepted' for t in shown)} accepted"),
        cards.Card(
            "Saves in 30 days",
            recommendation_parts.savings_words(saved),
            badge="estimated",
            about="Each query counts once, and never with more than it costs",
        ),
        cards.count("Quick wins", len(quick), about="Little effort, and a saving that is known"),
        cards.money(
            "Verified saving",
            _verified(shown),
            currency,
            none="none yet",
            about="In 30 days, of findings that are done, by the same queries in matched weeks; can be negative",
        ),
        cards.count(
            "Queries looked at",
            len(found.shapes.table),
            about="Those that the parser cannot read are counted: nothing is said about their text",
            chip=f"{len(found.unread)} not readable" if found.unread else "",
        ),
    ]


def _verified(shown: list[Tracked]) -> float | None:
    known = [t.decision.verified for t in shown if t.state == "done" and t.decision and t.decision.verified is not None]
    return float(sum(known)) if known else None


def listed(shown: list[Tracked], currency: str, params: address.Params) -> Table:
    """One row a finding; it opens with evidence, method and decision."""
    if deciding():
        return decided(shown, currency, params)
    rows: list[dict[str, Any]] = []
    for item in shown:
        about = item.found
        assert about is not None
        low, high = (None if v is None else float(v) for v in (about.saving_low, about.saving_high))
        rows.append(
            {
                "key": item.key,
                "title": about.title,
                "priority": about.priority.value,
                "query": about.object_name,
                "workspace": about.workspace_id,
                "user": about.facts.get("user") or None,
                "saving_words": range_words(low, high, about.currency),
                "saving_high": high,
                "own_cost": None if about.own_cost is None else float(about.own_cost),
                "would_cost_words": recommendation_parts.would_cost_words(about),
                "effort": about.facts.get("effort", ""),
                "confidence": about.confidence,
                "state": item.state,
                "rank": about.priority.rank,
            }
        )
    columns = [*(column.name for column in COLUMNS), "key", "rank"]
    frame = pd.DataFrame(rows, columns=columns).sort_values(
        ["rank", "saving_high"], ascending=[True, False], na_position="last"
    )
    frame = frame.assign(workspace=in_words(frame["workspace"]))
    return Table(
        frame,
        COLUMNS,
        currency,
        "query-findings",
        "Findings about queries with what they would save",
        link=lambda row: address.here(params, open=row["key"]),
        extra=_extra,
        page_size=25,
        empty="Nothing of this kind was found.",
    )


DECIDED = (
    Column("title", "What", phone=True),
    Column("query", "Query", about="The statement without its values"),
    Column("stage", "Stage", "badge", phone=True),
    Column(
        "saving", "Saves", "money", "In 30 days, by the same query in as many whole weeks before and after", phone=True,
        missing="not yet",
    ),
    Column("owner", "Owner", missing="nobody"),
    Column("decided_at", "Decided (UTC)", "moment"),
    Column("expected", "Expected", "money", "At most, in 30 days, when it was decided", missing="not assessed"),
    Column("cost_before", "Cost before", "money", "In 30 days, by the whole weeks before the change", missing="not yet"),
    Column("cost_after", "Costs after", "money", "In 30 days, by as many weeks since", missing="not yet"),
    Column("effort_cost", "Effort", "money", "Hours and their cost are in the thresholds", estimate=True),
    Column("roi_words", "Return in a year", about="A year's saving less the effort, as a share of the effort"),
)  # fmt: skip
STAGES = {"planned": "info", "implemented": "warn", "verified": "ok"}


def decided(shown: list[Tracked], currency: str, params: address.Params) -> Table:
    """Findings that somebody took on: planned, implemented, verified, with what they saved."""
    limits = session.context().query_thresholds
    steps = [step for item in shown if (step := progress(item, limits)) is not None]
    rows = [
        {
            "key": step.tracked.key,
            "title": step.tracked.title,
            "query": step.tracked.name,
            "stage": step.stage,
            "owner": (step.tracked.decision.owner if step.tracked.decision else "") or None,
            "decided_at": step.tracked.decision.decided_at if step.tracked.decision else None,
            "expected": None if step.expected is None else float(step.expected),
            "cost_before": None if step.cost_before is None else float(step.cost_before),
            "cost_after": None if step.cost_after is None else float(step.cost_after),
            "saving": None if step.saving is None else float(step.saving),
            "effort_cost": float(step.effort_cost),
            "roi_words": formatting.NONE if step.roi is None else formatting.percent(float(step.roi)),
        }
        for step in steps
    ]
    frame = pd.DataFrame(rows, columns=[*(column.name for column in DECIDED), "key"])
    known = [step.saving for step in steps if step.saving is not None]
    return Table(
        frame,
        DECIDED,
        currency,
        "query-decisions",
        "Decided findings with what they saved",
        link=lambda row: address.here(params, open=row["key"]),
        extra=lambda row, column: (
            {"badge": STAGES[row["stage"]], "text": str(row["stage"]).capitalize()} if column.name == "stage" else {}
        ),
        total={"title": formatting.plural(len(rows), "decision"), "saving": float(sum(known)) if known else None},
        page_size=25,
        empty="Nobody has accepted a finding yet. Open one to decide about it.",
    )


def _extra(row: Row, column: Column) -> dict[str, Any]:
    if column.name == "priority":
        return {"badge": SEVERITY[row["priority"]], "text": str(row["priority"]).capitalize()}
    if column.name == "state":
        tone = {"open": "info", "accepted": "warn", "done": "ok"}.get(row["state"], "plain")
        return {"badge": tone, "text": str(row["state"]).capitalize()}
    if column.name == "saving_words":
        return {"estimate": row["saving_words"] != "not assessed"}
    return {}

"""What the pages about queries share: cards, the bill and where it went, tables of fingerprints, statements and failures."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib import operate
from lib.spend import formatting, palette
from lib.spend.filters import Filters
from lib.statements.insights import Moved
from lib.statements.monitor import Standing
from lib.statements.overview import ROLLUPS, SOURCES, Overview, by, rollup
from lib.statements.shapes import Fingerprints, trends
from lib.statements.shown import SEVERITIES, fingerprint_rows, rollup_rows, standing_rows, statement_rows
from lib.ui import address, cards, session, states, theme, words
from lib.ui.charts import bars, days, draw
from lib.ui.columns import Column
from lib.ui.table import Mark, Row, Table

USED, IDLE, REST = "Statements", "Idle", "Not attributed"
COLOURS = {USED: palette.BLUE, IDLE: palette.OTHER, REST: "#CC79A7"}
ALLOCATED = (
    "Each billed hour is shared by work: task, compile and fetch time; waits are none. Idle is a line of its own."
)
ADDS_UP = "Statements, idle and not attributed add up to what the warehouses cost."
STATUS = {"FINISHED": "ok", "FAILED": "critical", "CANCELED": "warn"}


def summary(shown: Overview) -> list[cards.Card]:
    """The cards of the overview."""
    bill, numbers, currency = shown.bill, shown.numbers, shown.filters.currency
    share = bill.used / bill.billed if bill.used is not None and bill.billed else None
    basis = "As Databricks attributes it" if bill.attributed else ALLOCATED
    return [
        cards.money("Warehouses", bill.billed, currency, none="none", about=f"What SQL warehouses cost. {basis}"),
        cards.money(
            "Used",
            bill.used,
            currency,
            none="none",
            badge="" if bill.attributed else "estimated",
            about=basis,
            chip="" if share is None else f"{formatting.percent(share)} of it",
        ),
        cards.money(
            "Idle",
            bill.idle,
            currency,
            none="none",
            about="Warehouses were on, and no statement worked",
            chip=f"{formatting.plural(bill.pending_hours, 'hour')} pending" if bill.pending_hours else "",
        ),
        cards.count(
            "Statements", int(numbers["runs"]), chip=formatting.plural(int(numbers["users"]), "person", "people")
        ),
        cards.Card(
            "p95 time",
            _ms(numbers["p95_ms"]),
            about="19 of 20 took no longer, waits included",
            chip=f"p50 {_ms(numbers['p50_ms'])}",
        ),
        cards.money(
            "Wasted",
            numbers["wasted_cost"],
            currency,
            none="none",
            about="Cost of failed and canceled statements",
            chip=f"{formatting.percent(numbers['failed_share'])} failed",
        ),
        cards.Card(
            "From cache",
            formatting.percent(numbers["cached_share"]),
            about="Statements answered from the result cache",
            chip=f"{formatting.percent(numbers['queue_share'])} queued",
        ),
    ]


def _ms(value: float | None) -> str:
    return formatting.NONE if formatting.missing(value) else formatting.duration(float(value or 0) / 1000)


def headline(shown: Overview) -> str:
    """What the chart says."""
    bill = shown.bill
    if not bill.billed:
        return "Cost of SQL warehouses by day"
    idle = (bill.idle or 0) / bill.billed
    return f"{formatting.percent(idle)} of what SQL warehouses cost was idle time"


def daily(shown: Overview) -> None:
    """Cost by day: statements, idle, not attributed."""
    parts = {"used_cost": USED, "idle_cost": IDLE, "unattributed_cost": REST}
    frame = pd.concat(
        [
            shown.daily[["usage_date", column]].set_axis(["usage_date", "cost"], axis=1).assign(part=name)
            for column, name in parts.items()
        ]
    )
    with st.container(border=True, height="stretch"):
        st.markdown(words.strong(headline(shown)))
        spec = days.stacked_days(
            frame,
            by="part",
            value="cost",
            period=shown.filters.period,
            currency=shown.filters.currency,
            theme=theme.current(),
            colours=COLOURS,
            order=(USED, REST, IDLE),
            incomplete_from=shown.as_of.complete_until,
        )
        draw.echart(spec, key="chart-query-days", alt=headline(shown), height=270)


BY = {
    "warehouse": "Warehouse",
    "user": "Person",
    "source": "Source",
    "thing": "Dashboard, job, …",
    "client": "Application",
    "type": "Kind",
}


RANKED_KEY, RANKED_FIRST = "query-by", "warehouse"


def ranked_by() -> str:
    """The dimension that the ranking shows."""
    return str(st.session_state.get(RANKED_KEY) or RANKED_FIRST)


def ranking(shown: Overview, params: address.Params) -> None:
    """The costliest by one dimension; a bar of a warehouse opens it."""
    with st.container(border=True, height="stretch"):
        dim = st.segmented_control(
            "By",
            list(BY),
            default=RANKED_FIRST,
            key=RANKED_KEY,
            format_func=BY.__getitem__,
            label_visibility="collapsed",
            required=True,
        )
        rows = session.ask(by, shown.filters, ranked_by())
        rows = rows[rows["key"].notna() & rows["cost"].notna()].head(8)
        if rows.empty:
            st.caption("Nothing of it has a cost.")
            return
        spec = bars.ranking(
            rows.assign(name=[_thing(name) for name in rows["name"]]),
            name="name",
            value="cost",
            currency=shown.filters.currency,
            theme=theme.current(),
        )
        picked = draw.clicked(
            spec,
            key=f"chart-by-{dim}",
            alt=f"Cost of statements by {BY[dim or 'warehouse']}",
            height=bars.ROW * len(rows) + 12,
        )
        if picked is not None and dim == "warehouse":
            st.switch_page(
                "pages/warehouse.py",
                query_params={**address.carried(params), "warehouse_id": str(rows["key"].iloc[picked])},
            )


def _thing(name: str) -> str:
    kind, _, rest = str(name).partition("/")
    return f"{SOURCES[kind].rstrip('s')} {rest}" if rest and kind in SOURCES else str(name)


FINGERPRINTS = (
    Column("said", "What it is", phone=True, about="The statement without its values: the same for all its runs"),
    Column("main_source", "From"),
    Column("cost", "Cost", "money", phone=True, missing=formatting.NONE, about=ALLOCATED),
    Column("change_share", "Change", "change", about="Against the previous period"),
    Column("trend", "Trend", "spark", about="Cost of each day"),
    Column("runs", "Runs", "count", phone=True),
    Column("run_cost", "A run", "money", missing=formatting.NONE),
    Column("p50_s", "p50", "duration", about="Half of the runs took no longer"),
    Column("p95_s", "p95", "duration", about="19 of 20 runs took no longer"),
    Column("spill_gib", "Spilled", "number", about="GiB a run wrote to local disk"),
    Column("pruned_share", "Skipped", "percent", about="Files that were skipped, of all files"),
    Column("users", "People", "count", about="At least so many"),
)


def fingerprints_table(shown: Fingerprints, moved: list[Moved], params: address.Params) -> Table:
    """One row a fingerprint and workspace; it opens its page."""
    marks = {(item.fingerprint, item.shift.workspace_id): item for item in moved if item.is_worse}
    frame = fingerprint_rows(shown.table)
    return Table(
        frame,
        FINGERPRINTS,
        shown.filters.currency,
        "fingerprints",
        "Fingerprints of queries, the most expensive first",
        link=partial(fingerprint_link, params),
        mark=partial(_mark, marks),
        complete=partial(_trends, shown.filters),
        total={
            "said": formatting.plural(len(frame), "fingerprint"),
            "cost": frame["cost"].sum(min_count=1),
            "runs": frame["runs"].sum(),
        },
        page_size=20,
        empty="No query with a text is in this period.",
    )


def coverage(shown: Fingerprints) -> str:
    """How much of the period the list holds, when it is not all of it; "" else."""
    if shown.is_whole:
        return ""
    share = "" if shown.cost_share is None else f", {formatting.percent(shown.cost_share)} of their cost"
    return (
        f"The queries that cost or took most: {formatting.count(shown.listed_shapes)} of "
        f"{formatting.count(shown.every.shapes)} shapes of the period{share}. "
        "`python -m lib fingerprints --limit 0` lists all of them."
    )


def fingerprint_link(params: address.Params, row: Row) -> str:
    """The page of a fingerprint."""
    return address.link(
        "fingerprint",
        params,
        fingerprint=str(row["fingerprint"]),
        workspace_id=str(row["workspace_id"] or ""),
        shape=str(row["shapes"][0]),
    )


def _mark(marks: Mapping[tuple[str, str], Moved], row: Row) -> Mark | None:
    item = marks.get((row["fingerprint"], row["workspace_id"]))
    return Mark(f"{item.shift.factor:.1f} × {item.shift.measure}", item.words) if item else None


def _trends(filters: Filters, page: pd.DataFrame) -> pd.DataFrame:
    shapes = tuple(name for names in page["shapes"] for name in names)
    lines = session.ask(trends, filters, shapes)
    return page.assign(
        trend=[[sum(day) for day in zip(*(lines[name] for name in names), strict=True)] for names in page["shapes"]]
    )


STATEMENTS = (
    Column("start_time", "Started (UTC)", "moment", phone=True),
    Column("statement_type", "Kind"),
    Column("executed_by", "Who"),
    Column("source", "From"),
    Column("execution_status", "Result", "badge", missing="running", phone=True),
    Column("total_s", "Time", "duration", phone=True),
    Column("queue_s", "Queued", "duration"),
    Column("read_gib", "Read GiB", "number"),
    Column("spill_gib", "Spilled GiB", "number"),
    Column("cost", "Cost", "money", phone=True, missing=formatting.NONE, about=ALLOCATED),
)


def statements_table(rows: pd.DataFrame, filters: Filters, params: address.Params, *, key: str, alt: str) -> Table:
    """Single statements; a row opens its page."""
    return Table(
        statement_rows(rows),
        STATEMENTS,
        filters.currency,
        key,
        alt,
        link=partial(statement_link, params),
        extra=_status,
        page_size=25,
        empty="No statement matches.",
    )


def statement_link(params: address.Params, row: Row) -> str:
    """The page of a statement."""
    return address.link(
        "statement",
        params,
        statement_id=str(row["statement_id"]),
        workspace_id=str(row["workspace_id"] or ""),
        day=str(row["usage_date"]),
    )


def _status(row: Row, column: Column) -> Mapping[str, Any]:
    if column.name == "execution_status":
        value = str(row["execution_status"] or "")
        return {"text": value.capitalize() or "Running", "badge": STATUS.get(value, "info")}
    if column.name == "cost" and row.get("state") == "pending":
        return {"text": "pending", "hover": "Its hour is not billed yet"}
    return {}


def running_now(found: Sequence[Standing]) -> tuple[list[Standing], str]:
    """The list with what runs now, and a line that says how that is known."""
    shown, problem = operate.standing_now(session.context(), list(found))
    if problem:
        return (
            shown,
            f"What runs now could not be asked; the tables tell it about an hour later. {words.plain(problem)}",
        )
    count = sum(item.live is not None for item in shown)
    some = formatting.plural(count, "statement runs", "statements run") if count else "Nothing runs"
    return shown, f"{some} now, as the workspace says; the rest is from the tables."


STANDING = (
    Column("start_time", "Started (UTC)", "moment", phone=True),
    Column("severity", "How bad", "badge", phone=True, about="By time and by DBUs; the limits are in docs/queries.md"),
    Column("execution_status", "Result", "badge", missing="running", phone=True),
    Column("warehouse_name", "Warehouse"),
    Column("executed_by", "Who"),
    Column("statement_type", "Kind"),
    Column("total_s", "Time", "duration", phone=True, about="So far, while it runs"),
    Column("dbus", "DBUs", "dbus", about="Its share of the billed hours"),
    Column("cost", "Cost", "money", missing="pending"),
)


def standing_table(found: Sequence[Standing], filters: Filters, params: address.Params) -> Table:
    """Statements of the last day that took long or cost much, running ones first."""
    return Table(
        standing_rows(found),
        STANDING,
        filters.currency,
        "standing",
        "Statements that run now, and those of the last day that took long or cost much",
        link=partial(statement_link, params),
        extra=_standing,
        page_size=25,
        empty="Nothing runs now, and nothing of the last day took long or cost much.",
    )


def _standing(row: Row, column: Column) -> Mapping[str, Any]:
    if column.name == "severity":
        tone = {"high": "critical", "medium": "warn", "low": "info"}.get(row["severity"], "plain")
        return {
            "text": str(row["severity"]).capitalize() if row["severity"] in SEVERITIES else "Not yet",
            "badge": tone,
        }
    return _status(row, column) if column.name == "execution_status" else {}


HISTORY, EVENTS = "system.query.history", "system.compute.warehouse_events"


def not_assessed() -> bool:
    """Without the query history there is nothing to say; without events all hours count as on, which is said."""
    missing = session.context().warehouse.missing_tables()
    if HISTORY in missing:
        states.not_assessed("what queries cost and do", {HISTORY, EVENTS} & missing)
        return True
    if EVENTS in missing:
        st.caption(
            f"{EVENTS} is not loaded: each hour with a statement counts as a whole hour on, idle hours as not attributed."
        )
    return False


ROLLUP = (
    Column("name", "What", phone=True, missing="nobody"),
    Column("runs", "Statements", "count", phone=True),
    Column("success_share", "Succeeded", "percent", phone=True, about="Finished, of all"),
    Column("fast_runs", "Fast", "count", about="Below the limit of fast, 10 seconds unless it was changed"),
    Column("medium_runs", "Medium", "count"),
    Column("slow_runs", "Slow", "count", about="Above the limit of slow, 5 minutes unless it was changed"),
    Column("p50_s", "p50", "duration"),
    Column("p95_s", "p95", "duration", phone=True),
    Column("p99_s", "p99", "duration"),
    Column("users", "People", "count"),
    Column("cost", "Cost", "money", missing=formatting.NONE, about=ALLOCATED),
)


def rollup_table(filters: Filters) -> Table:
    """Statements rolled up by what the reader chooses."""
    dim = st.segmented_control(
        "Roll up by",
        list(ROLLUPS),
        default="hour",
        key="query-rollup",
        format_func=ROLLUPS.__getitem__,
        label_visibility="collapsed",
        required=True,
    )
    rows = session.ask(rollup, filters, dim or "hour", session.context().query_thresholds)
    return Table(
        rollup_rows(rows),
        ROLLUP,
        filters.currency,
        "rollup",
        f"Statements by {ROLLUPS[dim or 'hour'].lower()}",
        page_size=24,
        empty="No statement is of this kind.",
    )


FAILURES = (
    Column("category", "Why", "badge", phone=True),
    Column("error_text", "What the error says", phone=True, wraps=True, missing="not said"),
    Column("runs", "Statements", "count", phone=True),
    Column("users", "People", "count"),
    Column("last_at", "Last (UTC)", "moment"),
)


def failures_table(rows: pd.DataFrame, filters: Filters) -> Table:
    """Failed statements by message."""
    return Table(
        rows,
        FAILURES,
        filters.currency,
        "failures",
        "Failed statements by what the error says",
        page_size=20,
        extra=lambda row, column: (
            {"badge": "warn", "text": str(row["category"]).capitalize()} if column.name == "category" else {}
        ),
        empty="No statement failed.",
    )


def regressions(moved: list[Moved], params: address.Params) -> None:
    """What became slower or dearer, and what became better, a line each."""
    worse, better = [m for m in moved if m.is_worse], [m for m in moved if not m.is_worse]
    if not worse and not better:
        return
    said = f"{formatting.plural(len(worse), 'query', 'queries')} became slower or dearer"
    if better:
        said += f", {len(better)} faster"
    with st.expander(words.plain(said), icon=":material/trending_up:", expanded=bool(worse)):
        for item in [*worse[:8], *better[:4]]:
            where = {
                "fingerprint": item.fingerprint,
                "workspace_id": item.shift.workspace_id,
                "shape": item.shift.shape_hash,
            }
            icon = "arrow_upward" if item.is_worse else "arrow_downward"
            st.page_link(
                "pages/fingerprint.py",
                label=words.plain(formatting.middle(item.template, 90)),
                icon=f":material/{icon}:",
                query_params={**address.carried(params), **where},
            )
            st.caption(words.plain(item.words.capitalize() + "."))

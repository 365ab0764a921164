"""One cluster on screen: configuration, stories, load, cost, who used it, its policy, its history."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib import operate
from lib.clusters import drift, fleet, states
from lib.clusters.detail import Detail, detail, row_of
from lib.clusters.runtimes import runtime
from lib.clusters.states import ACTS
from lib.clusters.story import Story, stories, why
from lib.clusters.trend import FEWEST, MOST, smoothed
from lib.errors import AppError, NotFound
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.ui import address, cards, errors, export, operating, recommendation_parts, session, theme, words
from lib.ui.charts.load import load, trend
from lib.ui.columns import Column
from lib.ui.table import Table
from lib.warehouse import Warehouse
from lib.workspace import compute, policies
from lib.workspace.compute import LiveCluster

EVENTS = 200
CLOUD_MACHINES = {"AWS": "EC2 instances", "AZURE": "Azure virtual machines", "GCP": "Compute Engine instances"}


def asked(cluster_id: str) -> tuple[LiveCluster | None, AppError | None]:
    """The cluster as its workspace has it now; None and why when it cannot be asked."""
    try:
        found = operate.connection(session.context())
        return compute.cluster(found.client, cluster_id), None
    except NotFound:
        return None, None
    except AppError as error:
        return None, error


def read(over: fleet.Window, workspace_id: str, cluster_id: str, live: LiveCluster | None) -> Detail:
    """Everything the tables know of it. People's clusters are in the fleet that the findings need anyway."""
    row: Mapping[str, Any] = {}
    if live is None or live.source in fleet.BY_PEOPLE:
        wanted = replace(over, workspaces=(workspace_id,), sources=fleet.BY_PEOPLE)
        row = row_of(recommendation_parts.seen_by_tables(wanted), workspace_id, cluster_id)
    found: Detail = session.ask(partial_detail if row else detail, over, workspace_id, cluster_id)
    return replace(found, row=row) if row else found


def partial_detail(warehouse: Warehouse, over: fleet.Window, workspace_id: str, cluster_id: str) -> Detail:
    """The same without its row of the fleet."""
    return detail(warehouse, over, workspace_id, cluster_id, with_row=False)


def state_line(name: str, row: Mapping[str, Any], live: LiveCluster | None) -> None:
    """State, since when and why, in one line."""
    if live is None:
        if row:
            st.caption("Its state is not known here: this app is not connected to its workspace.")
        return
    colour = {"RUNNING": "green", "ERROR": "red", "TERMINATED": "gray"}.get(live.state, "blue")
    said = f":{colour}-badge[{words.plain(states.words(live.state))}]"
    if live.state == "TERMINATED" and live.terminated_at:
        because = own_name(why(live.reason)) if live.reason else "stopped"
        said += f" {words.plain(because[0].upper() + because[1:])}, {formatting.moment(live.terminated_at)} UTC."
    elif live.restarted_at:
        up = states.uptime_s(live.state, live.restarted_at, session.now())
        said += f" since {formatting.moment(live.restarted_at)} UTC"
        said += f", {formatting.duration(up)}." if up is not None else "."
    if live.state_message and live.state != "TERMINATED":
        said += f" {words.plain(live.state_message)}"
    st.markdown(said)


def own_name(text: str) -> str:
    """The app by what it is: the workspace's log knows it by an id."""
    try:
        me = operate.connection(session.context()).me
    except AppError:
        return text
    return text.replace(me, "this app (the audit says for whom)") if me else text


def act_buttons(live: LiveCluster | None) -> None:
    """What can be done in the state it has now."""
    if live is None:
        return
    possible = [act for act in ACTS if live.state in states.CLUSTER.allowed[act]]
    with st.container(horizontal=True, key="acts"):
        if st.session_state.get("acted") and not possible:
            st.caption("Nothing can be done until this is over.")
        operating.buttons(live, possible)


def summary(found: Detail, currency: str) -> list[cards.Card]:
    """The cards above everything."""
    row = found.row
    spent = found.days["total_cost"].sum(min_count=1)
    idle = row.get("idle_cost")
    share = row.get("idle_share")
    hours = row.get("up_minutes")
    return [
        cards.money("30 days", spent, currency, none="none", trend=found.days["total_cost"].fillna(0)),
        cards.money("DBU cost", found.days["dbu_cost"].sum(min_count=1), currency, none="none"),
        cards.money("VM cost", found.days["vm_cost"].sum(min_count=1), currency, none="none", badge=row.get("vm_basis") or ""),
        cards.money(
            "Idle", idle, currency, none="not assessed", badge="estimated",
            chip="" if formatting.missing(share) else f"{formatting.percent(share)} of its time",
        ),
        cards.Card("Up", formatting.NONE if formatting.missing(hours) else formatting.duration(float(hours or 0) * 60)),
        cards.money("Cost/h up", row.get("cost_per_hour"), currency, none="not assessed", badge="estimated"),
    ]  # fmt: skip


def configuration(found: Detail, live: LiveCluster | None) -> None:
    """Everything that is set, as the workspace has it, else as the tables have it. No value of a secret is ever here."""
    rows = _configuration(found, live)
    with st.container(border=True):
        frame = pd.DataFrame(rows, columns=["label", "value"])
        export.titled("Configuration", Table(
                frame, (Column("label", "Setting", phone=True), Column("value", "Value", phone=True, wraps=True)), "USD",
                "configuration", "How the cluster is set up", bare=True, headless=True,
            ), session.view().filters, name="cluster-configuration")  # fmt: skip


def _configuration(found: Detail, live: LiveCluster | None) -> list[tuple[str, str]]:
    row = found.row
    today = session.as_of().today
    said = runtime(live.runtime if live else row.get("runtime"))
    cloud = str(row.get("cloud") or "")
    rows = [
        ("Id", live.cluster_id if live else str(row.get("cluster_id", ""))),
        ("Owner", (live.owner if live else row.get("owner")) or ""),
        ("Made by", fleet.SOURCES.get(live.source if live else str(row.get("source")), "")),
        (
            "Size",
            fleet.size_words(live.workers, live.min_workers, live.max_workers) if live else row.get("size_words", ""),
        ),
        ("Driver", (live.driver_node_type if live else row.get("driver_node_type")) or ""),
        ("Workers' machines", (live.node_type if live else row.get("worker_node_type")) or ""),
        ("Machines", " · ".join(part for part in (CLOUD_MACHINES.get(cloud, ""), _availability(row, live)) if part)),
        ("Runtime", said.short + _support(said, today)),
        ("Photon", "yes" if (live.photon if live else row.get("photon")) else "no"),
        ("Access mode", fleet.access_words((live.access_mode if live else row.get("access_mode")) or "")),
        ("Only for", live.single_user if live else ""),
        ("Stops by itself", _auto_stop(live.auto_stop_minutes if live else row.get("auto_stop_minutes"))),
        ("Policy", (live.policy_id if live else row.get("policy_id")) or "none"),
        ("Pool", (live.pool_id if live else row.get("worker_pool_id")) or ""),
        (
            "Tags",
            ", ".join(f"{k}={v}" for k, v in sorted((live.tags if live else fleet.tags_of(row)).items())) or "none",
        ),
    ]
    if live:
        rows += [
            ("Platform tags", ", ".join(f"{k}={v}" for k, v in sorted(live.platform_tags.items()))),
            ("Growing disk", "yes" if live.elastic_disk else "no"),
            ("Init scripts", ", ".join(live.init_scripts)),
            ("Spark settings", "; ".join(f"{k} = {v}" for k, v in live.spark_conf.items())),
            (
                "Environment",
                f"{formatting.plural(len(live.environment), 'variable')} ({', '.join(live.environment)}); values are never read"
                if live.environment
                else "",
            ),
        ]
    return [(label, str(value)) for label, value in rows if value]


def _availability(row: Mapping[str, Any], live: LiveCluster | None) -> str:
    name = str((live.availability if live else row.get("availability")) or "")
    if not name:
        return ""
    if "SPOT" in name or "PREEMPTIBLE" in name:
        first = live.first_on_demand if live else row.get("first_on_demand")
        kept = f", the first {int(first)} on demand" if not formatting.missing(first) and first else ""
        return ("spot, on demand when there is none" if "FALLBACK" in name else "spot") + kept
    return "on demand"


def _support(said: Any, today: date) -> str:
    end = said.end_of_support
    if end is None:
        return "" if said.supported(today) is not False else " · no longer supported"
    return f" · {'supported until' if today <= end else 'support ended'} {formatting.day_words(end)}"


def _auto_stop(minutes: Any) -> str:
    return f"after {int(minutes)} minutes without work" if minutes and minutes == minutes else "never"


def story_list(cluster_id: str, row: Mapping[str, Any]) -> None:
    """What happened, one story a start, newest first."""
    try:
        told = stories(compute.events(operate.connection(session.context()).client, cluster_id, EVENTS))
    except NotFound:
        told = []
    except AppError as error:
        st.caption(words.plain(f"Events: {error.message}"))
        return
    with st.container(border=True):
        export.heading("What happened", _moments(told), session.view().filters, name="cluster-events")
        if not told:
            st.caption("The workspace keeps no events of it.")
        for story in told[:8]:
            _story(story)
        if len(told) > 8:
            with st.expander(f"{len(told) - 8} earlier", type="compact"):
                for story in told[8:]:
                    _story(story)


def _moments(told: Sequence[Story]) -> Table:
    """Every event by itself, for files: in the order on screen."""
    rows = pd.DataFrame(
        [(moment.at, moment.says, story.headline, moment.trouble) for story in told for moment in story.moments],
        columns=[column.name for column in EVENT],
    )
    return Table(rows, EVENT, "USD", "events", "What happened to the cluster")


def _story(story: Story) -> None:
    lasted = formatting.duration(story.ended - story.began) if story.ended and story.ended > story.began else ""
    head = f"{formatting.moment(story.began)} · {words.plain(own_name(story.headline))}" + (
        f" · {lasted}" if lasted else ""
    )
    trouble = f" :orange-badge[{formatting.plural(story.troubles, 'problem')}]" if story.troubles else ""
    if len(story.moments) <= 1:
        st.markdown(head + trouble)
        return
    with st.expander(head + trouble, type="compact"):
        lines = []
        for moment in story.moments:
            says = words.plain(own_name(moment.says))
            lines.append(f"- {formatting.moment(moment.at)} · {f':orange[{says}]' if moment.trouble else says}")
        st.markdown("\n".join(lines))


def load_chart(found: Detail) -> None:
    """CPU and memory by role: by hour, or by day as a moving average."""
    with st.container(border=True):
        st.markdown("**Load**")
        if found.hours.empty:
            st.caption("Not assessed: no node reported a minute in the last 30 days.")
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            measure = st.segmented_control(
                "Measure", ["CPU", "Memory"], default="CPU", key="load", label_visibility="collapsed", width="content"
            )
            days = st.selectbox(
                "Smoothing", [0, *range(FEWEST, MOST + 1)], key="load-days", label_visibility="collapsed", width=260,
                format_func=lambda n: f"Moving average of {n} days" if n else "By hour",
            )  # fmt: skip
        column = "cpu_mean" if measure != "Memory" else "memory_mean"
        draw_load(found.hours, column, str(measure or "CPU"), days)


def draw_load(hours: pd.DataFrame, column: str, measure: str, days: int) -> None:
    """The chart itself."""
    from lib.ui.charts import draw

    if not days:
        spec, busiest = load(hours, column, theme.current()), hours.groupby("node_role")[column].max()
        how = "by hour"
    else:
        shown = smoothed(hours, column, days)
        spec, busiest = trend(shown, theme.current()), shown.groupby("node_role")["value"].max()
        how = f"by day, averages of {days} days"
    said = ", ".join(f"{role} up to {value:.0f} %" for role, value in busiest.items())
    draw.echart(spec, key=f"load-{column}-{days}", alt=f"{measure} {how}: {said}", height=240)


JOBS = (
    Column("name", "Job", phone=True),
    Column("times", "Runs", "count"),
    Column("work_minutes", "Task minutes", "number", phone=True),
    Column("last_time", "Last (UTC)", "moment"),
)
NOTEBOOKS = (
    Column("key", "Notebook", phone=True),
    Column("times", "Attached", "count", "How many times in 30 days", phone=True),
    Column("last_time", "Last (UTC)", "moment"),
)
PEOPLE = (
    Column("key", "Person", phone=True),
    Column("times", "Starts", "count", phone=True),
    Column("last_time", "Last (UTC)", "moment"),
)
CHANGES = (
    Column("at", "Changed (UTC)", "moment", phone=True),
    Column("who", "By", missing="not on record"),
    Column("attribute", "What", phone=True),
    Column("before", "Before", wraps=True),
    Column("after", "After", wraps=True, phone=True),
)
EVENT = (
    Column("at", "When (UTC)", "moment"),
    Column("says", "What happened"),
    Column("headline", "In"),
    Column("trouble", "A problem"),
)
DRIFT = (
    Column("path", "Attribute", "id", phone=True),
    Column("has", "Now", phone=True),
    Column("rule", "The policy says", wraps=True, phone=True),
    Column("would_be", "Enforcing would set", missing="somebody has to choose"),
)


def used_by(found: Detail, params: address.Params, workspace_id: str) -> None:
    """Jobs that ran on it and people who started it."""
    jobs = found.jobs.assign(name=found.jobs["name"].fillna(found.jobs["key"]))
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        export.titled("Jobs that ran on it", Table(
                jobs, JOBS, "USD", "used-jobs", "Jobs that ran on the cluster", bare=True,
                link=lambda row: address.link("job", params, workspace_id=workspace_id, job_id=row["key"]),
                empty="No job in the last 30 days.",
            ), session.view().filters, name="cluster-jobs")  # fmt: skip
    with right.container(border=True, height="stretch"):
        export.titled("People who started it", Table(
                found.people, PEOPLE, "USD", "used-people", "People who started the cluster", bare=True,
                empty="The audit log names nobody in the last 30 days.",
            ), session.view().filters, name="cluster-people")  # fmt: skip
    if len(found.notebooks):
        with st.container(border=True):
            export.titled(
                "Notebooks that were attached to it",
                Table(
                    found.notebooks, NOTEBOOKS, "USD", "used-notebooks", "Notebooks attached to the cluster", bare=True
                ),
                session.view().filters,
                name="cluster-notebooks",
            )
            st.caption("By the audit log: that one was attached, not what ran in it.")


def policy_part(live: LiveCluster | None) -> None:
    """The attached policy and every violation of it, with what enforcing would set."""
    if live is None:
        return
    with st.container(border=True), errors.shown():
        st.markdown("**Policy**")
        if not live.policy_id:
            st.caption("It has none: whoever made it was free in every setting.")
            return
        found = policies.policy(operate.connection(session.context()).client, live.policy_id)
        st.page_link("pages/policy.py", label=words.plain(found.name), query_params={"policy_id": found.policy_id})
        broken = drift.violations(found.definition, live.attributes)
        if not broken:
            st.caption("It keeps every rule of the current version.")
            return
        st.caption("A preview: nothing is enforced from here.")
        export.titled(
            "What it does not keep",
            _violations(broken),
            session.view().filters,
            name="cluster-policy",
        )


def _violations(broken: Sequence[drift.Violation]) -> Table:
    frame = pd.DataFrame([vars(item) for item in broken])
    return Table(frame, DRIFT, "USD", "drift", "Attributes that do not keep the policy", bare=True)


def history(found: Detail) -> None:
    """Changes of its configuration, with who."""
    with st.container(border=True):
        rows = pd.DataFrame([vars(change) for change in found.changes], columns=[column.name for column in CHANGES])
        rows["who"] = rows["who"].replace("", None)
        export.titled("How it was changed", Table(
                rows, CHANGES, "USD", "changes", "Changes of the configuration", bare=True,
                empty="Nothing was changed as far back as the table goes.",
            ), session.view().filters, name="cluster-changes")  # fmt: skip


def links(live: LiveCluster | None) -> None:
    """Out to the workspace: configuration, logs, Spark, metrics; a job's cluster has no page of its own there."""
    if live is None:
        return
    found = operate.connection(session.context())
    if found.demo:
        return
    places = {
        "Configuration": "configuration",
        "Driver logs": "driver-logs",
        "Spark UI": "spark-ui",
        "Metrics": "metrics",
    }
    if live.source == "JOB":
        places.pop("Configuration")
    with st.container(horizontal=True):
        for label, place in places.items():
            st.link_button(
                label,
                f"{found.host}/compute/clusters/{live.cluster_id}/{place}",
                icon=":material/open_in_new:",
                type="tertiary",
            )


def complete(found: Detail) -> pd.DataFrame:
    """Its days as the card of days wants them."""
    until = session.as_of().complete_until
    return found.days.assign(is_complete=[day < until for day in found.days["usage_date"]])


def of_window(filters: Filters, over: fleet.Window) -> Filters:
    """The view's filters over the days that the page is about."""
    return filters.with_period(Period(over.start, over.end))

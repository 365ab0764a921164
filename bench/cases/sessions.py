"""Fifty people on the app at once: no error, nothing of one in what another is sent, memory that does not grow."""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles

from bench.browser import Served, served, wait_for
from bench.case import Case, Plan, Row, at_most
from bench.data import FOLDER
from bench.measure import in_child, resident_mb
from bench.visitor import Seen, Who, visit
from lib.config import load
from lib.context import Context
from lib.demo import DemoSpec
from lib.demo.workspace import start
from lib.demo.workspace.people import APP_SECRET
from lib.demo.workspace.running import Running
from lib.demo.workspace.state import ADMIN, ANALYST, APP, OPERATOR, OUTSIDER, WORKSPACE_ID
from lib.demo.workspace.warehouses import WAREHOUSE
from lib.spend.filters import Filters
from lib.spend.period import Period

SESSIONS = 50
SPAN_S, QUICK_S = 180.0, 30.0
SCALE = 0.08
HOME = FOLDER / "sessions"
SCHEMA = "main.sessions"
SCOPES = ("sql", "iam.current-user:read")
LIMITED = {OPERATOR: "data-platform", ANALYST: "finance-analytics"}
"""People who see one workspace each, and the group that opens it. The admin sees all, the outsider none."""
MOST_WORDS = 200


def run(plan: Plan) -> Iterator[Row]:
    span = QUICK_S if plan.quick else SPAN_S
    plan.say("sessions: account")
    words = in_child(ready).value
    plan.say(f"sessions: demo, {span:.0f} s")
    yield from _rows("demo", in_child(on_demo, span).value, plan)
    plan.say(f"sessions: workspace, {span:.0f} s")
    found: Seen = in_child(on_workspace, span, words).value
    yield from _rows("workspace", found, plan)
    for what, times in Counter(found.foreign).most_common(10):
        plan.say(f"  {times} × {what}")
    limited = {name: found.own.get(name, 0) for name in LIMITED}
    detail = "; ".join(
        f"{name.partition('@')[0]} got {times} messages with own rows" for name, times in limited.items()
    )
    yield Row("Messages with rows of somebody else", "workspace", len(found.foreign), "messages", at_most(0), detail)


def _rows(where: str, seen: Seen, plan: Plan) -> Iterator[Row]:
    for what, times in Counter(seen.errors).most_common(10):
        plan.say(f"  {times} × {what}")
    views = len(seen.views)
    cuts = quantiles(seen.views, n=20, method="inclusive") if views > 1 else [0.0] * 19
    drawn = f"{seen.runs['page']} runs of a page and {seen.runs['fragment']} of a part"
    detail = f"{len(seen.by_page)} different pages; {drawn}; {seen.unfinished} still being drawn at the end"
    yield Row(f"Page views of {SESSIONS} sessions", where, views, "views", detail=detail)
    detail = "exceptions and errors drawn on a page, pages not complete after two minutes, sockets closed"
    yield Row("Errors", where, len(seen.errors), "errors", at_most(0), detail)
    detail = f"p50 {cuts[9]:.2f} s, longest {max(seen.views, default=0):.1f} s; visitors share the processors"
    if views > 1:
        yield Row("A page view, p95", where, cuts[18], "s", detail=detail)
    third, end = seen.sizes
    detail = f"{third:.0f} MB at a third of the time, {end:.0f} MB at the end"
    yield Row("Memory at the end against a third of the time", where, end / third, "×", at_most(1.15), detail)


def ready() -> dict[str, tuple[str, ...]]:
    """Make the account that ends today; the words by which rows of each of its workspaces are known."""
    from lib.jobs.table import jobs

    here = Context(load(source="demo", home=HOME))
    here.make_demo(DemoSpec(seed=1, today=date.today(), days=180, scale=SCALE))
    names = {row["workspace_id"]: row["workspace_name"] for row in here.warehouse.fetch("names/workspaces").to_pylist()}
    words = {key: {key, name or key} for key, name in names.items()}
    last = Filters(Period(date.today() - timedelta(days=90), date.today()))
    where: dict[str, set[str]] = {}
    for row in jobs(here.warehouse, last, here.as_of).jobs.to_dict("records"):
        for word in (str(row["job_id"]), str(row["job_name"] or "")):
            if len(word) >= 10:
                where.setdefault(word, set()).add(str(row["workspace_id"]))
    for word, places in where.items():
        mine = words.setdefault(min(places), set())
        if len(places) == 1 and len(mine) < MOST_WORDS:
            mine.add(word)
    return {key: tuple(sorted(found)) for key, found in words.items()}


def on_demo(span_s: float) -> Seen:
    """Everybody is the same person, at this machine."""
    with served(HOME, server="lib/server.py") as app:
        return _visited(app, (Who("somebody"),), span_s)


def on_workspace(span_s: float, words: dict[str, tuple[str, ...]]) -> Seen:
    """Four people behind the platform's proxy, whose statements run in a loopback workspace as themselves."""
    other = next(key for key in sorted(words) if key != WORKSPACE_ID and len(words[key]) > 2)
    opened = {OPERATOR: WORKSPACE_ID, ANALYST: other}
    with (
        tempfile.TemporaryDirectory() as folder,
        start(HOME / "demo", tls=True, process=True, home=Path(folder) / "workspace") as workspace,
    ):
        _prepare(workspace)
        people = tuple(
            _who(workspace, name, words, {opened[name]} if name in opened else set(words) if name == ADMIN else set())
            for name in (ADMIN, OPERATOR, ANALYST, OUTSIDER)
        )
        around = {
            "DATABRICKS_APP_NAME": "lakeledger",
            "DATABRICKS_HOST": workspace.host,
            "DATABRICKS_CLIENT_ID": APP,
            "DATABRICKS_CLIENT_SECRET": APP_SECRET,
            "DATABRICKS_CONFIG_FILE": str(Path(folder) / "none"),
            "NO_PROXY": "localhost,127.0.0.1",
            "LAKELEDGER_SOURCE": "databricks",
            "LAKELEDGER_WAREHOUSE_ID": WAREHOUSE,
            "LAKELEDGER_CA_FILE": str(workspace.ca_file),
            "LAKELEDGER_SCHEMA": SCHEMA,
            "LAKELEDGER_ADMIN_GROUPS": "lakeledger-admins",
            "LAKELEDGER_OPERATOR_GROUPS": "lakeledger-operators",
            "LAKELEDGER_WORKSPACE_GROUPS": json.dumps({LIMITED[name]: [key] for name, key in opened.items()}),
        }
        with served(Path(folder) / "home", server="lib/server.py", around=around) as app:
            return _visited(app, people, span_s)


def _prepare(workspace: Running) -> None:
    """A ledger in the workspace; everybody may read everything there, so that only the app keeps them apart."""
    os.environ |= {"NO_PROXY": "localhost,127.0.0.1", "REQUESTS_CA_BUNDLE": str(workspace.ca_file)}
    given = {"host": workspace.host, "token": workspace.token, "ca_file": workspace.ca_file, "warehouse_id": WAREHOUSE}
    context = Context(load(source="databricks", ledger_schema=SCHEMA, home=HOME, **given))
    writing = context.connected.writing()
    writing.sender.send(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}", reads=False)
    context.refresh()
    context.connected.close()
    state = workspace.state()
    readers = (APP, OPERATOR, ANALYST, OUTSIDER)
    grants = [[name, *rest] for who, *rest in state["grants"] if who == OPERATOR for name in readers]
    grants += [[name, right, "SCHEMA", SCHEMA] for name in readers for right in ("USE SCHEMA", "SELECT")]
    warehouse = f"warehouses/{WAREHOUSE}"
    workspace.put(
        grants=[*state["grants"], *grants],
        acls={warehouse: state["acls"].get(warehouse, {}) | dict.fromkeys(readers, "CAN_USE")},
    )


def _who(workspace: Running, name: str, words: dict[str, tuple[str, ...]], mine: set[str]) -> Who:
    own = {word for key in mine for word in words[key]}
    others = {word for key in words.keys() - mine for word in words[key]}
    foreign = {word for word in others if not any(word in known for known in own)}
    headers = {
        "X-Forwarded-Email": name,
        "X-Forwarded-Access-Token": workspace.token_of(name, kind="obo", scopes=SCOPES),
    }
    return Who(name, headers, _bytes(own), _bytes(foreign))


def _bytes(words: set[str]) -> tuple[bytes, ...]:
    return tuple(sorted(word.encode() for word in words))


def _visited(app: Served, people: tuple[Who, ...], span_s: float) -> Seen:
    wait_for(app.address)
    return visit(app.address, people, SESSIONS, span_s, lambda: resident_mb(str(app.process_id)))


CASE = Case("sessions", "Fifty people at once", run, needs_data=False)

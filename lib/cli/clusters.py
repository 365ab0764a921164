"""Commands about compute: clusters, cluster, warehouses, policies, recommendations.

Exit codes: 0 fine or done; 1 refused, failed, or not possible in the state it has; 2 bad input or missing data.
"""

from typing import Annotated, Any

import typer

from lib import operate
from lib.cli import options
from lib.cli.output import plain, print_json, print_table, say
from lib.clusters import drift, fleet, states
from lib.clusters import warehouses as lists
from lib.clusters.acting import Desk, Kind, Outcome
from lib.clusters.detail import detail, known
from lib.clusters.fleet import BY_PEOPLE, Window
from lib.clusters.story import stories, why
from lib.config import settings
from lib.context import Context, of_this_machine
from lib.errors import AppError, InputError, NotFound, SourceError
from lib.recommendations.lifecycle import Tracked, open_savings
from lib.spend.formatting import count, money, percent
from lib.workspace import compute
from lib.workspace import policies as live_policies
from lib.workspace.compute import LiveCluster

EXIT_NOT_DONE = 1
"""An act that was refused or failed."""
Workspaces = options.Workspaces
STATE = ("state", "state_live", "since")
"""What the tables only know as of their newest minute; left out where the workspace says it."""
SHOWN = (
    "workspace_id", "workspace_name", "cluster_id", "name", "state", "state_live", "since", "kind", "owner", "size_words",
    "driver_node_type", "worker_node_type", "runtime", "photon", "access_mode", "policy_id", "auto_stop_minutes",
    "day_cost", "week_cost", "total_cost", "idle_cost", "idle_share", "dbu_per_hour", "cost_per_hour", "driver_cpu_p50",
    "driver_cpu_p95", "worker_cpu_p50", "worker_cpu_p95", "driver_memory_p95", "worker_memory_p95", "last_active",
)  # fmt: skip


def clusters(
    state: Annotated[str | None, typer.Option(help="RUNNING, TERMINATED, PENDING, …")] = None,
    policy: Annotated[str | None, typer.Option(help="Policy id; `none` for clusters without one.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Clusters of jobs and pipelines too.")] = False,
    workspaces: Workspaces = None,
    as_json: options.Json = False,
) -> None:
    """Every cluster: state, size, cost, idle money and load; running first."""
    context = Context(settings())
    over = _window(context, () if everything else BY_PEOPLE, workspaces)
    found = operate.live_fleet(context, fleet.fleet(context.warehouse, over))
    rows = found.clusters.sort_values(["state_rank", "total_cost"], ascending=[True, False], na_position="last")
    if state:
        rows = rows[rows["state"] == state.upper()]
    if policy:
        rows = rows[rows["policy_id"].isna() if policy == "none" else rows["policy_id"] == policy]
    total = fleet.sums(rows)
    if as_json:
        print_json(
            {
                "clusters": [_row(row) for row in rows.to_dict("records")],
                "total": {name: _plain(value) for name, value in vars(total).items()},
                "currency": over.currency, "from": over.start, "to": over.end,
                "states_from_tables_until": found.seen_until, "missing_tables": list(found.missing),
            }
        )  # fmt: skip
        return
    lines = [
        (
            row["name"], states.words(row["state"]) + ("" if row["state_live"] else " (tables)"), row["size_words"] or "",
            row["runtime_short"] or "", row["owner"] or "", _money(row["total_cost"], over.currency),
            _money(row["idle_cost"], over.currency), _percent(row.get("worker_cpu_p95")), row["cluster_id"],
        )
        for row in rows.to_dict("records")
    ]  # fmt: skip
    heads = ("Cluster", "State", "Size", "Runtime", "Owner", ">30 days", ">Idle", ">CPU p95", "#Id")
    print_table(
        f"{count(total.clusters)} clusters, {count(total.running)} running", heads, lines,
        ("", "", "", "", "", _money(total.month_cost, over.currency), _money(total.idle_cost, over.currency), "", ""),
    )  # fmt: skip


def cluster(
    what: Annotated[str, typer.Argument(metavar="ID | start|stop|restart", help="A cluster id, or an act and an id.")],
    cluster_id: Annotated[str | None, typer.Argument(metavar="ID", help="The cluster, after an act.")] = None,
    reason: Annotated[str, typer.Option(help="Why; kept with the act.")] = "",
    name: Annotated[str, typer.Option(help="The cluster's name: asked for when it is tagged as production.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and do nothing.")] = False,
    as_json: options.Json = False,
) -> None:
    """One cluster; or start, stop or restart it: `cluster stop ID --reason "why"`. Exit code 1: it was not done."""
    context = of_this_machine(settings())
    if what in states.ACTS:
        if not cluster_id:
            raise InputError(f"Which cluster to {what}?", remedy=f"Write: cluster {what} ID --reason “why”.")
        _act(context, operate.desk(context), what, cluster_id, reason, name, yes, dry_run, as_json)
        return
    if cluster_id:
        raise InputError(f"There is no act {what!r}.", remedy=f"Acts are {', '.join(states.ACTS)}.")
    _show(context, what, as_json)


Reason = Annotated[str, typer.Option(help="Why; kept with the act.")]
Name = Annotated[str, typer.Option(help="The warehouse's name: asked for when it is tagged as production.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check everything and do nothing.")]
WarehouseId = Annotated[str, typer.Argument(metavar="ID", help="Warehouse id.")]


def start_warehouse(
    warehouse_id: WarehouseId, reason: Reason = "", name: Name = "", yes: Yes = False, dry_run: DryRun = False,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """Start a SQL warehouse; nobody waits for it. Exit code 1: it was not done."""
    context = of_this_machine(settings())
    _act(context, operate.warehouse_desk(context), "start", warehouse_id, reason, name, yes, dry_run, as_json)


def stop_warehouse(
    warehouse_id: WarehouseId, reason: Reason = "", name: Name = "", yes: Yes = False, dry_run: DryRun = False,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """Stop a SQL warehouse: statements that run on it fail. Exit code 1: it was not done."""
    context = of_this_machine(settings())
    _act(context, operate.warehouse_desk(context), "stop", warehouse_id, reason, name, yes, dry_run, as_json)


def _act(
    context: Context, where: Desk, act: Any, object_id: str, reason: str, name: str, yes: bool, dry_run: bool,
    as_json: bool,
) -> None:  # fmt: skip
    if not dry_run and not yes:
        seen = where.preview(context.viewer, act, object_id)
        for line in (*seen.refusals, *([f"Careful: {seen.warning}"] if seen.warning else ()), *seen.consequences):
            say(f"- {line}")
        if seen.allowed and not typer.confirm(f"{act.capitalize()} {seen.target.name}?", err=True):
            raise typer.Exit(EXIT_NOT_DONE)
    outcome = where.act(context.viewer, act, object_id, reason=reason, typed_name=name, dry_run=dry_run)
    if as_json:
        print_json(_outcome(outcome, where.kind))
    else:
        say(outcome.message)
    if not outcome.ok:
        raise typer.Exit(EXIT_NOT_DONE)


def _outcome(outcome: Outcome, kind: Kind) -> dict[str, Any]:
    return {
        "act": outcome.act, f"{kind.object_type}_id": outcome.object_id, "name": outcome.name, "result": outcome.result,
        "message": outcome.message, "before": outcome.before, "after": outcome.after, "event_id": outcome.event_id,
    }  # fmt: skip


def _show(context: Context, cluster_id: str, as_json: bool) -> None:
    over = _window(context, (), None)
    workspace_id, live = _live(context, cluster_id)
    if live is None:
        rows = fleet.fleet(context.warehouse, over, cluster_id).clusters
        workspace_id = str(rows["workspace_id"].iloc[0]) if len(rows) else workspace_id
    found = detail(context.warehouse, over, workspace_id, cluster_id)
    known(found, live)
    told = stories(compute.events(operate.connection(context).client, cluster_id, 100)) if live else []
    if as_json:
        print_json(
            {
                "cluster": {k: v for k, v in _row(found.row).items() if live is None or k not in STATE},
                "live": _shown(live) if live else None,
                "days": [{k: _plain(v) for k, v in row.items()} for row in found.days.to_dict("records")],
                "jobs": [{k: _plain(v) for k, v in row.items()} for row in found.jobs.to_dict("records")],
                "people": [{k: _plain(v) for k, v in row.items()} for row in found.people.to_dict("records")],
                "notebooks": [{k: _plain(v) for k, v in row.items()} for row in found.notebooks.to_dict("records")],
                "changes": [vars(change) for change in found.changes],
                "stories": [
                    {"began": s.began, "ended": s.ended, "headline": s.headline, "moments": [vars(m) for m in s.moments]}
                    for s in told
                ],
            }
        )  # fmt: skip
        return
    row = found.row
    facts = [
        ("State", states.words(live.state if live else str(row.get("state", "UNKNOWN")))),
        ("Why", why(live.reason) if live and live.reason and live.state == "TERMINATED" else ""),
        ("Owner", str((live.owner if live else row.get("owner")) or "")),
        ("Size", str(row.get("size_words") or "")),
        ("Runtime", str(row.get("runtime_short") or (live.runtime if live else ""))),
        ("30 days", _money(row.get("total_cost"), over.currency)),
        ("Idle", _money(row.get("idle_cost"), over.currency)),
    ]
    print_table(str(row.get("name") or cluster_id), ("What", "~Value"), [fact for fact in facts if fact[1]])
    if told:
        print_table(
            "What happened", ("When (UTC)", "~What"), [(f"{s.began:%Y-%m-%d %H:%M}", s.headline) for s in told[:10]]
        )


def warehouses(workspaces: Workspaces = None, as_json: options.Json = False) -> None:
    """SQL warehouses: state, size, use, queue and cost; the costliest first."""
    context = Context(settings())
    over = _window(context, (), workspaces)
    found = operate.live_warehouses(context, lists.warehouses(context.warehouse, over))
    rows = found.rows.sort_values("total_cost", ascending=False, na_position="last").to_dict("records")
    if as_json:
        print_json({"warehouses": [_row(row, every=True) for row in rows], "currency": over.currency,
                    "missing_tables": list(found.missing)})  # fmt: skip
        return
    lines = [
        (r["name"], _state(r), r["size_words"], _percent(r["busy_share"], 1),
         _percent(r["queued_share"], 1), _money(r["total_cost"], over.currency), r["warehouse_id"])
        for r in rows
    ]  # fmt: skip
    heads = ("Warehouse", "State", "Size", ">Busy", ">Queued", ">30 days", "#Id")
    print_table(f"{count(len(rows))} SQL warehouses", heads, lines)


def _state(row: Any) -> str:
    if not isinstance(row["state"], str):
        return "not assessed"
    return states.words(row["state"]) + ("" if row["state_live"] else " (tables)")


def policies(as_json: options.Json = False) -> None:
    """Cluster policies of the connected workspace: who uses them, and which clusters do not keep them."""
    found = operate.connection(Context(settings()))
    listed, using = live_policies.policies(found.client), compute.clusters(found.client)
    rows: list[dict[str, Any]] = []
    for policy in listed:
        mine = [c for c in using if c.policy_id == policy.policy_id]
        broken = {c.cluster_id: [vars(v) for v in drift.violations(policy.definition, c.attributes)] for c in mine}
        rows.append(
            {
                "policy_id": policy.policy_id, "name": policy.name, "creator": policy.creator, "family": policy.family,
                "max_clusters_per_user": policy.max_clusters_per_user, "is_default": policy.is_default,
                "clusters": [c.cluster_id for c in mine], "owners": sorted({c.owner for c in mine}),
                "violations": {key: value for key, value in broken.items() if value}, "definition": policy.definition,
            }
        )  # fmt: skip
    without = [c.cluster_id for c in using if not c.policy_id and c.source in BY_PEOPLE]
    if as_json:
        print_json({"policies": rows, "without_policy": without})
        return
    lines = [
        (r["name"], r["policy_id"], count(len(r["clusters"])), count(len(r["owners"])), count(len(r["violations"])))
        for r in rows
    ]
    print_table(f"{count(len(rows))} policies; {count(len(without))} clusters have none",
                ("Policy", "#Id", ">Clusters", ">People", ">Out of step"), lines)  # fmt: skip


def recommendations(
    state: Annotated[str, typer.Option(help="open, accepted, dismissed, done or all.")] = "open",
    as_json: options.Json = False,
) -> None:
    """What could be saved, with evidence; one object counted once in the sum."""
    if state not in ("open", "accepted", "dismissed", "done", "all"):
        raise InputError(f"There is no state {state!r}.", remedy="Use open, accepted, dismissed, done or all.")
    shown, found = operate.recommendations(Context(settings()))
    number, saved = open_savings(shown)
    left = [item for item in shown if state in ("all", item.state)]
    if as_json:
        print_json(
            {
                "recommendations": [_tracked(item) for item in left],
                "open": number, "savings": [vars(item) for item in saved], "clusters": found.clusters,
                "not_measured": found.unmeasured, "missing_tables": list(found.missing),
            }
        )  # fmt: skip
        return
    lines = [
        (
            item.title, item.name, item.state,
            f"{money(r.saving_low, r.currency)} to {money(r.saving_high, r.currency)}"
            if (r := item.found) and r.saving_high is not None else "not assessed",
            item.found.action if item.found else "",
        )
        for item in left
    ]  # fmt: skip
    sums = " and ".join(f"{money(s.low, s.currency)} to {money(s.high, s.currency)}" for s in saved if s.counted)
    print_table(f"{count(number)} open, together {sums or 'not assessed'} in 30 days",
                ("What", "About", "State", ">Saves in 30 days", "~Do"), lines)  # fmt: skip


def _tracked(item: Tracked) -> dict[str, Any]:
    found, decision = item.found, item.decision
    said: dict[str, Any] = {"key": item.key, "state": item.state, "object_name": item.name, "title": item.title}
    if found:
        said |= {
            "kind": found.kind, "workspace_id": found.workspace_id, "object_type": found.object_type,
            "object_id": found.object_id, "evidence": list(found.evidence), "action": found.action,
            "saving_low": found.saving_low, "saving_high": found.saving_high, "currency": found.currency,
            "own_cost": found.own_cost, "would_cost": found.would_cost, "method": found.method, "confidence": found.confidence,
            "priority": found.priority.value,
        }  # fmt: skip
    if decision:
        said |= {
            "owner": decision.owner, "reason": decision.reason, "until": decision.until, "decided_by": decision.decided_by,
            "decided_at": decision.decided_at, "verified": decision.verified, "verified_days": decision.verified_days,
            "cost_before": decision.cost_before, "cost_after": decision.cost_after,
        }  # fmt: skip
    return said


def _window(context: Context, sources: tuple[str, ...], workspaces: list[str] | None) -> Window:
    over = operate.window(context)
    return Window(over.start, over.end, over.currency, over.base, tuple(workspaces or ()), sources)


def _live(context: Context, cluster_id: str) -> tuple[str, LiveCluster | None]:
    try:
        found = operate.connection(context)
        return found.workspace_id, compute.cluster(found.client, cluster_id)
    except (SourceError, NotFound):
        return "", None
    except AppError as error:
        say(f"State not known: {error.message}")
        return "", None


def _shown(live: LiveCluster) -> dict[str, Any]:
    return {name: _plain(value) for name, value in vars(live).items() if name not in ("attributes", "reason")} | {
        "reason": vars(live.reason) if live.reason else None
    }


def _row(row: Any, *, every: bool = False) -> dict[str, Any]:
    names = [n for n in row if n != "tags"] if every else [name for name in SHOWN if name in row]
    return {name: _plain(row[name]) for name in names} | (
        {"tags": fleet.tags_of(row)} if row.get("tags") is not None else {}
    )


def _plain(value: Any) -> Any:
    if hasattr(value, "to_pydatetime"):
        return None if value != value else plain(value.to_pydatetime())
    if hasattr(value, "item"):
        value = value.item()
    return None if value is not None and value != value else plain(value)


def _money(value: Any, currency: str) -> str:
    return "not assessed" if value is None or value != value else money(float(value), currency)


def _percent(value: Any, scale: float = 100) -> str:
    return "" if value is None or value != value else percent(float(value) / scale)

"""Jobs of the loopback workspace: list, get, and the runs that are active now.

A job that the account ran on an all-purpose cluster has a run on it while that cluster runs: what a person who stops
the cluster must be told about.
"""

from typing import Any

from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.clusters import settled
from lib.demo.workspace.refusals import invalid, not_found
from lib.demo.workspace.state import WORKSPACE_ID, State

MOST = 100


def seed(state: State) -> None:
    """The account's jobs of this workspace, and which of them run on which all-purpose cluster."""
    if state.account is None:
        return
    for row in state.account.rows(
        "SELECT job_id, name, run_as_user_name, epoch_ms(change_time) AS at_ms FROM account.lakeflow.jobs"
        " WHERE workspace_id = $workspace AND delete_time IS NULL"
        " QUALIFY row_number() OVER (PARTITION BY job_id ORDER BY change_time DESC) = 1 ORDER BY job_id LIMIT 400",
        workspace=WORKSPACE_ID,
    ):
        state.things("jobs")[row["job_id"]] = {
            "job_id": int(row["job_id"]),
            "creator_user_name": row["run_as_user_name"],
            "run_as_user_name": row["run_as_user_name"],
            "created_time": row["at_ms"],
            "settings": {"name": row["name"], "format": "MULTI_TASK", "max_concurrent_runs": 1},
        }
    for row in state.account.rows(
        "SELECT DISTINCT c.cluster_id, t.job_id FROM (SELECT job_id, unnest(compute_ids) AS cluster_id"
        " FROM account.lakeflow.job_task_run_timeline WHERE workspace_id = $workspace) AS t"
        " JOIN account.compute.clusters AS c USING (cluster_id) WHERE c.cluster_source IN ('UI', 'API')"
        " ORDER BY c.cluster_id, t.job_id",
        workspace=WORKSPACE_ID,
    ):
        state.things("job_clusters").setdefault(row["cluster_id"], []).append(row["job_id"])


def list_(request: Request, state: State) -> Reply:
    """A page of jobs."""
    return _page(request, "jobs", [job for _, job in sorted(state.things("jobs").items())])


def get(request: Request, state: State) -> Reply:
    """One job."""
    job = state.things("jobs").get(request.need("job_id"))
    if job is None:
        raise not_found(f"Job {request.need('job_id')}")
    return ok(job)


def runs(request: Request, state: State) -> Reply:
    """A page of the runs that are active; finished ones are in the account's tables."""
    found = []
    for cluster_id, jobs in sorted(state.things("job_clusters").items()):
        cluster = state.things("clusters").get(cluster_id)
        if cluster is None or settled(state, cluster)["state"] != "RUNNING":
            continue
        job = state.things("jobs").get(jobs[0])
        if job is None:
            continue
        began = cluster["last_restarted_time"] + 60_000
        run: dict[str, Any] = {
            "job_id": job["job_id"],
            "run_id": began // 1000,
            "run_name": job["settings"]["name"],
            "creator_user_name": job["creator_user_name"],
            "start_time": began,
            "state": {"life_cycle_state": "RUNNING"},
            "run_type": "JOB_RUN",
        }
        if request.query.get("expand_tasks") == "true":
            run["tasks"] = [
                {
                    "task_key": "main", "run_id": began // 1000 + 1, "existing_cluster_id": cluster_id,
                    "cluster_instance": {"cluster_id": cluster_id}, "state": {"life_cycle_state": "RUNNING"},
                }
            ]  # fmt: skip
        found.append(run)
    return _page(request, "runs", found if request.query.get("completed_only") != "true" else [])


def _page(request: Request, name: str, found: list[dict[str, Any]]) -> Reply:
    size, begin = int(request.query.get("limit") or 20), int(request.query.get("page_token") or 0)
    if not 1 <= size <= MOST:
        raise invalid(f"limit must be between 1 and {MOST}")
    answer: dict[str, Any] = {name: found[begin : begin + size], "has_more": begin + size < len(found)}
    if answer["has_more"]:
        answer["next_page_token"] = str(begin + size)
    return ok(answer)


ROUTES = (
    Route("GET", r"/api/2\.[12]/jobs/list", list_),
    Route("GET", r"/api/2\.[12]/jobs/get", get),
    Route("GET", r"/api/2\.[12]/jobs/runs/list", runs),
)

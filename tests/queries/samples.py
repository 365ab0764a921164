"""Values to run every query of the catalogue with, in tests."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lib.queries.catalogue import Query
from lib.spend.period import Period
from lib.spend.window import MARGIN

Values = Mapping[str, Any]

SAMPLES: dict[str, list[dict[str, Any]]] = {
    "overview/groups": [{"most": 3}],
    "runs/listed": [
        {"sort": "total_cost", "descending": True},
        {"sort": "job_name", "descending": False},
        {"sort": "started_at", "descending": False},
    ],
    "statements/by": [
        {"dim": "day"},
        {"dim": "warehouse"},
        {"dim": "thing"},
        {"dim": "user", "source_kind": "dashboard"},
        {"dim": "workspace"},
    ],
    "statements/rollup": [
        {"dim": dim, "fast_ms": 10_000, "slow_ms": 300_000}
        for dim in ("hour", "day", "user", "source", "alert", "pattern")
    ],
    "statements/heads": [{"most": 25}],
    "statements/windows": [
        {
            "recent_start": date(2026, 11, 13),
            "recent_end": date(2026, 11, 20),
            "smallest_ms": 2000.0,
            "smallest_cost": 0.005,
            "factor": 2.0,
            "few": 50,
        }
    ],
    "statements/shapes": [{"most": 25}],
    "statements/top": [{"order": "waste"}, {"order": "time"}],
}
"""Query → values of its own, over the defaults, one dict a run; beside the runs that every query gets."""


def samples(query: Query, period: Period, choices: Iterable[Values] = ()) -> list[dict[str, Any]]:
    """Values for all runs of a query: the defaults, its own samples, and each choice that it has parameters for."""
    defaults = _defaults(query, period)
    known = {column.name for column in query.params}
    more = [*SAMPLES.get(query.name, []), *(choice for choice in choices if set(choice) <= known)]
    return [defaults, *(defaults | dict(values) for values in more)]


def statement_choices(statement: Values) -> list[Values]:
    """What narrows a view of statements; `statement`: workspace_id, warehouse_id and statement_id of one."""
    workspace = {"workspace_id": statement["workspace_id"]}
    return [
        workspace | {"statement_id": statement["statement_id"]},
        workspace | {"warehouse_id": statement["warehouse_id"]},
    ]


def choices(job: Values) -> list[Values]:
    """What people narrow a view by, one thing at a time, the most telling first.

    `job`: workspace_id, job_id, run_id, owner and name of one.
    """
    identity = {name: job[name] for name in ("workspace_id", "job_id")}
    return [
        identity | {"run_id": job["run_id"]},
        {"dim1": "job", "dim2": "sku"},
        {"dim1": "tag", "dim1_tag": "team"},
        {"watched_tag": "team"},
        {"tag_key": "team", "tag_value": ""},
        {"kind": "job", "object_keys": [f"{job['workspace_id']}/{job['job_id']}"]},
        {"job_keys": [f"{job['workspace_id']}/{job['job_id']}"]},
        {"cost_min": Decimal("1.50"), "cost_max": Decimal(100)},
        {"serverless": False},
        {"result": "FAILED"},
        identity,
        {"since": date(2026, 6, 15)},
        {"workspaces": [job["workspace_id"]]},
        {"base": "contract"},
        {"job_name": job["name"][:4].upper()},
        {"owners": [job["owner"]]},
        {"products": ["JOBS", "SQL"]},
        {"serverless": True},
        {"tag_key": "team"},
        {"tag_key": "", "tag_value": ""},
        {"kind": "cluster"},
        {"dim1": "product", "dim2": "day"},
    ]


def _defaults(query: Query, period: Period) -> dict[str, Any]:
    """The period for dates, USD, list prices, and nothing chosen for the rest."""
    if query.name.startswith("base/"):  # whole relations are wide: two weeks of them say it all
        period = Period(max(period.start, period.end - timedelta(days=14)), period.end)
    shared: dict[str, Any] = {"start_date": period.start, "end_date": period.end, "currency": "USD", "base": "list"}
    if any(column.name == "period_start" for column in query.params):
        shared |= {"start_date": period.start - MARGIN, "end_date": period.end + MARGIN}
    if query.name.startswith("genie/"):  # trusted questions read everything there is
        shared |= {"start_date": period.start - 2 * MARGIN, "end_date": period.end + 2 * MARGIN}
    shared |= {"page_size": 40, "page_start": 10}  # an engine that is asked for no rows at all refuses
    return shared | {c.name: _default(c.name, str(c.type), period) for c in query.params if c.name not in shared}


def _default(name: str, type_: str, period: Period) -> date | None:
    middle = period.start + timedelta(days=period.days // 2)
    edges = {"recent_start": middle, "previous_end": middle}
    if type_ != "DATE" or name == "since":
        return None
    return edges.get(name, period.end if name.endswith("end") else period.start)

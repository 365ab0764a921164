"""What the files of a deployment may say: the keys we use of each kind of mapping, as Databricks documents them.

A mapping of names says `{"*": …}`; a list says `[…]`; a leaf says which values it takes (None: any text, number or
truth value; a tuple: one of these).
"""

from typing import Any

ON_OFF = ("PAUSED", "UNPAUSED")
WHO = {"group_name": None, "user_name": None, "service_principal_name": None}
ENV = [{"name": None, "value": None, "value_from": None}]

APP: dict[str, Any] = {
    "name": None,
    "description": None,
    "source_code_path": None,
    "compute_size": ("MEDIUM", "LARGE", "XLARGE"),
    "user_api_scopes": [
        ("sql", "genie", "dashboards.genie", "files.files", "iam.current-user:read", "iam.access-control:read")
    ],
    "lifecycle": {"started": (True, False), "prevent_destroy": (True, False)},
    "config": {"command": [None], "env": ENV},
    "resources": [
        {
            "name": None,
            "description": None,
            "sql_warehouse": {"id": None, "permission": ("CAN_USE", "CAN_MANAGE", "IS_OWNER")},
            "job": {"id": None, "permission": ("CAN_VIEW", "CAN_MANAGE_RUN", "CAN_MANAGE", "IS_OWNER")},
            "secret": {"scope": None, "key": None, "permission": ("READ", "WRITE", "MANAGE")},
            "postgres": {"branch": None, "database": None, "permission": ("CAN_CONNECT_AND_CREATE",)},
        }
    ],
    "permissions": [{**WHO, "level": ("CAN_USE", "CAN_MANAGE")}],
}

TASK: dict[str, Any] = {
    "task_key": None,
    "description": None,
    "depends_on": [{"task_key": None, "outcome": None}],
    "run_if": ("ALL_SUCCESS", "ALL_DONE", "NONE_FAILED", "AT_LEAST_ONE_SUCCESS", "ALL_FAILED", "AT_LEAST_ONE_FAILED"),
    "environment_key": None,
    "max_retries": None,
    "min_retry_interval_millis": None,
    "timeout_seconds": None,
    "spark_python_task": {"python_file": None, "parameters": [None], "source": ("WORKSPACE", "GIT")},
}

JOB: dict[str, Any] = {
    "name": None,
    "description": None,
    "max_concurrent_runs": None,
    "timeout_seconds": None,
    "queue": {"enabled": (True, False)},
    "schedule": {"quartz_cron_expression": None, "timezone_id": None, "pause_status": ON_OFF},
    "environments": [
        {"environment_key": None, "spec": {"environment_version": None, "dependencies": [None]}},
    ],
    "tasks": [TASK],
    "permissions": [{**WHO, "level": ("CAN_VIEW", "CAN_MANAGE_RUN", "CAN_MANAGE", "IS_OWNER")}],
    "email_notifications": {"on_failure": [None], "on_start": [None], "on_success": [None]},
    "run_as": {"user_name": None, "service_principal_name": None},
    "tags": {"*": None},
}

RESOURCES: dict[str, Any] = {"apps": {"*": APP}, "jobs": {"*": JOB}}
LOOKUPS = ("alert", "cluster", "cluster_policy", "dashboard", "instance_pool", "job", "metastore", "pipeline", "query",
           "service_principal", "warehouse")  # fmt: skip
VARIABLES: dict[str, Any] = {
    "*": {"description": None, "default": None, "lookup": dict.fromkeys(LOOKUPS), "type": ("complex",)}
}

BUNDLE: dict[str, Any] = {
    "bundle": {"name": None, "databricks_cli_version": None},
    "variables": VARIABLES,
    "include": [None],
    "sync": {"include": [None], "exclude": [None], "paths": [None]},
    "resources": RESOURCES,
    "targets": {
        "*": {
            "mode": ("development", "production"),
            "default": (True, False),
            "workspace": {"host": None, "root_path": None, "profile": None},
            "permissions": [{**WHO, "level": ("CAN_VIEW", "CAN_RUN", "CAN_MANAGE")}],
            "run_as": {"user_name": None, "service_principal_name": None},
            "variables": {"*": None},
            "resources": RESOURCES,
        }
    },
}

NEEDED: dict[str, tuple[str, ...]] = {
    "bundle": ("name",),
    "apps": ("name", "source_code_path"),
    "jobs": ("name", "tasks"),
    "tasks": ("task_key", "spark_python_task"),
    "environments": ("environment_key", "spec"),
    "resources[]": ("name",),
    "sql_warehouse": ("id", "permission"),
    "postgres": ("branch", "database", "permission"),
    "schedule": ("quartz_cron_expression", "timezone_id"),
    "env[]": ("name",),
    "depends_on[]": ("task_key",),
}
"""Mapping → the keys without which Databricks refuses it; `x[]`: each entry of the list `x`."""

APP_YAML: dict[str, Any] = {"command": [None], "env": [{"name": None, "value": None, "valueFrom": None}]}


def lacking(said: Any, place: str = "", within: str = "") -> list[str]:
    """Keys that are missing, by place; a target lays its own over the ones above, so there nothing has to be whole."""
    if isinstance(said, list):
        return [p for n, item in enumerate(said) for p in lacking(item, f"{place}[{n}]", f"{within}[]")]
    if not isinstance(said, dict):
        return []
    named = within in ("apps", "jobs")
    kind = within.removesuffix("[]") if within.removesuffix("[]") in ("tasks", "environments") else within
    found = [] if named else [f"{place}: no {key}" for key in NEEDED.get(kind, ()) if key not in said]
    for key, value in said.items():
        if named and isinstance(value, dict):
            found += [f"{place}.{key}: no {wanted}" for wanted in NEEDED[within] if wanted not in value]
        if key != "targets":
            found += lacking(value, f"{place}.{key}", "" if named else key)
    return found


def problems(said: Any, known: Any, place: str = "") -> list[str]:
    """What a file says that it may not say, by place."""
    if isinstance(known, dict):
        if not isinstance(said, dict):
            return [f"{place}: a mapping is expected"]
        found = []
        for key, value in said.items():
            if key in known or "*" in known:
                found += problems(value, known.get(key, known.get("*")), f"{place}.{key}")
            else:
                found.append(f"{place}.{key}: no such key")
        return found
    if isinstance(known, list):
        if not isinstance(said, list):
            return [f"{place}: a list is expected"]
        return [problem for n, item in enumerate(said) for problem in problems(item, known[0], f"{place}[{n}]")]
    if isinstance(said, dict | list):
        return [f"{place}: a single value is expected"]
    if isinstance(known, tuple) and said not in known and not str(said).startswith("${var."):
        return [f"{place}: {said!r} is none of {known}"]
    return []

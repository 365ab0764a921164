"""Cluster policies of the loopback workspace: list, get, compliance; enforcing is possible as a validation only."""

import json
import re
from collections.abc import Mapping
from typing import Any

from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.clusters import find, visible
from lib.demo.workspace.refusals import denied, not_found
from lib.demo.workspace.state import ADMIN, APP, State

SHARED = {
    "autotermination_minutes": {"type": "range", "minValue": 10, "maxValue": 60, "defaultValue": 30},
    "spark_version": {"type": "regex", "pattern": "1[5-9]\\.[0-9]+\\.x-.*", "defaultValue": "auto:latest-lts"},
    "custom_tags.team": {"type": "unlimited", "isOptional": False},
    "node_type_id": {"type": "blocklist", "values": ["g5.12xlarge", "i3.8xlarge"], "isOptional": True},
    "autoscale.max_workers": {"type": "range", "maxValue": 8, "isOptional": True},
}
JOBS = {
    "cluster_type": {"type": "fixed", "value": "job"},
    "aws_attributes.availability": {"type": "allowlist", "values": ["SPOT_WITH_FALLBACK", "ON_DEMAND"]},
    "num_workers": {"type": "range", "maxValue": 20, "isOptional": True},
}
SMALL = {
    "num_workers": {"type": "range", "maxValue": 2, "isOptional": True},
    "autotermination_minutes": {"type": "fixed", "value": 20},
    "data_security_mode": {"type": "allowlist", "values": ["SINGLE_USER"]},
}


def seed(state: State) -> None:
    """The policies that the account's clusters name, one for shared clusters, and one that nobody uses."""
    policies = state.things("policies")
    policies["policy-shared"] = _policy("policy-shared", "Shared analytics", SHARED, None, 3)
    policies["policy-small"] = _policy("policy-small", "Small personal", SMALL, "personal-vm", 1)
    for team in range(1, 9):
        id_ = f"policy-jobs-{team}"
        policies[id_] = _policy(id_, f"Jobs of team {team}", JOBS, "job-cluster", None)
    for id_ in policies:
        state.acl("cluster-policies", id_)[APP] = "CAN_USE"
        state.acl("cluster-policies", id_)["users"] = "CAN_USE"


def _policy(id_: str, name: str, rules: Mapping[str, Any], family: str | None, per_user: int | None) -> dict[str, Any]:
    policy: dict[str, Any] = {
        "policy_id": id_,
        "name": name,
        "definition": json.dumps(rules),
        "creator_user_name": ADMIN,
        "created_at_timestamp": 1_750_000_000_000,
        "is_default": family is not None,
        "description": f"Clusters made with {name.lower()}",
    }
    if family:
        policy["policy_family_id"] = family
    if per_user:
        policy["max_clusters_per_user"] = per_user
    return policy


def list_(request: Request, state: State) -> Reply:
    """All that the caller may use."""
    found = [p for id_, p in sorted(state.things("policies").items()) if _may(request, state, id_)]
    return ok({"policies": found, "total_count": len(found)})


def get(request: Request, state: State) -> Reply:
    """One policy."""
    id_ = request.need("policy_id")
    policy = state.things("policies").get(id_)
    if policy is None:
        raise not_found(f"Policy {id_}")
    if not _may(request, state, id_):
        raise denied(f"{request.who.name} may not use policy {id_}")
    return ok(policy)


def _may(request: Request, state: State, id_: str) -> bool:
    return state.can(request.who, "cluster-policies", id_, "CAN_USE")


def compliance(request: Request, state: State) -> Reply:
    """Whether a cluster keeps its policy."""
    cluster = find(request, state)
    state.require(request.who, "clusters", cluster["cluster_id"], "CAN_ATTACH_TO")
    found = _violations(state, cluster)
    return ok({"is_compliant": not found, "violations": found})


def list_compliance(request: Request, state: State) -> Reply:
    """All clusters of a policy."""
    id_ = request.need("policy_id")
    found = [
        {"cluster_id": c["cluster_id"], "is_compliant": not v, "violations": v}
        for c in visible(state, request.who)
        if c.get("policy_id") == id_
        for v in [_violations(state, c)]
    ]
    return ok({"clusters": found})


def enforce(request: Request, state: State) -> Reply:
    """What enforcing would change; doing it for real is refused here."""
    said = request.body_of({"cluster_id": str, "validate_only": bool, "enforce_mode": str}, ["cluster_id"])
    if not said.get("validate_only"):
        raise denied("This workspace lets nobody enforce a policy.")
    cluster = find(request, state)
    return ok({"has_changes": bool(_violations(state, cluster)), "changes": []})


def _violations(state: State, cluster: Mapping[str, Any]) -> dict[str, str]:
    policy = state.things("policies").get(cluster.get("policy_id", ""))
    if policy is None:
        return {}
    found = {}
    rules: dict[str, Any] = json.loads(policy["definition"])
    for path, rule in rules.items():
        value: Any = cluster
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            if rule.get("isOptional") is False:
                found[path] = "Required value is missing"
        elif "maxValue" in rule and value > rule["maxValue"]:
            found[path] = f"Value cannot exceed {rule['maxValue']}"
        elif "minValue" in rule and value < rule["minValue"]:
            found[path] = f"Value cannot be less than {rule['minValue']}"
        elif rule["type"] == "regex" and not re.fullmatch(rule["pattern"], str(value)):
            found[path] = f"Value must match {rule['pattern']}"
        elif rule["type"] == "allowlist" and value not in rule["values"]:
            found[path] = "Value is not in the allowed list"
        elif rule["type"] == "blocklist" and value in rule["values"]:
            found[path] = "Value is in the blocked list"
    return found


API = r"/api/2\.0/policies/clusters/"
ROUTES = (
    Route("GET", API + "list", list_),
    Route("GET", API + "get", get),
    Route("GET", API + "get-compliance", compliance),
    Route("GET", API + "list-compliance", list_compliance),
    Route("POST", API + "enforce-compliance", enforce, alone=True),
)

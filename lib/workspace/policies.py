"""Cluster policies of the workspace. Reads only: a policy is never changed or enforced from here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from lib.workspace.failures import translated

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient


@dataclass(frozen=True)
class Policy:
    """One policy."""

    policy_id: str
    name: str
    creator: str = ""
    created_at: datetime | None = None
    is_default: bool = False
    family: str = ""
    max_clusters_per_user: int | None = None
    description: str = ""
    definition: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Attribute path → rule, overrides of the family included."""
    unreadable: str = ""
    """Why the definition could not be read; empty when it could."""


def policies(client: "WorkspaceClient") -> list[Policy]:
    """All that the identity may see, in one call, by name."""
    with translated("list the cluster policies"):
        return sorted((_policy(found) for found in client.cluster_policies.list()), key=lambda p: (p.name, p.policy_id))


def policy(client: "WorkspaceClient", policy_id: str) -> Policy:
    """One; NotFound when it is gone."""
    with translated("look at the cluster policy"):
        return _policy(client.cluster_policies.get(policy_id))


def _policy(found: Any) -> Policy:
    rules: dict[str, Any] = {}
    unreadable = ""
    try:
        for text in (found.definition, found.policy_family_definition_overrides):
            rules |= json.loads(text) if text else {}
    except ValueError as error:
        unreadable = f"Its definition is no JSON: {error}"
    created = found.created_at_timestamp
    return Policy(
        policy_id=str(found.policy_id or ""),
        name=str(found.name or found.policy_id or ""),
        creator=str(found.creator_user_name or ""),
        created_at=datetime.fromtimestamp(created / 1000, timezone.utc) if created else None,
        is_default=bool(found.is_default),
        family=str(found.policy_family_id or ""),
        max_clusters_per_user=found.max_clusters_per_user,
        description=str(found.description or ""),
        definition={path: rule for path, rule in rules.items() if isinstance(rule, dict)},
        unreadable=unreadable,
    )

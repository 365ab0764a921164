"""Decisions about recommendations, and schedules of clusters."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Date, Integer, String, Text

from lib.store.types import Amount, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "recommendation_decisions",
        Column("key", String(400), primary_key=True),
        Column("kind", String(80), nullable=False),
        Column("workspace_id", String(40), nullable=False),
        Column("object_type", String(40), nullable=False),
        Column("object_id", String(200), nullable=False),
        Column("object_name", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("state", String(20), nullable=False),
        Column("reason", Text, nullable=False),
        Column("until", Date),
        Column("owner", String(320), nullable=False),
        Column("decided_by", String(320), nullable=False),
        Column("decided_at", UtcTime, nullable=False),
        Column("done_on", Date),
        Column("currency", String(3), nullable=False),
        Column("saving_low", Amount),
        Column("saving_high", Amount),
        Column("verified", Amount),
        Column("verified_days", Integer, nullable=False),
        Column("version", Integer, nullable=False),
    )
    op.create_index(
        "ix_recommendation_decisions_workspace_id_object_type_object_id",
        "recommendation_decisions",
        ["workspace_id", "object_type", "object_id"],
    )
    op.create_table(
        "cluster_schedules",
        Column("id", String(40), primary_key=True),
        Column("name", Text, nullable=False),
        Column("workspace_id", String(40), nullable=False),
        Column("rule", JSON, nullable=False),
        Column("enabled", Boolean, nullable=False),
        Column("dry_run", Boolean, nullable=False),
        Column("made_by", String(320), nullable=False),
        Column("changed_at", UtcTime, nullable=False),
        Column("done_until", UtcTime),
        Column("version", Integer, nullable=False),
    )
    op.create_index("ix_cluster_schedules_workspace_id", "cluster_schedules", ["workspace_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("cluster_schedules")
    op.drop_table("recommendation_decisions")

"""Alert rules, their states and history."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Text

from lib.store.types import Number, UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "alert_rules",
        Column("id", String(32), primary_key=True),
        Column("user", String(320), nullable=False, index=True),
        Column("name", String(120), nullable=False),
        Column("kind", String(40), nullable=False),
        Column("enabled", Boolean, nullable=False),
        Column("body", JSON, nullable=False),
        Column("created", UtcTime, nullable=False),
        Column("updated", UtcTime, nullable=False),
        Column("version", Integer, nullable=False),
    )
    op.create_table(
        "alert_states",
        Column("rule_id", String(32), ForeignKey("alert_rules.id", ondelete="CASCADE"), primary_key=True),
        Column("group_key", String(400), primary_key=True),
        Column("group_name", Text, nullable=False),
        Column("status", String(20), nullable=False, index=True),
        Column("body", JSON, nullable=False),
        Column("value", Text, nullable=False),
        Column("threshold", Text, nullable=False),
        Column("unit", String(20), nullable=False),
        Column("updated", UtcTime, nullable=False),
        Column("version", Integer, nullable=False),
    )
    op.create_table(
        "alert_history",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("at", UtcTime, nullable=False, index=True),
        Column("rule_id", String(32), nullable=False),
        Column("rule_name", String(120), nullable=False),
        Column("group_key", String(400), nullable=False),
        Column("group_name", Text, nullable=False),
        Column("happened", String(20), nullable=False),
        Column("severity", String(20), nullable=False),
        Column("value", Text, nullable=False),
        Column("threshold", Text, nullable=False),
        Column("unit", String(20), nullable=False),
        Column("period", String(40), nullable=False),
        Column("who", String(320), nullable=False),
        Column("note", Text, nullable=False),
    )
    op.create_index("ix_alert_history_rule_id_group_key", "alert_history", ["rule_id", "group_key"])


def downgrade() -> None:
    """Drop them."""
    for table in ("alert_history", "alert_states", "alert_rules"):
        op.drop_table(table)

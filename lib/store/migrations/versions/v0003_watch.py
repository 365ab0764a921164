"""Marks on anomalies, planned events, budgets."""

from alembic import op
from sqlalchemy import JSON, Column, Date, Integer, String, Text

from lib.store.types import Amount, UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "anomaly_marks",
        Column("id", String(32), primary_key=True),
        Column("act", String(20), nullable=False),
        Column("series", String(600), nullable=False),
        Column("anomaly", String(32), nullable=False),
        Column("until", Date),
        Column("reason", Text, nullable=False),
        Column("who", String(320), nullable=False),
        Column("at", UtcTime, nullable=False),
    )
    op.create_index("ix_anomaly_marks_series", "anomaly_marks", ["series"])
    op.create_table(
        "planned_events",
        Column("id", String(32), primary_key=True),
        Column("name", Text, nullable=False),
        Column("series", String(600), nullable=False),
        Column("first_day", Date, nullable=False),
        Column("last_day", Date, nullable=False),
        Column("who", String(320), nullable=False),
        Column("created", UtcTime, nullable=False),
        Column("updated", UtcTime, nullable=False),
        Column("version", Integer, nullable=False),
    )
    op.create_table(
        "budgets",
        Column("id", String(32), primary_key=True),
        Column("name", Text, nullable=False),
        Column("series", String(600), nullable=False),
        Column("amount", Amount, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("base", String(10), nullable=False),
        Column("span", String(12), nullable=False),
        Column("first_day", Date),
        Column("last_day", Date),
        Column("thresholds", JSON, nullable=False),
        Column("commitment", Integer, nullable=False),
        Column("owner", String(320), nullable=False),
        Column("note", Text, nullable=False),
        Column("ended", UtcTime),
        Column("created", UtcTime, nullable=False),
        Column("updated", UtcTime, nullable=False),
        Column("version", Integer, nullable=False),
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("budgets", "planned_events", "anomaly_marks"):
        op.drop_table(table)

"""Scheduled reports and those that were made."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, String, Text

from lib.store.types import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "report_plans",
        Column("id", String(32), primary_key=True),
        Column("user", String(320), nullable=False),
        Column("name", String(120), nullable=False),
        Column("enabled", Boolean, nullable=False),
        Column("body", JSON, nullable=False),
        Column("last_due", UtcTime, nullable=False),
        Column("created", UtcTime, nullable=False),
        Column("updated", UtcTime, nullable=False),
        Column("version", Integer, nullable=False),
    )
    op.create_table(
        "report_runs",
        Column("id", String(64), primary_key=True),
        Column("plan_id", String(32), nullable=False),
        Column("name", String(120), nullable=False),
        Column("kind", String(40), nullable=False),
        Column("due", UtcTime, nullable=False),
        Column("at", UtcTime, nullable=False, index=True),
        Column("start_date", Date, nullable=False),
        Column("end_date", Date, nullable=False),
        Column("total", Text, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("records", Integer, nullable=False),
        Column("messages", Integer, nullable=False),
        Column("error", Text, nullable=False),
        Column("pdf", LargeBinary),
        Column("csv", LargeBinary),
    )
    op.create_index("ix_report_runs_plan_id_due", "report_runs", ["plan_id", "due"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("report_runs")
    op.drop_table("report_plans")

"""Events, leases, settings of people, outbox, schedule."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint

from lib.store.migrations.append_only import forbid_changes, permit_changes
from lib.store.types import Number, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "events",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("at", UtcTime, nullable=False, index=True),
        Column("who", String(320), nullable=False),
        Column("act", String(80), nullable=False),
        Column("object_type", String(80), nullable=False),
        Column("object_id", String(400), nullable=False),
        Column("object_name", Text, nullable=False),
        Column("workspace_id", String(40), nullable=False),
        Column("before", JSON),
        Column("after", JSON),
        Column("reason", Text, nullable=False),
        Column("result", String(40), nullable=False),
        Column("detail", Text, nullable=False),
    )
    op.create_index("ix_events_object_type_object_id", "events", ["object_type", "object_id"])
    forbid_changes("events")
    op.create_table(
        "leases",
        Column("name", String(200), primary_key=True),
        Column("owner", String(200), nullable=False),
        Column("taken", UtcTime, nullable=False),
        Column("until", UtcTime, nullable=False),
        Column("turn", Integer, nullable=False),
    )
    op.create_table(
        "app_configs",
        Column("key", String(200), primary_key=True),
        Column("user", String(320), primary_key=True),
        Column("value", JSON),
        Column("created", UtcTime, nullable=False),
        Column("updated", UtcTime, nullable=False),
        Column("version", Integer, nullable=False),
    )
    op.create_table(
        "outbox",
        Column("id", String(32), primary_key=True),
        Column("key", String(400), nullable=False),
        Column("channel", String(80), nullable=False),
        Column("recipient", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("body", JSON, nullable=False),
        Column("about", String(200), nullable=False),
        Column("created", UtcTime, nullable=False),
        Column("state", String(20), nullable=False),
        Column("due", UtcTime, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("interrupted", Integer, nullable=False),
        Column("claimed_by", String(200)),
        Column("claimed_until", UtcTime),
        Column("sent", UtcTime),
        Column("error", Text, nullable=False),
        UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_state_due", "outbox", ["state", "due"])
    op.create_table(
        "outbox_attachments",
        Column("message_id", String(32), ForeignKey("outbox.id"), primary_key=True),
        Column("position", Integer, primary_key=True),
        Column("name", String(200), nullable=False),
        Column("media_type", String(100), nullable=False),
        Column("content", LargeBinary, nullable=False),
    )
    op.create_table(
        "schedule",
        Column("name", String(200), primary_key=True),
        Column("due", UtcTime),
        Column("started", UtcTime),
        Column("ended", UtcTime),
        Column("seconds", Float),
        Column("ok", Boolean),
        Column("detail", Text, nullable=False),
        Column("error", Text, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("mark", Text),
    )
    op.create_table(
        "schedule_runs",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("name", String(200), nullable=False),
        Column("due", UtcTime, nullable=False),
        Column("started", UtcTime, nullable=False),
        Column("ended", UtcTime),
        Column("owner", String(200), nullable=False),
        Column("ok", Boolean),
        Column("missed", Integer, nullable=False),
        Column("detail", Text, nullable=False),
        Column("error", Text, nullable=False),
    )
    op.create_index("ix_schedule_runs_name_started", "schedule_runs", ["name", "started"])


def downgrade() -> None:
    """Take them away."""
    for table in ("schedule_runs", "schedule", "outbox_attachments", "outbox", "app_configs", "leases"):
        op.drop_table(table)
    permit_changes("events")
    op.drop_table("events")

"""The tables every part of the store shares; features add theirs in modules of their own, on the same `metadata`.

Migrations in `migrations/versions` make them; a test compares the two.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from lib.store.types import Number, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

events = Table(
    "events",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("who", String(320), nullable=False),
    Column("act", String(80), nullable=False),
    Column("object_type", String(80), nullable=False, default=""),
    Column("object_id", String(400), nullable=False, default=""),
    Column("object_name", Text, nullable=False, default=""),
    Column("workspace_id", String(40), nullable=False, default=""),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Column("reason", Text, nullable=False, default=""),
    Column("result", String(40), nullable=False, default=""),
    Column("detail", Text, nullable=False, default=""),
    Index(None, "at"),
    Index(None, "object_type", "object_id"),
    comment="Row: one act, by a person or by the app. Append-only: triggers refuse UPDATE, DELETE and TRUNCATE.",
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("taken", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column(
        "turn", Integer, nullable=False, comment="Counts changes of owner: a late owner can be told from the new one"
    ),
    comment="Row: a task that one process at a time may do, and who does it until when.",
)

configs = Table(
    "app_configs",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("user", String(320), primary_key=True, comment="Whose it is; empty: everybody's"),
    Column("value", JSON(none_as_null=True)),
    Column("created", UtcTime, nullable=False),
    Column("updated", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    comment="Row: one setting of one person, or of everybody.",
)

messages = Table(
    "outbox",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("key", String(400), nullable=False, unique=True, comment="What the message is about: one key, one message"),
    Column("channel", String(80), nullable=False),
    Column("recipient", Text, nullable=False, default="", comment="Name or address; never a secret"),
    Column("subject", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("about", String(200), nullable=False, default="", comment="What made it: alert, report, test"),
    Column("created", UtcTime, nullable=False),
    Column("state", String(20), nullable=False, comment="waiting, sending, sent, dead"),
    Column("due", UtcTime, nullable=False, comment="Not before"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("interrupted", Integer, nullable=False, default=0, comment="Senders that died with it in hand"),
    Column("claimed_by", String(200)),
    Column("claimed_until", UtcTime),
    Column("sent", UtcTime),
    Column("error", Text, nullable=False, default=""),
    Index(None, "state", "due"),
    comment="Row: one message to one channel, written before it is sent.",
)

attachments = Table(
    "outbox_attachments",
    metadata,
    Column("message_id", String(32), ForeignKey("outbox.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("content", LargeBinary, nullable=False),
    comment="Row: one file of a message.",
)

schedule = Table(
    "schedule",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("due", UtcTime, comment="The due time that was last done or given up"),
    Column("started", UtcTime),
    Column("ended", UtcTime),
    Column("seconds", Float),
    Column("ok", Boolean),
    Column("detail", Text, nullable=False, default=""),
    Column("error", Text, nullable=False, default=""),
    Column("failures", Integer, nullable=False, default=0, comment="In a row"),
    Column("mark", Text, comment="What the job saw when it last went well, to know whether anything is new"),
    comment="Row: one job of the scheduler and how it went last.",
)

schedule_runs = Table(
    "schedule_runs",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("name", String(200), nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("started", UtcTime, nullable=False),
    Column("ended", UtcTime),
    Column("owner", String(200), nullable=False),
    Column("ok", Boolean),
    Column("missed", Integer, nullable=False, default=0, comment="Due times before it that were passed over"),
    Column("detail", Text, nullable=False, default=""),
    Column("error", Text, nullable=False, default=""),
    Index(None, "name", "started"),
    comment="Row: one run of one job of the scheduler.",
)

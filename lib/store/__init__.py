"""What must not be lost: people's settings, events, leases, messages, schedules (in SQLite or PostgreSQL)."""

from lib.store.store import Store

__all__ = ["Store"]

"""Acting on a workspace, joined from settings for pages, commands and the scheduler: client, store, tables, limits."""

from lib.operate.advice import recommendations, track, with_live
from lib.operate.compute import (
    desk,
    limits,
    live_fleet,
    live_warehouses,
    start_own_warehouse,
    warehouse_desk,
    window,
)
from lib.operate.connecting import Connection, connection
from lib.operate.queries import live_statement, live_statements, standing_now, statement_desk
from lib.operate.scheduled import run_schedules, simulated

__all__ = [
    "Connection",
    "connection",
    "desk",
    "limits",
    "live_fleet",
    "live_statement",
    "live_statements",
    "live_warehouses",
    "recommendations",
    "run_schedules",
    "simulated",
    "standing_now",
    "start_own_warehouse",
    "statement_desk",
    "track",
    "warehouse_desk",
    "window",
    "with_live",
]

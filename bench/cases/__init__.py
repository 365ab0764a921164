"""Every case, in the order of the table."""

from bench.case import Case
from bench.cases import (
    app,
    clients,
    demo,
    fleet,
    genie,
    growth,
    live,
    memory,
    overview,
    refresh,
    screens,
    sessions,
    statements,
    statistics,
    wire,
)

CASES: tuple[Case, ...] = (
    overview.CASE,
    live.CASE,
    growth.CASE,
    screens.CASE,
    clients.CASE,
    refresh.CASE,
    demo.CASE,
    app.CASE,
    memory.CASE,
    genie.CASE,
    wire.CASE,
    statistics.CASE,
    fleet.CASE,
    statements.CASE,
    sessions.CASE,
)

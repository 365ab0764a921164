"""Every case, in the order of the table."""

from bench.case import Case
from bench.cases import app, clients, demo, fleet, growth, live, memory, overview, refresh, screens, statistics

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
    statistics.CASE,
    fleet.CASE,
)

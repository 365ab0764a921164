"""Counts of what this process does, for `/metrics` and the Settings page. Labels are few and never hold names of people."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
QUERIES = Counter(
    "lakeledger_queries", "Statements sent to the engine", ["engine", "area", "outcome"], registry=REGISTRY
)
QUERY_SECONDS = Histogram(
    "lakeledger_query_seconds", "How long statements took", ["engine", "area"], buckets=SECONDS, registry=REGISTRY
)
ANSWERS = Counter(
    "lakeledger_answers", "Answers pages asked for, and those that were not in the cache", ["what"], registry=REGISTRY
)
JOBS = Counter("lakeledger_scheduled_runs", "Runs of the scheduler's jobs", ["job", "outcome"], registry=REGISTRY)
JOB_SECONDS = Histogram(
    "lakeledger_scheduled_run_seconds", "How long they took", ["job"], buckets=(*SECONDS, 600, 1800), registry=REGISTRY
)
JOB_LAG = Gauge("lakeledger_scheduled_lag_seconds", "Seconds since a job last ended well", ["job"], registry=REGISTRY)
REFRESH_LAG = Gauge(
    "lakeledger_refresh_lag_seconds", "Seconds since the ledger was last seen to be up to date", registry=REGISTRY
)
REFRESH_LAG.set(float("nan"))  # nobody knows yet; never a false 0
MESSAGES = Counter("lakeledger_messages", "Messages sent or not", ["channel", "outcome"], registry=REGISTRY)
OUTBOX = Gauge("lakeledger_outbox_messages", "Messages in the outbox, by state", ["state"], registry=REGISTRY)
BUILD = Info("lakeledger_build", "The version that runs", registry=REGISTRY)


@contextmanager
def query(engine: str, name: str) -> Iterator[None]:
    """Count and time one statement; `name` is the query's (`area/what`)."""
    area = name.partition("/")[0] or "other"
    began = time.perf_counter()
    outcome = "failed"
    try:
        yield
        outcome = "ok"
    finally:
        QUERIES.labels(engine, area, outcome).inc()
        QUERY_SECONDS.labels(engine, area).observe(time.perf_counter() - began)


def total(counter: Counter, **labels: str) -> float:
    """What a counter has come to, over all label values that are not given."""
    return sum(
        sample.value
        for metric in counter.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and all(sample.labels.get(name) == value for name, value in labels.items())
    )

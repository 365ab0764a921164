"""Jobs run on it, at the price for people.

A DBU of an all-purpose cluster costs more than the same DBU on a job's own cluster. The saving is the jobs' share of its
cost at the difference of both prices as this workspace pays them (low), and with it the idle time (high) when nobody but
jobs needs the cluster.
"""

from lib.clusters.advice.facts import Facts, finding, worth
from lib.recommendations.model import Recommendation

TITLE = "Jobs on an all-purpose cluster"
ABOUT = "cluster"


def find(f: Facts) -> Recommendation | None:
    """Clusters that people made and jobs use."""
    if f.get("source") not in ("UI", "API") or not f.jobs:
        return None
    shared = float(f.jobs.get("shared_cost") or 0) * f.scale
    own, job = f.jobs.get("own_price"), f.jobs.get("job_price")
    low = high = None
    evidence = [
        f"{f.jobs.get('jobs')} jobs with {f.jobs.get('runs')} runs in {f.days} days took {shared:,.2f} {f.currency} of it."
    ]
    if own and job and job >= own:
        return None
    if own and job:
        low = shared * (1 - job / own)
        high = low + f.number("idle_cost") * f.scale
        evidence.append(f"A DBU costs {own:.3f} {f.currency} here and {job:.3f} on a job's own cluster.")
        if not worth(high):
            return None
    return finding(
        f, "jobs_on_all_purpose", f"{f.jobs.get('jobs')} jobs run on it", evidence,
        "Give the jobs clusters of their own.", low=low, high=high,
        method="Jobs' share of its DBU cost × (1 − price on a job's cluster ÷ price here); high with its idle cost."
        if high is not None else "Not assessed: this workspace paid no price for jobs on own clusters.",
    )  # fmt: skip

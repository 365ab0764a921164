"""Every kind of figure on screen: in words how it is computed, and from which query."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """A kind of figure."""

    label: str
    formula: str
    query: str
    """The query it is read with."""
    note: str = ""
    shows: Literal["prices", "machines", "none"] = "prices"
    """Which rows prove it."""


DBU_COST = "Σ usage quantity × {base} price valid at the start of each usage row"
VM_COST = (
    "Σ clusters and days: the cloud bill where there is one, else node hours × VM price (spot nodes at the spot share); "
    "split over the day's usage by DBUs"
)

FIGURES = {
    "total_cost": Figure(
        "Total cost",
        f"DBU cost + VM cost, where DBU cost = {DBU_COST}; VM cost = {VM_COST}",
        "spend/by",
        "Usage without a price is not part of it; estimated shares of shared compute are not either.",
    ),
    "dbu_cost": Figure(
        "DBU cost", DBU_COST, "spend/by", "Corrections are rows with negative quantity and count like all others."
    ),
    "vm_cost": Figure(
        "VM cost",
        VM_COST,
        "base/cluster_day",
        "Serverless compute has none: its price includes the machines.",
        "machines",
    ),
    "shared_cost": Figure(
        "Estimated shares of shared compute",
        "per cluster or warehouse and hour: billed cost × min(1, busy ÷ up) × own work ÷ all work",
        "base/shared_job_cost",
        "An estimate: billing does not know which job used an all-purpose cluster or a warehouse.",
        "none",
    ),
    "failure_cost": Figure(
        "Failure cost",
        "Σ runs: cost in the period × failed share; 1 for a run that ended FAILED, ERROR or TIMED_OUT, for a "
        "repaired run the share of its time that failed attempts took",
        "jobs/table",
    ),
    "average_per_run": Figure("Average per run", "total cost ÷ runs that did something", "jobs/table"),
    "most_expensive_run": Figure(
        "Most expensive run", "largest whole cost of a run, days outside the period included", "jobs/table"
    ),
    "run_cost": Figure(
        "Cost of a run", f"DBU cost + VM cost of all its days, where DBU cost = {DBU_COST}", "jobs/runs"
    ),
    "job_cost": Figure("Cost of a job", f"DBU cost + VM cost in the period, where DBU cost = {DBU_COST}", "jobs/table"),
    "jobs_cost": Figure(
        "Cost of jobs", f"Σ jobs: DBU cost + VM cost in the period, where DBU cost = {DBU_COST}", "jobs/table"
    ),
    "task_cost": Figure(
        "Estimated cost of a task",
        "job's cost × the task's working time ÷ working time of all tasks",
        "jobs/tasks",
        "An estimate: billing does not know tasks.",
        "none",
    ),
    "statement_cost": Figure(
        "Cost of statements",
        "per warehouse and hour: billed cost × busy ÷ on × own work ÷ all work, where work is task, compile and fetch time, and "
        "busy is the union of the statements' working times; what Databricks attributes itself is taken as it is",
        "base/statement_hours",
        "Waits weigh nothing, answers from the cache next to nothing. Hours that are not billed yet are pending.",
        "none",
    ),
    "idle_cost": Figure(
        "Idle cost of warehouses",
        "per warehouse and hour: billed cost − what statements used; statements + idle + not attributed = bill",
        "base/warehouse_hours",
        "Not attributed: hours of which neither statements nor events are known.",
        "none",
    ),
}

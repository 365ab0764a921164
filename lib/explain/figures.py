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
    shows: Literal["prices", "machines", "both", "none"] = "prices"
    """Which rows prove it: prices, machines, both, or what the page names as its inputs."""
    kind: Literal["job", "cluster", "warehouse"] | None = None
    """Made of usage that names such a thing."""


DBU_COST = "Σ usage quantity × {base} price valid at the start of each usage row"
VM_COST = (
    "Σ clusters and days: the cloud bill where there is one, else node hours × VM price (spot nodes at the spot share); "
    "split over the day's usage by DBUs"
)

SHARE = (
    "per warehouse and hour: billed cost × busy ÷ on × own work ÷ all work, where work is task, compile and fetch time, and "
    "busy is the union of the statements' working times; what Databricks attributes itself is taken as it is"
)

FIGURES = {
    "total_cost": Figure(
        "Total cost",
        f"DBU cost + VM cost, where DBU cost = {DBU_COST}; VM cost = {VM_COST}",
        "spend/by",
        "Usage without a price is not part of it; estimated shares of shared compute are not either.",
        "both",
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
    "usage_cost": Figure(
        "Cost of usage rows",
        DBU_COST,
        "spend/records_summary",
        "Machines are not usage rows, so their cost is not in it.",
    ),
    "untagged_cost": Figure(
        "Untagged",
        "Σ DBU cost + VM cost of usage without a tag of your own; those that Databricks sets do not count",
        "spend/untagged",
        shows="none",
    ),
    "run_rate": Figure(
        "The running month, projected",
        "spent on complete days ÷ those days × days of the month",
        "spend/by_overview",
        "A plain run-rate; the page Forecast knows weekdays and says how surely.",
        "none",
    ),
    "per_day": Figure("Cost per day", "cost of the usage rows ÷ days of the period", "spend/records_summary"),
    "per_record": Figure("Cost per row", "cost of the usage rows ÷ their number", "spend/records_summary"),
    # jobs
    "shared_cost": Figure(
        "Estimated shares of shared compute",
        "per cluster or warehouse and hour: billed cost × min(1, busy ÷ up) × own work ÷ all work",
        "base/shared_job_cost",
        "An estimate: billing does not know which job used an all-purpose cluster or a warehouse.",
        "none",
    ),
    "median_run": Figure(
        "Median run",
        "half of the runs that began in the period cost no more, all their days counted",
        "jobs/runs",
        kind="job",
    ),
    "failure_cost": Figure(
        "Failure cost",
        "Σ runs: cost in the period × failed share; 1 for a run that ended FAILED, ERROR or TIMED_OUT, for a "
        "repaired run the share of its time that failed attempts took",
        "jobs/table",
        kind="job",
    ),
    "average_per_run": Figure(
        "Average per run", "total cost ÷ runs that did something", "jobs/table", shows="both", kind="job"
    ),
    "most_expensive_run": Figure(
        "Most expensive run", "largest whole cost of a run, days outside the period included", "jobs/table", kind="job"
    ),
    "run_cost": Figure(
        "Cost of a run", f"DBU cost + VM cost of all its days, where DBU cost = {DBU_COST}", "jobs/runs", kind="job"
    ),
    "job_cost": Figure(
        "Cost of a job",
        f"DBU cost + VM cost in the period, where DBU cost = {DBU_COST}; VM cost = {VM_COST}",
        "jobs/table",
        shows="both",
        kind="job",
    ),
    "jobs_cost": Figure(
        "Cost of jobs",
        f"Σ jobs: DBU cost + VM cost in the period, where DBU cost = {DBU_COST}; VM cost = {VM_COST}",
        "jobs/table",
        "Usage and machines of the product Jobs that name no job are in no job's cost; the Overview has them.",
        shows="both",
        kind="job",
    ),
    "task_cost": Figure(
        "Estimated cost of a task",
        "job's cost × the task's working time ÷ working time of all tasks",
        "jobs/tasks",
        "An estimate: billing does not know tasks.",
        "none",
    ),
    # compute
    "cluster_cost": Figure(
        "Cost of clusters",
        f"DBU cost + VM cost of usage that names the cluster, where DBU cost = {DBU_COST}; VM cost = {VM_COST}",
        "clusters/fleet",
        shows="both",
        kind="cluster",
    ),
    "cluster_idle": Figure(
        "Idle cost of clusters",
        "Σ clusters and days: cost of the day × minutes after the 30th of a spell in which no node reached 5 % CPU ÷ "
        "minutes up",
        "clusters/fleet",
        "An estimate. Clusters without node minutes are not assessed and not in it.",
        "both",
        "cluster",
    ),
    "cluster_hour": Figure(
        "Cost per hour of what runs now",
        "Σ running clusters: cost of the days with node minutes ÷ hours up on them",
        "clusters/fleet",
        "An estimate from the window's days; at the size each cluster had then.",
        "none",
    ),
    "warehouse_cost": Figure(
        "Cost of SQL warehouses",
        f"{DBU_COST}, of usage that names the warehouse",
        "clusters/warehouses",
        "Serverless warehouses include their machines; those of classic and pro ones are in no table of Databricks.",
        kind="warehouse",
    ),
    "pool_waiting": Figure(
        "Cost of machines that wait in pools",
        "Σ pools: machine hours in the pool without a cluster × on-demand price of the machine",
        "clusters/pools",
        "An estimate: the cloud bills these machines, Databricks does not.",
        "none",
    ),
    "saving": Figure(
        "Saving of recommendations",
        "Σ things: the best of what is recommended for each, low to high, and never more than the thing costs",
        "clusters/fleet",
        "Each recommendation says its own method. What later bills show is the verified saving.",
        "none",
    ),
    "verified_saving": Figure(
        "Verified saving",
        "(cost a day before the change − cost a day after it) × 30, from complete days of the bills",
        "clusters/object_days",
        shows="none",
    ),
    # queries
    "warehouse_bill": Figure(
        "What SQL warehouses cost",
        f"statements + idle + not attributed = {DBU_COST}, of usage of SQL warehouses",
        "statements/bill",
        kind="warehouse",
    ),
    "statement_cost": Figure(
        "Cost of statements",
        SHARE,
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
    "wasted_cost": Figure(
        "Cost of failed and canceled statements",
        f"Σ statements that ended FAILED or CANCELED: {SHARE}",
        "statements/by",
        shows="none",
    ),
    "run_of_query": Figure(
        "Cost of a run of a query", f"cost of its statements ÷ runs; cost: {SHARE}", "statements/shapes", shows="none"
    ),
    "query_saving": Figure(
        "Saving of query findings",
        "Σ queries: the best finding of each, as a share of what the query cost in 30 days, low to high",
        "statements/shapes",
        "Each finding says its own method and how sure it is.",
        "none",
    ),
    "mean_statement": Figure(
        "Cost per statement",
        "cost of SQL warehouses ÷ statements: a mean, not what one statement cost",
        "overview/priorities",
        kind="warehouse",
    ),
    "space_cost": Figure(
        "Cost of Genie spaces", f"Σ statements that a space ran: {SHARE}", "genie/space_use", shows="none"
    ),
    # plans
    "forecast": Figure(
        "Forecast",
        "Σ days ahead: expected cost of each day, by the method that missed least on the past; the 95 % band is as wide as "
        "what that method missed by",
        "watch/daily",
        "Computed from the daily costs of the ledger; days that may still grow are left out (docs/statistics.md).",
        "none",
    ),
    "month_end": Figure(
        "Cost of the whole month",
        "cost of the month's complete days + expected cost of each day that is left",
        "watch/daily",
        "Computed from the daily costs of the ledger (docs/statistics.md).",
        "none",
    ),
    "budget_spent": Figure(
        "Spent of a budget",
        "Σ days of the budget's period: DBU cost + VM cost of what the budget is for, days that may still grow included",
        "watch/daily",
        shows="none",
    ),
    "budget_end": Figure(
        "Expected end of a budget",
        "spent + expected cost of each day that is left of its period",
        "watch/daily",
        "The forecast's method and its measured error are on the page Forecast.",
        "none",
    ),
    "anomaly": Figure(
        "Cost beyond what was expected",
        "Σ its days: cost − expected cost, where expected is the middle of what the days before let expect",
        "watch/daily",
        "The method and its measured quality: docs/statistics.md.",
        "none",
    ),
}

"""The checks of the Data trust page. Each is a small pure function from evidence to a finding."""

from collections import defaultdict
from decimal import Decimal

from lib.spend.formatting import money, percent, plural
from lib.trust.check import Check, Evidence, Finding, Verdict

OK, WARN, CRITICAL = Verdict.OK, Verdict.WARN, Verdict.CRITICAL
USAGE = "system.billing.usage"
PRICES = "system.billing.list_prices"
HALF_A_CENT = Decimal("0.005")


def _reconciled(e: Evidence) -> Finding:
    if e.differences:
        return Finding(
            CRITICAL,
            f"{plural(len(e.differences), 'figure')} of bill and ledger differ.",
            tuple(map(str, e.differences[:20])),
        )
    total = sum((day["bill_list_cost"] or Decimal(0) for day in e.days if day["currency"] == e.currency), Decimal(0))
    rows = sum(day["usage_records"] for day in e.days if day["currency"] == e.currency)
    return Finding(
        OK, f"{rows:,} usage rows and {money(total, e.currency)} of list cost are the same in bill and ledger."
    )


def _parts_add_up(e: Evidence) -> Finding:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for part in e.parts:
        sums[part["way"]] += part["list_cost"] or 0
    if not sums:
        return Finding(OK, "There is no usage in this period.")
    spread = max(sums.values()) - min(sums.values())
    said = tuple(f"Σ {way} = {amount:,.4f} {e.currency}" for way, amount in sorted(sums.items()))
    verdict = CRITICAL if spread > HALF_A_CENT else OK
    return Finding(
        verdict, f"{len(sums)} ways to take the bill apart differ by {spread:.4f} {e.currency} at most.", said
    )


def _no_fan_out(e: Evidence) -> Finding:
    more = [day for day in e.days if day["priced_records"] != day["usage_records"]]
    rows = sum(day["usage_records"] for day in e.days if day["currency"] == e.currency)
    if more:
        days = tuple(f"{d['usage_date']}: {d['usage_records']} rows became {d['priced_records']}" for d in more[:20])
        return Finding(CRITICAL, f"On {plural(len(more), 'day')} a usage row met more or less than one price.", days)
    return Finding(OK, f"Each of {rows:,} usage rows appears once after pricing.")


def _all_priced(e: Evidence) -> Finding:
    if not e.unpriced:
        return Finding(OK, f"Every usage row has a price in {e.currency}.")
    lines = tuple(
        f"{u['sku_name']} ({u['cloud']}): {u['unpriced_quantity']:,.2f} {u['usage_unit']}"
        + (f", priced in {u['priced_in']} only" if u["priced_in"] else "")
        for u in e.unpriced
    )
    return Finding(
        WARN, f"{len(e.unpriced)} SKUs have no price in {e.currency}: their cost is unknown, not zero.", lines
    )


def _price_windows(e: Evidence) -> Finding:
    p = e.prices
    said = (
        f"{plural(p['prices'], 'price')}: {plural(p['overlaps'], 'overlap')}, {plural(p['gaps'], 'gap')}, "
        f"{p['stated_twice']} stated twice"
    )
    if p["overlaps"] or p["stated_twice"]:
        return Finding(WARN, f"{said}. The later window wins, a price stated twice counts once.")
    if p["gaps"]:
        return Finding(WARN, f"{said}. Usage in a gap is unpriced.")
    return Finding(OK, f"{said}; seams of a second or less that were closed: {p['closed_gaps']:,}.")


def _coverage(e: Evidence) -> Finding:
    u = e.usage
    if not u["days"]:
        return Finding(WARN, "There is no usage in this period.")
    expected = (u["last_day"] - u["first_day"]).days + 1
    absent = expected - u["days"]
    said = f"{plural(u['days'], 'day')} with usage between {u['first_day']} and {u['last_day']}"
    return (
        Finding(WARN, f"{said}; on {plural(absent, 'day')} there is none.")
        if absent
        else Finding(OK, f"{said}; none is missing.")
    )


def _fresh(e: Evidence) -> Finding:
    stale = []
    newest = e.as_of.today
    for table, source in e.sources.items():
        last = source["last_time"]
        if table in DAILY and last is not None and (newest - last.date()).days > 2:
            stale.append(f"{table}: newest row of {last:%Y-%m-%d %H:%M} UTC")
    said = f"Usage arrived until {newest}; days from {e.as_of.complete_until} on may still grow."
    if stale:
        return Finding(WARN, f"{said} More than two days behind: {plural(len(stale), 'source')}.", tuple(stale))
    return Finding(OK, said)


DAILY = frozenset(
    (
        USAGE,
        "system.lakeflow.job_run_timeline",
        "system.lakeflow.job_task_run_timeline",
        "system.compute.node_timeline",
        "system.query.history",
    )
)
"""Sources that get rows every day."""


def _missing_tables(e: Evidence) -> Finding:
    needed = {table: what for table, what in NEEDED.items() if table in e.missing}
    if not needed:
        return Finding(OK, f"All {len(NEEDED)} tables that these pages read are there.")
    lines = tuple(f"{table}: {what}" for table, what in needed.items())
    verdict = CRITICAL if USAGE in needed or PRICES in needed else WARN
    return Finding(verdict, f"{plural(len(needed), 'table')} missing: what needs them is not assessed.", lines)


NEEDED = {
    USAGE: "no cost at all",
    PRICES: "no money, quantities only",
    "system.lakeflow.jobs": "jobs have no names",
    "system.lakeflow.job_run_timeline": "no results, durations and attempts of runs",
    "system.lakeflow.job_task_run_timeline": "no tasks, no shares of all-purpose clusters",
    "system.compute.clusters": "clusters have no names; spot is not known",
    "system.compute.node_timeline": "VM cost is inferred from DBUs only",
    "system.compute.warehouses": "warehouses have no names",
    "system.compute.warehouse_events": "on-time of warehouses is not known",
    "system.query.history": "no shares of warehouses",
    "system.access.workspaces_latest": "workspaces have no names",
}
"""Tables the pages read, and what is lost without each."""


def _duplicates(e: Evidence) -> Finding:
    extra = e.usage["records"] - e.usage["distinct_records"]
    if extra:
        return Finding(
            CRITICAL, f"{extra:,} of {e.usage['records']:,} usage rows repeat a record_id: they count twice."
        )
    return Finding(OK, f"Each of {e.usage['records']:,} record ids occurs once.")


def _corrections(e: Evidence) -> Finding:
    u = e.usage
    share = u["corrected_share"] or 0.0
    said = (
        f"{plural(u['corrections'], 'correction row')} ({percent(share)} of all), "
        f"{plural(u['lone_retractions'], 'retraction')} without a restatement"
    )
    return Finding(WARN if share > 0.05 else OK, f"{said}; all of them are part of every total.")


def _orphans(e: Evidence) -> Finding:
    o = e.objects
    lost = (o["orphan_clusters"] or 0) + (o["orphan_warehouses"] or 0)
    said = (
        f"{o['orphan_clusters'] or 0:,} of {o['clusters']:,} clusters and {o['orphan_warehouses'] or 0:,} of {o['warehouses']:,} "
        "warehouses of the bill are unknown to their tables"
    )
    known = o["clusters"] + o["warehouses"]
    return Finding(WARN if known and lost / known > 0.1 else OK, f"{said}; they are shown by id.")


def _unnamed_jobs(e: Evidence) -> Finding:
    o = e.objects
    if not o["jobs"]:
        return Finding(OK, "No job has cost in this period.")
    share = (o["unlisted_job_cost"] or 0) / o["job_cost"] if o["job_cost"] else 0
    said = (
        f"{o['unlisted_jobs'] or 0:,} of {o['jobs']:,} jobs ({percent(share)} of the job cost) are not in system.lakeflow.jobs; "
        f"{o['unnamed_jobs'] or 0:,} have no name at all"
    )
    return Finding(WARN if share > 0.2 else OK, f"{said}. One-time submits never are.")


def _workspaces(e: Evidence) -> Finding:
    o = e.objects
    cost = o["unlisted_workspace_cost"] or 0
    said = (
        f"{o['unlisted_workspaces'] or 0:,} of {o['workspaces']:,} workspaces with cost are not listed any more "
        f"({money(cost, e.currency)}); {e.usage['no_workspace']:,} usage rows name no workspace"
    )
    return Finding(WARN if o["unlisted_workspaces"] else OK, f"{said}. All of it is in the totals.")


def _regions(e: Evidence) -> Finding:
    o = e.objects
    unseen = o["workspaces"] - o["workspaces_with_clusters"]
    said = f"Compute tables know clusters of {o['workspaces_with_clusters']} of {o['workspaces']} workspaces with cost"
    if unseen > o["workspaces"] / 2:
        return Finding(WARN, f"{said}: the others are in other regions, or have serverless compute only.")
    return Finding(OK, f"{said}.")


def _machines(e: Evidence) -> Finding:
    v = e.vm
    if not v["cluster_days"]:
        return Finding(OK, "No classic cluster ran in this period.")
    hours = v["node_hours"] + v["inferred_hours"]
    inferred = v["inferred_hours"] / hours if hours else 0
    said = (
        f"{v['cluster_days']:,} cluster days: {v['billed_days']:,} billed, {v['estimated_days']:,} estimated, "
        f"{v['unknown_days']:,} unknown; {percent(inferred)} of the node hours are inferred from DBUs, "
        f"{v['unrated_hours']:,.0f} hours are of node types without a price"
    )
    bad = (
        v["unknown_days"] / v["cluster_days"] > 0.05 or inferred > 0.5 or (hours and v["unrated_hours"] / hours > 0.05)
    )
    return Finding(WARN if bad else OK, said + ".")


def _unmatched(e: Evidence) -> Finding:
    v = e.vm
    cost = money(v["machines_only_cost"] or 0, e.currency)
    said = (
        f"{v['machines_only_days']:,} cluster days have machines and no DBUs ({cost}), "
        f"{v['unknown_days']:,} have DBUs and no machines"
    )
    odd = v["machines_only_days"] + v["unknown_days"]
    return Finding(
        WARN if v["cluster_days"] and odd / v["cluster_days"] > 0.05 else OK, f"{said}; both are in the totals."
    )


def _rows_in_shape(e: Evidence) -> Finding:
    u = e.usage
    said = (
        f"{u['outside_hours']:,} rows are longer than an hour, {u['wrong_date']:,} carry another date than their start"
    )
    return Finding(WARN if u["wrong_date"] else OK, said + ".")


def _owners(e: Evidence) -> Finding:
    u = e.usage
    share = u["no_owner"] / u["records"] if u["records"] else 0
    return Finding(
        WARN if share > 0.3 else OK, f"{percent(share)} of the usage rows name nobody; they are kept as one group."
    )


CHECKS = (
    Check(
        "reconciled",
        "Ledger equals bill",
        "Every page reads the ledger: what it lost or doubled is wrong everywhere.",
        "Run `python -m lib refresh --full`; if it stays, report the lines.",
        _reconciled,
        (USAGE,),
    ),
    Check(
        "parts",
        "Parts add up",
        "A total whose parts do not add up cannot be explained to anybody.",
        "Report the lines: this is a fault of Lakeledger.",
        _parts_add_up,
        (USAGE,),
    ),
    Check(
        "fan_out",
        "One price per usage row",
        "A row that meets two prices is paid twice in every figure.",
        "Look for prices stated twice in system.billing.list_prices.",
        _no_fan_out,
        (USAGE, PRICES),
    ),
    Check(
        "unpriced",
        "All usage has a price",
        "Usage without a price is missing from every amount of money.",
        "New and private SKUs get their price later; ask Databricks for it, or add an account price.",
        _all_priced,
        (USAGE, PRICES),
    ),
    Check(
        "price_windows",
        "Price history is seamless",
        "Gaps leave usage unpriced, overlaps would pay it twice.",
        "Load system.billing.list_prices again, whole.",
        _price_windows,
        (PRICES,),
    ),
    Check(
        "coverage",
        "No day is missing",
        "A day without rows looks like a saving.",
        "Export the missing days again and load them.",
        _coverage,
        (USAGE,),
    ),
    Check(
        "fresh",
        "Sources are fresh",
        "A source that lags makes the newest days look cheap or idle.",
        "Load newer exports, or check the job that writes them.",
        _fresh,
        (USAGE,),
    ),
    Check(
        "tables",
        "All tables are there",
        "A missing table is a blind spot, never a zero.",
        "Export the table, or have it granted: GRANT SELECT ON SCHEMA system.<schema> TO `<principal>`.",
        _missing_tables,
    ),
    Check(
        "duplicates",
        "No usage row twice",
        "A row loaded twice is paid twice.",
        "Load the files again: loading the same record twice keeps one.",
        _duplicates,
        (USAGE,),
    ),
    Check(
        "corrections",
        "Corrections are counted",
        "Databricks corrects usage later: totals without corrections are off.",
        "Nothing: they are in. A high share means the newest days will still move.",
        _corrections,
        (USAGE,),
    ),
    Check(
        "orphans",
        "Objects are known",
        "Cost of unknown ids cannot be given to anybody.",
        "Load system.compute.clusters and warehouses of every region.",
        _orphans,
        (USAGE, "system.compute.clusters"),
    ),
    Check(
        "job_names",
        "Jobs have names",
        "People look for names, not ids.",
        "Load system.lakeflow.jobs of every region.",
        _unnamed_jobs,
        (USAGE, "system.lakeflow.jobs"),
    ),
    Check(
        "workspaces",
        "Workspaces are listed",
        "Deleted workspaces still cost; a join would drop them.",
        "Nothing: they are shown by id.",
        _workspaces,
        (USAGE, "system.access.workspaces_latest"),
    ),
    Check(
        "regions",
        "Regions are covered",
        "Compute, query and job tables hold one region each; billing holds all.",
        "Load the regional tables of the other regions too.",
        _regions,
        (USAGE, "system.compute.clusters"),
    ),
    Check(
        "machines",
        "VM cost is known",
        "Classic compute costs VMs that Databricks does not bill.",
        "Configure a cloud bill (docs/prices.md), or add VM prices.",
        _machines,
        (USAGE,),
    ),
    Check(
        "unmatched",
        "Machines match DBUs",
        "Machines without DBUs idle in pools or belong to no job; DBUs without machines look too cheap.",
        "Load the missing days of the cloud bill or of the node timeline.",
        _unmatched,
        (USAGE,),
    ),
    Check(
        "shape",
        "Usage rows are in shape",
        "Rows with another date than their start land on the wrong day.",
        "Check the export; dates are UTC.",
        _rows_in_shape,
        (USAGE,),
    ),
    Check(
        "owners",
        "Usage names a person",
        "Cost of nobody cannot be acted on.",
        "Give jobs a run-as and warehouses an owner.",
        _owners,
        (USAGE,),
    ),
)

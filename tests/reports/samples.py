"""Believable reports for the tests: job frames of any size, names in many scripts, amounts of all sorts."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pandas as pd

from lib.reports.content import Card, Cards, Chart, ColumnSpec, Note, Paragraph, Report, Section, Table
from lib.spend import palette

START = date(2026, 6, 1)
PRODUCTS = ("JOBS", "ALL_PURPOSE", "SQL", "DLT")
NAMES = (
    "nightly_etl",
    "prod_data_platform_customer_orders_enrichment_and_deduplication_nightly_incremental_v2_backfill_eu-west-1",
    "日次売上集計ジョブ_本番",
    "每日销售汇总作业",
    "매일 매출 집계",
    "تقرير المبيعات اليومي",
    "Ночной расчёт продаж",
    "<b>bold</b> & <font color='red'>red</font> {{7*7}}",
    "🚀 rocket ✅",
    "Ελληνική αναφορά",
)
COLUMNS = (
    ColumnSpec("job_name", "Job", width=2),
    ColumnSpec("workspace", "Workspace"),
    ColumnSpec("owner", "Owner"),
    ColumnSpec("runs", "Runs", "count"),
    ColumnSpec("success_share", "Success rate", "percent"),
    ColumnSpec("dbus", "DBUs", "dbus"),
    ColumnSpec("cost", "DBU cost", "money"),
    ColumnSpec("vm_cost", "VM cost", "money", estimate=True),
    ColumnSpec("total_cost", "Total cost", "money"),
    ColumnSpec("p50", "Cost per run p50", "money"),
    ColumnSpec("p95", "Cost per run p95", "money"),
    ColumnSpec("trend", "Trend", "trend"),
    ColumnSpec("change", "Change", "change"),
)


def job_frame(count: int) -> pd.DataFrame:
    """One row per job, the costliest first; every seventh is unpriced, one is a pure correction."""
    rows = []
    for index in range(count):
        cost = Decimal(900_000 - index * 137) / 997 if index != 3 else Decimal("-41.237")
        unpriced = index % 7 == 5
        vm = cost * Decimal("0.37")
        rows.append(
            {
                "job_name": NAMES[index]
                if index < len(NAMES)
                else f"job_{index:05d}_{'load' if index % 3 else 'transform'}",
                "workspace": ("production-eu", "analytics", "staging")[index % 3],
                "owner": f"user{index % 40}@example.com",
                "runs": 30 + index % 11,
                "success_share": 1 - (index % 5) / 50,
                "dbus": Decimal(index * 7 % 900) + Decimal("0.25"),
                "cost": None if unpriced else cost,
                "vm_cost": vm,
                "total_cost": None if unpriced else cost + vm,
                "p50": None if unpriced else (cost + vm) / 30,
                "p95": None if unpriced else (cost + vm) / 11,
                "trend": [float((index * step * 7919) % 23) for step in range(1, 15)],
                "change": None if index % 6 == 0 else (index % 9 - 4) / 20,
            }
        )
    return pd.DataFrame(rows, columns=[column.name for column in COLUMNS])


def total_of(frame: pd.DataFrame, *names: str) -> dict[str, Decimal]:
    """Exact sums of columns; missing amounts add nothing."""
    return {name: sum((Decimal(value) for value in frame[name].dropna()), Decimal(0)) for name in names}


def daily_frame(days: int = 30) -> pd.DataFrame:
    """One row per (day, product), cost."""
    return pd.DataFrame(
        [
            {
                "usage_date": START + timedelta(days=day),
                "product": product,
                "cost": Decimal(400 - 90 * at) + Decimal((day * 37 + at * 11) % 60) * (day % 7 < 5),
            }
            for day in range(days)
            for at, product in enumerate(PRODUCTS)
        ]
    )


def run_frame(count: int = 90) -> pd.DataFrame:
    """One row per run of one job."""
    return pd.DataFrame(
        [
            {
                "run_id": str(900_000_000_000 + index),
                "start_time": datetime(2026, 6, 1, 2, 5, tzinfo=UTC) + timedelta(hours=8 * index),
                "state": "FAILED" if index % 17 == 9 else "CANCELLED" if index % 41 == 30 else "SUCCEEDED",
                "duration_s": 1800 + (index * 613) % 2400,
                "total_cost": Decimal(2200 + (index * 97) % 1400) / 100,
            }
            for index in range(count)
        ]
    )


def jobs_sample(count: int = 60) -> Report:
    """A report like that of the Jobs page."""
    frame = job_frame(count)
    daily = daily_frame()
    by_product = daily.groupby("product", sort=False, as_index=False)["cost"].sum()
    total = total_of(frame, "dbus", "cost", "vm_cost", "total_cost") | {
        "runs": int(frame["runs"].sum()) if count else 0
    }
    charts = (
        Chart(
            "Spend by day", "stacked_days", daily, "usage_date", "cost", "product",
            alt="Cost of each day by product; the dashed line is the period before.",
            colours=palette.PRODUCTS, incomplete_since=date(2026, 6, 29),
            previous=daily.groupby("usage_date", as_index=False)["cost"].sum(),
        ),
        Chart("Where the cost went", "donut", by_product, "product", "cost", half=True, colours=palette.PRODUCTS),
        Chart("Costliest jobs", "bars", frame.head(8), "job_name", "total_cost", half=True),
    )  # fmt: skip
    cards = Cards(
        (
            Card(
                "Total cost",
                "$1,234,567.89",
                "+$12.3k · +18.3 % vs previous 30 days",
                "DBU $900k + VM $334k est.",
                "bad",
            ),
            Card("Jobs", "1,204", "no change"),
            Card("Runs", "36,120", "+210 · +0.6 %"),
            Card("Average per run", "$34.18", "−$1.02 · −2.9 %", tone="good"),
            Card("Costliest run", "$2,204.10", note="nightly_etl, 12 June 2026"),
            Card("Failure cost", "$4,310.22", "+$310 · +7.7 %", "0.3 % of total cost", "bad"),
        )
    )
    return Report(
        title="Job costs",
        subtitle="What each job cost, and which ones changed",
        filters_in_words=(
            ("Period", "1–30 June 2026, UTC"),
            ("Compared with", "2–31 May 2026, UTC"),
            ("Workspaces", "production-eu, analytics, staging"),
            ("Job name contains", "etl <b>"),
        ),
        as_of="28 June 2026",
        source="Demo account",
        base_label="List prices, USD",
        sections=(
            Section("", (cards, *charts)),
            Section(
                "Jobs",
                (Table("", frame, COLUMNS, total if count else None, note="Sorted by total cost."),),
                new_page=True,
            ),
        ),
        footnotes=(
            "Cost is usage × list price valid at the start of each usage record; VM cost is estimated from node time.",
            "9 jobs hold usage without a price. It is shown as unpriced and is in no total.",
        ),
    )


def job_sample() -> Report:
    """A report like that of one job's page."""
    runs = run_frame()
    split = pd.DataFrame({"part": ["DBU", "VM (est.)", "Warehouse share (est.)"], "cost": [812.44, 301.2, 77.05]})
    columns = (
        ColumnSpec("start_time", "Started", "moment"),
        ColumnSpec("run_id", "Run", "id"),
        ColumnSpec("state", "Result", "state"),
        ColumnSpec("duration_s", "Duration", "duration"),
        ColumnSpec("total_cost", "Total cost", "money"),
    )
    return Report(
        title=NAMES[2],
        subtitle="Job 123456789 in production-eu, owned by user1@example.com",
        filters_in_words=(("Period", "1–30 June 2026, UTC"),),
        as_of="28 June 2026",
        source="Demo account",
        base_label="List prices, USD",
        sections=(
            Section(
                "",
                (
                    Chart("Runs", "run_history", runs, "start_time", "total_cost", "state", y2="duration_s",
                          alt="Cost and duration of each run in the order they started."),
                    Chart("Cost split", "donut", split, "part", "cost", half=True),
                    Chart("Products", "line", daily_frame(), "usage_date", "cost", "product", half=True),
                    Note("Two runs have no price yet.", "warning"),
                    Paragraph("The job moved to another cluster on 12 June 2026."),
                    Table("Runs", runs, columns, total_of(runs, "total_cost")),
                ),
            ),
        ),
    )  # fmt: skip


def empty_sample() -> Report:
    """A report of filters that match nothing."""
    full = jobs_sample(0)
    nothing = daily_frame().head(0)
    chart = Chart("Spend by day", "stacked_days", nothing, "usage_date", "cost", "product")
    parts = Chart("Where the cost went", "donut", nothing, "product", "cost", half=True)
    ranking = Chart("Costliest jobs", "bars", job_frame(0), "job_name", "total_cost", half=True)
    return Report(
        title=full.title,
        filters_in_words=full.filters_in_words,
        sections=(
            Section("", (Note("No job ran in this period with these filters."), chart, parts, ranking)),
            Section("Jobs", (Table("", job_frame(0), COLUMNS),)),
        ),
        footnotes=full.footnotes,
    )

"""What a cost is made of: its parts as a donut, and each part one step deeper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from lib.jobs.job import JobView
from lib.spend import formatting, palette
from lib.spend.filters import Filters
from lib.ui import theme
from lib.ui.charts import draw, parts
from lib.ui.columns import Column
from lib.ui.table import Row, Table


@dataclass(frozen=True)
class Part:
    """One part of a job's cost, and the table one step deeper."""

    key: str
    label: str
    amount: float | None
    estimate: bool = False


def of(dbu: float | None, vm: float | None, vm_basis: str | None, shared: pd.DataFrame) -> list[Part]:
    """DBU, VM, and the estimated shares of shared compute, those that there are."""
    found = [Part("dbu", "DBU cost", dbu), Part("vm", f"VM cost ({vm_basis})" if vm_basis else "VM cost", vm)]
    for key, kind, label in (
        ("all_purpose_share", "cluster", "Share of all-purpose clusters"),
        ("warehouse_share", "warehouse", "Share of SQL warehouses"),
    ):
        rows = shared[shared["resource_kind"].str.lower().str.contains(kind)]
        if len(rows):
            found.append(Part(key, f"{label} (estimated)", float(rows["shared_cost"].sum()), estimate=True))
    return [part for part in found if not formatting.missing(part.amount)]


def split(found: list[Part], filters: Filters, *, total: float | None, key: str) -> str | None:
    """The donut of the parts; the key of the slice that was clicked just now."""
    if not found:
        st.caption("No usage with a price has arrived.")
        return None
    frame = pd.DataFrame([(part.key, part.amount) for part in found], columns=["part", "amount"])
    folded = parts.folded(frame, name="part", value="amount")
    labels = {part.key: part.label for part in found}
    spec = parts.donut(
        folded,
        name="part",
        value="amount",
        total=formatting.money_short(total, filters.currency),
        currency=filters.currency,
        theme=theme.current(),
        colours=palette.COST_PARTS,
        labels=labels,
        caption="total" if not any(part.estimate for part in found) else "total, without shares",
    )
    said = [f"{labels[p]} {formatting.percent(s)}" for p, s in zip(folded["part"], folded["share"], strict=True)]
    alt = "Parts of the cost: " + (", ".join(said) or "none")
    picked = draw.clicked(spec, key=f"split-{key}", alt=alt, height=220)
    return None if picked is None or picked >= len(folded) else str(folded["part"][picked])


def listed(found: list[Part], filters: Filters, *, key: str) -> Table:
    """The parts with their amounts; estimates are marked."""
    frame = pd.DataFrame([(part.key, part.label, part.amount) for part in found], columns=["part", "label", "amount"])
    estimates = {part.key for part in found if part.estimate}

    def extra(row: Row, column: Column) -> Mapping[str, Any]:
        if column.name == "label":
            return {"colour": palette.COST_PARTS[row["part"]]}
        return {"estimate": True, "hover": "Estimated; not part of the total"} if row["part"] in estimates else {}

    columns = (Column("label", "Part", phone=True), Column("amount", "Cost", "money", phone=True))
    return Table(
        frame, columns, filters.currency, key, "Parts of the cost", bare=True, headless=True, extra=extra, empty=" "
    )


SKU_COLUMNS = (
    Column("sku_name", "SKU", phone=True, about="Stock keeping unit: what Databricks charges for"),
    Column("product_words", "Product"),
    Column("usage_quantity", "Quantity", "dbus"),
    Column("usage_unit", "Unit"),
    Column("price_source", "Price from", missing="unpriced"),
    Column("cost", "DBU cost", "money", phone=True),
    Column("vm_cost", "VM cost", "money", missing="none"),
)
TASK_COLUMNS = (
    Column("task_key", "Task", phone=True),
    Column("task_runs", "Runs", "count"),
    Column("failed_task_runs", "Failed", "count"),
    Column("work_s", "Working time", "duration"),
    Column("work_share", "Share of time", "percent"),
    Column(
        "estimated_cost",
        "Cost by time",
        "money",
        phone=True,
        estimate=True,
        missing=formatting.NONE,
        about="Estimated: the job's cost × the task's share of the working time",
    ),
)
SHARED_COLUMNS = (
    Column("name", "Shared compute", phone=True),
    Column("resource_kind", "Kind", "badge"),
    Column("work_s", "Working time", "duration"),
    Column(
        "shared_cost",
        "Share of its cost",
        "money",
        phone=True,
        estimate=True,
        about="Estimated: busy cost of each hour × own work ÷ all work; not part of the total",
    ),
)


DEEPER = {"skus": "SKUs", "tasks": "Tasks", "shared": "Shared compute"}


def control() -> str:
    """Which part is opened; kept in the address as `part`."""
    now = st.query_params.get("part", "skus")
    st.session_state["part"] = now if now in DEEPER else "skus"

    def choose() -> None:
        st.query_params["part"] = st.session_state["part"]

    st.segmented_control(
        "Broken down by",
        list(DEEPER),
        format_func=DEEPER.__getitem__,
        key="part",
        on_change=choose,
        required=True,
        label_visibility="collapsed",
    )
    return str(st.session_state["part"])


def go_deeper(part: str | None) -> None:
    """Open the part of the slice that was clicked."""
    if part:
        st.query_params["part"] = "shared" if part.endswith("_share") else "skus"


def breakdown(view: JobView, chosen: str) -> Table:
    """One step deeper into a part of the cost: its SKUs, tasks, or shared compute."""
    currency = view.filters.currency
    if chosen == "tasks":
        return Table(
            view.tasks,
            TASK_COLUMNS,
            currency,
            "tasks",
            "Tasks and their share of the cost",
            sort="-work_s",
            total={"task_key": "All tasks", "work_s": view.tasks["work_s"].sum(), "estimated_cost": view.total_cost},
            empty="No task of this job ran in the period.",
            page_size=10,
        )
    if chosen == "shared":
        rows = view.shared.assign(name=view.shared["resource_name"].fillna(view.shared["resource_id"]))
        return Table(
            rows,
            SHARED_COLUMNS,
            currency,
            "shared",
            "Shared compute that the job's tasks used",
            sort="-shared_cost",
            total={"name": "All", "shared_cost": view.shared_cost},
            page_size=10,
            empty="Its tasks used no shared cluster and no SQL warehouse.",
        )
    rows = view.skus.assign(product_words=[formatting.product(name) for name in view.skus["product"]])
    return Table(
        rows,
        SKU_COLUMNS,
        currency,
        "skus",
        "SKUs that the job used",
        sort="-cost",
        page_size=10,
        extra=sku_extra,
        total={"sku_name": "All SKUs", "cost": view.dbu_cost, "vm_cost": view.vm_cost},
        empty="The job used nothing in this period.",
    )


def sku_extra(row: Row, column: Column) -> Mapping[str, Any]:
    """Unpriced lines show their quantity, never an amount."""
    if column.name == "cost" and formatting.missing(row["cost"]) and row["usage_quantity"]:
        return {"text": formatting.unpriced(row["usage_quantity"], str(row["usage_unit"]))}
    return {}

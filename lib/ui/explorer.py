"""The Explorer's choices and pictures: a measure by one or two dimensions."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib.explorer.by import DIMENSIONS, TAG, Spend
from lib.spend import formatting, palette
from lib.spend.filters import Filters
from lib.ui import address, rankings, session, theme
from lib.ui.address import Options
from lib.ui.charts import draw, tree
from lib.ui.columns import Column, Kind
from lib.ui.table import Row, Table

MEASURES: dict[str, tuple[str, Kind]] = {
    "total_cost": ("Total cost", "money"),
    "cost": ("DBU cost", "money"),
    "vm_cost": ("VM cost", "money"),
    "list_cost": ("List cost", "money"),
    "contract_cost": ("Contract cost", "money"),
    "dbus": ("DBUs", "dbus"),
}
SHAPES = {"treemap": "Treemap", "sunburst": "Sunburst"}
NAMES = {
    "day": "Day",
    "week": "Week",
    "month": "Month",
    "product": "Product",
    "sku": "SKU",
    "workspace": "Workspace",
    "cloud": "Cloud",
    "serverless": "Compute",
    "job": "Job",
    "cluster": "Cluster",
    "warehouse": "SQL warehouse",
    "pipeline": "Pipeline",
    "endpoint": "Serving endpoint",
    "app": "App",
    "owner": "Owner",
}
NONE = "\x1fnone"
"""Key of rows that have no value in a dimension."""


@dataclass(frozen=True)
class Choice:
    """What the reader looks at."""

    measure: str
    by: str
    then: str
    """Empty: one dimension only."""
    shape: str

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions, outermost first."""
        return (self.by, self.then) if self.then else (self.by,)

    def words(self, value: float, currency: str) -> str:
        """A value of the measure in words."""
        kind = MEASURES[self.measure][1]
        return formatting.money(value, currency) if kind == "money" else f"{formatting.dbus(value)} DBU"


def label(dim: str) -> str:
    """A dimension's name."""
    return f"Tag {dim.removeprefix(TAG)}" if dim.startswith(TAG) else NAMES.get(dim, dim or "Nothing more")


def report_of(choice: Choice) -> dict[str, str]:
    """The report that shows the same."""
    return {"kind": "explorer", "by": choice.by, "then": choice.then}


def choose(options: Options) -> Choice:
    """The controls; what they say is in the address as `measure`, `by`, `then`, `shape`."""
    dims = (*DIMENSIONS, *(f"{TAG}{key}" for key in options.tags))
    now = Choice(
        _one("measure", tuple(MEASURES), "total_cost"),
        _one("by", dims, "product"),
        _one("then", ("", *dims), "workspace" if st.query_params.get("by") != "workspace" else ""),
        _one("shape", tuple(SHAPES), "treemap"),
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "Measure",
            list(MEASURES),
            format_func=lambda name: MEASURES[name][0],
            width=160,
            **_bound("measure", now.measure),
        )
        st.selectbox("By", dims, format_func=label, width=190, **_bound("by", now.by))
        st.selectbox(
            "Then by",
            [dim for dim in ("", *dims) if dim != now.by],
            format_func=label,
            width=190,
            **_bound("then", now.then if now.then != now.by else ""),
        )
        st.segmented_control(
            "Shape", list(SHAPES), format_func=SHAPES.__getitem__, required=True, **_bound("shape", now.shape)
        )
    return Choice(now.measure, now.by, now.then if now.then != now.by else "", now.shape)


def _one(name: str, allowed: tuple[str, ...], default: str) -> str:
    value = st.query_params.get(name, default)
    if value in allowed:
        return value
    st.warning(
        f"**{name}** in the address is not one of the choices; {label(default).lower()} is used.",
        icon=":material/link_off:",
    )
    return default


def _bound(name: str, value: str) -> dict[str, Any]:
    key = f"explorer-{name}"
    st.session_state[key] = value

    def changed() -> None:
        st.query_params[name] = st.session_state[key]

    return {"key": key, "on_change": changed}


def prepared(spend: Spend) -> pd.DataFrame:
    """The rows with an id and a label for each dimension: `id1`, `label1`, `id2`, `label2`."""
    rows = spend.frame.copy()
    for number, dim in enumerate(spend.dims, 1):
        keys = rows[f"key{number}"]
        scoped = dim in ("job", "cluster", "warehouse", "pipeline", "endpoint", "app")
        spaces = rows["workspace_id"].fillna("") if scoped else ""
        rows[f"id{number}"] = (keys.fillna(NONE) + ("@" + spaces if scoped else "")).astype(str)
        rows[f"label{number}"] = [_label(dim, key, name) for key, name in zip(keys, rows[f"name{number}"], strict=True)]
    return rows


def _label(dim: str, key: Any, name: Any) -> str:
    if formatting.missing(key):
        return f"no {label(dim).lower()}" if dim not in rankings.NOBODY else rankings.NOBODY[dim]
    if dim == "product":
        return formatting.product(str(key))
    if dim == "serverless":
        return "Serverless" if str(key) == "true" else "Classic"
    return str(key if formatting.missing(name) else name)


def picture(rows: pd.DataFrame, choice: Choice, currency: str) -> list[str]:
    """The treemap or sunburst; the path of the node that was clicked."""
    levels = [(f"id{number}", f"label{number}") for number in range(1, len(choice.dims) + 1)]
    small = tree.folded(rows, levels=levels, value=choice.measure)
    nodes = tree.nodes(small, levels=levels, value=choice.measure, all_label="All")
    words = {key: choice.words(value, currency) for key, value in zip(nodes["id"], nodes["value"], strict=True)}
    tops = nodes.loc[nodes["depth"] == 1, "id"]
    colours = {key: palette.product(key) for key in tops} if choice.by == "product" else None
    figure = tree.figure(nodes, shape=choice.shape, words=words, theme=theme.current(), colours=colours)  # type: ignore[arg-type]
    first = nodes[nodes["depth"] == 1].head(3)
    said = ", ".join(f"{name} {words[key]}" for key, name in zip(first["id"], first["label"], strict=True))
    alt = f"{MEASURES[choice.measure][0]} by {' and '.join(map(label, choice.dims)).lower()}; largest: {said}"
    return tree.path_of(draw.plot(figure, key=f"tree-{choice.shape}", alt=alt))


def left_out(rows: pd.DataFrame, choice: Choice, unpriced: dict[str, float], currency: str) -> str:
    """What the picture cannot show, in words: corrections below zero, usage without a price."""
    said = []
    negative = rows.loc[rows[choice.measure] < 0, choice.measure]
    if len(negative):
        said.append(
            f"{formatting.plural(len(negative), 'correction')} of {choice.words(negative.sum(), currency)} in all"
        )
    if unpriced and MEASURES[choice.measure][1] == "money":
        said.append(" and ".join(formatting.unpriced(quantity, unit) for unit, quantity in unpriced.items()))
    return f"Not in the picture: {'; '.join(said)}. The table holds them." if said else ""


def place(rows: pd.DataFrame, path: list[str]) -> str:
    """Where the reader is in the tree, in words."""
    names = ["All"]
    for number, key in enumerate(path, 1):
        found = rows.loc[rows[f"id{number}"] == key, f"label{number}"] if f"id{number}" in rows else rows.head(0)
        names.append(str(found.iloc[0]) if len(found) else "Other")
    return " › ".join(names)


def within(rows: pd.DataFrame, path: list[str]) -> pd.DataFrame:
    """The rows under a node."""
    for number, key in enumerate(path, 1):
        if key == tree.OTHER or f"id{number}" not in rows:
            break
        rows = rows[rows[f"id{number}"] == key]
    return rows


def rows_table(rows: pd.DataFrame, choice: Choice, filters: Filters, params: address.Params) -> Table:
    """Every combination with its measures."""
    basis = session.vm_basis(filters)
    name, kind = MEASURES[choice.measure]
    total = rows[choice.measure].sum(min_count=1)
    shown = rows.assign(share=rows[choice.measure] / total if total else float("nan"))
    dims = tuple(Column(f"label{number}", label(dim), phone=True) for number, dim in enumerate(choice.dims, 1))
    others = tuple(
        Column(other, words, of, missing="none" if other == "vm_cost" else "")
        for other, (words, of) in MEASURES.items()
        if other != choice.measure and other in ("total_cost", "cost", "vm_cost", "dbus")
    )
    return Table(
        shown,
        (*dims, Column(choice.measure, name, kind, phone=True), Column("share", "Share", "percent"), *others),
        filters.currency,
        "explorer",
        f"{name} by {' and '.join(map(label, choice.dims)).lower()}",
        sort=f"-{choice.measure}",
        link=lambda row: _link(row, choice, params),
        extra=partial(_extra, basis),
        total={
            "label1": formatting.plural(len(rows), "row"),
            choice.measure: total,
            **{column.name: rows[column.name].sum(min_count=1) for column in others},
        },
    )


def _link(row: Row, choice: Choice, params: address.Params) -> str:
    number = choice.dims.index("job") + 1 if "job" in choice.dims else 0
    if not number or formatting.missing(row[f"key{number}"]):
        return ""
    return address.link("job", params, workspace_id=row["workspace_id"] or "", job_id=row[f"key{number}"])


def _extra(basis: str, row: Row, column: Column) -> dict[str, Any]:
    """Usage without a price shows its quantity; an estimated VM cost is marked as one."""
    missing = formatting.missing(row[column.name]) if column.kind == "money" else True
    if column.name == "vm_cost" and not missing:
        return {"hover": f"{basis.capitalize()}."} | ({"estimate": True} if basis == "estimated" else {})
    if column.kind == "money" and missing and column.name != "vm_cost" and row["unpriced_quantity"]:
        return {"text": formatting.unpriced(row["unpriced_quantity"], "units")}
    return {}

"""How one cluster is set up."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib.clusters import fleet
from lib.clusters.detail import Detail
from lib.clusters.runtimes import runtime
from lib.spend import formatting
from lib.ui import export, session
from lib.ui.columns import Column
from lib.ui.table import Table
from lib.workspace.compute import LiveCluster

CLOUD_MACHINES = {"AWS": "EC2 instances", "AZURE": "Azure virtual machines", "GCP": "Compute Engine instances"}


def draw(found: Detail, live: LiveCluster | None) -> None:
    """Everything that is set, as the workspace has it, else as the tables have it. No value of a secret is ever here."""
    rows = _rows(found, live)
    with st.container(border=True):
        frame = pd.DataFrame(rows, columns=["label", "value"])
        export.titled("Configuration", Table(
                frame, (Column("label", "Setting", phone=True), Column("value", "Value", phone=True, wraps=True)), "USD",
                "configuration", "How the cluster is set up", bare=True, headless=True,
            ), session.view().filters, name="cluster-configuration")  # fmt: skip


def _rows(found: Detail, live: LiveCluster | None) -> list[tuple[str, str]]:
    row = found.row
    today = session.as_of().today
    said = runtime(live.runtime if live else row.get("runtime"))
    cloud = str(row.get("cloud") or "")
    rows = [
        ("Id", live.cluster_id if live else str(row.get("cluster_id", ""))),
        ("Owner", (live.owner if live else row.get("owner")) or ""),
        ("Made by", fleet.SOURCES.get(live.source if live else str(row.get("source")), "")),
        (
            "Size",
            fleet.size_words(live.workers, live.min_workers, live.max_workers) if live else row.get("size_words", ""),
        ),
        ("Driver", (live.driver_node_type if live else row.get("driver_node_type")) or ""),
        ("Workers' machines", (live.node_type if live else row.get("worker_node_type")) or ""),
        ("Machines", " · ".join(part for part in (CLOUD_MACHINES.get(cloud, ""), _availability(row, live)) if part)),
        ("Runtime", said.short + _support(said, today)),
        ("Photon", "yes" if (live.photon if live else row.get("photon")) else "no"),
        ("Access mode", fleet.access_words((live.access_mode if live else row.get("access_mode")) or "")),
        ("Only for", live.single_user if live else ""),
        ("Stops by itself", _auto_stop(live.auto_stop_minutes if live else row.get("auto_stop_minutes"))),
        ("Policy", (live.policy_id if live else row.get("policy_id")) or "none"),
        ("Pool", (live.pool_id if live else row.get("worker_pool_id")) or ""),
        (
            "Tags",
            ", ".join(f"{k}={v}" for k, v in sorted((live.tags if live else fleet.tags_of(row)).items())) or "none",
        ),
    ]
    if live:
        rows += [
            ("Platform tags", ", ".join(f"{k}={v}" for k, v in sorted(live.platform_tags.items()))),
            ("Growing disk", "yes" if live.elastic_disk else "no"),
            ("Init scripts", ", ".join(live.init_scripts)),
            ("Spark settings", "; ".join(f"{k} = {v}" for k, v in live.spark_conf.items())),
            (
                "Environment",
                f"{formatting.plural(len(live.environment), 'variable')} ({', '.join(live.environment)}); values are never read"
                if live.environment
                else "",
            ),
        ]
    return [(label, str(value)) for label, value in rows if value]


def _availability(row: Mapping[str, Any], live: LiveCluster | None) -> str:
    name = str((live.availability if live else row.get("availability")) or "")
    if not name:
        return ""
    if "SPOT" in name or "PREEMPTIBLE" in name:
        first = live.first_on_demand if live else row.get("first_on_demand")
        kept = f", the first {int(first)} on demand" if not formatting.missing(first) and first else ""
        return ("spot, on demand when there is none" if "FALLBACK" in name else "spot") + kept
    return "on demand"


def _support(said: Any, today: date) -> str:
    end = said.end_of_support
    if end is None:
        return "" if said.supported(today) is not False else " · no longer supported"
    return f" · {'supported until' if today <= end else 'support ended'} {formatting.day_words(end)}"


def _auto_stop(minutes: Any) -> str:
    return f"after {int(minutes)} minutes without work" if minutes and minutes == minutes else "never"

"""The table, for a terminal and for docs/benchmarks.md."""

import os
import platform
import re
from collections.abc import Mapping
from datetime import date
from importlib import metadata
from pathlib import Path

from rich.table import Table

from bench.case import Case, Row, figure

FILE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
VERSIONS = ("duckdb", "pandas", "pyarrow", "sqlglot", "streamlit")
MET = {True: "met", False: "**not met**", None: ""}


def table(case: Case, rows: list[Row]) -> Table:
    """A case's rows for the terminal."""
    shown = Table(title=case.title, title_justify="left", title_style="bold")
    for name in ("What", "Rows", "Measured", "Goal", "", "Detail"):
        shown.add_column(name, justify="right" if name in ("Measured", "Goal") else "left", overflow="fold")
    for row in rows:
        style = {True: "green", False: "red", None: ""}[row.met]
        met = MET[row.met].strip("*")
        shown.add_row(
            row.what, row.size, figure(row.value, row.unit), _goal(row), f"[{style}]{met}[/]" if met else "", row.detail
        )
    return shown


def markdown(found: Mapping[Case, list[Row]], command: str) -> str:
    """All cases, below how they were measured."""
    parts = [f"{date.today().isoformat()}, `{command}`, {machine()}, load {os.getloadavg()[1]:.1f}."]
    for case, rows in found.items():
        parts.append(
            f"### {case.title}\n\n| what | usage rows | measured | goal | | detail |\n|---|---|--:|--:|---|---|"
        )
        lines = (
            f"| {r.what} | {r.size} | {figure(r.value, r.unit)} | {_goal(r)} | {MET[r.met]} | {r.detail} |"
            for r in rows
        )
        parts[-1] += "\n" + "\n".join(lines)
    return "\n\n".join(parts)


def write(text: str, file: Path = FILE) -> None:
    """Put the result in its place between the markers."""
    whole, found = re.subn(
        r"(<!-- results -->\n).*?(\n<!-- /results -->)",
        lambda m: m[1] + text + m[2],
        file.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    if found != 1:
        raise ValueError(f"{file} has no place for the results")
    file.write_text(whole, encoding="utf-8")


def machine() -> str:
    """Cores, memory and versions in a line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in VERSIONS)
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}, {versions}"
    )


def _goal(row: Row) -> str:
    return row.goal.words(row.unit) if row.goal else ""

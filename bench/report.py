"""The table, for a terminal and for docs/benchmarks.md."""

import os
import platform
import re
from collections.abc import Mapping, Sequence
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


def section(case: Case, rows: list[Row], command: str) -> str:
    """A case as a part of the page: when, how and under which load it was measured, and its table."""
    measured = f"{date.today().isoformat()}, `{command}`, {machine()}, load {os.getloadavg()[1]:.1f}."
    lines = (
        f"| {r.what} | {r.size} | {figure(r.value, r.unit)} | {_goal(r)} | {MET[r.met]} | {r.detail} |" for r in rows
    )
    head = f"{_title(case)}\n\n{measured}\n\n| what | rows | measured | goal | | detail |\n|---|---|--:|--:|---|---|"
    return "\n".join((head, *lines))


def write(sections: Mapping[Case, str], order: Sequence[Case], file: Path = FILE) -> None:
    """Put each case that was measured in its place between the markers; the others stay as they were."""
    text = file.read_text(encoding="utf-8")
    places = re.search(r"(?<=<!-- results -->\n)(.*)(?=<!-- /results -->)", text, flags=re.DOTALL)
    if places is None:
        raise ValueError(f"{file} has no place for the results")
    kept = {part.partition("\n")[0]: part.strip() for part in re.split(r"(?m)^(?=### )", places[1])}
    kept |= {_title(case): part for case, part in sections.items()}
    parts = [kept[_title(case)] for case in order if _title(case) in kept]
    file.write_text(text[: places.start()] + "\n\n".join(parts) + "\n" + text[places.end() :], encoding="utf-8")


def machine() -> str:
    """Cores, memory and versions in a line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in VERSIONS)
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}, {versions}"
    )


def _goal(row: Row) -> str:
    return row.goal.words(row.unit) if row.goal else ""


def _title(case: Case) -> str:
    return f"### {case.title}"

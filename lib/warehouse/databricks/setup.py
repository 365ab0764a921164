"""What must be granted for the app to work, as statements; and whether it is, table by table and page by page."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

from lib.errors import AppError, InputError, SourceError
from lib.queries.catalogue import Catalogue
from lib.warehouse.databricks import texts
from lib.warehouse.databricks.failures import NoTable, no_table
from lib.warehouse.databricks.names import dotted, quoted
from lib.warehouse.databricks.readable import ESSENTIAL
from lib.warehouse.databricks.warehouse import DatabricksWarehouse

AREAS = {
    "overview": "Overview",
    "spend": "Explorer, Usage rows",
    "jobs": "Jobs",
    "runs": "Run",
    "trust": "Data trust",
    "names": "filters",
    "explain": "explanations",
    "refresh": "refresh of the ledger",
}
"""Folder of queries → the pages that ask them; a folder that is not named is its own page."""
Status = Literal["fine", "not granted", "not there", "columns missing", "not configured", "failed"]
SIDE_BY_SIDE = 6
ROUNDS = 5
"""Statements over all tables at most, before the rest is asked one by one."""


@dataclass(frozen=True)
class Step:
    """One statement of the plan, and why."""

    statement: str
    why: str
    optional: bool = False
    """The app works without it: a table that not every account has."""


@dataclass(frozen=True)
class TableCheck:
    """One table and what depends on it."""

    table: str
    status: Status
    pages: tuple[str, ...]
    detail: str = ""
    remedy: str = ""
    essential: bool = False
    """Without it no figure is right."""

    @property
    def fine(self) -> bool:
        """Can it be read as it should be?"""
        return self.status == "fine"


@dataclass(frozen=True)
class TestStep:
    """One step of the connection's self-test."""

    name: str
    fine: bool
    said: str
    remedy: str = ""
    seconds: float = 0.0


def needed_by(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Table → pages that read it, relations followed to their sources."""
    found: dict[str, set[str]] = {}
    for name in catalogue.names:
        area = name.partition("/")[0]
        if area == "base":
            continue
        for table in catalogue.closure(catalogue[name]):
            if not table.startswith("reference."):
                found.setdefault(table, set()).add(AREAS.get(area, area.capitalize()))
    return {table: tuple(sorted(found[table])) for table in sorted(found)}


def plan(
    tables: Iterable[str], *, schema: str | None, app: str, readers: Sequence[str] = (), own_tables: Iterable[str] = ()
) -> list[Step]:
    """The statements an administrator runs, in order. Each may be run twice.

    `app` writes the ledger and reads everything; `readers` (groups or people) are those whose queries run as themselves.
    """
    for principal in (app, *readers):
        if not principal or "`" in principal:
            raise InputError(
                f"{principal!r} is no name to grant something to.",
                remedy="Give the application id of the app's service principal (--app), or a group or e-mail address.",
            )
    steps = []
    listed = [*sorted(t for t in tables if t.startswith("system.")), *sorted(own_tables)]
    for principal in (app, *readers):
        who = quoted(principal)
        for catalog in sorted({table.split(".")[0] for table in listed}):
            steps.append(Step(f"GRANT USE CATALOG ON CATALOG {quoted(catalog)} TO {who}", "to see the catalog"))
        for within in sorted({table.rpartition(".")[0] for table in listed}):
            steps.append(Step(f"GRANT USE SCHEMA ON SCHEMA {dotted(within)} TO {who}", "to see the schema"))
        for table in listed:
            optional = table not in ESSENTIAL
            steps.append(Step(f"GRANT SELECT ON TABLE {dotted(table)} TO {who}", "to read the table", optional))
    if schema:
        steps += _ledger_steps(schema, app, readers)
    return steps


def _ledger_steps(schema: str, app: str, readers: Sequence[str]) -> list[Step]:
    catalog, own = quoted(schema.split(".")[0]), dotted(schema)
    comment = "COMMENT 'Lakeledger: daily figures worked out from the system tables'"
    steps = [Step(f"CREATE SCHEMA IF NOT EXISTS {own} {comment}", "the place of the ledger")]
    steps.append(Step(f"GRANT USE CATALOG ON CATALOG {catalog} TO {quoted(app)}", "to reach the ledger"))
    steps += [
        Step(f"GRANT {privilege} ON SCHEMA {own} TO {quoted(app)}", why)
        for privilege, why in (
            ("USE SCHEMA", "to reach the ledger"),
            ("CREATE TABLE", "to make its tables"),
            ("SELECT", "to read it"),
            ("MODIFY", "to replace its days"),
        )
    ]
    for reader in readers:
        steps.append(Step(f"GRANT USE CATALOG ON CATALOG {catalog} TO {quoted(reader)}", "to reach the ledger"))
        steps += [
            Step(f"GRANT {privilege} ON SCHEMA {own} TO {quoted(reader)}", "to read the ledger, all of it")
            for privilege in ("USE SCHEMA", "SELECT")
        ]
    return steps


def apply(warehouse: DatabricksWarehouse, steps: Iterable[Step]) -> list[tuple[Step, AppError | None]]:
    """Run the plan, each step whatever became of the ones before; what each met."""
    done = []
    for step in steps:
        error: AppError | None = None
        try:
            warehouse.sender.send(step.statement, name="setup/apply", place=step.statement, reads=False)
        except AppError as met:
            error = met
        done.append((step, error))
    warehouse.forget()
    return done


def check(warehouse: DatabricksWarehouse, catalogue: Catalogue) -> list[TableCheck]:
    """Each table that some page needs: there, readable, with the columns we read. No row is read.

    One statement asks for all of them; each table that it stumbles over is noted and left out of the next one. Where
    that says nothing about a table, or many are missing, the rest is asked one by one, side by side.
    """
    needed = needed_by(catalogue)
    left = [table for table in needed if _spelled(warehouse, table) is not None]
    known: dict[str, TableCheck] = {}
    for _ in range(ROUNDS):
        try:
            _ask_for_all(warehouse, left)
        except NoTable as error:
            names = {table: (_spelled(warehouse, table) or "").lower() for table in left}
            lost = [t for t in left if error.table and f"{names[t]}.".startswith(f"{error.table.lower()}.")]
            if not lost:
                break
            for table in lost:
                known[table] = _refused(warehouse, table, needed[table], error)
            left = [table for table in left if table not in lost]
        except AppError:
            break  # a column, or something that has to do with none of them: each is asked by itself
        else:
            known |= {table: TableCheck(table, "fine", needed[table], essential=table in ESSENTIAL) for table in left}
            break

    def one(table: str) -> TableCheck:
        return known.get(table) or _check(warehouse, table, needed[table])

    with ThreadPoolExecutor(SIDE_BY_SIDE) as side_by_side:
        return list(side_by_side.map(one, needed))


def _spelled(warehouse: DatabricksWarehouse, table: str) -> str | None:
    """The table's own name; None for an owner's table that is not configured."""
    external = table.startswith("external.")
    return warehouse.names.external.get(table) if external else table


def _ask_for_all(warehouse: DatabricksWarehouse, tables: Sequence[str]) -> None:
    """Read no row of all these tables, by the columns that we need of each; what the workspace says when it refuses."""
    parts = []
    for table in tables:
        columns = ", ".join(quoted(column) for column, _ in warehouse.names.columns.get(table, ())) or "*"
        name = dotted(_spelled(warehouse, table) or table)
        parts.append(f"(SELECT COUNT(*) FROM (SELECT {columns} FROM {name} WHERE FALSE) AS t)")
    named = [f"{part} AS part_{number}" for number, part in enumerate(parts)]
    text = texts.text("check_all", None, {"parts": ",\n  ".join(named)})
    warehouse.sender.send(text, name="setup/check", place="the tables of all pages", tables=tables)


def _refused(warehouse: DatabricksWarehouse, table: str, pages: tuple[str, ...], error: NoTable) -> TableCheck:
    """What the workspace's refusal means for one table of those that it speaks of."""
    denied = "may not be read" in error.message and "not there" not in error.message
    name = _spelled(warehouse, table) or table
    own = no_table(name, "", denied, replace(warehouse.sender.situation, place=name, tables=(name,)))
    status: Status = "not granted" if denied else "not there"
    return TableCheck(table, status, pages, own.message, own.remedy, table in ESSENTIAL)


def _check(warehouse: DatabricksWarehouse, table: str, pages: tuple[str, ...]) -> TableCheck:
    essential = table in ESSENTIAL
    name = warehouse.names.external.get(table, table)
    if table.startswith("external.") and table not in warehouse.names.external:
        variable = "LAKELEDGER_CLOUD_COSTS_TABLE" if "cloud" in table else "LAKELEDGER_JOB_SPENDS_TABLE"
        return TableCheck(table, "not configured", pages, "VM cost is estimated instead.", f"Name yours in {variable}.")
    text = texts.text("check", None, {"table": dotted(name)})
    try:
        there = set(warehouse.sender.send(text, name="setup/check", place=name, tables=(name,)).column_names)
    except NoTable as error:
        return _refused(warehouse, table, pages, error)
    except AppError as error:
        return TableCheck(table, "failed", pages, error.message, error.remedy, essential)
    lacking = [column for column, _ in warehouse.names.columns.get(table, ()) if column not in there]
    if lacking:
        listed = ", ".join(lacking)
        return TableCheck(
            table, "columns missing", pages, f"It has no {listed}.", "Tell us: the table has changed.", essential
        )
    return TableCheck(table, "fine", pages, essential=essential)


def self_test(
    find: Callable[[], DatabricksWarehouse],
    who: Callable[[], str],
    which: Callable[[], str],
    clock: Callable[[], float] = time.monotonic,
) -> list[TestStep]:
    """Sign in, find the warehouse, run a statement, read a table: up to the first step that fails, and why."""
    steps: list[TestStep] = []

    def step(name: str, work: Callable[[], str]) -> bool:
        began = clock()
        try:
            steps.append(TestStep(name, True, work(), seconds=clock() - began))
        except AppError as error:
            steps.append(TestStep(name, False, error.message, error.remedy, clock() - began))
        return steps[-1].fine

    def statement() -> str:
        rows = find().sender.send(texts.text("hello"), name="setup/hello").to_pylist()
        return f"It answers; queries run as {rows[0]['me']}."

    def tables() -> str:
        found = find().fetch("names/span").to_pylist()[0]
        if not found["records"]:
            raise SourceError("system.billing.usage is empty.", remedy="Usage appears within a day of the first use.")
        return f"{found['records']:,} usage rows, to {found['last_day']}."

    _ = (
        step("Sign in", who)
        and step("SQL warehouse", which)
        and step("Statement", statement)
        and step("Billing tables", tables)
    )
    return steps

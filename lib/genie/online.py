"""What only a workspace knows of a space: warehouse, tables, columns, functions, and whether its SQL runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from lib.errors import AccessError, AppError, NotFound
from lib.genie import documents
from lib.genie.demo_objects import FUNCTIONS, TABLES
from lib.genie.model import Space
from lib.genie.problems import Problem
from lib.genie.rules import Finding

if TYPE_CHECKING:
    from lib.workspace.genie import GenieClient

WORKERS = 8


def check(
    spaces: Sequence[Space],
    workspace: "GenieClient",
    sources: Mapping[str, tuple[documents.Document, documents.Path]] | None = None,
) -> list[Problem]:
    """Problems that the workspace shows; each object is asked about once."""
    world = _World(workspace, spaces)
    problems = []
    for space in spaces:
        document, at = (sources or {}).get(space.space_id, (documents.Document(""), ()))
        for level, rule, message, path in _findings(space, world):
            problems.append(document.problem(level, rule, message, (*at, *path), space.space_id))
    return problems


class _World:
    """Answers about every object that the spaces name."""

    def __init__(self, workspace: "GenieClient", spaces: Sequence[Space]) -> None:
        tables = {name for space in spaces for name in space.identifiers}
        functions = {function.identifier for space in spaces for function in space.functions}
        warehouses = {space.warehouse_id for space in spaces}
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="genie-check") as pool:
            self.columns = dict(zip(tables, pool.map(lambda n: _asked(workspace.columns, n), tables), strict=True))
            self.functions = dict(
                zip(functions, pool.map(lambda n: _asked(workspace.has_function, n), functions), strict=True)
            )
            self.warehouses = dict(
                zip(warehouses, pool.map(lambda n: _asked(workspace.warehouse, n), warehouses), strict=True)
            )


def _asked(question: object, name: str) -> object:
    """The answer, or the error that came instead."""
    try:
        return question(name)  # type: ignore[operator]
    except AppError as error:
        return error


def _findings(space: Space, world: _World) -> Iterator[Finding]:
    yield from _said(
        world.warehouses[space.warehouse_id], f"warehouse {space.warehouse_id}", "warehouse", ("warehouse_id",)
    )
    for name in ("tables", "metric_views"):
        for number, table in enumerate(getattr(space, name)):
            at: documents.Path = ("data_sources", name, number)
            found = world.columns[table.identifier]
            yield from _said(found, f"table {table.identifier}", "table", (*at, "identifier"))
            if isinstance(found, tuple):
                known = {column.lower() for column in found}
                for place, column in enumerate(table.columns):
                    if column.column_name.lower() not in known:
                        message = f"{table.identifier} has no column {column.column_name}."
                        yield ("error", "no-column", message, (*at, "column_configs", place, "column_name"))
    for number, function in enumerate(space.functions):
        at = ("instructions", "sql_functions", number, "identifier")
        yield from _said(world.functions[function.identifier], f"function {function.identifier}", "function", at)


def _said(answer: object, what: str, kind: str, at: documents.Path) -> Iterator[Finding]:
    if isinstance(answer, NotFound):
        yield ("error", f"no-{kind}", f"The workspace has no {what}.{_made_by(what)}", at)
    elif isinstance(answer, AccessError):
        yield ("error", f"no-access-{kind}", f"The {what} may not be seen: ask for SELECT on it.", at)
    elif isinstance(answer, AppError):
        yield ("warning", "not-checked", f"The {what} could not be checked: {answer.message}", at)


def _made_by(what: str) -> str:
    """How a missing object that is one of the demo's is made, in the order that they need each other."""
    catalog, _, rest = what.split(" ")[1].partition(".")
    schema, _, name = rest.partition(".")
    if name not in (*TABLES, *FUNCTIONS):
        return ""
    return f" It is one of the demo objects: `genie setup-demo -c {catalog} -s {schema} -w WAREHOUSE` makes them all."


def tries(workspace: "GenieClient", warehouse_id: str) -> Callable[[str], str]:
    """Tries a statement on a warehouse without fetching a row: why it fails, or nothing."""

    def run(text: str) -> str:
        try:
            workspace.run(f"SELECT * FROM (\n{text.rstrip().rstrip(';')}\n) LIMIT 0", warehouse_id)
        except AppError as error:
            return error.message
        return ""

    return run

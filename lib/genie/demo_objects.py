"""Tables and functions to try spaces on: six small tables and two functions, made in the order they need each other.

Their statements are files in `lib/genie/demo`; making them again changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lib.errors import InputError, NotFound
from lib.progress import Progress, quiet

if TYPE_CHECKING:
    from lib.workspace.genie import GenieClient

FOLDER = Path(__file__).parent / "demo"
TABLES = ("locations", "departments", "employees", "customers", "products", "sales")
FUNCTIONS = ("calculate_tenure_years", "percent_change")
DROP_ORDER = ("sales", "employees", "customers", "products", "departments", "locations")


@dataclass(frozen=True)
class Statement:
    """One statement, and what it is about."""

    object_name: str
    kind: str
    """`table`, `function` or `schema`."""
    text: str


def set_up(catalog: str, schema: str, *, create_schema: bool = False) -> list[Statement]:
    """Every statement that makes and fills the objects, in order."""
    _check(catalog, schema)
    found = []
    if create_schema:
        found.append(Statement(schema, "schema", f"CREATE SCHEMA IF NOT EXISTS {catalog}.{schema}"))
    for path in sorted(FOLDER.glob("*.sql")):
        name = path.stem.partition("_")[2]
        kind = "table" if name in TABLES else "function"
        text = path.read_text(encoding="utf-8").replace("${catalog}", catalog).replace("${schema}", schema)
        body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
        found += [Statement(name, kind, part.strip()) for part in body.split(";\n") if part.strip(" ;\n")]
    return [Statement(item.object_name, item.kind, item.text.removesuffix(";")) for item in found]


def clean_up(catalog: str, schema: str) -> list[Statement]:
    """Every statement that removes the objects, in an order that leaves nothing dangling."""
    _check(catalog, schema)
    drops = [Statement(name, "function", f"DROP FUNCTION IF EXISTS {catalog}.{schema}.{name}") for name in FUNCTIONS]
    return drops + [Statement(name, "table", f"DROP TABLE IF EXISTS {catalog}.{schema}.{name}") for name in DROP_ORDER]


def _check(*names: str) -> None:
    for name in names:
        if not name.replace("_", "").isalnum():
            raise InputError(f"{name!r} is no plain name of a catalog or schema.")


def run(
    statements: list[Statement],
    workspace: "GenieClient",
    warehouse_id: str,
    progress: Progress = quiet,
) -> int:
    """Run all, each to its end; the first that fails is an error that names its object. How many ran."""
    for number, statement in enumerate(statements):
        progress(f"{statement.kind.capitalize()} {statement.object_name}", number, len(statements))
        try:
            workspace.run(statement.text, warehouse_id)
        except InputError as error:
            remedy = "Give --create-schema to make it." if "SCHEMA_NOT_FOUND" in error.message else error.remedy
            raise InputError(error.message, place=f"{statement.kind} {statement.object_name}", remedy=remedy) from error
    return len(statements)


def status(workspace: "GenieClient", catalog: str, schema: str) -> dict[str, Any]:
    """Which objects there are."""

    def there(ask: Callable[[str], object], name: str) -> bool:
        try:
            ask(f"{catalog}.{schema}.{name}")
        except NotFound:
            return False
        return True

    tables = {name: there(workspace.columns, name) for name in TABLES}
    functions = {name: there(workspace.has_function, name) for name in FUNCTIONS}

    def part(found: dict[str, bool]) -> dict[str, Any]:
        return {
            "existing": [name for name, known in found.items() if known],
            "missing": [name for name, known in found.items() if not known],
            "total": len(found),
        }

    existing = sum(tables.values()) + sum(functions.values())
    total = len(tables) + len(functions)
    return {
        "catalog": catalog,
        "schema": schema,
        "tables": part(tables),
        "functions": part(functions),
        "total_existing": existing,
        "total_missing": total - existing,
        "demo_setup_complete": existing == total,
    }

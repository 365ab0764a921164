"""Unity Catalog's listings: tables with their columns, and functions, as far as somebody may see them."""

from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.refusals import denied, not_found
from lib.demo.workspace.sql_errors import SqlRefusal
from lib.demo.workspace.state import Identity, State
from lib.demo.workspace.unity import CATALOGS

_NAME = "(?P<name>[^/]+)"


def table(request: Request, state: State) -> Reply:
    """A table and its columns."""
    name = request.path_values["name"].replace("`", "").lower()
    columns = _columns(state, name)
    if columns is None:
        raise not_found(f"Table '{name}'")
    if not _may_read(state, request.who, name):
        raise denied(f"User does not have USE SCHEMA, SELECT on Table '{name}'.")
    catalog, schema, short = name.split(".")
    return ok(
        {
            "name": short,
            "catalog_name": catalog,
            "schema_name": schema,
            "full_name": name,
            "table_type": "VIEW" if state.engine and state.engine.unity.is_view(name) else "MANAGED",
            "columns": [
                {"name": column, "type_text": kind, "type_name": kind.upper().split("(")[0], "position": number}
                for number, (column, kind) in enumerate(columns)
            ],
        }
    )


def function(request: Request, state: State) -> Reply:
    """A function."""
    name = request.path_values["name"].replace("`", "").lower()
    if name not in state.things("functions"):
        raise not_found(f"Function '{name}'")
    catalog, schema, short = name.split(".")
    return ok({"name": short, "catalog_name": catalog, "schema_name": schema, "full_name": name})


def _columns(state: State, name: str) -> list[tuple[str, str]] | None:
    unity = state.engine.unity if state.engine else None
    if unity and name.count(".") == 2 and name.split(".")[0] in CATALOGS and unity.has_table(name):
        return [(column.name, column.type_text) for column in unity.columns(name)]
    from lib.demo.workspace.genie_sql import columns

    return columns(state, name)


def _may_read(state: State, who: Identity, name: str) -> bool:
    """Whether somebody may read a table; those of the account's own ledger, which no catalog has, everybody."""
    unity = state.engine.unity if state.engine else None
    if unity is None or name.split(".")[0] not in CATALOGS or not unity.has_table(name):
        return True
    try:
        unity.require_table(who, "SELECT", name)
    except SqlRefusal:
        return False
    return True


ROUTES = (
    Route("GET", f"/api/2\\.1/unity-catalog/tables/{_NAME}", table),
    Route("GET", f"/api/2\\.1/unity-catalog/functions/{_NAME}", function),
)

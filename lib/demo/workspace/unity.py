"""Catalogs, schemas, tables and who may read them: `system` is the demo account, `main` a file that can be written.

Tables of `main` live in DuckDB; what DuckDB does not know of them (owner, comment, clustering, Databricks types) in the
state. Privileges follow Unity Catalog: USE CATALOG, USE SCHEMA and SELECT are all needed, a grant on a parent counts
for what is in it, owners and metastore admins (here: workspace admins) may do everything. For `system`, USE SCHEMA
must be granted schema by schema: on the catalog it is accepted and has no effect there.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lib.demo.workspace.sql_errors import SqlRefusal, may_not, no_schema, no_table
from lib.demo.workspace.state import ADMIN, Identity, State
from lib.queries.types import SqlType, parse_type
from lib.warehouse.connections import attach, open_memory
from lib.warehouse.ddl import ddl
from lib.warehouse.store import Pointer
from lib.warehouse.types import duckdb_type

CATALOGS = ("main", "system")
INFORMATION = "information_schema"
RANGE = (
    "CREATE MACRO spark_range(a) AS TABLE (SELECT range AS id FROM range(a)),"
    " (a, b) AS TABLE (SELECT range AS id FROM range(a, b)),"
    " (a, b, c) AS TABLE (SELECT range AS id FROM range(a, b, c))"
)
PRIVILEGES = {
    "CATALOG": ("USE CATALOG", "USE SCHEMA", "SELECT", "MODIFY", "CREATE SCHEMA", "CREATE TABLE", "MANAGE"),
    "SCHEMA": ("USE SCHEMA", "SELECT", "MODIFY", "CREATE TABLE", "MANAGE"),
    "TABLE": ("SELECT", "MODIFY", "MANAGE"),
}
"""What can be granted on which kind; ALL PRIVILEGES on any."""


@dataclass(frozen=True)
class TableColumn:
    """A column of a table."""

    name: str
    type_text: str
    comment: str | None = None


class Unity:
    """The metastore, and the DuckDB that holds its rows."""

    def __init__(self, state: State, home: Path) -> None:
        self._state = state
        self._attaching = threading.Lock()
        self._attached: dict[Path, str] = {}
        home.mkdir(parents=True, exist_ok=True)
        self.connection = open_memory(memory_limit="2GB")
        self.connection.execute(RANGE)
        self.connection.execute("CREATE MACRO monotonically_increasing_id() AS ROW_NUMBER() OVER ()")
        folders = [str(home)] + ([str(state.account.folder.path)] if state.account else [])
        self.connection.execute(f"SET allowed_directories={[folder + '/' for folder in folders]!r}")
        self.connection.execute("SET enable_external_access=false")
        attach(self.connection, home / "main.duckdb", "uc_main", writable=True, logged=True)
        self._note("schemas", "main.default", owner=ADMIN, comment="Default schema (auto-created)")
        self.connection.execute('CREATE SCHEMA IF NOT EXISTS uc_main."default"')

    def close(self) -> None:
        """Give the files back."""
        self.connection.close()

    # ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def system_alias(self) -> str:
        """The DuckDB name of the account that holds now."""
        assert self._state.account is not None
        pointer: Pointer = self._state.account.pointer
        with self._attaching:
            if pointer.account not in self._attached:
                name = f"account_{len(self._attached)}"
                attach(self.connection, pointer.account, name)
                self._attached[pointer.account] = name
            return self._attached[pointer.account]

    def duckdb_name(self, name: str) -> str:
        """The name of an existing table as DuckDB wants it, back-quoted; `name` has three parts."""
        catalog, schema, table = name.split(".")
        if schema == INFORMATION:
            return f"`information_{catalog}_{table}`"
        alias = "uc_main" if catalog == "main" else self.system_alias()
        return f"`{alias}`.`{schema}`.`{table}`"

    # ── what there is ───────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _system(self) -> dict[str, list[TableColumn]]:
        return {
            table.name: [TableColumn(name, type_) for name, type_ in table.columns]
            for table in ddl()
            if table.name.startswith("system.")
        }

    def _present(self) -> set[str]:
        """System tables this account has."""
        if self._state.account is None:
            return set()
        if self._state.options["absent"] == "empty":
            return set(self._system)
        rows = self.connection.cursor().execute(
            f"SELECT table_name FROM {self.system_alias()}.meta.tables WHERE loaded AND table_name LIKE 'system.%'"
        )
        return {name for (name,) in rows.fetchall()}

    def schemas(self, catalog: str) -> list[str]:
        """Names of a catalog's schemas."""
        if catalog == "system":
            return sorted({name.split(".")[1] for name in self._system} | {INFORMATION})
        rows = self.connection.cursor().execute(
            "SELECT schema_name FROM duckdb_schemas() WHERE database_name = 'uc_main' AND NOT internal"
        )
        found = {name for (name,) in rows.fetchall() if "@" not in name}  # those hold old versions of tables
        return sorted(found - {"main", "pg_catalog", INFORMATION} | {INFORMATION})

    def has_schema(self, name: str) -> bool:
        """Is there `catalog.schema`?"""
        catalog, _, schema = name.partition(".")
        return catalog in CATALOGS and schema in self.schemas(catalog)

    def tables(self, catalog: str | None = None) -> list[str]:
        """Three-part names of all tables and views, those of the information schemas left out."""
        found = self._present() if catalog in (None, "system") else set()
        if catalog in (None, "main"):
            rows = self.connection.cursor().execute(
                "SELECT 'main.' || schema_name || '.' || table_name FROM duckdb_tables()"
                " WHERE database_name = 'uc_main' AND schema_name <> 'main' AND schema_name NOT LIKE '%@%'"
                " UNION ALL SELECT 'main.' || schema_name || '.' || view_name FROM duckdb_views()"
                " WHERE database_name = 'uc_main' AND schema_name <> 'main' AND NOT internal"
            )
            found |= {name for (name,) in rows.fetchall()}
        return sorted(found)

    def has_table(self, name: str) -> bool:
        """Is there `catalog.schema.table`?"""
        catalog, schema, table = name.split(".")
        if schema == INFORMATION:
            return catalog in CATALOGS and table in INFORMATION_TABLES
        return name in self.tables(catalog)

    def is_view(self, name: str) -> bool:
        """Is the table of that name a view?"""
        return bool(self.noted("tables", name).get("is_view"))

    def columns(self, name: str) -> list[TableColumn]:
        """A table's columns with the types Databricks has for them."""
        if name.startswith("system."):
            return self._system[name]
        noted = self.noted("tables", name).get("columns", {})
        _, schema, table = name.split(".")
        rows = self.connection.cursor().execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = 'uc_main'"
            " AND schema_name = $schema AND table_name = $table ORDER BY column_index",
            {"schema": schema, "table": table},
        )
        return [
            TableColumn(column, noted.get(column, {}).get("type", type_), noted.get(column, {}).get("comment"))
            for column, type_ in rows.fetchall()
        ]

    # ── what is noted beside ────────────────────────────────────────────────────────────────────────────────────────

    def noted(self, kind: str, name: str) -> dict[str, Any]:
        """Owner, comment, clustering, … of a schema or table of `main`."""
        found: dict[str, Any] = self._state.things(f"unity_{kind}").get(name, {})
        return found

    def _note(self, kind: str, name: str, **values: Any) -> None:
        self._state.things(f"unity_{kind}").setdefault(name, {}).update(values)

    def note(self, kind: str, name: str, **values: Any) -> None:
        """Lay values over what is noted, and keep them."""
        with self._state.lock:
            self._note(kind, name, **values)
            self._state.save()

    def owner(self, kind: str, name: str) -> str:
        """Who owns a securable."""
        if kind == "CATALOG" or name.startswith("system."):
            return ADMIN if name == "main" else "System user"
        return str(self.noted({"SCHEMA": "schemas", "TABLE": "tables"}[kind], name).get("owner", ADMIN))

    # ── privileges ──────────────────────────────────────────────────────────────────────────────────────────────────

    def has(self, who: Identity, privilege: str, kind: str, name: str) -> bool:
        """Has somebody a privilege on a securable, by grant, ownership, or on a parent?"""
        if who.admin:
            return True
        if f".{INFORMATION}" in name and privilege in ("USE SCHEMA", "SELECT"):
            return True
        with self._state.lock:
            grants = [row for row in self._state.grants if row[0] in who.principals]
        for parent_kind, parent in _with_parents(kind, name):
            if self.owner(parent_kind, parent) in who.principals:
                return True
            if privilege == "USE SCHEMA" and parent_kind == "CATALOG" and parent == "system":
                continue
            given = {row[1] for row in grants if row[2:] == [parent_kind, parent]}
            if given & {privilege, "ALL PRIVILEGES"}:
                return True
        return False

    def require(self, who: Identity, privilege: str, kind: str, name: str) -> None:
        """SqlRefusal in the service's words when a privilege, or one needed to get there, is missing."""
        parts = name.split(".")
        if not self.has(who, "USE CATALOG", "CATALOG", parts[0]):
            raise may_not("USE CATALOG", "CATALOG", parts[0])
        if kind != "CATALOG":
            schema = ".".join(parts[:2])
            if not self.has(who, "USE SCHEMA", "SCHEMA", schema):
                raise may_not("USE SCHEMA", "SCHEMA", schema)
        if not self.has(who, privilege, kind, name):
            raise may_not(privilege, kind, name)

    def require_table(self, who: Identity, privilege: str, name: str) -> None:
        """The way to the table, the table itself, and the privilege on it."""
        catalog, schema, _ = name.split(".")
        if catalog not in CATALOGS:
            raise no_table(name)
        if not self.has(who, "USE CATALOG", "CATALOG", catalog):
            raise may_not("USE CATALOG", "CATALOG", catalog)
        if not self.has_schema(f"{catalog}.{schema}"):
            raise no_table(name)
        if not self.has(who, "USE SCHEMA", "SCHEMA", f"{catalog}.{schema}"):
            raise may_not("USE SCHEMA", "SCHEMA", f"{catalog}.{schema}")
        if not self.has_table(name):
            raise no_table(name)
        if not self.has(who, privilege, "TABLE", name):
            raise may_not(privilege, "TABLE", name)

    def require_exists(self, kind: str, name: str) -> None:
        """SqlRefusal when a securable is not there."""
        if kind == "CATALOG" and name not in CATALOGS:
            raise SqlRefusal("CATALOG_NOT_FOUND", f"The catalog `{name}` was not found.", "42P08")
        if kind == "SCHEMA" and not self.has_schema(name):
            raise no_schema(name)
        if kind == "TABLE" and not self.has_table(name):
            raise no_table(name)

    def sees(self, who: Identity, name: str) -> bool:
        """Does the information schema show somebody this table? It does with any privilege on it."""
        return any(self.has(who, privilege, "TABLE", name) for privilege in PRIVILEGES["TABLE"])

    # ── information schema ──────────────────────────────────────────────────────────────────────────────────────────

    def information(self, who: Identity, catalog: str, table: str) -> pa.Table:
        """Rows of `catalog.information_schema.table` as somebody sees them; `system`'s has all catalogs."""
        catalogs = CATALOGS if catalog == "system" else (catalog,)
        rows = list(INFORMATION_TABLES[table](self, who, catalogs))
        return pa.Table.from_pylist(rows, schema=_SCHEMAS[table])

    def privileges(self, who: Identity, kind: str, catalogs: Iterable[str]) -> Iterator[dict[str, Any]]:
        """Grants on a kind of securable that somebody may know of: own ones, and all on what one owns or manages."""
        for principal, privilege, granted_kind, name in list(self._state.grants):
            if granted_kind != kind or name.split(".")[0] not in catalogs:
                continue
            if principal not in who.principals and not self.has(who, "MANAGE", kind, name):
                continue
            parts = [*name.split("."), None, None]
            yield {
                "grantor": self.owner(kind, name),
                "grantee": principal,
                "catalog_name": parts[0],
                "schema_name": parts[1],
                "table_catalog": parts[0],
                "table_schema": parts[1],
                "table_name": parts[2],
                "privilege_type": privilege.replace(" ", "_"),
                "is_grantable": "NO",
                "inherited_from": "NONE",
            }


def _with_parents(kind: str, name: str) -> Iterator[tuple[str, str]]:
    parts = name.split(".")
    if kind == "TABLE":
        yield "TABLE", name
    if kind in ("TABLE", "SCHEMA"):
        yield "SCHEMA", ".".join(parts[:2])
    yield "CATALOG", parts[0]


def column_type(text: str) -> SqlType:
    """A column's type as DDL writes it; SqlRefusal for one this workspace has not."""
    plain = "DECIMAL(10,0)" if text.strip().upper() in ("DECIMAL", "DEC", "NUMERIC") else text
    try:
        return parse_type(plain)
    except ValueError as error:
        raise SqlRefusal("UNSUPPORTED_DATATYPE", f'Unsupported data type "{text.upper()}".', "0A000") from error


def duckdb_column(name: str, type_text: str) -> str:
    """A column definition for DuckDB."""
    quoted = name.replace('"', '""')
    return f'"{quoted}" {duckdb_type(column_type(type_text))}'


def quoted(name: str) -> str:
    """A name of `main` with three (or two) parts for DuckDB."""
    _, *rest = name.split(".")
    return ".".join(["uc_main", *(f'"{part}"' for part in rest)])


def _schemata(unity: Unity, who: Identity, catalogs: Iterable[str]) -> Iterator[dict[str, Any]]:
    for catalog in catalogs:
        for schema in unity.schemas(catalog):
            name = f"{catalog}.{schema}"
            if unity.has(who, "USE SCHEMA", "SCHEMA", name):
                noted = unity.noted("schemas", name)
                yield {
                    "catalog_name": catalog,
                    "schema_name": schema,
                    "schema_owner": unity.owner("SCHEMA", name),
                    "comment": noted.get("comment"),
                }


def _tables(unity: Unity, who: Identity, catalogs: Iterable[str]) -> Iterator[dict[str, Any]]:
    for catalog in catalogs:
        for name in unity.tables(catalog):
            if unity.sees(who, name):
                noted = unity.noted("tables", name)
                _, schema, table = name.split(".")
                is_view = unity.is_view(name)
                yield {
                    "table_catalog": catalog,
                    "table_schema": schema,
                    "table_name": table,
                    "table_type": "VIEW" if is_view else "MANAGED" if catalog == "main" else "FOREIGN",
                    "data_source_format": None if is_view else "DELTA",
                    "table_owner": unity.owner("TABLE", name),
                    "comment": noted.get("comment"),
                }


def _columns(unity: Unity, who: Identity, catalogs: Iterable[str]) -> Iterator[dict[str, Any]]:
    for row in _tables(unity, who, catalogs):
        name = f"{row['table_catalog']}.{row['table_schema']}.{row['table_name']}"
        for position, column in enumerate(unity.columns(name)):
            yield {
                "table_catalog": row["table_catalog"],
                "table_schema": row["table_schema"],
                "table_name": row["table_name"],
                "column_name": column.name,
                "ordinal_position": position,
                "is_nullable": "YES",
                "full_data_type": column.type_text.lower(),
                "data_type": column.type_text.partition("<")[0].partition("(")[0].upper(),
                "comment": column.comment,
            }


def _catalogs(unity: Unity, who: Identity, catalogs: Iterable[str]) -> Iterator[dict[str, Any]]:
    for catalog in catalogs:
        if unity.has(who, "USE CATALOG", "CATALOG", catalog):
            yield {"catalog_name": catalog, "catalog_owner": unity.owner("CATALOG", catalog), "comment": None}


INFORMATION_TABLES = {
    "catalogs": _catalogs,
    "schemata": _schemata,
    "tables": _tables,
    "columns": _columns,
    "catalog_privileges": lambda unity, who, catalogs: unity.privileges(who, "CATALOG", catalogs),
    "schema_privileges": lambda unity, who, catalogs: unity.privileges(who, "SCHEMA", catalogs),
    "table_privileges": lambda unity, who, catalogs: unity.privileges(who, "TABLE", catalogs),
}
"""Tables of every `information_schema`."""


def _strings(*names: str) -> pa.Schema:
    return pa.schema([(name, pa.int32() if name == "ordinal_position" else pa.string()) for name in names])


_GRANT = ("grantor", "grantee")
_ENDS = ("privilege_type", "is_grantable", "inherited_from")
_TABLE = ("table_catalog", "table_schema", "table_name")
_SCHEMAS = {
    "catalogs": _strings("catalog_name", "catalog_owner", "comment"),
    "schemata": _strings("catalog_name", "schema_name", "schema_owner", "comment"),
    "tables": _strings(*_TABLE, "table_type", "data_source_format", "table_owner", "comment"),
    "columns": _strings(
        *_TABLE, "column_name", "ordinal_position", "is_nullable", "full_data_type", "data_type", "comment"
    ),
    "catalog_privileges": _strings(*_GRANT, "catalog_name", *_ENDS),
    "schema_privileges": _strings(*_GRANT, "catalog_name", "schema_name", *_ENDS),
    "table_privileges": _strings(*_GRANT, *_TABLE, *_ENDS),
}


def prepare_information(cursor: duckdb.DuckDBPyConnection, unity: Unity, who: Identity, names: Iterable[str]) -> None:
    """Make the information schemas a statement reads known to its cursor."""
    for name in names:
        catalog, schema, table = name.split(".")
        if schema == INFORMATION:
            cursor.register(f"information_{catalog}_{table}", unity.information(who, catalog, table))

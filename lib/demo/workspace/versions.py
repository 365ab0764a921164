"""Versions of tables, as Delta keeps them: each change makes one, the ones before can be read until they are cleaned up.

A copy of the rows is kept only of versions that somebody can know the number of: those that DESCRIBE HISTORY showed.
"""

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lib.demo.workspace.sql_errors import SqlRefusal, unsupported
from lib.demo.workspace.unity import quoted
from lib.queries.tokens import table_names, tokenise

if TYPE_CHECKING:
    from lib.demo.workspace.execution import Execution

KEPT_EVENTS = 30
_AT = re.compile(r"(?P<name>.*)@v(?P<version>\d+)$")


def changing(run: "Execution", name: str, operation: str) -> None:
    """The table is about to become another version; called by the one who may write, before the change."""
    if operation == "CREATE TABLE":
        run.unity.note("tables", name, history=[_event(run, 0, operation)], shown=None, kept=[])
        return
    events = _events(run, name)
    version = events[-1]["version"]
    if version == run.unity.noted("tables", name).get("shown"):
        _keep(run, name, version)
    run.unity.note("tables", name, history=[*events, _event(run, version + 1, operation)][-KEPT_EVENTS:])


def _event(run: "Execution", version: int, operation: str) -> dict[str, Any]:
    at = datetime.now(timezone.utc).isoformat()
    return {"version": version, "at": at, "operation": operation, "who": run.who.name}


def _events(run: "Execution", name: str) -> list[dict[str, Any]]:
    """What was done to a table, oldest first; one that nobody kept a record of was made just now."""
    found: list[dict[str, Any]] = run.unity.noted("tables", name).get("history", [])
    return found or [_event(run, 0, "CREATE TABLE")]


def _keep(run: "Execution", name: str, version: int) -> None:
    most = int(run.state.options["kept_versions"])
    kept = [*run.unity.noted("tables", name).get("kept", []), version]
    _, schema, table = name.split(".")
    if most:
        run.cursor.execute(f'CREATE SCHEMA IF NOT EXISTS uc_main."{schema}@v{version}"')
        run.cursor.execute(f'CREATE OR REPLACE TABLE uc_main."{schema}@v{version}"."{table}" AS FROM {quoted(name)}')
    for old in kept[: len(kept) - most]:
        run.cursor.execute(f'DROP TABLE IF EXISTS uc_main."{schema}@v{old}"."{table}"')
    run.unity.note("tables", name, kept=kept[len(kept) - most :])


def history(run: "Execution", name: str, most: int | None) -> pa.Table:
    """What was done to a table, newest first."""
    events = _events(run, name)[::-1][:most]
    if events:
        run.unity.note("tables", name, shown=events[0]["version"])
    return pa.table(
        {
            "version": pa.array([event["version"] for event in events], pa.int64()),
            "timestamp": pa.array([datetime.fromisoformat(e["at"]) for e in events], pa.timestamp("us", "UTC")),
            "userName": pa.array([event["who"] for event in events], pa.string()),
            "operation": pa.array([event["operation"] for event in events], pa.string()),
        }
    )


def spelled(text: str) -> str:
    """`name VERSION AS OF 7` as one name, `name@v7`, so that names can be looked up by their place in the text."""
    tokens = tokenise(text)
    ends = {token.end: number for number, token in enumerate(tokens)}
    pieces, done = [], 0
    for found in table_names(tokens):
        after = ends[found.end] + 1
        words = [token.upper for token in tokens[after : after + 3]]
        if words[:1] == ["TIMESTAMP"] and words[1:] == ["AS", "OF"]:
            raise unsupported("TIMESTAMP AS OF")
        if words != ["VERSION", "AS", "OF"]:
            continue
        number = tokens[after + 3] if after + 3 < len(tokens) else None
        if number is None or not number.text.isdigit():
            raise unsupported("VERSION AS OF anything but a number")
        name = ".".join(f"`{part}`" for part in (*found.parts[:-1], f"{found.parts[-1]}@v{number.text}"))
        pieces += [text[done : found.start], name]
        done = number.end
    return "".join([*pieces, text[done:]])


def of_name(name: str) -> tuple[str, int | None]:
    """A table's name, and which version is wanted."""
    found = _AT.match(name)
    return (found["name"], int(found["version"])) if found else (name, None)


def duckdb_name(run: "Execution", name: str, version: int) -> str:
    """The name of a version's rows as DuckDB wants it; SqlRefusal when they are no longer there."""
    newest, kept = _events(run, name)[-1]["version"], run.unity.noted("tables", name).get("kept", [])
    if version == newest:
        return run.unity.duckdb_name(name)
    if version not in kept:
        first = min([*kept, newest])
        raise SqlRefusal(
            "DELTA_VERSION_NOT_FOUND",
            f"Cannot time travel Delta table to version {version}. Available versions: [{first}, {newest}].",
            "22003",
        )
    _, schema, table = name.split(".")
    return f"`uc_main`.`{schema}@v{version}`.`{table}`"

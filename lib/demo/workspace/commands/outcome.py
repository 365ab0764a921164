"""What a command gives back, and the words that commands share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lib.demo.workspace.sql_errors import may_not, no_table
from lib.demo.workspace.unity import CATALOGS
from lib.demo.workspace.words import Words

if TYPE_CHECKING:
    from lib.demo.workspace.execution import Execution


@dataclass(frozen=True)
class Outcome:
    """What a command gives back."""

    rows: pa.Table
    modified: int | None = None
    """Rows that were changed, for commands that change rows."""


Command = Callable[["Execution", Words], Outcome]

NOTHING = Outcome(pa.table({}))


def own_catalog(catalog: str) -> None:
    """Only `main` can be written."""
    if catalog == "system":
        raise may_not("MODIFY", "CATALOG", catalog)
    if catalog not in CATALOGS:
        raise no_table(catalog)


def table_of(columns: Mapping[str, list[Any]]) -> Outcome:
    """Columns of text as rows."""
    return Outcome(pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}))


def strings(rows: Any) -> Outcome:
    """Rows of dictionaries."""
    return Outcome(pa.Table.from_pylist(list(rows)))


def no_rows(*names: str) -> Outcome:
    """No rows with these columns."""
    return table_of({name: [] for name in names})


def bq(name: str) -> str:
    """A table as the engine spells it, in backticks."""
    catalog, schema, table = name.split(".")
    return f"`uc_{catalog}`.`{schema}`.`{table}`"


def back(name: str) -> str:
    """A name in backticks, as messages spell it."""
    return ".".join(f"`{part}`" for part in name.split("."))


def dq(name: str) -> str:
    """A name in double quotes."""
    return f'"{name}"'


def now() -> str:
    """The time, as notes keep it."""
    return datetime.now(timezone.utc).isoformat()

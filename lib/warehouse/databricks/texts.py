"""The engine's own statements, one file each in `sql/`; `{schema}` stands for the ledger's quoted schema."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lib.warehouse.databricks.names import dotted

NO_PARTS: Mapping[str, str] = {}
FOLDER = Path(__file__).parent / "sql"


@cache
def _read(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8").strip()


def text(name: str, schema: str | None = None, parts: Mapping[str, str] = NO_PARTS) -> str:
    """The statement of that name; `parts` are further pieces, each already spelled as SQL."""
    known = dict(parts) | ({"schema": dotted(schema)} if schema else {})
    body = re.sub(r"\{(\w+)\}", lambda found: known[found[1]], _read(name))
    return f"/* lakeledger: ledger/{name} */\n{body}"

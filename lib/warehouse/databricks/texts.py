"""The engine's own statements, one file each in `sql/`; `{schema}` stands for the ledger's quoted schema."""

from functools import cache
from pathlib import Path

from lib.warehouse.databricks.names import dotted

FOLDER = Path(__file__).parent / "sql"


@cache
def text(name: str, schema: str | None = None, **parts: str) -> str:
    """The statement of that name; `parts` are further pieces, each already quoted."""
    body = (FOLDER / f"{name}.sql").read_text(encoding="utf-8").strip()
    if schema:
        body = body.replace("{schema}", dotted(schema))
    for part, spelled in parts.items():
        body = body.replace("{" + part + "}", spelled)
    return f"/* lakeledger: {name} */\n{body}"

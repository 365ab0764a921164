"""The product's own statements over the ledger's schema, by the name of their file in `sql/`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lib.warehouse import NO_PARAMS
from lib.warehouse.databricks import texts
from lib.warehouse.databricks.sending import Sender

if TYPE_CHECKING:
    import pyarrow as pa


class Own:
    """Reads and changes the schema; `parts` are pieces of a statement that are spelled as SQL already."""

    def __init__(self, sender: Sender, schema: str) -> None:
        self.schema = schema
        self._sender = sender

    def read(self, name: str, values: Mapping[str, object] = NO_PARAMS, **parts: str) -> "pa.Table":
        """The rows of a statement."""
        return self._run(name, values, parts, reads=True)

    def execute(self, name: str, values: Mapping[str, object] = NO_PARAMS, **parts: str) -> int:
        """Let a statement change something; how many rows it touched."""
        return int(self._run(name, values, parts, reads=False).column("affected")[0].as_py())

    def _run(self, name: str, values: Mapping[str, object], parts: Mapping[str, str], *, reads: bool) -> "pa.Table":
        text = texts.text(name, self.schema, parts)
        return self._sender.send(text, values, name=f"ledger/{name}", place=f"{self.schema} ({name})", reads=reads)

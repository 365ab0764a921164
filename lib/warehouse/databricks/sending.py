"""Statements of one identity on their way: with its limits, and with what to say when one fails."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lib.warehouse import NO_PARAMS
from lib.warehouse.databricks.failures import Situation
from lib.warehouse.databricks.running import Runner, Statement

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Options:
    """How a warehouse is read."""

    deadline_s: float = 60.0
    max_rows: int = 1_000_000
    currency: str = "USD"
    interval_s: float = 900.0
    """Between two looks at whether the data changed; nobody looks when nobody asks."""


@dataclass(frozen=True)
class Sender:
    """Where one identity's statements go."""

    runner: Runner
    situation: Situation
    options: Options

    def send(
        self,
        text: str,
        values: Mapping[str, object] = NO_PARAMS,
        *,
        name: str = "",
        place: str = "",
        tables: Collection[str] = (),
        reads: bool = True,
    ) -> "pa.Table":
        """The statement's rows. `name` is what it is counted under; `place` and the `tables` it reads are what an error names."""
        options = self.options
        statement = Statement(text, values, name, reads, options.deadline_s, options.max_rows)
        return self.runner.run(statement, replace(self.situation, place=place, tables=tuple(sorted(tables))))

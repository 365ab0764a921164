"""What the ledger says about itself in one statement: how new it is, what it stores, and a few small answers.

The answers that every page asks for (how far the data goes, which workspaces there are, how fresh each source is) are
put beside the watermark when the ledger is written, so that opening a page costs no statement for them.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from lib.errors import SourceError
from lib.queries.catalogue import Catalogue, Query
from lib.spend.compare import arrived
from lib.warehouse import NO_PARAMS

if TYPE_CHECKING:
    import pyarrow as pa

SMALL = (
    "names/span",
    "names/workspaces",
    "names/currencies",
    "trust/sources",
    "trust/prices",
    "clusters/node_types",
)
"""Small queries without parameters whose answers are kept beside the watermark."""
SPAN = "names/span"
CHOICES = "names/choices"
MOST_TEXT = 2_000_000
"""An answer that takes more than this is asked for when needed."""
Answers = Mapping[str, "pa.Table"]


@dataclass(frozen=True)
class Known:
    """What one look found."""

    generation: str
    at: float
    """When it was looked, by the monotonic clock."""
    stored: frozenset[str] = frozenset()
    """Relations that the ledger holds in the shape this version wants."""
    references: bool = False
    answers: Answers = field(default_factory=dict, repr=False)
    missing: frozenset[str] | None = None
    """Tables that the one who wrote the ledger could not read; None when nobody has looked."""
    versions: Mapping[str, int] = field(default_factory=dict, repr=False)
    """Table → its Delta version in this generation, so that all tables of one answer are of one state."""

    def live(self) -> "Known":
        """The same data with nothing read from the ledger."""
        return replace(self, stored=frozenset(), references=False, answers={})

    def everything(self, currency: str) -> dict[str, object]:
        """Values that a query needs only because no ledger holds its relations: all days, the first currency."""
        span = self.answers[SPAN].to_pylist()[0] if SPAN in self.answers else None
        if span is None or span["first_day"] is None:
            return {}
        return {
            "start_date": span["first_day"],
            "end_date": arrived(span["last_day"], span["last_ingestion"]) + timedelta(days=1),
            "currency": currency,
        }


def shape(relation: Query) -> str:
    """Hash of a relation's columns: a ledger written by another version is read only where they agree."""
    columns = ",".join(f"{column.name} {column.type}" for column in relation.returns)
    return hashlib.sha256(columns.encode()).hexdigest()[:16]


def key(name: str, params: Mapping[str, object]) -> str:
    """What an answer is kept under."""
    return f"{name} {sorted(params.items())!r}" if params else name


def written(
    catalogue: Catalogue,
    generation: str,
    relations: Iterable[str],
    answers: Answers,
    missing: Iterable[str],
    versions: "Mapping[str, Version]",
) -> dict[str, object]:
    """What the watermark says, as JSON can hold it."""
    packed = {name: pack(table) for name, table in answers.items()}
    return {
        "generation": generation,
        "relations": {name: shape(catalogue.relations[name]) for name in sorted(relations)},
        "answers": {name: text for name, text in packed.items() if len(text) <= MOST_TEXT},
        "missing": sorted(missing),
        "versions": {name: [version.number, version.seen] for name, version in sorted(versions.items())},
    }


def read(catalogue: Catalogue, said: str | None, at: float) -> Known | None:
    """What the watermark's value says; None for a ledger that was never finished."""
    if not said:
        return None
    value = json.loads(said)
    stored = frozenset(
        name
        for name, columns in value["relations"].items()
        if name in catalogue.relation_names and shape(catalogue.relations[name]) == columns
    )
    answers = {name: unpack(text) for name, text in value["answers"].items()}
    numbers = {name: version.number for name, version in versions(said).items()}
    return Known(value["generation"], at, stored, True, answers, frozenset(value["missing"]), numbers)


@dataclass(frozen=True)
class Version:
    """A version of a table, and when it was looked up (ISO, UTC)."""

    number: int
    seen: str


def versions(said: str | None) -> dict[str, Version]:
    """The versions that a watermark's value names; none in one of an earlier release of the app."""
    known = json.loads(said).get("versions", {}) if said else {}
    return {name: Version(int(number), str(seen)) for name, (number, seen) in known.items()}


def small_answers(fetch: Callable[[str, Mapping[str, object]], "pa.Table"]) -> dict[str, "pa.Table"]:
    """The answers to keep; `fetch` asks the finished ledger."""
    found = {}
    for name in SMALL:
        with suppress(SourceError):  # of a table that is not there; whoever asks is told then
            found[name] = fetch(name, NO_PARAMS)
    params = choices_params(found[SPAN])
    if params:
        found[key(CHOICES, params)] = fetch(CHOICES, params)
    return found


def choices_params(span: "pa.Table") -> dict[str, object]:
    """What filters can be set to is asked for all days; nothing when there are none."""
    days = span.to_pylist()[0]
    if days["first_day"] is None:
        return {}
    return {"start_date": days["first_day"], "end_date": arrived(days["last_day"], days["last_ingestion"])}


def pack(table: "pa.Table") -> str:
    """A table as text."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return base64.b64encode(sink.getvalue()).decode("ascii")


def unpack(text: str) -> "pa.Table":
    """The table that `pack` made text of."""
    import pyarrow as pa

    return pa.ipc.open_stream(base64.b64decode(text)).read_all()

"""What a ledger was worked out from, as the refresh notes it for the next one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lib.ledger.changes import DayContent, DayKey, PriceKey, PriceWindow
from lib.ledger.engine import LedgerReader, LedgerWriter

if TYPE_CHECKING:
    import pyarrow as pa

ObjectState = tuple[int, object, str | None]
"""Rows, newest time and content of a table without days."""
Prices = Mapping[PriceKey, list[PriceWindow]]
PRICE_KEY = ("kind", "account_id", "cloud", "sku_name", "usage_unit", "currency")


@dataclass(frozen=True)
class Sources:
    """The state of all sources."""

    recipe: str
    """Hash of everything but the sources that decides what the ledger says."""
    days: Mapping[DayKey, DayContent]
    ingested: date | None
    """How far the ingestion of usage has come."""
    prices: Prices
    objects: Mapping[str, ObjectState]
    """Of tables without days (jobs, clusters, …)."""


def noted(reader: LedgerReader, recipe: str) -> Sources | None:
    """What the ledger was worked out from; None when it was by another recipe, or there is no ledger."""
    if _only(reader.noted("recipe"), "recipe") != recipe:
        return None
    days, prices, objects = (reader.noted(name) for name in ("days", "prices", "objects"))
    if days is None:
        return None
    return Sources(
        recipe,
        {(row["source"], row["day"]): (row["records"], row["content"]) for row in days.to_pylist()},
        _only(reader.noted("ingested"), "ingested"),
        {} if prices is None else windows(prices.to_pylist()),
        {} if objects is None else states(objects.to_pylist()),
    )


def _only(rows: "pa.Table | None", column: str) -> Any:
    """The value of a table of one."""
    return rows.column(column)[0].as_py() if rows is not None and rows.num_rows else None


def states(rows: Iterable[Mapping[str, Any]]) -> dict[str, ObjectState]:
    """By source, from rows of `refresh/sources` or of the note."""
    return {row["source"]: (row["records"], row["newest"], row["content"]) for row in rows}


def windows(rows: Iterable[Mapping[str, Any]]) -> dict[PriceKey, list[PriceWindow]]:
    """By what a price is for, from rows of `refresh/prices` or of the note."""
    found: dict[PriceKey, list[PriceWindow]] = {}
    for row in rows:
        window = PriceWindow(row["valid_from"], row["valid_to"], row["unit_price"])
        found.setdefault(tuple(str(row[part]) for part in PRICE_KEY), []).append(window)
    return found


def note(writer: LedgerWriter, sources: Sources) -> None:
    """Keep it for the next refresh."""
    import pyarrow as pa

    text, instant, count = pa.string(), pa.timestamp("us", "UTC"), pa.int64()
    days, objects = sources.days, sources.objects
    writer.note("recipe", pa.table({"recipe": [sources.recipe]}))
    writer.note("ingested", pa.table({"ingested": pa.array([sources.ingested], pa.date32())}))
    writer.note(
        "days",
        pa.table(
            {
                "source": pa.array([source for source, _ in days], text),
                "day": pa.array([day for _, day in days], pa.date32()),
                "records": pa.array([records for records, _ in days.values()], count),
                "content": pa.array([content for _, content in days.values()], pa.decimal128(38, 18)),
            }
        ),
    )
    writer.note(
        "objects",
        pa.table(
            {
                "source": pa.array(objects, text),
                "records": pa.array([records for records, _, _ in objects.values()], count),
                "newest": pa.array([newest for _, newest, _ in objects.values()], instant),
                "content": pa.array([content for _, _, content in objects.values()], text),
            }
        ),
    )
    flat = [(key, window) for key, each in sources.prices.items() for window in each]
    columns = {name: pa.array([key[place] for key, _ in flat], text) for place, name in enumerate(PRICE_KEY)}
    columns |= {
        "valid_from": pa.array([window.valid_from for _, window in flat], instant),
        "valid_to": pa.array([window.valid_to for _, window in flat], instant),
        "unit_price": pa.array([window.unit_price for _, window in flat], pa.decimal128(14, 10)),
    }
    writer.note("prices", pa.table(columns))

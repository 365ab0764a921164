"""The three views that an account can create over its ledger: performance, cost attribution, opportunities."""

from dataclasses import dataclass

from lib.ledger.relations import NAMES
from lib.queries.catalogue import load
from lib.queries.tokens import tokenise
from lib.warehouse.names import remap

VIEWS = {"query_performance": 90, "query_cost_attribution": 90, "query_optimisation_opportunities": 30}
"""Name of a view, and of its query in lib/queries/views → days it looks back."""


@dataclass(frozen=True)
class View:
    """One view as a statement."""

    name: str
    """Catalog, schema and name."""
    about: str
    statement: str


def views(schema: str, currency: str) -> list[View]:
    """The statements that make the views in `schema` (catalog.schema), over the ledger's tables of the same schema."""
    catalogue = load()
    made = []
    for name, days in VIEWS.items():
        query = catalogue[f"views/{name}"]
        values = {
            "start_date": f"DATE_SUB(CURRENT_DATE(), {days})",
            "end_date": "DATE_ADD(CURRENT_DATE(), 1)",
            "currency": "'" + currency.replace("'", "") + "'",
        }
        text = _filled(catalogue.expanded(query, NAMES), values)

        def spelled(parts: tuple[str, ...]) -> str | None:
            return None if len(parts) > 1 else ".".join(f"`{part}`" for part in (*schema.split("."), parts[0]))

        about = query.about.replace("'", "")
        made.append(
            View(
                f"{schema}.{name}",
                query.about,
                f"CREATE OR REPLACE VIEW {_quoted(schema)}.`{name}`\nCOMMENT '{about}'\nAS\n{remap(text, spelled)}",
            )
        )
    return made


def _filled(text: str, values: dict[str, str]) -> str:
    """The text with each `:marker` replaced by what stands for it, by place."""
    pieces, done = [], 0
    for token in tokenise(text):
        if token.kind == "marker":
            pieces += [text[done : token.start], values[token.text[1:]]]
            done = token.end
    return "".join([*pieces, text[done:]])


def _quoted(schema: str) -> str:
    return ".".join(f"`{part}`" for part in schema.split("."))

"""Lakeledger's own spaces: their files in `spaces/`, their trusted questions from `lib/queries/genie`.

A trusted question is a query of the catalogue whose head begins with the question. In a workspace it is an example of the
space, its relations written as tables of the ledger's schema; without a workspace it runs on the embedded ledger.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from lib.genie import reading
from lib.genie.model import Answer, Benchmark, Example, Space
from lib.genie.problems import FilesError, errors
from lib.queries.catalogue import load
from lib.queries.tokens import cte_names, table_names, tokenise

FOLDER = Path(__file__).parent / "spaces"
SPEND = (
    "spend_by_product", "spend_by_day", "spend_by_month", "spend_by_workspace", "spend_by_owner", "dearest_jobs",
    "failed_runs", "change_by_product", "untagged", "unpriced", "machines",
)  # fmt: skip
QUERIES = ("query_users", "query_shapes", "query_failures", "query_warehouses", "query_performance")
TRUSTED: Mapping[str, tuple[str, ...]] = {"lakeledger_spend": SPEND, "lakeledger_queries": QUERIES}
"""Space → queries of `lib/queries/genie` that it answers."""
BENCHMARKS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "lakeledger_spend": (
        ("How much did each product cost over the last 30 days?", "spend_by_product"),
        ("Show the ten most expensive jobs of the last 30 days", "dearest_jobs"),
        ("How much money went into failed job runs in the last 30 days?", "failed_runs"),
        ("Who were the biggest spenders of the last 30 days?", "spend_by_owner"),
        ("How much spend of the last 30 days carries no tags?", "untagged"),
    ),
    "lakeledger_queries": (
        ("Who ran the most expensive queries in the last 30 days?", "query_users"),
        ("Which repeated statements cost most in the last 30 days?", "query_shapes"),
        ("How much did failed or cancelled statements cost in the last 30 days?", "query_failures"),
        ("How much of each SQL warehouse's cost was idle in the last 30 days?", "query_warehouses"),
        ("How long did statements wait and run on each of the last 30 days?", "query_performance"),
    ),
}
"""Questions with the query whose answer is the right one: the trusted questions in other words."""
NEAR = 0.6
"""How alike two questions have to be (0-1) for one to be taken for the other."""


@dataclass(frozen=True)
class Trusted:
    """One question that can be answered without a workspace."""

    query: str
    """Name in the catalogue."""
    question: str
    sql: str
    """The statement, relations by bare name."""
    space_id: str


def trusted() -> tuple[Trusted, ...]:
    """All trusted questions, space by space."""
    catalogue = load()
    found = []
    for space_id, names in TRUSTED.items():
        for name in names:
            query = catalogue[f"genie/{name}"]
            found.append(Trusted(query.name, query.about, query.body, space_id))
    return tuple(found)


def nearest(question: str, known: tuple[Trusted, ...]) -> tuple[Trusted | None, tuple[Trusted, ...]]:
    """The trusted question that this is, if any, and the three others that come nearest."""
    ordered = closest(question, known)
    match = ordered[0] if ordered and _likeness(_words(question), _words(ordered[0].question)) >= NEAR else None
    return match, tuple(item for item in ordered if item is not match)[:3]


def closest(question: str, known: tuple[Trusted, ...]) -> tuple[Trusted, ...]:
    """The trusted questions, the most alike first."""
    wanted = _words(question)
    return tuple(sorted(known, key=lambda item: -_likeness(wanted, _words(item.question))))


def _likeness(one: str, other: str) -> float:
    """Of two questions: the same words count, and their order a little."""
    a, b = set(one.split()) - FILLERS, set(other.split()) - FILLERS
    shared = 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
    return 0.7 * shared + 0.3 * SequenceMatcher(None, one, other).ratio()


FILLERS = frozenset(
    ("the", "a", "of", "in", "did", "what", "which", "how", "is", "for", "on", "and", "do", "we", "me", "show")
)


def _words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


def spaces(
    catalog: str, schema: str, warehouse_id: str, *, parent_path: str = "/Workspace/Shared/Lakeledger"
) -> tuple[Space, ...]:
    """The spaces over the ledger in a schema; FilesError when their files are wrong (a test sees that they are not)."""
    given = {"catalog": catalog, "schema": schema, "warehouse_id": warehouse_id, "parent_path": parent_path}
    loaded = reading.load(FOLDER, "", given=given)
    if errors(loaded.problems):
        raise FilesError(loaded.problems)
    return tuple(_complete(space, catalog, schema) for space in loaded.spaces)


TITLES: Mapping[str, str] = {
    "lakeledger_spend": "Lakeledger spend",
    "lakeledger_queries": "Lakeledger queries",
    "lakeledger_tuning": "Lakeledger query tuning",
}
"""Space → its title in a workspace."""


def _complete(space: Space, catalog: str, schema: str) -> Space:
    if space.space_id not in TRUSTED:
        return space  # over views, which only an account has: its file says everything
    catalogue = load()
    sql = {name: in_schema(catalogue[f"genie/{name}"].body, catalog, schema) + "\n" for name in TRUSTED[space.space_id]}
    examples = tuple(
        Example((catalogue[f"genie/{name}"].about,), tuple(text.splitlines(keepends=True)))
        for name, text in sql.items()
    )
    benchmarks = tuple(
        Benchmark((question,), (Answer(tuple(sql[name].splitlines(keepends=True))),))
        for question, name in BENCHMARKS[space.space_id]
    )
    return replace(space, examples=examples, benchmarks=benchmarks)


def in_schema(text: str, catalog: str, schema: str) -> str:
    """A statement with its relations written as tables of a schema, by their place in the text.

    >>> in_schema("WITH a AS (SELECT 1) SELECT * FROM a, spend_daily AS s", "main", "ledger")
    'WITH a AS (SELECT 1) SELECT * FROM a, main.ledger.spend_daily AS s'
    """
    tokens = tokenise(text)
    inner = cte_names(tokens)
    pieces, done = [], 0
    for found in table_names(tokens):
        if len(found.parts) == 1 and found.parts[0] not in inner:
            pieces += [text[done : found.start], f"{catalog}.{schema}.{found.parts[0]}"]
            done = found.end
    return "".join([*pieces, text[done:]])

"""One query file as a value: its text, what its head promises, and which tables it reads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lib.errors import QueryError
from lib.queries.head import Column, parse_head
from lib.queries.tokens import Token, cte_names, line_of, markers, table_names, tokenise

PERIOD_PARAMS = frozenset(("start_date", "end_date", "currency"))
"""What every reader of a base relation passes; a relation that asks for more makes its readers declare it."""
NARROWINGS = {
    "job": ("workspace_id", "job_id"),
    "sources": ("sources",),
    "currency": ("currency",),
    "people": (),
}
"""What relations can be narrowed to → parameters that say to which. `people`: of clusters, only those that people made matter."""
_NARROWED = re.compile(r"(?P<blanks>\s*)-- narrowed to (?P<to>\w+): (?P<condition>.*)")
SCHEMAS = frozenset(("external", "reference", "ledger"))
"""Schemas of ours beside Databricks' `system.<schema>`; a table of theirs has two parts."""


@dataclass(frozen=True)
class Query:
    """One statement of the catalogue, in Databricks SQL."""

    name: str
    """`<area>/<name>`: the file's path below lib/queries, without its ending."""
    text: str
    """The file as it stands, head included."""
    about: str
    row: tuple[str, ...]
    """Columns that together name one row; () when there is a single row."""
    params: tuple[Column, ...]
    returns: tuple[Column, ...]
    source: str
    narrows: tuple[str, ...]
    """What relations leave out for this query: see `NARROWINGS`."""
    live: str
    """For a base relation: the one whose rows it sums up, which a query gets in its place where it is not stored."""
    tables: frozenset[str]
    """Tables the text itself reads: `system.billing.usage`, `external.…`, `reference.…`."""
    relations: tuple[str, ...]
    """Base relations the text itself reads, in order of appearance."""
    place: str
    """The file, as errors name it."""
    head_lines: int

    @property
    def body(self) -> str:
        """The statement without its head comment."""
        return "\n".join(self.text.splitlines()[self.head_lines :]).strip()

    def narrowed(self, to: tuple[str, ...]) -> str:
        """The body with its conditions for each of `to`, lines that begin with `-- narrowed to …:`; without all others."""
        lines = []
        for line in self.body.splitlines():
            match = _NARROWED.match(line)
            if match is None:
                lines.append(line)
            elif match["to"] in to:
                lines.append(f"{match['blanks']}{match['condition']}")
        return "\n".join(lines)

    @property
    def short_name(self) -> str:
        """The name without its area; for a base relation, the bare name others use it by."""
        return self.name.rpartition("/")[2]


def read_query(path: Path, folder: Path, relations: frozenset[str]) -> Query:
    """The query in the file `path` below `folder`; `relations` are the bare names it may use."""
    name = path.relative_to(folder).with_suffix("").as_posix()
    return parse_query(name, path.read_text(encoding="utf-8"), relations, place=f"lib/queries/{name}.sql")


def parse_query(name: str, text: str, relations: frozenset[str], *, place: str = "") -> Query:
    """The query that `text` spells; a QueryError names the place and line of what is wrong."""
    place = place or name
    head = parse_head(text, place)
    tokens = tokenise(text)
    undeclared = {k: v for k, v in markers(tokens).items() if k not in {column.name for column in head.params}}
    if undeclared:
        marker, offset = next(iter(undeclared.items()))
        complaint = f"The text uses :{marker}, which `Params:` does not name."
        raise QueryError(complaint, place=f"{place}:{line_of(text, offset)}", remedy="Add it to `Params:`.")
    tables, used = _sources(text, tokens, relations, place)
    return Query(
        name=name,
        text=text,
        about=head.about,
        row=head.row,
        params=head.params,
        returns=head.returns,
        source=head.source,
        narrows=head.narrows,
        live=head.live,
        tables=frozenset(tables),
        relations=tuple(dict.fromkeys(used)),
        place=place,
        head_lines=head.lines,
    )


def _sources(text: str, tokens: Sequence[Token], relations: frozenset[str], place: str) -> tuple[list[str], list[str]]:
    """Tables and base relations that a text reads, in order of appearance."""
    ctes = cte_names(tokens)
    for name in sorted(set(ctes) & relations):
        raise QueryError(
            f"A common table expression has the name of the base relation {name}.",
            place=f"{place}:{line_of(text, ctes[name])}",
            remedy="Give it another name.",
        )
    tables, used = [], []
    for found in table_names(tokens):
        name = ".".join(found.parts)
        if name in relations:
            used.append(name)
        elif _is_table(found.parts):
            tables.append(name)
        elif name not in ctes:
            raise QueryError(
                f"{name} is neither a known table nor a base relation.",
                place=f"{place}:{line_of(text, found.start)}",
                remedy="Use system.<schema>.<table>, external.<table>, reference.<table> or a file of queries/base.",
            )
    return tables, used


def _is_table(parts: tuple[str, ...]) -> bool:
    return (len(parts) == 3 and parts[0] == "system") or (len(parts) == 2 and parts[0] in SCHEMAS)

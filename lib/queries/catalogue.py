"""Every SQL statement of the project, by name: what it reads, and its text with base relations filled in.

Files are read when first asked for, so that a command which needs one query reads one file.
"""

import difflib
import functools
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from lib.errors import NotFound, QueryError
from lib.queries.head import Column
from lib.queries.query import NARROWINGS, PERIOD_PARAMS, Query, parse_query, read_query
from lib.queries.tokens import markers, tokenise

__all__ = ["Catalogue", "Column", "Query", "load", "parse_query"]

FOLDER = Path(__file__).parent
BASE = "base"


class Catalogue(Mapping[str, Query]):
    """The queries below a folder: `catalogue["jobs/table"]`; those in `base/` are relations, used by bare name."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._paths = {p.relative_to(folder).with_suffix("").as_posix(): p for p in sorted(folder.glob("*/*.sql"))}
        self._relation_names = frozenset(p.stem for name, p in self._paths.items() if name.startswith(f"{BASE}/"))
        self._queries: dict[str, Query] = {}
        self._checked: set[str] = set()
        self._expanded: dict[tuple[str, frozenset[str]], str] = {}

    def __getitem__(self, name: str) -> Query:
        if name not in self._checked:
            self._check_params(self._read(name))
            self._checked.add(name)
        return self._read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all queries, base relations included, in order."""
        return tuple(self._paths)

    @property
    def relations(self) -> Mapping[str, Query]:
        """Bare name → base relation."""
        return {name: self[f"{BASE}/{name}"] for name in sorted(self._relation_names)}

    @property
    def relation_names(self) -> frozenset[str]:
        """Bare names of the base relations, without reading their files."""
        return self._relation_names

    def uses(self, query: Query, stored: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Relations that `query` reads, directly or through others, each after those it reads itself.

        Those in `stored` are left out, and what only they read.
        """
        ordered: dict[str, None] = {}
        self._visit(query, query, (), stored, ordered)
        return tuple(ordered)

    def stored_reads(self, query: Query, stored: frozenset[str]) -> frozenset[str]:
        """Relations of `stored` that `query` reads, directly or through others."""
        through = (self[f"{BASE}/{name}"] for name in self.uses(query, stored))
        return stored.intersection(query.relations).union(*(stored.intersection(q.relations) for q in through))

    def closure(self, query: Query, stored: frozenset[str] = frozenset()) -> frozenset[str]:
        """Tables that `query` reads, directly or through relations that are not `stored`."""
        return query.tables.union(*(self._recipe(query, name).tables for name in self.uses(query, stored)))

    def expanded(self, query: Query, stored: frozenset[str] = frozenset()) -> str:
        """The statement with each relation it needs put in front as a common table expression, narrowed to what it asks for.

        Relations in `stored` are left as bare names: the engine has them as tables.
        """
        key = (query.text, stored)
        if key not in self._expanded:
            steps = [
                f"{name} AS (\n{textwrap.indent(self._recipe(query, name).narrowed(query.narrows), '  ')}\n)"
                for name in self.uses(query, stored)
            ]
            self._expanded[key] = f"-- {query.name}\n{_with(steps, query.narrowed(query.narrows))}"
        return self._expanded[key]

    def _visit(
        self, asked: Query, query: Query, path: tuple[str, ...], stored: frozenset[str], ordered: dict[str, None]
    ) -> None:
        for name in query.relations:
            if name in path:
                raise QueryError(
                    f"The relations {' → '.join((*path, name))} read each other.",
                    place=query.place,
                    remedy="A relation may read only relations that do not read it.",
                )
            if name not in stored and name not in ordered:
                self._visit(asked, self._recipe(asked, name), (*path, name), stored, ordered)
                ordered[name] = None

    def _recipe(self, asked: Query, name: str) -> Query:
        """What a relation that is not stored is worked out by: for a page's query rows, where it only sums them up.

        Such a query sums them anyway, by less; so what it does not ask for is neither read nor grouped by. A relation that
        is asked for itself has the rows that its head promises.
        """
        relation = self[f"{BASE}/{name}"]
        if relation.live and not asked.name.startswith(f"{BASE}/"):
            rows = f"SELECT * FROM {relation.live}"  # by name: engines work out once what several such relations sum up
            return replace(relation, text=rows, head_lines=0, relations=(relation.live,), tables=frozenset())
        return relation

    def _read(self, name: str) -> Query:
        if name not in self._queries:
            if name not in self._paths:
                raise self._unknown(name)
            self._queries[name] = read_query(self._paths[name], self._folder, self._relation_names)
        return self._queries[name]

    def _check_params(self, query: Query) -> None:
        """Each declared parameter is used, here or in a relation; what a relation asks for is declared too."""
        inherited = {
            column.name: relation for relation in query.relations for column in self._read(f"{BASE}/{relation}").params
        }
        declared = {column.name for column in query.params}
        if not all(declared >= {*NARROWINGS.get(to, [to])} for to in query.narrows):
            raise QueryError(
                f"`Narrows: {', '.join(query.narrows)}` is none of {', '.join(NARROWINGS)}, or its parameters are missing.",
                place=f"{query.place}:1",
                remedy="Declare the parameters that say to which one.",
            )
        for name in sorted(declared - set(markers(tokenise(query.text))) - inherited.keys()):
            raise QueryError(
                f"`Params:` names {name}, which the text does not use.",
                place=f"{query.place}:1",
                remedy=f"Use :{name}, or take it out of `Params:`.",
            )
        for name in sorted(inherited.keys() - declared - PERIOD_PARAMS):
            raise QueryError(
                f"The relation {inherited[name]} asks for :{name}, which `Params:` does not name.",
                place=f"{query.place}:1",
                remedy="Add it to `Params:`.",
            )

    def _unknown(self, name: str) -> NotFound:
        near = difflib.get_close_matches(name, self._paths, n=1, cutoff=0.4)
        return NotFound(
            f"There is no query called {name!r}.",
            place="lib/queries",
            remedy=(f"Did you mean {near[0]!r}? " if near else "") + "`python -m lib query` lists them all.",
        )


def _with(steps: list[str], body: str) -> str:
    """`body` with the steps at the front of its WITH clause, which it gets when it has none."""
    if not steps:
        return body
    tokens = tokenise(body)
    words = [token.upper for token in tokens[:2]]
    if words[:1] != ["WITH"]:
        return f"WITH {', '.join(steps)}\n{body}"
    recursive = words[1:] == ["RECURSIVE"]
    rest = body[tokens[1 if recursive else 0].end :].lstrip()
    comments = body[: tokens[0].start]
    return f"{comments}WITH {'RECURSIVE ' if recursive else ''}{', '.join(steps)},\n{rest}"


@functools.cache
def load() -> Catalogue:
    """The project's own catalogue, read once a process."""
    return Catalogue()

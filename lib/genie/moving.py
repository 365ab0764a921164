"""A space for other catalogs, schemas and warehouses: names move by their place in the SQL, never by text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lib.errors import InputError
from lib.genie.model import Example, Function, Join, Side, Snippet, Space, Table, Text, joined


@dataclass(frozen=True)
class Moved:
    """A space under other names, and where prose still says the old ones."""

    space: Space
    mentions: tuple[str, ...]
    """Places in prose that name something of the old home: a person decides what they should say."""


def parse_mapping(pairs: tuple[str, ...] | list[str]) -> dict[str, str]:
    """`dev=prod` and `dev.sales=prod.retail` as a mapping.

    >>> parse_mapping(["dev.a=prod.b", "dev=prod"])
    {'dev.a': 'prod.b', 'dev': 'prod'}
    """
    found = {}
    for pair in pairs:
        old, _, new = pair.partition("=")
        if not old or not new or old.count(".") != new.count(".") or old.count(".") > 1:
            raise InputError(
                f"{pair!r} is no mapping.",
                remedy="Write catalog=catalog, or catalog.schema=catalog.schema.",
                place="--map",
            )
        found[old.strip()] = new.strip()
    return found


def move(space: Space, mapping: Mapping[str, str], *, warehouse_id: str | None = None) -> Moved:
    """The space with every table, function and statement under the mapping; ids stay."""
    from lib.genie import sql

    def name(identifier: str) -> str:
        return sql.move_identifier(identifier, mapping)

    def text(pieces: Text) -> Text:
        """A statement in pieces: moved as a whole, then cut at the same line breaks where that is possible."""
        whole = joined(pieces)
        new = sql.moved(whole, mapping)
        if new == whole:
            return pieces
        each = tuple(sql.moved(piece, mapping) for piece in pieces)
        return each if joined(each) == new else (new,)

    def table(item: Table) -> Table:
        return replace(item, identifier=name(item.identifier))

    def side(item: Side) -> Side:
        return replace(item, identifier=name(item.identifier))

    def snippet(item: Snippet) -> Snippet:
        return replace(item, sql=text(item.sql))

    def example(item: Example) -> Example:
        return replace(item, sql=text(item.sql))

    def function(item: Function) -> Function:
        return replace(item, identifier=name(item.identifier))

    def join(item: Join) -> Join:
        sql_pieces = tuple(piece if piece.startswith("--rt=") else text((piece,))[0] for piece in item.sql)
        return replace(item, left=side(item.left), right=side(item.right), sql=sql_pieces)

    moved = replace(
        space,
        warehouse_id=warehouse_id or space.warehouse_id,
        tables=tuple(table(item) for item in space.tables),
        metric_views=tuple(table(item) for item in space.metric_views),
        examples=tuple(example(item) for item in space.examples),
        functions=tuple(function(item) for item in space.functions),
        joins=tuple(join(item) for item in space.joins),
        filters=tuple(snippet(item) for item in space.filters),
        expressions=tuple(snippet(item) for item in space.expressions),
        measures=tuple(snippet(item) for item in space.measures),
        benchmarks=None
        if space.benchmarks is None
        else tuple(
            replace(item, answer=tuple(replace(answer, content=text(answer.content)) for answer in item.answer))
            for item in space.benchmarks
        ),
    )
    return Moved(moved, tuple(_mentions(moved, mapping)))


def _mentions(space: Space, mapping: Mapping[str, str]) -> list[str]:
    olds = [f"{old}." for old in mapping if mapping[old] != old]
    places = [("description", space.description or "")]
    places += [(f"text_instructions[{n}]", joined(text.content)) for n, text in enumerate(space.text_instructions)]
    places += [(f"tables[{table.identifier}].description", joined(table.description)) for table in space.tables]
    places += [(f"{joined(item.question)}: usage_guidance", joined(item.usage_guidance)) for item in space.examples]
    return [place for place, prose in places if any(old in prose for old in olds)]


def from_variables(source: Mapping[str, object], target: Mapping[str, object]) -> dict[str, str]:
    """The mapping that two environments' variables imply: their `catalog` and `schema`, and names that end so.

    >>> from_variables({"catalog": "dev", "schema": "a"}, {"catalog": "prod", "schema": "b"})
    {'dev.a': 'prod.b', 'dev': 'prod'}
    """
    found: dict[str, str] = {}
    for key in source:
        if not key.endswith("catalog") or key not in target:
            continue
        stem = key.removesuffix("catalog")
        old, new = str(source[key]), str(target[key])
        schemas = (str(source.get(f"{stem}schema", "")), str(target.get(f"{stem}schema", "")))
        if all(schemas):
            found[f"{old}.{schemas[0]}"] = f"{new}.{schemas[1]}"
        if old != new:
            found[old] = new
    return {old: new for old, new in found.items() if old != new}

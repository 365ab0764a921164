"""What a workspace would refuse, and what makes a space answer badly: checked before anything is sent.

Each rule is a function from a space to findings; `RULES` is the list of them. Findings name a path in the file, and
`check` turns them into problems with lines.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lib.genie import documents
from lib.genie.model import Part, Snippet, Space, joined
from lib.genie.payload import ID
from lib.genie.problems import Level, Problem

Finding = tuple[Level, str, str, documents.Path]
"""Level, rule, message, path within the space."""

LONGEST_TEXT = 25_000
MOST_ITEMS = 10_000
MOST_INSTRUCTIONS = 100
MANY_TABLES = 25
RELATION = re.compile(r"--rt=FROM_RELATIONSHIP_TYPE_(MANY_TO_ONE|ONE_TO_MANY|ONE_TO_ONE|MANY_TO_MANY)--\Z")


def check(
    spaces: Sequence[Space], sources: Mapping[str, tuple[documents.Document, documents.Path]] | None = None
) -> list[Problem]:
    """All problems of all spaces, with their places where the sources are known."""
    problems: list[Problem] = []
    for space in spaces:
        document, at = (sources or {}).get(space.space_id, (documents.Document(""), ()))
        for rule in RULES:
            for level, name, message, path in rule(space):
                problems.append(document.problem(level, name, message, (*at, *path), space.space_id))
    return problems + list(_same_titles(spaces, sources or {}))


def _same_titles(
    spaces: Sequence[Space], sources: Mapping[str, tuple[documents.Document, documents.Path]]
) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for space in spaces:
        if space.title and space.title in seen:
            document, at = sources.get(space.space_id, (documents.Document(""), ()))
            message = f"The space {seen[space.title]} has the same title; nobody could tell them apart."
            yield document.problem("error", "duplicate-title", message, (*at, "title"), space.space_id)
        seen.setdefault(space.title, space.space_id)


def identifiers(space: Space) -> Iterator[Finding]:
    """Names in Unity Catalog have three parts."""
    for name in ("tables", "metric_views"):
        for number, table in enumerate(getattr(space, name)):
            yield from _three(table.identifier, ("data_sources", name, number, "identifier"))
    for number, function in enumerate(space.functions):
        yield from _three(function.identifier, ("instructions", "sql_functions", number, "identifier"))
    for number, join in enumerate(space.joins):
        for side in ("left", "right"):
            at = ("instructions", "join_specs", number, side, "identifier")
            yield from _three(getattr(join, side).identifier, at)


def _three(identifier: str, at: documents.Path) -> Iterator[Finding]:
    parts = parts_of(identifier)
    if len(parts) != 3 or not all(parts):
        yield ("error", "identifier", f"{identifier!r} is not catalog.schema.name.", at)


def parts_of(identifier: str) -> list[str]:
    """The parts of a name; back quotes keep dots together.

    >>> parts_of("main.`my.schema`.orders")
    ['main', 'my.schema', 'orders']
    """
    return [part.strip("`") for part in re.findall(r"`[^`]*`|[^.`]+|(?<=\.)(?=\.|\Z)|\A(?=\.)", identifier)]


def ids(space: Space) -> Iterator[Finding]:
    """Ids are 32 hexadecimal digits, and each is used once among questions and once among instructions."""
    groups: dict[str, Counter[str]] = {"questions": Counter(), "instructions": Counter()}
    for group, at, part in _with_ids(space):
        given = getattr(part, "id", None)
        if given is None:
            continue
        if not ID.match(given):
            message = f"{given!r} is no id of 32 lower-case hexadecimal digits; one made from it is sent."
            yield ("warning", "id-shape", message, (*at, "id"))
        groups[group][given] += 1
        if groups[group][given] == 2:
            yield ("error", "duplicate-id", f"The id {given} is used twice among {group}.", (*at, "id"))


def _with_ids(space: Space) -> Iterator[tuple[str, documents.Path, Part]]:
    for spec in Space.FIELDS:
        if spec.kind != "items" or spec.name in ("tables", "metric_views"):
            continue
        group = "questions" if spec.name in ("sample_questions", "benchmarks") else "instructions"
        for number, part in enumerate(getattr(space, spec.name) or ()):
            yield group, (*spec.keys, number), part


def sizes(space: Space) -> Iterator[Finding]:
    """Texts and lists have limits."""
    yield from _sizes(space, ())
    counted = bool(space.text_instructions) + len(space.examples) + len(space.functions)
    if counted > MOST_INSTRUCTIONS:
        message = f"{counted} instructions; a space may have {MOST_INSTRUCTIONS} (the text counts as one)."
        yield ("error", "too-many", message, ("instructions",))


def _sizes(part: Part, at: documents.Path) -> Iterator[Finding]:
    for spec in type(part).FIELDS:
        value: Any = getattr(part, spec.name)
        place = (*at, *spec.keys)
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            yield ("error", "too-long", f"{len(value):,} characters; at most {LONGEST_TEXT:,} are taken.", place)
        if isinstance(value, tuple):
            if len(value) > MOST_ITEMS:
                yield ("error", "too-many", f"{len(value):,} entries; at most {MOST_ITEMS:,} are taken.", place)
            for number, item in enumerate(value):
                if isinstance(item, str) and len(item) > LONGEST_TEXT:
                    message = f"{len(item):,} characters; at most {LONGEST_TEXT:,} are taken."
                    yield ("error", "too-long", message, (*place, number))
                elif isinstance(item, Part):
                    yield from _sizes(item, (*place, number))
        elif isinstance(value, Part):
            yield from _sizes(value, place)


def columns(space: Space) -> Iterator[Finding]:
    """A table, and a column of it, is described once; matching needs format assistance."""
    for name in ("tables", "metric_views"):
        seen: set[str] = set()
        for number, table in enumerate(getattr(space, name)):
            at: documents.Path = ("data_sources", name, number)
            if table.identifier.lower() in seen:
                yield ("error", "duplicate-table", f"{table.identifier} is there twice.", (*at, "identifier"))
            seen.add(table.identifier.lower())
            names: set[str] = set()
            for place, column in enumerate(table.columns):
                here: documents.Path = (*at, "column_configs", place)
                if column.column_name in names:
                    message = f"The column {column.column_name} is there twice."
                    yield ("error", "duplicate-column", message, (*here, "column_name"))
                names.add(column.column_name)
                if column.enable_entity_matching and not column.enable_format_assistance:
                    message = "enable_entity_matching needs enable_format_assistance: true as well; both are sent."
                    yield ("warning", "matching", message, (*here, "enable_entity_matching"))


def joins(space: Space) -> Iterator[Finding]:
    """A join is a condition and a relation."""
    for number, join in enumerate(space.joins):
        at: documents.Path = ("instructions", "join_specs", number)
        if len(join.sql) != 2 or not RELATION.match(join.sql[1]):
            message = (
                "`sql` has two elements: the condition, and --rt=FROM_RELATIONSHIP_TYPE_…-- with MANY_TO_ONE, "
                "ONE_TO_MANY, ONE_TO_ONE or MANY_TO_MANY."
            )
            yield ("error", "join-relation", message, (*at, "sql"))
        same = join.left.identifier == join.right.identifier
        if same and join.left.alias == join.right.alias:
            yield ("error", "self-join", "A table joined to itself needs two aliases.", at)


def snippets(space: Space) -> Iterator[Finding]:
    """A snippet has a name people see; a filter is a bare condition."""
    for name in ("filters", "expressions", "measures"):
        for number, snippet in enumerate(getattr(space, name)):
            at: documents.Path = ("instructions", "sql_snippets", name, number)
            yield from _snippet(name, snippet, at)


def _snippet(name: str, snippet: Snippet, at: documents.Path) -> Iterator[Finding]:
    if not snippet.display_name.strip():
        yield ("error", "display-name", "A snippet needs a display_name.", (*at, "display_name"))
    if name == "filters" and re.match(r"\s*where\b", joined(snippet.sql), re.IGNORECASE):
        yield ("error", "filter-where", "A filter is the condition alone, without WHERE.", (*at, "sql"))
    if not joined(snippet.sql).strip():
        yield ("error", "empty-sql", "The SQL is empty.", (*at, "sql"))


def questions(space: Space) -> Iterator[Finding]:
    """Questions and answers are not empty; a benchmark has one answer in SQL."""
    for number, example in enumerate(space.examples):
        at: documents.Path = ("instructions", "example_question_sqls", number)
        for key in ("question", "sql"):
            if not joined(getattr(example, key)).strip():
                yield ("error", f"empty-{key}", f"The {key} is empty.", (*at, key))
        yield from _glued(example.sql, (*at, "sql"))
    for number, question in enumerate(space.sample_questions):
        if not joined(question.question).strip():
            yield ("error", "empty-question", "The question is empty.", ("sample_questions", number))
    for number, benchmark in enumerate(space.benchmarks or ()):
        at = ("benchmarks", "questions", number)
        if len(benchmark.answer) != 1:
            yield ("error", "one-answer", f"A benchmark has one answer; this has {len(benchmark.answer)}.", at)
        elif benchmark.answer[0].format != "SQL":
            yield ("error", "answer-format", f"{benchmark.answer[0].format!r} is no known format; use SQL.", at)
        else:
            yield from _glued(benchmark.answer[0].content, at)


def _glued(text: Sequence[str], at: documents.Path) -> Iterator[Finding]:
    """The pieces of a text are put together as they are."""
    for one, other in itertools.pairwise(text):
        if one and other and not one[-1].isspace() and not other[0].isspace():
            yield ("warning", "line-break", "These lines are glued together; end each with a line break.", at)
            return


def instructions(space: Space) -> Iterator[Finding]:
    """Text instructions: at most one is kept by a workspace."""
    for number, text in enumerate(space.text_instructions):
        at: documents.Path = ("instructions", "text_instructions", number)
        if not joined(text.content).strip():
            yield ("warning", "empty-instruction", "This instruction is empty.", at)
    if len(space.text_instructions) > 1:
        message = f"A workspace keeps one text; these {len(space.text_instructions)} are put together, in this order."
        yield ("notice", "one-text", message, ("instructions", "text_instructions"))


def usable(space: Space) -> Iterator[Finding]:
    """What a space needs to be of use."""
    for key in ("title", "warehouse_id"):
        if not getattr(space, key).strip():
            yield ("error", "empty", f"{key} is empty.", (key,))
    if space.version not in (1, 2):
        yield ("error", "version", f"Version {space.version} is not known; 1 and 2 are.", ("version",))
    if not space.tables and not space.metric_views:
        yield ("warning", "no-table", "The space reads no table.", ("data_sources",))
    if not space.sample_questions:
        yield ("warning", "no-sample-question", "No sample question shows people what to ask.", ("sample_questions",))
    if len(space.identifiers) > MANY_TABLES:
        message = f"{len(space.identifiers)} tables; answers get worse with more than {MANY_TABLES}."
        yield ("warning", "many-tables", message, ("data_sources", "tables"))
    known = {identifier.lower() for identifier in space.identifiers}
    for number, join in enumerate(space.joins):
        for side in ("left", "right"):
            identifier = getattr(join, side).identifier
            if identifier.lower() not in known:
                at = ("instructions", "join_specs", number, side, "identifier")
                yield ("warning", "join-table", f"{identifier} is none of the space's tables.", at)


def parses(space: Space) -> Iterator[Finding]:
    """Example and benchmark SQL is Databricks SQL."""
    from lib.genie.sql import complaint

    for number, example in enumerate(space.examples):
        wrong = complaint(joined(example.sql))
        if wrong:
            yield ("warning", "sql", wrong, ("instructions", "example_question_sqls", number, "sql"))
    for number, benchmark in enumerate(space.benchmarks or ()):
        wrong = complaint(benchmark.sql)
        if wrong:
            yield ("warning", "sql", wrong, ("benchmarks", "questions", number))


RULES: tuple[Callable[[Space], Iterator[Finding]], ...] = (
    usable,
    identifiers,
    columns,
    ids,
    sizes,
    joins,
    snippets,
    questions,
    instructions,
)
"""Rules that need nothing but the space; `parses` is asked for by name, as it loads a SQL parser."""


def check_sql(
    spaces: Sequence[Space], sources: Mapping[str, tuple[documents.Document, documents.Path]] | None = None
) -> list[Problem]:
    """Problems of the SQL in the spaces."""
    problems = []
    for space in spaces:
        document, at = (sources or {}).get(space.space_id, (documents.Document(""), ()))
        problems += [
            document.problem(level, name, message, (*at, *path), space.space_id)
            for level, name, message, path in parses(space)
        ]
    return problems

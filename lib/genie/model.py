"""A Genie space as a value: what its file says, and nothing a workspace adds.

Each class lists its fields once, in `FIELDS`; reading, writing, checking and the JSON Schema all follow that list.
A text is a tuple of strings as the API has it: the pieces are put together as they are, without anything between.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Text = tuple[str, ...]
"""Prose or SQL; the whole is the pieces one after the other."""
Json = Mapping[str, Any]
Kind = Literal["text", "words", "string", "flag", "integer", "items", "item"]


@dataclass(frozen=True)
class Field:
    """One key of a file."""

    name: str
    """The attribute of the class, and the key unless `path` says otherwise."""
    kind: Kind
    about: str
    required: bool = False
    of: "type[Part] | None" = None
    """Class of `item` and `items`."""
    path: tuple[str, ...] = ()
    """Where in the file's nested maps; `(name,)` when empty."""
    sent: bool = True
    """Whether the workspace gets it under this name."""
    keeps_empty: bool = False
    """An empty string is one empty piece, not no text."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Where the value stands, from the class's own map down."""
        return self.path or (self.name,)


def identity(
    about: str = "Id in the workspace: 32 lower-case hexadecimal digits; made from the text when left out.",
) -> Field:
    """The `id` key that most parts have."""
    return Field("id", "string", about)


@dataclass(frozen=True)
class Part:
    """What all parts of a space have."""

    FIELDS: ClassVar[tuple[Field, ...]] = ()

    api_fields: Json = field(default_factory=dict, kw_only=True)
    """Keys a workspace sent that this version does not know; sent back as they came."""


@dataclass(frozen=True)
class Question(Part):
    """A question that people are offered."""

    question: Text
    id: str | None = None
    short: bool = field(default=False, kw_only=True)
    """Written as a plain string in its file."""

    FIELDS = (Field("question", "text", "The question.", required=True, keeps_empty=True), identity())


@dataclass(frozen=True)
class Column(Part):
    """What the space knows of a column."""

    column_name: str
    description: Text = ()
    synonyms: tuple[str, ...] = ()
    enable_format_assistance: bool = False
    enable_entity_matching: bool = False
    build_value_dictionary: bool = False
    get_example_values: bool = False
    exclude: bool = False

    FIELDS = (
        Field("column_name", "string", "Name of the column.", required=True),
        Field("description", "text", "What the column holds."),
        Field("synonyms", "words", "Other names people use."),
        Field("enable_format_assistance", "flag", "Let Genie look at example values."),
        Field("enable_entity_matching", "flag", "Let Genie match words to values; needs format assistance too."),
        Field("build_value_dictionary", "flag", "Old name of enable_entity_matching.", sent=False),
        Field("get_example_values", "flag", "Old name of enable_format_assistance.", sent=False),
        Field("exclude", "flag", "Hide the column from Genie."),
    )


@dataclass(frozen=True)
class Table(Part):
    """A table or metric view that the space reads."""

    identifier: str
    description: Text = ()
    columns: tuple[Column, ...] = ()

    FIELDS = (
        Field("identifier", "string", "catalog.schema.table", required=True),
        Field("description", "text", "What one row is."),
        Field("columns", "items", "Columns worth a word.", of=Column, path=("column_configs",)),
    )


@dataclass(frozen=True)
class Instruction(Part):
    """General guidance; a workspace keeps one, so several are put together."""

    content: Text = ()
    id: str | None = None
    short: bool = field(default=False, kw_only=True)

    FIELDS = (Field("content", "text", "Guidance in prose.", keeps_empty=True), identity())


@dataclass(frozen=True)
class Parameter(Part):
    """A named value in an example's SQL, written `:name`."""

    name: str
    type_hint: str = "STRING"
    description: Text = ()
    default_value: tuple[str, ...] | None = None

    FIELDS = (
        Field("name", "string", "Name, used as `:name`.", required=True),
        Field("type_hint", "string", "STRING, INT, DATE, …"),
        Field("description", "text", "What to give."),
        Field("default_value", "words", "Values used when none is given.", path=("default_value", "values")),
    )


@dataclass(frozen=True)
class Example(Part):
    """A question with the SQL that answers it: a trusted answer when asked as it stands."""

    question: Text
    sql: Text
    parameters: tuple[Parameter, ...] = ()
    usage_guidance: Text = ()
    id: str | None = None

    FIELDS = (
        Field("question", "text", "The question.", required=True, keeps_empty=True),
        Field("sql", "text", "Its answer in Databricks SQL.", required=True, keeps_empty=True),
        Field("parameters", "items", "Named values in the SQL.", of=Parameter),
        Field("usage_guidance", "text", "When to use it."),
        identity(),
    )


@dataclass(frozen=True)
class Function(Part):
    """A function in Unity Catalog that the space may call."""

    identifier: str
    description: str | None = None
    id: str | None = None

    FIELDS = (
        Field("identifier", "string", "catalog.schema.function", required=True),
        Field("description", "string", "For readers of the file; the workspace has the function's own.", sent=False),
        identity(),
    )


@dataclass(frozen=True)
class Side(Part):
    """One of the two tables of a join."""

    identifier: str
    alias: str | None = None

    FIELDS = (
        Field("identifier", "string", "catalog.schema.table", required=True),
        Field("alias", "string", "Name in the condition."),
    )


@dataclass(frozen=True)
class Join(Part):
    """How two tables belong together."""

    left: Side
    right: Side
    sql: Text = ()
    instruction: Text = ()
    comment: Text = ()
    id: str | None = None

    FIELDS = (
        Field("left", "item", "One table.", required=True, of=Side),
        Field("right", "item", "The other.", required=True, of=Side),
        Field("sql", "text", "The condition, then --rt=FROM_RELATIONSHIP_TYPE_…--", keeps_empty=True),
        Field("instruction", "text", "When to use it."),
        Field("comment", "text", "A remark."),
        identity(),
    )


@dataclass(frozen=True)
class Snippet(Part):
    """A named piece of SQL: a filter, an expression or a measure."""

    sql: Text
    display_name: str = ""
    alias: str | None = None
    instruction: Text = ()
    comment: Text = ()
    synonyms: tuple[str, ...] = ()
    id: str | None = None

    FIELDS = (
        Field("sql", "text", "The SQL.", required=True, keeps_empty=True),
        Field("display_name", "string", "The name people see; the workspace asks for one."),
        Field("alias", "string", "Name in generated SQL."),
        Field("instruction", "text", "When to use it."),
        Field("comment", "text", "A remark."),
        Field("synonyms", "words", "Other names people use."),
        identity(),
    )


@dataclass(frozen=True)
class Answer(Part):
    """The right answer to a benchmark question."""

    content: Text
    format: str = "SQL"

    FIELDS = (
        Field("format", "string", "SQL"),
        Field("content", "text", "The answer.", required=True, keeps_empty=True),
    )


@dataclass(frozen=True)
class Benchmark(Part):
    """A question whose right answer is known: what an evaluation asks."""

    question: Text
    answer: tuple[Answer, ...]
    id: str | None = None
    short: bool = field(default=False, kw_only=True)
    """Written as `question` and `expected_sql`."""

    FIELDS = (
        Field("question", "text", "The question.", required=True, keeps_empty=True),
        Field("answer", "items", "One answer: {format: SQL, content}; `expected_sql` is its short form.", of=Answer),
        identity(),
    )

    @property
    def sql(self) -> str:
        """The expected SQL."""
        return joined(self.answer[0].content) if self.answer else ""


INSTRUCTIONS = "instructions"
SNIPPETS = (INSTRUCTIONS, "sql_snippets")


@dataclass(frozen=True)
class Space(Part):
    """One space."""

    space_id: str
    title: str
    warehouse_id: str
    parent_path: str | None = None
    description: str | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    version: int = 2
    sample_questions: tuple[Question, ...] = ()
    tables: tuple[Table, ...] = ()
    metric_views: tuple[Table, ...] = ()
    text_instructions: tuple[Instruction, ...] = ()
    examples: tuple[Example, ...] = ()
    functions: tuple[Function, ...] = ()
    joins: tuple[Join, ...] = ()
    filters: tuple[Snippet, ...] = ()
    expressions: tuple[Snippet, ...] = ()
    measures: tuple[Snippet, ...] = ()
    benchmarks: tuple[Benchmark, ...] | None = None
    """None when the file has no such key."""

    FIELDS = (
        Field("space_id", "string", "Name of the space in files and state; never changes.", required=True),
        Field("title", "string", "Title people see.", required=True),
        Field("warehouse_id", "string", "SQL warehouse that runs its statements.", required=True),
        Field("parent_path", "string", "Folder in the workspace."),
        Field("description", "string", "What the space is for."),
        Field("author", "string", "For readers of the file.", sent=False),
        Field("tags", "words", "For readers of the file.", sent=False),
        Field("version", "integer", "1 or 2; 2 is sent.", sent=False),
        Field("sample_questions", "items", "Questions people are offered.", of=Question),
        Field("tables", "items", "Tables the space reads.", of=Table, path=("data_sources", "tables")),
        Field("metric_views", "items", "Metric views it reads.", of=Table, path=("data_sources", "metric_views")),
        Field(
            "text_instructions", "items", "Guidance in prose.", of=Instruction, path=(INSTRUCTIONS, "text_instructions")
        ),
        Field(
            "examples", "items", "Questions with their SQL.", of=Example, path=(INSTRUCTIONS, "example_question_sqls")
        ),
        Field("functions", "items", "Functions it may call.", of=Function, path=(INSTRUCTIONS, "sql_functions")),
        Field("joins", "items", "How tables belong together.", of=Join, path=(INSTRUCTIONS, "join_specs")),
        Field("filters", "items", "Named conditions.", of=Snippet, path=(*SNIPPETS, "filters")),
        Field("expressions", "items", "Named expressions.", of=Snippet, path=(*SNIPPETS, "expressions")),
        Field("measures", "items", "Named measures.", of=Snippet, path=(*SNIPPETS, "measures")),
        Field("benchmarks", "items", "Questions with known answers.", of=Benchmark, path=("benchmarks", "questions")),
    )

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Every table and metric view it reads."""
        return tuple(table.identifier for table in (*self.tables, *self.metric_views))


def joined(text: Text) -> str:
    """A text as a whole."""
    return "".join(text)

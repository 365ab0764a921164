"""Spaces for tests: an old project folder, a small space, and a generator of any space that files can hold."""

from pathlib import Path
from string import ascii_lowercase

from hypothesis import strategies as st

from lib.genie.model import (
    Answer,
    Benchmark,
    Column,
    Example,
    Function,
    Instruction,
    Join,
    Parameter,
    Question,
    Side,
    Snippet,
    Space,
    Table,
)

OLD_PROJECT = Path(__file__).parent / "old_project"
OLD_HASHES = {
    "orders": "3b2715287befa0243c138b504f67f10a66893357135bc569a875a1df36b65229",
    "products": "ce32f309960230571b5b95887d9c43b85ddffe2edc63b827329ec879e10b779b",
    "stock": "4622cbfbb45ce246f96f942c84617743d87bb00bf3b3ae75d3d4cc7c408a8927",
    "returns": "c60afa163f66209ba7327a78d03f5c0bd68694d4f3f84b539ce6fd7a826bd8eb",
}
"""What the earlier tool (0.2.0) itself computed for these files with their environment."""

PLACEHOLDERS = ("${x}", "a ${env} b", "${dollar}{x}", "$${x}", "$5")
"""Texts that could be taken for variables."""
WORDS = st.sampled_from(PLACEHOLDERS) | st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\x85\u2028\u2029\ufeff"),
    min_size=1,
    max_size=12,
)
LINES = st.one_of(WORDS, st.tuples(WORDS, WORDS).map("\n".join), WORDS.map(lambda word: word + "\n"))
TEXTS = st.lists(LINES, max_size=3).map(tuple)
FULL_TEXTS = st.lists(LINES, min_size=1, max_size=3).map(tuple)
IDS = st.none() | st.integers(0, 2**128 - 1).map(lambda number: f"{number:032x}")
NAMES = st.text(ascii_lowercase, min_size=1, max_size=6)
IDENTIFIERS = st.tuples(NAMES, NAMES, NAMES).map(".".join)
FLAGS = st.booleans()
COLUMNS = st.builds(Column, NAMES, TEXTS, TEXTS, FLAGS, FLAGS, FLAGS, FLAGS, FLAGS)
TABLES = st.builds(
    Table, IDENTIFIERS, TEXTS, st.lists(COLUMNS, max_size=2, unique_by=lambda c: c.column_name).map(tuple)
)
PARAMETERS = st.builds(Parameter, NAMES, st.sampled_from(("STRING", "INT", "DATE")), TEXTS, st.none() | TEXTS)
EXAMPLES = st.builds(
    Example, FULL_TEXTS, FULL_TEXTS, st.lists(PARAMETERS, max_size=2, unique_by=lambda p: p.name).map(tuple), TEXTS, IDS
)
SIDES = st.builds(Side, IDENTIFIERS, st.none() | NAMES)
RELATIONS = st.sampled_from(("MANY_TO_ONE", "ONE_TO_MANY", "ONE_TO_ONE", "MANY_TO_MANY"))
CONDITIONS = st.tuples(WORDS, RELATIONS.map(lambda kind: f"--rt=FROM_RELATIONSHIP_TYPE_{kind}--"))
JOINS = st.builds(Join, SIDES, SIDES, CONDITIONS, TEXTS, TEXTS, IDS)
SNIPPETS = st.builds(Snippet, FULL_TEXTS, WORDS, st.none() | NAMES, TEXTS, TEXTS, TEXTS, IDS)
QUESTIONS = st.builds(Question, FULL_TEXTS, IDS) | st.builds(
    Question, LINES.map(lambda line: (line,)), st.none(), short=st.just(True)
)
INSTRUCTIONS = st.builds(Instruction, FULL_TEXTS, IDS) | st.builds(
    Instruction, LINES.map(lambda line: (line,)), st.none(), short=st.just(True)
)
FUNCTIONS = st.builds(Function, IDENTIFIERS, st.none() | WORDS, IDS)
BENCHMARKS = st.builds(Benchmark, FULL_TEXTS, FULL_TEXTS.map(lambda text: (Answer(text),)), IDS) | st.builds(
    Benchmark, FULL_TEXTS, FULL_TEXTS.map(lambda text: (Answer(text),)), IDS, short=st.just(True)
)


def _some(parts: st.SearchStrategy, key: str = "id") -> st.SearchStrategy:
    by = (lambda part: part.identifier) if key == "identifier" else (lambda part: part.id or object())
    return st.lists(parts, max_size=3, unique_by=by).map(tuple)


SPACES = st.builds(
    Space,
    space_id=NAMES,
    title=WORDS.filter(str.strip),
    warehouse_id=st.text("0123456789abcdef", min_size=8, max_size=16),
    parent_path=st.none() | st.just("/Shared/Genie"),
    description=st.none() | LINES,
    author=st.none() | WORDS,
    tags=TEXTS,
    version=st.sampled_from((1, 2)),
    sample_questions=_some(QUESTIONS),
    tables=_some(TABLES, "identifier"),
    metric_views=_some(TABLES, "identifier"),
    text_instructions=_some(INSTRUCTIONS),
    examples=_some(EXAMPLES),
    functions=_some(FUNCTIONS),
    joins=_some(JOINS),
    filters=_some(SNIPPETS),
    expressions=_some(SNIPPETS),
    measures=_some(SNIPPETS),
    benchmarks=st.none() | _some(BENCHMARKS),
    api_fields=st.just({}) | st.just({"config": {"theme": "new"}, "later": [1, {"a": None}]}),
)
"""Any space; its ids are unique within each list only."""


def small(space_id: str = "orders", **changes: object) -> Space:
    """A space that the workspace takes."""
    values: dict = {
        "space_id": space_id,
        "title": space_id.title(),
        "warehouse_id": "0123456789abcdef",
        "tables": (Table(f"main.retail.{space_id}"),),
        "sample_questions": (Question(("How many?",)),),
        "examples": (Example(("How many?",), (f"SELECT COUNT(*) FROM main.retail.{space_id}\n",)),),
    }
    return Space(**(values | changes))

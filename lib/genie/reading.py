"""Files to spaces: every accepted form, and every problem with its place.

A file holds one space, or a map with `spaces:`. Nothing is ignored silently: a key that means nothing is named, with the
nearest one that does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lib.errors import NotFound
from lib.genie import documents, variables
from lib.genie.documents import Document
from lib.genie.model import (
    Benchmark,
    Column,
    Example,
    Field,
    Function,
    Instruction,
    Join,
    Parameter,
    Part,
    Question,
    Space,
)
from lib.genie.problems import Problem

ENDINGS = (".yaml", ".yml", ".json")
RELATION = "--rt=FROM_RELATIONSHIP_TYPE_{}--"


@dataclass(frozen=True)
class Loaded:
    """What a folder or a file holds, for one environment."""

    spaces: tuple[Space, ...]
    problems: tuple[Problem, ...]
    environment: variables.Environment
    sources: Mapping[str, tuple[Document, documents.Path]] = field(default_factory=dict)
    """Where each space stands: its document and the place in it."""
    from_process: frozenset[str] = frozenset()

    def named(self, space_id: str) -> Space:
        """The space with that name."""
        for space in self.spaces:
            if space.space_id == space_id:
                return space
        near = get_close_matches(space_id, [space.space_id for space in self.spaces], n=1)
        raise NotFound(f"No file describes {space_id}.", remedy=f"Did you mean {near[0]}?" if near else "")


def files_of(config: Path) -> list[Path]:
    """The space files of a folder (not of its subfolders), or the one file."""
    if config.is_file():
        return [config]
    if not config.is_dir():
        raise NotFound(f"{config} is neither a file nor a folder.", remedy="Give --config, or run `genie init` first.")
    found = [path for path in sorted(config.iterdir()) if path.is_file() and path.suffix in ENDINGS]
    return sorted(found, key=lambda path: (ENDINGS.index(path.suffix) == 2, path.name))


def load(
    config: Path,
    env: str = "dev",
    *,
    given: Mapping[str, str] | None = None,
    process: Mapping[str, str] | None = None,
) -> Loaded:
    """All spaces that `config` describes, variables replaced, with all problems of all files.

    A placeholder that nobody fills is an error of rule `unresolved-variable`.
    """
    paths = files_of(config)
    folder = config if config.is_dir() else config.parent
    environment = variables.find(folder, env)
    substitution = variables.Substitution(environment, given or {}, process or {})
    problems = list(environment.problems)
    spaces: list[Space] = []
    sources: dict[str, tuple[Document, documents.Path]] = {}
    for path in paths:
        if path.stem == env and config.is_dir() and environment.file == str(path):
            continue
        read_spaces, read_problems, places = read_text(
            path.read_text(encoding="utf-8-sig", errors="replace"), str(path), substitution
        )
        problems += read_problems
        for space, place in zip(read_spaces, places, strict=True):
            if space.space_id in sources:
                first = sources[space.space_id][0].file
                message = f"The space {space.space_id} is described twice, first in {first}."
                problems.append(
                    place[0].problem("error", "duplicate-space", message, (*place[1], "space_id"), space.space_id)
                )
                continue
            spaces.append(space)
            sources[space.space_id] = place
    return Loaded(tuple(spaces), tuple(problems), environment, sources, frozenset(substitution.from_process))


def read_text(
    text: str, file: str, substitution: variables.Substitution | None = None
) -> tuple[list[Space], list[Problem], list[tuple[Document, documents.Path]]]:
    """Spaces of one file's text, its problems, and where each space stands."""
    document = documents.read(text, file)
    if any(problem.rule == "syntax" for problem in document.problems):
        return [], list(document.problems), []
    value = document.value
    if substitution is not None:
        value = substitution.applied(value)
    reader = Reader(document)
    raw, prefix = _unwrapped(value, document)
    spaces, places = [], []
    for number, item in enumerate(raw):
        at: documents.Path = (*prefix, number) if prefix else ()
        if substitution is not None:
            reader.left_over(item, at)
        space = reader.space(item, at)
        if space is not None:
            spaces.append(space)
            places.append((document, at))
    return spaces, list(document.problems), places


def read_space(
    raw: Any, *, place: str = "", problems: list[Problem] | None = None, from_api: bool = False
) -> Space | None:
    """A space from a plain value; `from_api` keeps keys that are not known."""
    document = Document(place)
    space = Reader(document, from_api=from_api).space(raw, ())
    if problems is not None:
        problems += document.problems
    return space


def _unwrapped(value: Any, document: Document) -> tuple[list[Any], documents.Path]:
    """The raw spaces of a document, and the path their numbers follow; () for a single one."""
    if value is None:
        document.problems.append(document.problem("error", "empty-file", "The file is empty."))
        return [], ()
    if not isinstance(value, dict):
        document.problems.append(document.problem("error", "not-a-map", "A space file is a map."))
        return [], ()
    if "spaces" in value:
        listed = value["spaces"]
        if not isinstance(listed, list):
            document.problems.append(document.problem("error", "not-a-list", "`spaces` is a list.", ("spaces",)))
            return [], ()
        return listed, ("spaces",)
    if "space_id" not in value and "title" not in value:
        near = get_close_matches("spaces", [str(key) for key in value], n=1) or get_close_matches(
            "space_id", [str(key) for key in value], n=1
        )
        hint = f" Is {near[0]} misspelt?" if near else ""
        message = f"There is neither `spaces` nor `space_id`.{hint}"
        document.problems.append(document.problem("error", "no-space", message, (near[0],) if near else ()))
        return [], ()
    return [value], ()


class Reader:
    """Raw values to parts of a space; problems go to the document."""

    def __init__(self, document: Document, *, from_api: bool = False) -> None:
        self.document = document
        self.from_api = from_api
        self.space_id = ""

    def left_over(self, raw: Any, at: documents.Path) -> None:
        """An error for every placeholder that nobody filled."""
        self.space_id = str(raw.get("space_id", "")) if isinstance(raw, dict) else ""
        for place, name in variables.left_over(raw, at):
            self._complain("error", "unresolved-variable", f"The variable {name} has no value.", place)

    def space(self, raw: Any, at: documents.Path) -> Space | None:
        """One space; None when it has no name to go by."""
        if not isinstance(raw, dict):
            self._complain("error", "not-a-map", "A space is a map.", at)
            return None
        self.space_id = str(raw.get("space_id") or "")
        part = self.part(Space, raw, at)
        return part if isinstance(part, Space) and part.space_id else None

    def part(self, cls: type[Part], raw: Any, at: documents.Path) -> Part | None:
        """One part of whatever class; missing required keys are problems, and stand as empty."""
        short = isinstance(raw, str) and cls in SHORT
        if short:
            raw = {SHORT[cls]: raw}
        if not isinstance(raw, dict):
            self._complain("error", "wrong-type", f"This is {_kind(raw)}; a map is expected.", at)
            return None
        if cls in OLD_FORMS:
            raw, short = OLD_FORMS[cls](self, raw, short, at)
        values: dict[str, Any] = {}
        for spec in cls.FIELDS:
            value, found = _dig(raw, spec.keys)
            place = (*at, *spec.keys)
            if not found or value is None:
                if spec.required and not self.from_api:
                    self._complain("error", "missing-key", f"{'.'.join(spec.keys)} is missing.", at)
                if spec.required:
                    values[spec.name] = "" if spec.kind == "string" else ()
                elif spec.name == "benchmarks" and "benchmarks" in raw and raw["benchmarks"] is not None:
                    values[spec.name] = ()
                if spec.required and spec.kind == "item":
                    return None
                continue
            values[spec.name] = self.value(spec, value, place)
            if values[spec.name] is None and spec.required:
                if spec.kind == "item":
                    return None
                values[spec.name] = ""
        values = {name: value for name, value in values.items() if value is not None}
        if short and "short" in cls.__dataclass_fields__:
            values["short"] = True
        values["api_fields"] = self.unknown(cls, raw, at)
        return cls(**values)

    def value(self, spec: Field, value: Any, at: documents.Path) -> Any:
        """One key's value, as its field wants it."""
        match spec.kind:
            case "text":
                return self._text(value, at, spec.keeps_empty)
            case "words":
                return self._words(value, at)
            case "string":
                return self._string(value, at)
            case "flag":
                return self._flag(value, at)
            case "integer":
                return self._integer(value, at)
            case "item":
                return self.part(spec.of or Part, value, at)
            case "items":
                if not isinstance(value, list):
                    self._complain("error", "wrong-type", f"This is {_kind(value)}; a list is expected.", at)
                    return ()
                parts = [self.part(spec.of or Part, item, (*at, number)) for number, item in enumerate(value)]
                return tuple(part for part in parts if part is not None)
        return None

    def unknown(self, cls: type[Part], raw: Mapping[str, Any], at: documents.Path) -> dict[str, Any]:
        """Keys the class does not know: kept when a workspace sent them, an error in a file."""
        known = _tree(cls)
        if cls is Space:
            known = {**known, "config": {"sample_questions": True}}
        kept = dict(raw["api_fields"]) if isinstance(raw.get("api_fields"), dict) else {}
        found = self._unknown(known, raw, at)
        return _merged(kept, found)

    def _unknown(self, known: Mapping[str, Any], raw: Mapping[str, Any], at: documents.Path) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key, value in raw.items():
            if key == "api_fields":
                continue
            if key not in known:
                if self.from_api:
                    kept[key] = value
                else:
                    self._unknown_key(key, known, (*at, key))
            elif isinstance(known[key], dict) and isinstance(value, dict):
                inner = self._unknown(known[key], value, (*at, key))
                if inner:
                    kept[key] = inner
            elif isinstance(known[key], dict) and value is not None:
                self._complain("error", "wrong-type", f"This is {_kind(value)}; a map is expected.", (*at, key))
        return kept

    def _unknown_key(self, key: str, known: Mapping[str, Any], at: documents.Path) -> None:
        moved = MOVED.get(key)
        near = get_close_matches(key, list(known), n=1, cutoff=0.6)
        hint = f" {moved}" if moved else f" Did you mean {near[0]}?" if near else ""
        self._complain("error", "unknown-key", f"{key} means nothing here.{hint}", at)

    def _text(self, value: Any, at: documents.Path, keeps_empty: bool) -> tuple[str, ...]:
        if isinstance(value, str):
            return (value,) if value or keeps_empty else ()
        if isinstance(value, list):
            return tuple(
                text for text in (self._string(item, (*at, n)) for n, item in enumerate(value)) if text is not None
            )
        self._complain("error", "wrong-type", f"This is {_kind(value)}; a text or a list of texts is expected.", at)
        return ()

    def _words(self, value: Any, at: documents.Path) -> tuple[str, ...]:
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list):
            self._complain("error", "wrong-type", f"This is {_kind(value)}; a list of texts is expected.", at)
            return ()
        return tuple(
            text for text in (self._string(item, (*at, n)) for n, item in enumerate(value)) if text is not None
        )

    def _string(self, value: Any, at: documents.Path) -> str | None:
        if isinstance(value, str):
            return value
        if isinstance(value, bool | int | float):
            self._complain("error", "wrong-type", f"This is {_kind(value)}; put it in quotes to make it a text.", at)
            return str(value)
        self._complain("error", "wrong-type", f"This is {_kind(value)}; a text is expected.", at)
        return None

    def _flag(self, value: Any, at: documents.Path) -> bool:
        if not isinstance(value, bool):
            self._complain("error", "wrong-type", f"This is {_kind(value)}; true or false is expected.", at)
            return False
        return value

    def _integer(self, value: Any, at: documents.Path) -> int | None:
        if isinstance(value, bool) or not isinstance(value, int):
            self._complain("error", "wrong-type", f"This is {_kind(value)}; a whole number is expected.", at)
            return None
        return value

    def _complain(self, level: Any, rule: str, message: str, at: documents.Path) -> None:
        self.document.problems.append(self.document.problem(level, rule, message, at, self.space_id))

    def notice(self, rule: str, message: str, at: documents.Path) -> None:
        """Something accepted that a person should write otherwise."""
        if not self.from_api:
            self._complain("notice", rule, message, at)


MOVED = {
    "sql_instructions": "Use instructions.example_question_sqls.",
    "sql_examples": "Use instructions.example_question_sqls.",
    "sample_question": "Use sample_questions.",
    "dictionary": "The workspace makes value dictionaries itself: use enable_entity_matching.",
    "relationship_type": "Write it as a second element of sql: --rt=FROM_RELATIONSHIP_TYPE_MANY_TO_ONE--.",
}
SHORT: dict[type[Part], str] = {Question: "question", Instruction: "content", Function: "identifier"}
"""Parts that may be a plain string, and the key the string stands for."""


def _dig(raw: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[Any, bool]:
    value: Any = raw
    for key in keys:
        if not isinstance(value, Mapping) or key not in value:
            return None, False
        value = value[key]
    return value, True


def _tree(cls: type[Part]) -> dict[str, Any]:
    """Known keys of a class as nested maps; True at the leaves."""
    if cls not in _TREES:
        tree: dict[str, Any] = {}
        for spec in cls.FIELDS:
            inner = tree
            for key in spec.keys[:-1]:
                inner = inner.setdefault(key, {})
            inner[spec.keys[-1]] = True
        _TREES[cls] = tree
    return _TREES[cls]


_TREES: dict[type[Part], dict[str, Any]] = {}


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    result = dict(one)
    for key, value in other.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = _merged(result[key], value) if both else value
    return result


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a map"}
    return "nothing" if value is None else names.get(type(value), type(value).__name__)


OldForm = Callable[[Reader, dict[str, Any], bool, documents.Path], tuple[dict[str, Any], bool]]


def _old_space(reader: Reader, raw: dict[str, Any], short: bool, at: documents.Path) -> tuple[dict[str, Any], bool]:
    config = raw.get("config")
    if isinstance(config, dict) and config.get("sample_questions") is not None and not raw.get("sample_questions"):
        raw = {**raw, "sample_questions": config["sample_questions"]}
        raw["config"] = {key: value for key, value in config.items() if key != "sample_questions"}
    return raw, short


def _old_instruction(
    reader: Reader, raw: dict[str, Any], short: bool, at: documents.Path
) -> tuple[dict[str, Any], bool]:
    if "text" in raw and "content" not in raw:
        reader.notice("old-form", "`text` is read as `content`; earlier tools read it as nothing.", (*at, "text"))
        raw = {("content" if key == "text" else key): value for key, value in raw.items()}
    return raw, short


def _old_column(reader: Reader, raw: dict[str, Any], short: bool, at: documents.Path) -> tuple[dict[str, Any], bool]:
    for old, new in (
        ("build_value_dictionary", "enable_entity_matching"),
        ("get_example_values", "enable_format_assistance"),
    ):
        if raw.get(old) is True:
            reader.notice("old-form", f"{old} is sent as {new}; earlier tools sent nothing.", (*at, old))
    return raw, short


def _old_parameter(reader: Reader, raw: dict[str, Any], short: bool, at: documents.Path) -> tuple[dict[str, Any], bool]:
    value = raw.get("default_value")
    if value is None:
        return raw, short
    if isinstance(value, dict) and "value" in value and "values" not in value:
        value = {"values": [_scalar_text(value["value"])]}
    elif isinstance(value, list):
        value = {"values": [_scalar_text(item) for item in value]}
    elif isinstance(value, str):
        value = {"values": [value]}
    elif not isinstance(value, dict):
        reader.notice("old-form", "Only texts, lists and {values: […]} are default values; this one is left out.",
                      (*at, "default_value"))  # fmt: skip
        value = None
    return {**raw, "default_value": value}, short


def _scalar_text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _old_join(reader: Reader, raw: dict[str, Any], short: bool, at: documents.Path) -> tuple[dict[str, Any], bool]:
    if "left_table" not in raw:
        return raw, short
    kind = str(raw.get("join_type") or "INNER")
    sql = [str(raw.get("join_condition") or "")]
    if kind.upper() != "INNER":
        sql.append(RELATION.format(kind))
    new: dict[str, Any] = {key: value for key, value in raw.items() if key not in OLD_JOIN}
    new |= {"left": {"identifier": raw["left_table"]}, "right": {"identifier": raw.get("right_table")}, "sql": sql}
    if raw.get("description"):
        new["instruction"] = [raw["description"]]
    reader.notice("old-form", "An old form of a join; left, right and sql say the same.", at)
    return new, short


OLD_JOIN = ("left_table", "right_table", "join_condition", "join_type", "description")


def _old_benchmark(reader: Reader, raw: dict[str, Any], short: bool, at: documents.Path) -> tuple[dict[str, Any], bool]:
    if "expected_sql" in raw and "answer" not in raw:
        new = {key: value for key, value in raw.items() if key != "expected_sql"}
        return {**new, "answer": [{"format": "SQL", "content": raw["expected_sql"]}]}, True
    return raw, short


OLD_FORMS: dict[type[Part], OldForm] = {
    Space: _old_space,
    Instruction: _old_instruction,
    Column: _old_column,
    Parameter: _old_parameter,
    Join: _old_join,
    Benchmark: _old_benchmark,
}
__all__ = ["Example", "Loaded", "Reader", "files_of", "load", "read_space", "read_text"]

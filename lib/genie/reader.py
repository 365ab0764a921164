"""Raw values of a file, or of a workspace's answer, to parts of a space; problems go to the document.

Nothing is ignored silently: a key that means nothing is named, with the nearest one that does.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from lib.genie import documents
from lib.genie.documents import Document
from lib.genie.model import Field, Function, Instruction, Part, Question, Space
from lib.genie.old_forms import OLD_FORMS

MOVED = {
    "sql_instructions": "Use instructions.example_question_sqls.",
    "sql_examples": "Use instructions.example_question_sqls.",
    "sample_question": "Use sample_questions.",
    "dictionary": "The workspace makes value dictionaries itself: use enable_entity_matching.",
    "relationship_type": "Write it as a second element of sql: --rt=FROM_RELATIONSHIP_TYPE_MANY_TO_ONE--.",
}
SHORT: dict[type[Part], str] = {Question: "question", Instruction: "content", Function: "identifier"}
"""Parts that may be a plain string, and the key the string stands for."""


class Reader:
    """Raw values to parts of a space; problems go to the document."""

    def __init__(self, document: Document, *, from_api: bool = False) -> None:
        self.document = document
        self.from_api = from_api
        self.space_id = ""

    def left_over(self, raw: Any, left: Iterable[tuple[documents.Path, str]]) -> None:
        """An error for every placeholder of one raw space that nobody filled."""
        self.space_id = str(raw.get("space_id", "")) if isinstance(raw, dict) else ""
        for place, name in left:
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

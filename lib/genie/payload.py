"""A space as the workspace wants it (`serialized_space`, version 2), and back.

The same space gives the same bytes: ids that a file leaves out are made from the space's name, the kind and the text;
ids that a workspace would refuse are made the same way from what stands in their place.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from lib.errors import InputError
from lib.genie.model import Field, Instruction, Json, Part, Question, Space, Text, joined
from lib.genie.problems import Problem

ID = re.compile(r"[0-9a-f]{32}\Z")
VERSION = 2
SEPARATE = frozenset(("sample_questions", "benchmarks"))
"""Lists whose ids are compared among questions; all others among instructions."""


def made_id(space_id: str, kind: str, text: str) -> str:
    """The id of something that has none: the same for the same space, kind and text."""
    return sha256(f"{space_id}\n{kind}\n{text}".encode()).hexdigest()[:32]


@dataclass
class _Ids:
    """Hands out ids that are valid and unique within each of the two groups."""

    space_id: str

    def __post_init__(self) -> None:
        self.used: dict[str, set[str]] = {"questions": set(), "instructions": set()}

    def of(self, part: Part, kind: str, text: str) -> str:
        used = self.used["questions" if kind in SEPARATE else "instructions"]
        given = getattr(part, "id", None)
        found = given if given and ID.match(given) else made_id(self.space_id, kind, given or text)
        number = 1
        while found in used:
            number += 1
            found = made_id(self.space_id, kind, f"{given or text}\n{number}")
        used.add(found)
        return found


def serialized(space: Space) -> dict[str, Any]:
    """The space's `serialized_space`, sorted as the workspace asks."""
    ids = _Ids(space.space_id)
    body: dict[str, Any] = {"version": VERSION}
    questions = _with_ids(space.sample_questions, "sample_questions", ids)
    if questions:
        body["config"] = {"sample_questions": questions}
    sources = {
        name: sorted((_sent(table) for table in tables), key=lambda table: table["identifier"])
        for name, tables in (("tables", space.tables), ("metric_views", space.metric_views))
        if tables
    }
    if sources:
        body["data_sources"] = sources
    instructions: dict[str, Any] = {}
    text = text_instruction(space)
    if text is not None:
        instructions["text_instructions"] = _with_ids((text,), "text_instructions", ids)
    for name, parts in (
        ("example_question_sqls", space.examples),
        ("sql_functions", space.functions),
        ("join_specs", space.joins),
    ):
        if parts:
            instructions[name] = _with_ids(parts, name, ids)
    snippets = {
        name: _with_ids(parts, name, ids)
        for name, parts in (
            ("filters", space.filters),
            ("expressions", space.expressions),
            ("measures", space.measures),
        )
        if parts
    }
    if snippets:
        instructions["sql_snippets"] = snippets
    if instructions:
        body["instructions"] = instructions
    if space.benchmarks:
        body["benchmarks"] = {"questions": _with_ids(space.benchmarks, "benchmarks", ids)}
    return _deep(body, space.api_fields)


def serialized_text(space: Space) -> str:
    """`serialized_space` as the JSON text that is sent; the same space gives the same text."""
    return json.dumps(serialized(space), ensure_ascii=False, separators=(",", ":"))


def without_made_ids(space: Space) -> Space:
    """The space without the ids that would be made for it anyway: its payload is the same, its file shorter."""

    def bare(parts: Any, kind: str) -> Any:
        return parts and tuple(
            replace(part, id=None) if part.id == made_id(space.space_id, kind, own_text(part)) else part
            for part in parts
        )

    names = {
        "sample_questions": "sample_questions", "text_instructions": "text_instructions",
        "examples": "example_question_sqls", "functions": "sql_functions", "joins": "join_specs", "filters": "filters",
        "expressions": "expressions", "measures": "measures", "benchmarks": "benchmarks",
    }  # fmt: skip
    made = replace(space, **{name: bare(getattr(space, name), kind) for name, kind in names.items()})
    return made if serialized(made) == serialized(space) else space


def text_instruction(space: Space) -> Instruction | None:
    """The one text instruction that a workspace keeps: all contents in order, each piece ending its line."""
    if not space.text_instructions:
        return None
    pieces = [piece for text in space.text_instructions for piece in text.content if piece]
    lines = tuple(piece if piece.endswith("\n") else piece + "\n" for piece in pieces)
    first = next((text.id for text in space.text_instructions if text.id), None)
    extra: dict[str, Any] = {}
    for text in space.text_instructions:
        extra.update(text.api_fields)
    return Instruction(lines, first, api_fields=extra) if lines else None


def own_text(part: Part) -> str:
    """What tells a part from others of its list, without its id."""
    return json.dumps(_plain(part), ensure_ascii=False, sort_keys=True)


def _with_ids(parts: Sequence[Part], kind: str, ids: _Ids) -> list[dict[str, Any]]:
    listed = [{"id": ids.of(part, kind, own_text(part)), **_sent(part, without=("id",))} for part in parts]
    return sorted(listed, key=lambda item: (item["id"], item.get("identifier", "")))


def _plain(part: Part) -> dict[str, Any]:
    """A part with everything a reader of the workspace sees; ids left out."""
    return _sent(part, without=("id",))


def _sent(part: Part, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """A part as it is sent: empty lists and false flags left out."""
    result: dict[str, Any] = {}
    for spec in type(part).FIELDS:
        value = sent_value(part, spec)
        if spec.name in without or value is None or value is False or value == () or value == "":
            continue
        inner = result
        for key in spec.keys[:-1]:
            inner = inner.setdefault(key, {})
        inner[spec.keys[-1]] = _sent_as(spec, value)
    return _deep(result, part.api_fields)


def sent_value(part: Part, spec: Field) -> Any:
    """The value of one key as sent; old names of flags count under their new ones."""
    if not spec.sent:
        return None
    value = getattr(part, spec.name)
    if spec.name == "enable_entity_matching":
        return value or getattr(part, "build_value_dictionary", False)
    if spec.name == "enable_format_assistance":
        # Matching words to values needs the example values too.
        others = ("get_example_values", "build_value_dictionary", "enable_entity_matching")
        return value or any(getattr(part, name, False) for name in others)
    return value


def _sent_as(spec: Field, value: Any) -> Any:
    match spec.kind:
        case "text" | "words":
            return list(value)
        case "item":
            return _sent(value)
        case "items":
            parts = [_sent(item) for item in value]
            order = {"column_configs": "column_name", "parameters": "name"}.get(spec.keys[-1])
            return sorted(parts, key=lambda item: item[order]) if order else parts
    return value


def _deep(one: dict[str, Any], other: Json) -> dict[str, Any]:
    """`one` with keys of `other` that it does not have."""
    result = dict(one)
    for key, value in other.items():
        if key not in result:
            result[key] = value
        elif isinstance(result[key], dict) and isinstance(value, Mapping):
            result[key] = _deep(result[key], value)
    return result


def parsed(text: str | Mapping[str, Any] | None) -> dict[str, Any]:
    """`serialized_space` as a plain value, whether it came as text or not."""
    if text is None or text == "":
        return {}
    if isinstance(text, Mapping):
        return dict(text)
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InputError("The workspace's export is no JSON.", remedy="Try again, or look at `show --raw`.") from error
    if not isinstance(value, dict):
        raise InputError("The workspace's export is no object.")
    return value


def from_workspace(
    space_id: str,
    *,
    title: str,
    warehouse_id: str,
    exported: str | Mapping[str, Any] | None,
    description: str | None = None,
    parent_path: str | None = None,
    problems: list[Problem] | None = None,
) -> Space:
    """A space as its workspace describes it; nothing is lost, unknown keys are kept in `api_fields`."""
    from lib.genie.reading import read_space

    raw: dict[str, Any] = {**parsed(exported), "space_id": space_id, "title": title, "warehouse_id": warehouse_id}
    raw |= {key: value for key, value in (("description", description), ("parent_path", parent_path)) if value}
    raw["version"] = VERSION
    found = read_space(raw, from_api=True, problems=problems)
    assert found is not None
    if found.benchmarks == ():
        found = replace(found, benchmarks=None)
    return replace(
        found,
        sample_questions=tuple(_long(question) for question in found.sample_questions),
        benchmarks=None if found.benchmarks is None else tuple(replace(item, short=False) for item in found.benchmarks),
    )


def _long(question: Question) -> Question:
    return replace(question, short=False)


def folder(path: str | None) -> str | None:
    """A folder without the `/Workspace` that reading strips and writing accepts.

    >>> folder("/Workspace/Shared/Genie/")
    '/Shared/Genie'
    """
    if not path:
        return None
    return "/" + path.strip("/").removeprefix("Workspace/") if path.strip("/") != "Workspace" else "/"


def whole(text: Text | Iterable[str]) -> str:
    """A text for comparing: put together, ends of lines without blanks."""
    return "\n".join(line.rstrip() for line in joined(tuple(text)).split("\n")).strip("\n")

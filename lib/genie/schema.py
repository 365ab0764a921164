"""The JSON Schema of a space file, for editors: made from the same fields that reading follows."""

from typing import Any

from lib.genie.model import Benchmark, Field, Function, Instruction, Join, Parameter, Part, Question, Space

TEXT: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
WORDS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
SIMPLE: dict[str, dict[str, Any]] = {
    "text": TEXT,
    "words": WORDS,
    "string": {"type": "string"},
    "flag": {"type": "boolean"},
    "integer": {"type": "integer"},
}
PLAIN_STRING: tuple[type[Part], ...] = (Question, Instruction, Function)
EXTRA: dict[type[Part], dict[str, Any]] = {
    Space: {"config": {"type": "object", "description": "As a workspace exports it; holds sample_questions."}},
    Instruction: {"text": {**TEXT, "description": "Old name of content.", "deprecated": True}},
    Benchmark: {"expected_sql": {**TEXT, "description": "The right answer in SQL: short for one answer."}},
    Join: {
        name: {"type": "string", "description": "Old form of a join.", "deprecated": True}
        for name in ("left_table", "right_table", "join_condition", "join_type", "description")
    },
}
"""Keys of accepted short and old forms."""
RELAXED: dict[type[Part], tuple[str, ...]] = {Join: ("left", "right"), Benchmark: ("answer",)}
"""Required keys that an old or short form spells otherwise."""


def schema() -> dict[str, Any]:
    """The schema of a file: one space, or a map with `spaces`."""
    definitions: dict[str, Any] = {}
    space = _reference(Space, definitions)
    several = {"type": "object", "properties": {"spaces": {"type": "array", "items": space}}, "required": ["spaces"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Genie space file",
        "description": "One Genie space, or several under `spaces`. Values may hold ${variables}.",
        "if": {"type": "object", "required": ["spaces"]},
        "then": several,
        "else": space,
        "$defs": definitions,
    }


def _reference(cls: type[Part], definitions: dict[str, Any]) -> dict[str, Any]:
    name = cls.__name__
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = _class(cls, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _class(cls: type[Part], definitions: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
    for spec in cls.FIELDS:
        node = result
        for key in spec.keys[:-1]:
            node = node["properties"].setdefault(
                key, {"type": "object", "properties": {}, "additionalProperties": False}
            )
        node["properties"][spec.keys[-1]] = _field(spec, definitions)
    if cls is Parameter:
        result["properties"]["default_value"] = {
            "anyOf": [
                {"type": "object", "properties": {"values": WORDS}, "required": ["values"]},
                {"type": "object", "properties": {"type": {"type": "string"}, "value": {}}, "required": ["value"]},
                *TEXT["anyOf"],
            ]
        }
    result["properties"].update(EXTRA.get(cls, {}))
    result["properties"]["api_fields"] = {
        "type": "object",
        "description": "Keys of the workspace that this version does not know; sent as they are.",
    }
    required = [spec.keys[0] for spec in cls.FIELDS if spec.required and spec.name not in RELAXED.get(cls, ())]
    if required:
        result["required"] = required
    about = (cls.__doc__ or "").strip().splitlines()[0]
    result["description"] = about
    return {"anyOf": [{"type": "string"}, result]} if cls in PLAIN_STRING else result


def _field(spec: Field, definitions: dict[str, Any]) -> dict[str, Any]:
    if spec.kind in ("item", "items"):
        assert spec.of is not None
        inner = _reference(spec.of, definitions)
        return {**inner} if spec.kind == "item" else {"type": "array", "items": inner, "description": spec.about}
    return {**SIMPLE[spec.kind], "description": spec.about}

"""Two hashes of a space: the one that existing project folders recorded, and one that sees everything.

The recorded one (`forge_hash`) is there to recognise states of an earlier tool, byte for byte, with what that tool left
out left out. `full_hash` covers all that is sent.
"""

import json
from hashlib import sha256
from typing import Any

from lib.genie import payload
from lib.genie.model import (
    Benchmark,
    Column,
    Example,
    Function,
    Instruction,
    Join,
    Question,
    Side,
    Snippet,
    Space,
    Table,
)


def forge_hash(space: Space) -> str:
    """The `config_hash` of a state file: 64 lower-case hexadecimal digits."""
    return sha256(forge_text(space).encode()).hexdigest()


def forge_text(space: Space) -> str:
    """The text that `forge_hash` is of."""
    value: dict[str, Any] = {
        "title": space.title,
        "warehouse_id": space.warehouse_id,
        "sample_questions": [_question(item) for item in space.sample_questions],
        "data_sources": {"tables": [_table(item) for item in space.tables]},
        "instructions": {
            "text_instructions": [_instruction(item) for item in space.text_instructions],
            "example_question_sqls": [_example(item) for item in space.examples],
            "sql_functions": [_function(item) for item in space.functions],
            "join_specs": [_join(item) for item in space.joins],
            "sql_snippets": {
                "filters": [_snippet(item) for item in space.filters],
                "expressions": [_snippet(item) for item in space.expressions],
                "measures": [_snippet(item) for item in space.measures],
            },
        },
        "version": space.version,
        "tags": list(space.tags),
        "parent_path": space.parent_path,
        "author": space.author,
        "description": space.description,
    }
    if space.benchmarks is not None:
        value["benchmarks"] = {"questions": [_benchmark(item) for item in space.benchmarks]}
    return json.dumps(_without_nulls(value), sort_keys=True)


def full_hash(space: Space) -> str:
    """Changes with everything a workspace would get, and with nothing else."""
    value = {
        "title": space.title,
        "warehouse_id": space.warehouse_id,
        "description": space.description or "",
        "parent_path": payload.folder(space.parent_path),
        "serialized_space": payload.serialized(space),
    }
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def content_hash(exported: Any) -> str:
    """Of a workspace's own export, whatever the order of its keys."""
    return sha256(json.dumps(payload.parsed(exported), sort_keys=True).encode()).hexdigest()


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value


def _question(item: Question) -> Any:
    return item.question[0] if item.short else {"question": list(item.question), "id": item.id}


def _table(item: Table) -> dict[str, Any]:
    return {
        "identifier": item.identifier,
        "description": list(item.description),
        "column_configs": [_column(column) for column in item.columns],
    }


def _column(item: Column) -> dict[str, Any]:
    return {
        "column_name": item.column_name,
        "description": list(item.description),
        "synonyms": list(item.synonyms),
        "enable_format_assistance": item.enable_format_assistance,
        "enable_entity_matching": item.enable_entity_matching,
        "build_value_dictionary": False,
        "get_example_values": False,
    }


def _instruction(item: Instruction) -> dict[str, Any]:
    return {"content": list(item.content), "id": item.id}


def _example(item: Example) -> dict[str, Any]:
    return {
        "question": list(item.question),
        "sql": list(item.sql),
        "parameters": [
            {
                "name": parameter.name,
                "type_hint": parameter.type_hint,
                "description": list(parameter.description),
                "default_value": None if parameter.default_value is None else {"values": list(parameter.default_value)},
            }
            for parameter in item.parameters
        ],
        "usage_guidance": list(item.usage_guidance),
        "id": item.id,
    }


def _function(item: Function) -> dict[str, Any]:
    return {"identifier": item.identifier, "description": item.description}


def _side(item: Side) -> dict[str, Any]:
    return {"identifier": item.identifier, "alias": item.alias}


def _join(item: Join) -> dict[str, Any]:
    return {
        "left": _side(item.left),
        "right": _side(item.right),
        "sql": list(item.sql),
        "instruction": list(item.instruction),
        "id": item.id,
    }


def _snippet(item: Snippet) -> dict[str, Any]:
    return {
        "sql": list(item.sql),
        "display_name": item.display_name,
        "instruction": list(item.instruction),
        "synonyms": list(item.synonyms),
        "id": item.id,
    }


def _benchmark(item: Benchmark) -> dict[str, Any]:
    return {"question": "".join(item.question), "expected_sql": item.sql}

"""What the service asks of a `serialized_space`, in its own order and words: the loopback is as strict as it is.

Written from the published rules alone, not from `lib.genie`: the two check each other.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from lib.demo.workspace.refusals import Refusal, invalid

ID = re.compile(r"[0-9a-f]{32}")
RELATION = re.compile(r"--rt=FROM_RELATIONSHIP_TYPE_(MANY_TO_ONE|ONE_TO_MANY|ONE_TO_ONE|MANY_TO_MANY)--")
TEXT, STRING, FLAG, NUMBER = "text", "string", "flag", "number"

COLUMN = {
    "column_name": STRING, "description": TEXT, "synonyms": TEXT, "enable_format_assistance": FLAG,
    "enable_entity_matching": FLAG, "exclude": FLAG, "get_example_values": FLAG, "build_value_dictionary": FLAG,
}  # fmt: skip
TABLE = {"identifier": STRING, "description": TEXT, "column_configs": [COLUMN]}
PARAMETER = {"name": STRING, "type_hint": STRING, "description": TEXT, "default_value": {"values": TEXT}}
SIDE = {"identifier": STRING, "alias": STRING}
SNIPPET = {
    "id": STRING, "alias": STRING, "display_name": STRING, "sql": TEXT, "synonyms": TEXT, "instruction": TEXT,
    "comment": TEXT,
}  # fmt: skip
QUESTION = {"id": STRING, "question": TEXT}
SPACE = {
    "version": NUMBER,
    "config": {"sample_questions": [QUESTION]},
    "data_sources": {"tables": [TABLE], "metric_views": [TABLE]},
    "instructions": {
        "text_instructions": [{"id": STRING, "content": TEXT}],
        "example_question_sqls": [
            {"id": STRING, "question": TEXT, "sql": TEXT, "parameters": [PARAMETER], "usage_guidance": TEXT}
        ],
        "sql_functions": [{"id": STRING, "identifier": STRING}],
        "join_specs": [
            {"id": STRING, "left": SIDE, "right": SIDE, "sql": TEXT, "instruction": TEXT, "comment": TEXT}
        ],
        "sql_snippets": {"filters": [SNIPPET], "expressions": [SNIPPET], "measures": [SNIPPET]},
    },
    "benchmarks": {"questions": [{"id": STRING, "question": TEXT, "answer": [{"format": STRING, "content": TEXT}]}]},
}  # fmt: skip
INSTRUCTION_LISTS = ("text_instructions", "example_question_sqls", "sql_functions", "join_specs")


def checked(text: str) -> dict[str, Any]:
    """The space that the text spells, or a refusal; version 1 comes back as version 2."""
    try:
        space = json.loads(text)
    except ValueError as error:
        raise invalid(f"Invalid serialized_space: {error}") from error
    if not isinstance(space, dict):
        raise invalid("Invalid serialized_space: expected an object")
    _shape(space, SPACE, "GenieSpaceExport")
    version = space.get("version", 0)
    if version not in (1, 2):
        raise invalid(f"ExportConverter supports versions 1 and 2, but got {version}")
    _sources(space.get("data_sources", {}))
    _instructions(space.get("instructions", {}))
    _questions(space)
    return _migrated(space)


def _shape(value: Any, shape: Any, where: str) -> None:
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise invalid(f"Invalid JSON: expected an object for {where}")
        for key, inner in value.items():
            if key not in shape:
                raise invalid(f"Cannot find field: {key} in message {where}")
            _shape(inner, shape[key], f"{where}.{key}")
    elif isinstance(shape, list):
        _listed(value, where)
        for inner in value:
            _shape(inner, shape[0], where)
    elif shape == TEXT:
        _listed(value, where)
        for piece in value:
            _string(piece, where)
    elif shape == STRING:
        _string(value, where)
    elif shape == FLAG and not isinstance(value, bool):
        raise invalid(f"Invalid value for bool field {where}")
    elif shape == NUMBER and (isinstance(value, bool) or not isinstance(value, int)):
        raise invalid(f"Invalid value for int32 field {where}")


def _listed(value: Any, where: str) -> None:
    if not isinstance(value, list):
        raise invalid(f"Expected an array for {where}")
    if len(value) > 10_000:
        raise invalid(f"Invalid export proto: {where} has more than 10000 elements")


def _string(value: Any, where: str) -> None:
    if not isinstance(value, str):
        raise invalid(f"Expected string for {where}")
    if len(value) > 25_000:
        raise invalid(f"Invalid export proto: {where} is longer than 25000 characters")


def _sources(sources: Mapping[str, Any]) -> None:
    for name in ("tables", "metric_views"):
        tables = sources.get(name, [])
        _sorted(tables, name, "identifier")
        for table in tables:
            _three(table.get("identifier", ""))
            _sorted(table.get("column_configs", []), "column_configs", "column_name")
            names = [column.get("column_name") for column in table.get("column_configs", [])]
            _unique(names, f"column_configs of {table.get('identifier')}")
            for column in table.get("column_configs", []):
                if column.get("enable_entity_matching") and not column.get("enable_format_assistance"):
                    raise invalid("enable_entity_matching requires enable_format_assistance")
        _unique([table.get("identifier") for table in tables], name)


def _instructions(given: Mapping[str, Any]) -> None:
    if len(given.get("text_instructions", [])) > 1:
        raise invalid("Invalid export proto: at most one text_instructions entry is allowed")
    for name in INSTRUCTION_LISTS:
        key = ("id", "identifier") if name == "sql_functions" else ("id",)
        _sorted(given.get(name, []), name, *key)
    snippets = given.get("sql_snippets", {})
    for name, entries in snippets.items():
        _sorted(entries, name, "id")
        for entry in entries:
            if not entry.get("display_name"):
                raise invalid(f"Invalid export proto: {name} entry {entry.get('id')} has no display_name")
            if name == "filters" and re.match(r"\s*where\b", "".join(entry.get("sql", [])), re.IGNORECASE):
                raise invalid("Filter SQL must not start with WHERE")
    for join in given.get("join_specs", []):
        sql = join.get("sql", [])
        if len(sql) != 2 or not RELATION.fullmatch(sql[1]):
            raise invalid("Join spec sql must be a condition followed by its relationship type annotation")
        for side in ("left", "right"):
            _three(join.get(side, {}).get("identifier", ""))
    for function in given.get("sql_functions", []):
        _three(function.get("identifier", ""))
    lists = [given.get(name, []) for name in INSTRUCTION_LISTS] + list(snippets.values())
    _ids((entry for entries in lists for entry in entries), "instructions")
    counted = sum(len(given.get(name, [])) for name in INSTRUCTION_LISTS if name != "join_specs")
    if counted > 100:
        raise invalid(f"A space can have at most 100 instructions, got {counted}")


def _questions(space: Mapping[str, Any]) -> None:
    samples = space.get("config", {}).get("sample_questions", [])
    benchmarks = space.get("benchmarks", {}).get("questions", [])
    _sorted(benchmarks, "benchmarks.questions", "id")
    _ids([*samples, *benchmarks], "questions")
    for benchmark in benchmarks:
        answers = benchmark.get("answer", [])
        if len(answers) != 1 or answers[0].get("format") != "SQL":
            raise invalid("Each benchmark question must have exactly one SQL answer")


def _ids(entries: Iterable[Mapping[str, Any]], what: str) -> None:
    seen: set[str] = set()
    for entry in entries:
        found = entry.get("id", "")
        if not ID.fullmatch(found):
            raise invalid(f"Invalid id {found!r}: Expected lowercase 32-hex UUID without hyphens")
        if found in seen:
            raise invalid(f"Invalid export proto: duplicate id {found} in {what}")
        seen.add(found)


def _sorted(entries: list[dict[str, Any]], name: str, *keys: str) -> None:
    order = [tuple(entry.get(key, "") for key in keys) for entry in entries]
    if order != sorted(order):
        raise invalid(f"Invalid export proto: data.{name} must be sorted by {', '.join(keys)}")


def _unique(names: list[Any], where: str) -> None:
    if len(set(names)) != len(names):
        raise invalid(f"Invalid export proto: duplicate entries in {where}")


def _three(identifier: str) -> None:
    parts = re.findall(r"`[^`]+`|[^.`]+", identifier)
    if len(parts) != 3:
        raise Refusal(400, "INVALID_PARAMETER_VALUE", f"{identifier!r} is not a three-level identifier")


def _migrated(space: dict[str, Any]) -> dict[str, Any]:
    """As the service keeps it: version 2, sample questions in order, texts one line an element."""
    kept: dict[str, Any] = json.loads(json.dumps(space))
    if kept.get("version") == 1:
        for table in kept.get("data_sources", {}).get("tables", []):
            for column in table.get("column_configs", []):
                for old, new in (
                    ("get_example_values", "enable_format_assistance"),
                    ("build_value_dictionary", "enable_entity_matching"),
                ):
                    if old in column:
                        column[new] = column.pop(old)
    kept["version"] = 2
    questions = kept.get("config", {}).get("sample_questions")
    if questions:
        questions.sort(key=lambda question: question["id"])
    for text in kept.get("instructions", {}).get("text_instructions", []):
        text["content"] = "".join(text["content"]).splitlines(keepends=True)
    return kept

"""Forms that earlier tools wrote, read as what they mean; those a person should write otherwise leave a notice."""

from collections.abc import Callable
from typing import Any, Protocol

from lib.genie import documents
from lib.genie.model import Benchmark, Column, Instruction, Join, Parameter, Part, Space

RELATION = "--rt=FROM_RELATIONSHIP_TYPE_{}--"


class Notices(Protocol):
    """Where notices go."""

    def notice(self, rule: str, message: str, at: documents.Path) -> None:
        """Something accepted that a person should write otherwise."""
        ...


OldForm = Callable[[Notices, dict[str, Any], bool, documents.Path], tuple[dict[str, Any], bool]]


def _old_space(reader: Notices, raw: dict[str, Any], short: bool, at: documents.Path) -> tuple[dict[str, Any], bool]:
    config = raw.get("config")
    if isinstance(config, dict) and config.get("sample_questions") is not None and not raw.get("sample_questions"):
        raw = {**raw, "sample_questions": config["sample_questions"]}
        raw["config"] = {key: value for key, value in config.items() if key != "sample_questions"}
    return raw, short


def _old_instruction(
    reader: Notices, raw: dict[str, Any], short: bool, at: documents.Path
) -> tuple[dict[str, Any], bool]:
    if "text" in raw and "content" not in raw:
        reader.notice("old-form", "`text` is read as `content`; earlier tools read it as nothing.", (*at, "text"))
        raw = {("content" if key == "text" else key): value for key, value in raw.items()}
    return raw, short


def _old_column(reader: Notices, raw: dict[str, Any], short: bool, at: documents.Path) -> tuple[dict[str, Any], bool]:
    for old, new in (
        ("build_value_dictionary", "enable_entity_matching"),
        ("get_example_values", "enable_format_assistance"),
    ):
        if raw.get(old) is True:
            reader.notice("old-form", f"{old} is sent as {new}; earlier tools sent nothing.", (*at, old))
    return raw, short


def _old_parameter(
    reader: Notices, raw: dict[str, Any], short: bool, at: documents.Path
) -> tuple[dict[str, Any], bool]:
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


def _old_join(reader: Notices, raw: dict[str, Any], short: bool, at: documents.Path) -> tuple[dict[str, Any], bool]:
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


def _old_benchmark(
    reader: Notices, raw: dict[str, Any], short: bool, at: documents.Path
) -> tuple[dict[str, Any], bool]:
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

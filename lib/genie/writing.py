"""Spaces to files: short, in a fixed order of keys, readable in a diff; reading what is written gives the same space."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from lib.genie.model import Benchmark, Field, Function, Instruction, Part, Question, Space
from lib.genie.payload import folder
from lib.genie.variables import literal

SHORT = {Question: "question", Instruction: "content"}


def as_map(part: Part) -> dict[str, Any]:
    """A part as its file says it: keys in the order of its fields, what is empty left out."""
    result: dict[str, Any] = {}
    for spec in type(part).FIELDS:
        value = getattr(part, spec.name)
        if spec.name == "benchmarks" and value == ():
            result["benchmarks"] = {"questions": []}
            continue
        if _is_default(part, spec, value):
            continue
        inner = result
        for key in spec.keys[:-1]:
            inner = inner.setdefault(key, {})
        inner[spec.keys[-1]] = _written(spec, value)
    if isinstance(part, Benchmark) and part.short:
        result = {("expected_sql" if key == "answer" else key): value for key, value in result.items()}
        result["expected_sql"] = _lines(part.answer[0].content)
    if part.api_fields:
        result["api_fields"] = dict(part.api_fields)
    return result


def _is_default(part: Part, spec: Field, value: Any) -> bool:
    if spec.required:
        return False
    if isinstance(part, Space) and spec.name == "version":
        return value == 2
    if spec.name == "type_hint":
        return value == "STRING"
    if spec.name == "description" and isinstance(value, str):
        return False
    if spec.name == "default_value" and value == ():
        return False
    return value is None or value == () or value is False or (spec.name == "display_name" and value == "")


def _written(spec: Field, value: Any) -> Any:
    match spec.kind:
        case "text":
            return _lines(value)
        case "words":
            return list(value)
        case "item":
            return as_map(value)
        case "items":
            return [_item(item) for item in value]
    return value


def _item(part: Part) -> Any:
    if getattr(part, "short", False) and type(part) in SHORT:
        return getattr(part, SHORT[type(part)])[0]
    if isinstance(part, Function) and part == Function(part.identifier):
        return part.identifier
    return as_map(part)


def _lines(text: tuple[str, ...]) -> Any:
    """One piece as a plain string, several as a list."""
    return text[0] if len(text) == 1 and text[0] else list(text)


def to_json(space: Space) -> str:
    """A space as a JSON file."""
    return json.dumps(literal(as_map(space)), indent=2, ensure_ascii=False) + "\n"


def to_yaml(spaces: Space | Iterable[Space], *, head: str = "") -> str:
    """One space, or a list of them, as a YAML file; `head` becomes comments at the top."""
    value = as_map(spaces) if isinstance(spaces, Space) else {"spaces": [as_map(space) for space in spaces]}
    comments = "".join(f"# {line}\n" for line in head.splitlines())
    return comments + dumped(literal(value))


def dumped(value: Any) -> str:
    """A plain value as YAML; texts of several lines as blocks."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 110
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(_styled(value), out)
    return out.getvalue()


def _styled(value: Any) -> Any:
    """Strings in a style that survives both ways of reading YAML (1.1 and 1.2)."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    if isinstance(value, Mapping):
        return {key: _styled(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_styled(item) for item in value]
    if not isinstance(value, str):
        return value
    if _can_be_block(value):
        return LiteralScalarString(value)
    return value if _is_plain(value) else DoubleQuotedScalarString(value)


def _can_be_block(text: str) -> bool:
    """Blocks cannot hold control characters, blanks at the start, or ends of lines other than one line feed."""
    if "\n" not in text.strip("\n") or text[0] in " \n\t" or (not text.isprintable() and not _printable_lines(text)):
        return False
    return not any(line != line.rstrip() for line in text.split("\n"))


def _printable_lines(text: str) -> bool:
    return all(line.isprintable() for line in text.split("\n"))


def _is_plain(text: str) -> bool:
    """Words that no YAML reader could take for anything else."""
    import re

    if not re.fullmatch(r"[A-Za-z/][\w ./@()%,-]*[\w.)/%]|[A-Za-z]", text) or not text.isascii():
        return False
    return text.lower() not in {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}


def update_file(path: Path, space: Space, filled: Callable[[Any], Any] = lambda value: value) -> str:
    """The text of an existing file with one space brought up to `space`; comments and order of keys stay.

    Only what differs is touched, so a file with hand-written comments keeps them, and a text with `${variables}` that
    say what the space says (`filled` puts their values in) keeps those.
    """
    if path.suffix == ".json":
        loaded = json.loads(path.read_text(encoding="utf-8-sig"))
        _assign(_target(loaded, space), as_map(space), filled)
        return json.dumps(loaded, indent=2, ensure_ascii=False) + "\n"
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    loaded = yaml.load(path.read_text(encoding="utf-8-sig"))
    _assign(_target(loaded, space), as_map(space), filled)
    out = io.StringIO()
    yaml.dump(loaded, out)
    return out.getvalue()


def _target(loaded: Any, space: Space) -> Any:
    """The part of a file that is the space; a list gets a new one."""
    if not (isinstance(loaded, dict) and "spaces" in loaded):
        return loaded
    for item in loaded["spaces"]:
        if item.get("space_id") == space.space_id:
            return item
    loaded["spaces"].append({})
    return loaded["spaces"][-1]


def _new(value: Any) -> Any:
    return _styled(literal(value))


OURS = ("tags", "author", "version")
"""Keys that only files have: a workspace that does not name them says nothing about them."""


def _assign(target: Any, wanted: Mapping[str, Any], filled: Callable[[Any], Any]) -> None:
    if "expected_sql" in target and "answer" in wanted:  # the short form of a benchmark
        wanted = {("expected_sql" if key == "answer" else key): value for key, value in wanted.items()}
        wanted["expected_sql"] = wanted["expected_sql"][0]["content"]
    for key in [key for key in target if key not in wanted and key not in OURS]:
        del target[key]
    for key, value in wanted.items():
        if key in target and isinstance(target[key], dict) and isinstance(value, Mapping):
            _assign(target[key], value, filled)
        elif key in target and isinstance(target[key], list) and isinstance(value, list):
            _assign_list(target[key], value, filled)
        elif key not in target or not _same(key, filled(target[key]), value):
            target[key] = _new(value)


def _same(key: str, one: Any, other: Any) -> bool:
    """Whether two values say the same: a text may stand in one piece or in several, a folder with `/Workspace`."""
    if key == "parent_path":
        return folder(one) == folder(other)
    if isinstance(one, str) != isinstance(other, str):
        return bool(_plain_text(one) == _plain_text(other))
    return bool(one == other)


def _assign_list(target: list[Any], wanted: list[Any], filled: Callable[[Any], Any]) -> None:
    if all(isinstance(item, str) for item in (*target, *wanted)):
        for number, value in enumerate(wanted):
            if number >= len(target):
                target.append(_new(value))
            elif filled(target[number]) != value:
                target[number] = _new(value)
        del target[len(wanted) :]
        return
    # Parts are found again by what they are about and keep their places: a workspace sorts them its own way.
    waiting = list(wanted)
    for number in range(len(target) - 1, -1, -1):
        about = _about(filled(target[number]))
        found = next((value for value in waiting if _about(value) == about), None)
        if found is None:
            del target[number]
            continue
        waiting.remove(found)
        if isinstance(target[number], dict) and isinstance(found, Mapping):
            _assign(target[number], found, filled)
        elif isinstance(found, Mapping) and len(found) > 1:
            target[number] = _new(found)
    for value in waiting:
        target.append(_new(value))


def _about(part: Any) -> tuple[Any, ...]:
    """What tells a part from the others of its list, whether it has an id or not, and in its short form too."""
    if not isinstance(part, Mapping):
        return (part,)
    for keys in (
        ("identifier",),
        ("column_name",),
        ("name",),
        ("question",),
        ("left", "right"),
        ("display_name",),
        ("content",),
        ("sql",),
    ):
        if all(key in part for key in keys):
            return tuple(_plain_text(part[key]) for key in keys)
    return ()


def _plain_text(value: Any) -> Any:
    """A text, whether it stands in one piece or several."""
    if isinstance(value, list) and all(isinstance(piece, str) for piece in value):
        return "".join(value)
    return value.get("identifier") if isinstance(value, Mapping) else value

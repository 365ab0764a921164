"""YAML and JSON text as plain values, with the line and column of every key.

Reading goes through libyaml: two hundred spaces are read in well under a second, and words such as `yes` mean what they
mean to the tools that wrote existing files. Writing with comments kept is `lib.genie.writing`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from lib.genie.problems import Problem

Path = tuple[str | int, ...]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
STANDARD = "tag:yaml.org,2002:"
MOST_VALUES = 200_000
"""Aliases of aliases can spell billions of values in a few lines."""
TEXT_TAGS = frozenset(STANDARD + name for name in ("str", "timestamp", "value", "binary", "merge"))


@dataclass
class Document:
    """One file's value, where each key stands, and what could not be read."""

    file: str
    value: Any = None
    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, level: Any, rule: str, message: str, at: Path = (), space: str = "") -> Problem:
        """A problem at a place of this document; the nearest place known counts."""
        line, column = None, None
        for length in range(len(at), -1, -1):
            if at[:length] in self.marks:
                line, column = self.marks[at[:length]]
                break
        return Problem(level, rule, message, self.file, line, column, spelled(at), space)


def spelled(path: Path) -> str:
    """A path as people write it.

    >>> spelled(("spaces", 0, "data_sources", "tables", 2))
    'spaces[0].data_sources.tables[2]'
    """
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read(text: str, file: str) -> Document:
    """The document that the text spells; mistakes are in its `problems`, never raised.

    JSON is read as JSON first, so that its own mistakes are named as such.
    """
    document = Document(file)
    if file.endswith(".json"):
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            document.problems.append(Problem("error", "syntax", error.msg, file, error.lineno, error.colno))
            return document
        text = text.replace("\t", " ")
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        document.problems.append(Problem("error", "syntax", error.problem or str(error), file, line, column))
        return document
    except yaml.YAMLError as error:
        document.problems.append(Problem("error", "syntax", str(error).splitlines()[0], file))
        return document
    document.value = None if node is None else _Reader(document).value(node, ())
    return document


class _Reader:
    """Nodes to values; keeps marks on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.open: set[int] = set()
        self.read = 0

    def value(self, node: yaml.Node, at: Path) -> Any:
        self.read += 1
        if self.read >= MOST_VALUES:
            if self.read == MOST_VALUES:
                self._complain("too-large", f"More than {MOST_VALUES:,} values, aliases counted as often as used.", at)
            return None
        self.document.marks.setdefault(at, (node.start_mark.line + 1, node.start_mark.column + 1))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, at)
        if id(node) in self.open:
            self._complain("syntax", "An alias refers to itself.", at)
            return None
        self.open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                self._standard(node, at, "seq")
                return [self.value(item, (*at, number)) for number, item in enumerate(node.value)]
            self._standard(node, at, "map")
            return self._map(node, at)
        finally:
            self.open.discard(id(node))

    def _map(self, node: yaml.MappingNode, at: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            place = (*at, key)
            if key_node.tag == STANDARD + "merge":
                self._merge(value_node, at, merged)
                continue
            if key in found:
                mark = key_node.start_mark
                self.document.problems.append(
                    Problem("error", "duplicate-key", f"The key {key} is there twice.", self.document.file,
                            mark.line + 1, mark.column + 1, spelled(place))
                )  # fmt: skip
            self.document.marks[place] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            found[key] = self.value(value_node, place)
        return {**merged, **found} if merged else found

    def _merge(self, node: yaml.Node, at: Path, merged: dict[str, Any]) -> None:
        for source in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            value = self.value(source, at)
            if isinstance(value, Mapping):
                for key, inner in value.items():
                    merged.setdefault(key, inner)

    def _scalar(self, node: yaml.ScalarNode, at: Path) -> Any:
        text, tag = node.value, node.tag.removeprefix(STANDARD)
        if node.tag in TEXT_TAGS:
            return text
        try:
            if tag == "null":
                return None
            if tag == "bool":
                return text.lower() in ("yes", "true", "on")
            if tag == "int":
                return _integer(text)
            if tag == "float":
                return _number(text)
        except ValueError:
            return text
        self._complain("object-tag", f"The tag {node.tag} asks for an object; only plain values are read.", at)
        return text

    def _standard(self, node: yaml.Node, at: Path, name: str) -> None:
        if node.tag not in (STANDARD + name, STANDARD + "omap", STANDARD + "set"):
            self._complain("object-tag", f"The tag {node.tag} asks for an object; only plain values are read.", at)

    def _complain(self, rule: str, message: str, at: Path) -> None:
        self.document.problems.append(self.document.problem("error", rule, message, at))


def _integer(text: str) -> int:
    digits = text.replace("_", "").lower()
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    if ":" in digits:
        value = 0
        for part in digits.split(":"):
            value = value * 60 + int(part)
        return sign * value
    if digits.startswith("0b"):
        return sign * int(digits[2:], 2)
    if digits.startswith("0x"):
        return sign * int(digits[2:], 16)
    if digits.startswith("0") and len(digits) > 1:
        return sign * int(digits, 8)
    return sign * int(digits)


def _number(text: str) -> float:
    return float(text.replace("_", "").lower().replace(".inf", "inf").replace(".nan", "nan"))

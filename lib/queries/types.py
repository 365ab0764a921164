"""Databricks SQL types as a query's head writes them: `DECIMAL(38,12)`, `MAP<STRING, STRING>`, `ARRAY<…>`."""

import re
from dataclasses import dataclass

_SCALARS = frozenset(
    ("STRING", "BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DATE", "TIMESTAMP", "BINARY")
)
_SYNONYMS = {"INTEGER": "INT", "LONG": "BIGINT", "REAL": "FLOAT", "DEC": "DECIMAL", "NUMERIC": "DECIMAL"}
_DECIMAL = re.compile(r"DECIMAL\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)$")
_NESTED = re.compile(r"(ARRAY|MAP|STRUCT)\s*<(.*)>$", re.DOTALL)


@dataclass(frozen=True)
class SqlType:
    """A type: its name, a decimal's (precision, scale), and the parts of an ARRAY, MAP or STRUCT."""

    name: str
    digits: tuple[int, ...] = ()
    parts: tuple["SqlType", ...] = ()
    fields: tuple[str, ...] = ()
    """Names of a struct's parts, in order."""

    def __str__(self) -> str:
        if self.digits:
            return f"{self.name}({self.digits[0]},{self.digits[1]})"
        if self.fields:
            return f"STRUCT<{', '.join(f'{f}: {p}' for f, p in zip(self.fields, self.parts, strict=True))}>"
        return f"{self.name}<{', '.join(map(str, self.parts))}>" if self.parts else self.name


def parse_type(text: str) -> SqlType:
    """The type `text` spells; ValueError when it spells none.

    >>> str(parse_type("map<string, array<decimal(10, 2)>>"))
    'MAP<STRING, ARRAY<DECIMAL(10,2)>>'
    """
    text = text.strip()
    head = re.match(r"[A-Za-z]*", text).group()  # type: ignore[union-attr]
    name = _SYNONYMS.get(head.upper(), head.upper())
    spelled = name + text[len(head) :]
    if spelled in _SCALARS:
        return SqlType(name)
    if match := _DECIMAL.match(spelled):
        return SqlType(name, digits=(int(match[1]), int(match[2])))
    if match := _NESTED.match(spelled):
        return _nested(match[1], split_outside_brackets(match[2]))
    raise ValueError(f"{text!r} is not a type")


def _nested(name: str, inner: list[str]) -> SqlType:
    if name == "STRUCT":
        pairs = [re.match(r"\s*`?(\w+)`?\s*:?\s+?(.+)$|\s*(\w+)\s*:\s*(.+)$", part, re.DOTALL) for part in inner]
        if not all(pairs):
            raise ValueError(f"STRUCT<{', '.join(inner)}> needs `name: TYPE` parts")
        named = [(p[1] or p[3], p[2] or p[4]) for p in pairs if p]
        return SqlType(name, parts=tuple(parse_type(t) for _, t in named), fields=tuple(n for n, _ in named))
    if len(inner) != {"ARRAY": 1, "MAP": 2}[name]:
        raise ValueError(f"{name}<{', '.join(inner)}> has the wrong number of parts")
    return SqlType(name, parts=tuple(parse_type(part) for part in inner))


def split_outside_brackets(text: str) -> list[str]:
    """`text` cut at its commas, but not at those inside `(…)` or `<…>`; blank pieces are kept."""
    pieces, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "(<") - (letter in ")>")
        if letter == "," and depth == 0:
            pieces.append(text[start:place].strip())
            start = place + 1
    return [*pieces, text[start:].strip()]

"""What differs between a space in a workspace and the space in the files, field by field, in words people read.

Lists are compared by what their entries are about (a table's name, a question), never by position: a workspace sorts
them as it likes. Ids that the files leave out differ from nothing.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from lib.genie import payload
from lib.genie.model import (
    Benchmark,
    Column,
    Example,
    Field,
    Instruction,
    Join,
    Parameter,
    Part,
    Question,
    Snippet,
    Space,
    Table,
    joined,
)
from lib.genie.payload import ID, folder, sent_value, whole

Kind = Literal["text", "sql", "value", "entry"]
TOP = ("title", "warehouse_id", "description", "parent_path")
SQL_FIELDS = frozenset(("sql", "content"))
NEVER_SENT = frozenset(("description", "benchmarks", "metric_views", "exclude", "alias", "comment", "api_fields"))
"""What the earlier tool did not send: fields of a space, a column, a snippet, a join."""


@dataclass(frozen=True)
class Difference:
    """One field, or one entry of a list, that is not the same."""

    path: str
    """`tables[main.retail.orders].column_configs[status].synonyms`"""
    before: Any
    """In the workspace; None when it is not there."""
    after: Any
    """In the files; None when it is not there."""
    kind: Kind = "value"
    never_sent: bool = False
    """An earlier tool never sent this field, so a state of its making says nothing about it."""

    def lines(self) -> list[str]:
        """For a terminal: one line, or a diff of the text."""
        if self.kind == "entry":
            added = self.before is None
            return [f"{'+' if added else '-'} {self.path}", *_indented(self.after if added else self.before)]
        if self.kind in ("text", "sql") and ("\n" in str(self.before or "") or "\n" in str(self.after or "")):
            return [f"~ {self.path}", *_text_diff(str(self.before or ""), str(self.after or ""))]
        return [f"~ {self.path}: {_shown(self.before)} → {_shown(self.after)}"]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {"path": self.path, "before": self.before, "after": self.after, "kind": self.kind}


def differences(remote: Space, wanted: Space) -> list[Difference]:
    """All that would change in the workspace if it became what the files say."""
    remote = _same_homes(remote, wanted)
    found = list(_top(remote, wanted))
    for spec in Space.FIELDS:
        if spec.kind == "items" and spec.name != "text_instructions":
            found += _lists(spec, getattr(remote, spec.name) or (), getattr(wanted, spec.name) or ())
    found += _instructions(remote, wanted)
    found += _extra(remote, wanted, "")
    return found


def _top(remote: Space, wanted: Space) -> Iterator[Difference]:
    for name in TOP:
        before, after = getattr(remote, name), getattr(wanted, name)
        if after is None:
            continue
        if name == "parent_path":
            before, after = folder(before), folder(after)
        elif name == "description":
            before, after = (before or "").strip(), after.strip()
        if before != after:
            yield Difference(name, before, after, "text" if name == "description" else "value", name in NEVER_SENT)


def _instructions(remote: Space, wanted: Space) -> Iterator[Difference]:
    one, other = payload.text_instruction(remote), payload.text_instruction(wanted)
    before, after = (whole(text.content) if text else "" for text in (one, other))
    if before != after:
        blank = _letters(before) == _letters(after)
        yield Difference("text_instructions", before or None, after or None, "text", blank)
    elif one and other:
        yield from _id(one, other, "text_instructions")


def _lists(spec: Field, before: Sequence[Part], after: Sequence[Part]) -> Iterator[Difference]:
    never = spec.name in NEVER_SENT
    for one, other in matched(before, after):
        part = other or one
        assert part is not None
        path = f"{spec.keys[-1] if spec.name != 'benchmarks' else 'benchmarks'}[{label(part)}]"
        if one is None or other is None:
            yield _entry(path, part, added=one is None, never=never)
        else:
            for found in _parts(one, other, path):
                yield replace(found, never_sent=True) if never else found


def _parts(one: Part, other: Part, path: str) -> Iterator[Difference]:
    for spec in type(other).FIELDS:
        if not spec.sent or spec.name == "id":
            continue
        before, after = sent_value(one, spec), sent_value(other, spec)
        here = f"{path}.{spec.keys[0]}"
        never = _never_sent(other, spec)
        if spec.kind == "item":
            yield from _parts(before, after, here)
        elif spec.kind == "items" and spec.name == "answer":
            texts = [joined(answers[0].content) if answers else "" for answers in (before, after)]
            if whole(texts[0]) != whole(texts[1]):
                yield Difference(here, whole(texts[0]), whole(texts[1]), "sql", True)
        elif spec.kind == "items":
            yield from _inner(spec, before, after, path)
        elif spec.kind == "text":
            if whole(before) != whole(after):
                kind: Kind = "sql" if spec.name in SQL_FIELDS else "text"
                yield Difference(here, whole(before) or None, whole(after) or None, kind, never)
        elif (before or None) != (after or None):
            yield Difference(here, _listed(before), _listed(after), "value", never)
    yield from _id(one, other, path)
    yield from _extra(one, other, path)


def _entry(path: str, part: Part, *, added: bool, never: bool = False) -> Difference:
    shown = _plain(part)
    return Difference(path, None if added else shown, shown if added else None, "entry", never)


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _inner(spec: Field, before: Sequence[Part], after: Sequence[Part], path: str) -> Iterator[Difference]:
    for one, other in matched(before, after):
        part = other or one
        assert part is not None
        here = f"{path}.{spec.keys[0]}[{label(part)}]"
        if one is None or other is None:
            yield _entry(here, part, added=one is None)
        else:
            yield from _parts(one, other, here)


def _id(one: Part, other: Part, path: str) -> Iterator[Difference]:
    wanted, there = getattr(other, "id", None), getattr(one, "id", None)
    if wanted and ID.match(wanted) and wanted != there:
        yield Difference(f"{path}.id", there, wanted, "value", False)


def _extra(one: Part, other: Part, path: str) -> Iterator[Difference]:
    """Keys that nobody here knows: compared when the files have them, or had them from an import."""
    if dict(one.api_fields) != dict(other.api_fields):
        at = f"{path}.api_fields" if path else "api_fields"
        yield Difference(at, dict(one.api_fields) or None, dict(other.api_fields) or None, "value", True)


def _never_sent(part: Part, spec: Field) -> bool:
    if isinstance(part, Column) and spec.name.startswith("enable_"):
        return sent_value(part, spec) != getattr(part, spec.name)
    if spec.name == "exclude":
        return True
    return isinstance(part, Snippet | Join) and spec.name in ("alias", "comment")


def _same_homes(remote: Space, wanted: Space) -> Space:
    """A workspace may give a metric view back among the tables: where the files have it, it counts as there."""
    views = {view.identifier for view in wanted.metric_views}
    own = {table.identifier for table in wanted.tables}
    views = views - own
    moved = [table for table in remote.tables if table.identifier in views]
    if not moved:
        return remote
    kept = tuple(table for table in remote.tables if table.identifier not in views)
    return replace(remote, tables=kept, metric_views=(*remote.metric_views, *moved))


def matched(before: Sequence[Part], after: Sequence[Part]) -> list[tuple[Part | None, Part | None]]:
    """Entries that belong together: by id, else by what they are about; None where there is no other."""
    left = list(before)
    pairs: list[tuple[Part | None, Part | None]] = []
    waiting: list[Part] = []
    by_id = {getattr(part, "id", None): part for part in left if getattr(part, "id", None)}
    for part in after:
        found = by_id.get(getattr(part, "id", None) or "")
        if found is not None and found in left:
            left.remove(found)
            pairs.append((found, part))
        else:
            waiting.append(part)
    by_label: dict[str, list[Part]] = {}
    for part in left:
        by_label.setdefault(_letters(label(part)), []).append(part)
    gone: list[Part] = []
    for part in waiting:
        same = by_label.get(_letters(label(part))) or []
        found = same[0] if same else None
        if len(same) > 1:
            found = next((other for other in same if _equal(other, part)), found)
        if found is not None:
            same.remove(found)
            gone.append(found)
        pairs.append((found, part))
    rest = [part for part in left if not any(part is other for other in gone)]
    return pairs + [(part, None) for part in rest]


def _equal(one: Part, other: Part) -> bool:
    return payload.own_text(one) == payload.own_text(other)


def label(part: Part) -> str:
    """What an entry is about."""
    match part:
        case Table() | Column() | Parameter():
            return (
                part.identifier if isinstance(part, Table) else getattr(part, "column_name", getattr(part, "name", ""))
            )
        case Question() | Example() | Benchmark():
            return whole(part.question)
        case Instruction():
            return "text"
        case Join():
            return f"{part.left.identifier} ⋈ {part.right.identifier}" + (
                f" as {part.left.alias}, {part.right.alias}" if part.left.alias or part.right.alias else ""
            )
        case Snippet():
            return part.display_name
    return str(getattr(part, "identifier", part))


def _plain(part: Part) -> dict[str, Any]:
    from lib.genie.writing import as_map

    return {key: value for key, value in as_map(part).items() if key != "id"}


def _letters(text: str) -> str:
    return "".join(text.split())


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, str) else str(value)


def _indented(value: Any) -> list[str]:
    lines = []
    for key, item in (value or {}).items():
        text = item if isinstance(item, str) else str(item)
        first, *rest = text.rstrip("\n").split("\n")
        lines.append(f"    {key}: {first}")
        lines += [f"      {line}" for line in rest]
    return lines


def _text_diff(before: str, after: str) -> list[str]:
    diff = difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=2)
    return [f"    {line}" for line in diff if not line.startswith(("---", "+++", "@@"))]

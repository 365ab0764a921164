"""Files to spaces: every accepted form, and every problem with its place.

A file holds one space, or a map with `spaces:`. Nothing is ignored silently: a key that means nothing is named, with the
nearest one that does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lib.errors import NotFound
from lib.genie import documents, variables
from lib.genie.documents import Document
from lib.genie.model import Space
from lib.genie.problems import Problem
from lib.genie.reader import Reader

ENDINGS = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Loaded:
    """What a folder or a file holds, for one environment."""

    spaces: tuple[Space, ...]
    problems: tuple[Problem, ...]
    environment: variables.Environment
    sources: Mapping[str, tuple[Document, documents.Path]] = field(default_factory=dict)
    """Where each space stands: its document and the place in it."""
    from_process: frozenset[str] = frozenset()

    def named(self, space_id: str) -> Space:
        """The space with that name."""
        for space in self.spaces:
            if space.space_id == space_id:
                return space
        near = get_close_matches(space_id, [space.space_id for space in self.spaces], n=1)
        raise NotFound(f"No file describes {space_id}.", remedy=f"Did you mean {near[0]}?" if near else "")


def files_of(config: Path) -> list[Path]:
    """The space files of a folder (not of its subfolders), or the one file."""
    if config.is_file():
        return [config]
    if not config.is_dir():
        raise NotFound(f"{config} is neither a file nor a folder.", remedy="Give --config, or run `genie init` first.")
    found = [path for path in sorted(config.iterdir()) if path.is_file() and path.suffix in ENDINGS]
    return sorted(found, key=lambda path: (ENDINGS.index(path.suffix) == 2, path.name))


def load(
    config: Path,
    env: str = "dev",
    *,
    given: Mapping[str, str] | None = None,
    process: Mapping[str, str] | None = None,
) -> Loaded:
    """All spaces that `config` describes, variables replaced, with all problems of all files.

    A placeholder that nobody fills is an error of rule `unresolved-variable`.
    """
    paths = files_of(config)
    folder = config if config.is_dir() else config.parent
    environment = variables.find(folder, env)
    substitution = variables.Substitution(environment, given or {}, process or {})
    problems = list(environment.problems)
    spaces: list[Space] = []
    sources: dict[str, tuple[Document, documents.Path]] = {}
    for path in paths:
        if path.stem == env and config.is_dir() and environment.file == str(path):
            continue
        read_spaces, read_problems, places = read_text(
            path.read_text(encoding="utf-8-sig", errors="replace"), str(path), substitution
        )
        problems += read_problems
        for space, place in zip(read_spaces, places, strict=True):
            if space.space_id in sources:
                first = sources[space.space_id][0].file
                message = f"The space {space.space_id} is described twice, first in {first}."
                problems.append(
                    place[0].problem("error", "duplicate-space", message, (*place[1], "space_id"), space.space_id)
                )
                continue
            spaces.append(space)
            sources[space.space_id] = place
    return Loaded(tuple(spaces), tuple(problems), environment, sources, frozenset(substitution.from_process))


def read_text(
    text: str, file: str, substitution: variables.Substitution | None = None
) -> tuple[list[Space], list[Problem], list[tuple[Document, documents.Path]]]:
    """Spaces of one file's text, its problems, and where each space stands."""
    document = documents.read(text, file)
    if any(problem.rule == "syntax" for problem in document.problems):
        return [], list(document.problems), []
    value = document.value
    if substitution is not None:
        value = substitution.applied(value)
    reader = Reader(document)
    raw, prefix = _unwrapped(value, document)
    spaces, places = [], []
    for number, item in enumerate(raw):
        at: documents.Path = (*prefix, number) if prefix else ()
        if substitution is not None:
            reader.left_over(item, [found for found in substitution.left if found[0][: len(at)] == at])
        space = reader.space(item, at)
        if space is not None:
            spaces.append(space)
            places.append((document, at))
    return spaces, list(document.problems), places


def read_space(
    raw: Any, *, place: str = "", problems: list[Problem] | None = None, from_api: bool = False
) -> Space | None:
    """A space from a plain value; `from_api` keeps keys that are not known."""
    document = Document(place)
    space = Reader(document, from_api=from_api).space(raw, ())
    if problems is not None:
        problems += document.problems
    return space


def _unwrapped(value: Any, document: Document) -> tuple[list[Any], documents.Path]:
    """The raw spaces of a document, and the path their numbers follow; () for a single one."""
    if value is None:
        document.problems.append(document.problem("error", "empty-file", "The file is empty."))
        return [], ()
    if not isinstance(value, dict):
        document.problems.append(document.problem("error", "not-a-map", "A space file is a map."))
        return [], ()
    if "spaces" in value:
        listed = value["spaces"]
        if not isinstance(listed, list):
            document.problems.append(document.problem("error", "not-a-list", "`spaces` is a list.", ("spaces",)))
            return [], ()
        return listed, ("spaces",)
    if "space_id" not in value and "title" not in value:
        near = get_close_matches("spaces", [str(key) for key in value], n=1) or get_close_matches(
            "space_id", [str(key) for key in value], n=1
        )
        hint = f" Is {near[0]} misspelt?" if near else ""
        message = f"There is neither `spaces` nor `space_id`.{hint}"
        document.problems.append(document.problem("error", "no-space", message, (near[0],) if near else ()))
        return [], ()
    return [value], ()

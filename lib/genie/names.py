"""Which spaces a person means: one, several, globs, all, all but some."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase


def chosen(targets: Iterable[str], known: Iterable[str]) -> tuple[list[str], list[str]]:
    """The known names that the targets mean, and the targets that mean none.

    Targets are names or globs (`*`, `?`, `[a-z]`), several in one text parted by commas; what stands in square brackets
    after a blank, or after `except`, is left out, always.

    >>> chosen(["* except [b*, c]"], ["a", "b1", "c", "d"])
    (['a', 'd'], [])
    >>> chosen(["a, x", "b*"], ["a", "b1", "c"])
    (['a', 'b1'], ['x'])
    >>> chosen(["* [a]"], ["a", "b"])
    (['b'], [])
    """
    names = list(dict.fromkeys(known))
    wanted, left_out = [], []
    for target in targets:
        text, excluded = _parted(target)
        wanted += _listed(text)
        left_out += excluded
    found = [name for name in names if any(_means(target, name) for target in wanted)]
    kept = [name for name in found if not any(_means(target, name) for target in left_out)]
    return kept, [target for target in wanted if not any(_means(target, name) for name in names)]


def matches(pattern: str, title: str) -> bool:
    """Whether a title fits a glob, in whatever case.

    >>> matches("sales*", "Sales analytics")
    True
    """
    return fnmatchcase(title.lower(), pattern.lower())


def _parted(target: str) -> tuple[str, list[str]]:
    """A target without its exclusions, and these. `[ab]*` is a glob; exclusions stand at the end, after a blank."""
    found = re.search(r"(?:\s+except\s*|\s+)\[([^\]]*)\]\s*$", target)
    return (target[: found.start()], _listed(found[1])) if found else (target, [])


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _means(target: str, name: str) -> bool:
    return target == name or fnmatchcase(name, target)


def logical_id(title: str) -> str:
    """The name a title gets in files.

    >>> logical_id("2024 Sales & Co")
    'space_2024_sales_co'
    """
    name = re.sub(r"_+", "_", re.sub(r"[^a-z0-9]+", "_", title.lower())).strip("_") or "space"
    return f"space_{name}" if name[0].isdigit() else name


def file_stem(title: str) -> str:
    """The file name a title gets, without its ending.

    >>> file_stem("Sales – EMEA (new)")
    'sales_emea_new'
    """
    kept = re.sub(r"[^a-z0-9 _-]", "", title.lower())
    return re.sub(r"[ _-]+", "_", kept).strip("_")[:50] or "space"

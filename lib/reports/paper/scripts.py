"""Writing systems that run from right to left: joined Arabic letters and visual order, from Python's Unicode data.

reportlab draws characters one after another, left to right. `visual` turns text into that order, with Arabic letters
in the form their neighbours ask for. It covers names in one paragraph (no explicit embedding marks).
"""

import unicodedata
from functools import cache
from itertools import groupby

FORMS = ("<isolated>", "<final>", "<initial>", "<medial>")
LAM_ALEF = frozenset("آأإا")
TATWEEL = "ـ"
MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
BASE_CLASS = {"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N", "NSM": "M"}


def has_rtl(text: str) -> bool:
    """Whether any character runs from right to left.

    >>> has_rtl("nightly_etl"), has_rtl("تقرير")
    (False, True)
    """
    return not text.isascii() and any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text)


def visual(text: str) -> str:
    """`text` as it is drawn from left to right."""
    if not has_rtl(text):
        return text
    shaped = _join(text)
    classes = _resolve([BASE_CLASS.get(unicodedata.bidirectional(char), "O") for char in shaped])
    base = 1 if next((c for c in classes if c in "LR"), "L") == "R" else 0
    levels = _levels(classes, base)
    chars = [char.translate(MIRRORED) if level % 2 else char for char, level in zip(shaped, levels, strict=True)]
    for level in range(max(levels), 0, -1):
        chars, levels = _reverse_runs(chars, levels, level)
    return "".join(chars)


def _resolve(classes: list[str]) -> list[str]:
    """Marks follow their letter, numbers after Latin letters are Latin, the rest between two alike joins them."""
    resolved: list[str] = []
    strong = ""
    for kind in classes:
        if kind == "M":
            kind = resolved[-1] if resolved else "O"
        if kind == "N" and strong == "L":
            kind = "L"
        if kind in "LR":
            strong = kind
        resolved.append(kind)
    return resolved


def _levels(classes: list[str], base: int) -> list[int]:
    """Embedding levels: even runs to the right, odd to the left."""
    level_of = {"L": base + base % 2, "R": 1, "N": 2}
    levels: list[int] = []
    runs = [(kind, len(list(group))) for kind, group in groupby(classes)]
    for index, (kind, length) in enumerate(runs):
        if kind != "O":
            levels += [level_of[kind]] * length
            continue
        before = runs[index - 1][0] if index else "LR"[base]
        after = runs[index + 1][0] if index + 1 < len(runs) else "LR"[base]
        sides = {"R" if side == "N" else side for side in (before, after)}
        levels += [(level_of[sides.pop()] if len(sides) == 1 else base)] * length
    return levels


def _reverse_runs(chars: list[str], levels: list[int], level: int) -> tuple[list[str], list[int]]:
    """Each stretch at `level` or above, backwards; marks stay after the letter they sit on."""
    out_chars: list[str] = []
    out_levels: list[int] = []
    for inside, group in groupby(zip(chars, levels, strict=True), key=lambda pair: pair[1] >= level):
        pairs = list(group)
        for char, at in reversed(pairs) if inside else pairs:
            out_chars.append(char)
            out_levels.append(at)
    return out_chars, out_levels


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Letter (or lam + alef) → form name → its presentation character, read from Unicode's decompositions."""
    table: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFDFE), *range(0xFE70, 0xFEFD)):
        form, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        source = "".join(chr(int(letter, 16)) for letter in letters.split())
        if form in FORMS and (len(source) == 1 or (source[0] == "ل" and source[1:] in LAM_ALEF)):
            table.setdefault(source, {})[form] = chr(code)
    return table


def _join(text: str) -> str:
    """Arabic letters in the form that joins them to their neighbours; lam and alef become one."""
    forms = _forms()
    letters = _ligatures(text)
    out = []
    for index, letter in enumerate(letters):
        if letter not in forms:
            out.append(letter)
            continue
        before = _joins_forward(_neighbour(letters, index, -1))
        after = "<initial>" in forms[letter] and _joins_back(_neighbour(letters, index, 1))
        form = FORMS[(1 if before else 0) + (2 if after else 0)]
        out.append(forms[letter].get(form, letter))
    return "".join(out)


def _ligatures(text: str) -> list[str]:
    letters: list[str] = []
    for char in text:
        if char in LAM_ALEF and letters and letters[-1] == "ل":
            letters[-1] += char
        else:
            letters.append(char)
    return letters


def _neighbour(letters: list[str], index: int, step: int) -> str:
    """The next letter that is no vowel mark, or nothing."""
    index += step
    while 0 <= index < len(letters) and unicodedata.category(letters[index][0]) == "Mn":
        index += step
    return letters[index] if 0 <= index < len(letters) else ""


def _joins_forward(letter: str) -> bool:
    return letter == TATWEEL or "<initial>" in _forms().get(letter, {})


def _joins_back(letter: str) -> bool:
    return letter == TATWEEL or "<final>" in _forms().get(letter, {})

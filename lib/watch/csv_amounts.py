"""Amounts as CSV files spell them: `1234.56`, `1,234.56`, `1.234,56`, `$1,234`, `(12.50)`; one decimal mark in the whole file."""

import math
import re
from collections.abc import Iterable
from typing import Literal

UNKNOWN = frozenset(("", "nan", "null", "none", "na", "n/a", "#n/a", "<na>", "nat", "-", "–", "?", "\\n"))
"""What a cell says when nobody knows the amount; such a day is unknown, not zero."""
Mark = Literal[".", ","]

_MONEY = re.compile(r"^[A-Z]{3}\s+|\s+[A-Z]{3}$|[$€£¥₹]")
_GROUPED = re.compile(r"\d{1,3}(?P<mark>[., '’])\d{3}(?:(?P=mark)\d{3})*")
_NUMBERISH = re.compile(r"[-+(]?(?:[A-Z]{3}|[$€£¥₹])? ?-?[\d., '’\u00a0\u202f]+\)?-?(?: ?[A-Z]{3}| ?[$€£¥₹])?")
_ONLY_COMMAS = re.compile(r"\D*\d{1,3}(?:,\d{3})+\D*")


def decimal_mark(cells: Iterable[str], separator: str) -> Mark:
    """Which of point and comma parts whole from decimals, from all cells that are no plain number.

    A cell with both decides; then one whose comma cannot part thousands. Commas that part groups of three are thousands in a
    file of commas, and decimals in one of semicolons, unless one cell has several.
    """
    thousands = False
    for cell in cells:
        point, comma = cell.rfind("."), cell.rfind(",")
        if not _NUMBERISH.fullmatch(cell.strip()):
            continue
        if comma < 0:
            if cell.count(".") > 1:
                return ","
            continue
        if point >= 0:
            return "," if comma > point else "."
        if cell.count(",") > 1:
            return "."
        if not _ONLY_COMMAS.fullmatch(cell):
            return ","
        thousands = True
    return "," if thousands and separator != "," else "."


def amount(cell: str, mark: Mark) -> float | None:
    """The amount of a cell: NaN for unknown, None for what is no amount."""
    text = cell.strip().replace("\u00a0", " ").replace("\u202f", " ").replace("\u2212", "-")
    if text.lower() in UNKNOWN:
        return math.nan
    if mark == "." or not set(text) & {",", "."}:
        try:
            value = float(text)
        except ValueError:
            pass
        else:
            return value if math.isfinite(value) else None
    bare = _MONEY.sub("", text).strip()
    negative = (bare.startswith("(") and bare.endswith(")")) or bare.endswith("-") or bare.startswith("-")
    bare = bare.strip("()").strip("+- ")
    whole, found, rest = bare.partition(mark)
    if found and not re.fullmatch(r"\d*(?:[eE][+-]?\d+)?", rest):
        return None
    if _GROUPED.fullmatch(whole) and mark not in whole:
        whole = re.sub(r"\D", "", whole)
    if {".", ","} & set(whole):
        return None
    try:
        value = float(f"{whole or '0'}.{rest}" if found else whole)
    except ValueError:
        return None
    if not math.isfinite(value) or not re.search(r"\d", bare):
        return None
    return -value if negative else value

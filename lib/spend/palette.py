"""One colour for one thing, on every page and on paper.

The hues are Okabe and Ito's (https://jfly.uni-koeln.de/color/), shifted until each has a contrast of at least 3:1
against both the light and the dark background and stays apart from the others in simulated protanopia,
deuteranopia and tritanopia; `tests/spend/test_palette.py` measures it. Slate always means "other".
"""

from collections.abc import Iterable

BLUE = "#337dca"
GREEN = "#4ca383"
VERMILION = "#c64800"
OCHRE = "#b88d18"
PLUM = "#a44a6e"
TEAL = "#2e6e97"
SLATE = "#708096"

SERIES = (BLUE, VERMILION, GREEN, OCHRE, PLUM, TEAL)
"""Colours for categories that have none of their own, in the order they are given out."""
OTHER = SLATE

PRODUCTS = {
    "JOBS": BLUE,
    "ALL_PURPOSE": VERMILION,
    "SQL": GREEN,
    "DLT": PLUM,
    "INTERACTIVE": OCHRE,
    "MODEL_SERVING": TEAL,
}
"""`billing_origin_product` → colour; every product not named here is slate."""

COST_PARTS = {
    "dbu": BLUE,
    "vm": OCHRE,
    "all_purpose_share": VERMILION,
    "warehouse_share": GREEN,
}
"""Part of a job's cost → colour."""

STATUS = {
    "OK": "#12805c",
    "WARN": "#b7791f",
    "CRITICAL": "#c9372c",
    "NOT_ASSESSED": SLATE,
}
"""Verdict of a check → colour. Status colours are for status only."""

LIGHT_BACKGROUND = "#ffffff"
DARK_BACKGROUND = "#0d1424"


def product(name: str | None) -> str:
    """Colour of a product as `system.billing.usage` spells it.

    >>> product("JOBS") == BLUE, product("VECTOR_SEARCH") == SLATE
    (True, True)
    """
    return PRODUCTS.get((name or "").upper(), OTHER)


def series(names: Iterable[str], *, other: str = "Other") -> dict[str, str]:
    """Colours for a ranking: the first names get one each, the rest and `other` are slate.

    >>> series(["a", "Other"])["Other"] == SLATE
    True
    """
    chosen: dict[str, str] = {}
    for name in names:
        free = len([1 for colour in chosen.values() if colour != OTHER])
        chosen[name] = OTHER if name == other or free >= len(SERIES) else SERIES[free]
    return chosen

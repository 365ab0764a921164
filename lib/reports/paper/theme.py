"""Measures and colours of the paper: A4 landscape, the neutrals of the light theme on screen."""

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, landscape

PAGE = landscape(A4)
MARGIN = 36.0
TOP, BOTTOM = 46.0, 36.0
WIDTH = PAGE[0] - 2 * MARGIN
HEIGHT = PAGE[1] - TOP - BOTTOM
FIRST_HEIGHT = PAGE[1] - MARGIN - BOTTOM
"""The first page has no head line."""
GUTTER = 14.0

INK = HexColor("#152238")
MUTED = HexColor("#5b6b82")
FAINT = HexColor("#7f8da1")
RULE = HexColor("#dbe2ec")
BAND = HexColor("#f3f6fa")
ZEBRA = HexColor("#f7f9fc")
ACCENT = HexColor("#1c4f9c")
GOOD = HexColor("#0b6446")
BAD = HexColor("#a32118")
WARNING_INK, WARNING_BAND = HexColor("#7a5200"), HexColor("#fdf5dc")
MARK = HexColor("#b7791f")
INFO_INK, INFO_BAND = HexColor("#1c4f9c"), HexColor("#e8f0fb")
WHITE = HexColor("#ffffff")

TITLE, HEADING, BLOCK_TITLE, BODY, SMALL, TINY = 20.0, 12.0, 9.5, 8.5, 7.5, 6.8


def hexed(colour: str) -> Color:
    """A palette colour for reportlab."""
    return HexColor(colour)


def tint(colour: Color, strength: float) -> Color:
    """`colour` thinned with white; strength 1 is the colour itself."""
    return Color(*(1 - (1 - part) * strength for part in (colour.red, colour.green, colour.blue)))

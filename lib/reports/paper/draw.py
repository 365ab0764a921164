"""Putting text on a canvas: every character in a font that has it, left, right or centred."""

from typing import Literal

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from lib.reports.paper.fonts import FACES, Face, runs, width
from lib.reports.paper.theme import INK

Anchor = Literal["left", "right", "middle"]

OUTLINE = 0.025
"""Thickness, in type sizes, that makes a regular face look bold."""


def text(
    canvas: Canvas,
    x: float,
    y: float,
    words: str,
    size: float,
    *,
    face: Face = "regular",
    colour: Color = INK,
    anchor: Anchor = "left",
) -> None:
    """One line of plain text with its baseline at `y`; `x` is its left end, right end or middle."""
    if face == "bold":
        canvas.setLineWidth(OUTLINE * size)
    pen = canvas.beginText()
    put(pen, x, y, words, size, face=face, colour=colour, anchor=anchor)
    canvas.drawText(pen)


def put(
    pen: PDFTextObject,
    x: float,
    y: float,
    words: str,
    size: float,
    *,
    face: Face = "regular",
    colour: Color = INK,
    anchor: Anchor = "left",
) -> None:
    """The same within a text object that holds many lines.

    Only Latin, Greek and Cyrillic have a bold face; the other scripts get an outline as thick as the line width.
    """
    if anchor != "left":
        room = width(words, size, face)
        x -= room if anchor == "right" else room / 2
    pen.setTextOrigin(x, y)
    pen.setFillColor(colour)
    for font, part in runs(words, face):
        pen.setFont(font, size)
        if face == "bold" and font != FACES["bold"]:
            pen.setStrokeColor(colour)
            pen.setTextRenderMode(2)
            pen.textOut(part)
            pen.setTextRenderMode(0)
        else:
            pen.textOut(part)


def rule(canvas: Canvas, x1: float, y: float, x2: float, colour: Color, thickness: float = 0.5) -> None:
    """A horizontal line."""
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(thickness)
    canvas.line(x1, y, x2, y)


def box(canvas: Canvas, x: float, y: float, w: float, h: float, fill: Color, radius: float = 0) -> None:
    """A filled rectangle without an outline."""
    canvas.setFillColor(fill)
    if radius:
        canvas.roundRect(x, y, w, h, radius, stroke=0, fill=1)
    else:
        canvas.rect(x, y, w, h, stroke=0, fill=1)

"""Reads a PDF back."""

from io import BytesIO

from pypdf import PdfReader


def pages(pdf: bytes) -> list[str]:
    """The text of each page, blanks evened out."""
    return [" ".join((page.extract_text() or "").split()) for page in PdfReader(BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    """Without any blank: names that broke over two lines are whole again."""
    return "".join(text.split())

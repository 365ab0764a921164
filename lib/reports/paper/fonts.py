"""Which font draws which character: the shipped faces, registered when first needed.

A text becomes runs `(font name, characters in drawing order)`. Each character goes to the first font of its chain that
has it; a character no font has becomes U+FFFD, and invisible joiners and controls are left out.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

from lib.reports.paper.scripts import visual

Face = Literal["regular", "bold", "mono"]
Run = tuple[str, str]

FOLDER = Path(__file__).parents[1] / "fonts"
FACES: dict[Face, str] = {
    "regular": "Inter-Regular",
    "bold": "Inter-SemiBold",
    "mono": "JetBrainsMono-Regular",
}
JAPANESE, CHINESE, KOREAN = "NotoSansJP-Regular", "NotoSansSC-Regular", "NotoSansKR-Regular"
ARABIC, DEVANAGARI, THAI = "NotoSansArabic-Regular", "NotoSansDevanagari-Regular", "NotoSansThai-Regular"
SYMBOLS, EMOJI = "DejaVuSans", "NotoEmoji-Regular"
UNKNOWN = "�"

_lock = Lock()


def runs(text: str, face: Face = "regular") -> tuple[Run, ...]:
    """`text` as runs of one font each, in drawing order."""
    if text.isascii() and text.isprintable():
        _load(FACES[face])
        return ((FACES[face], text),) if text else ()
    return _mixed_runs(text, face)


def width(text: str, size: float, face: Face = "regular") -> float:
    """Width in points of `text` set at `size`."""
    if text.isascii() and text.isprintable():
        widths = _widths(FACES[face])
        return sum([widths[ord(char)] for char in text], 0.0) * size / 1000
    return float(sum(pdfmetrics.stringWidth(part, font, size) for font, part in runs(text, face)))


@lru_cache(maxsize=20_000)
def _mixed_runs(text: str, face: Face) -> tuple[Run, ...]:
    pairs = list(_assign(visual(_plain(text)), FACES[face], _east_asian(text)))
    return tuple((font, "".join(char for _, char in group)) for font, group in groupby(pairs, key=lambda pair: pair[0]))


def _assign(text: str, main: str, east_asian: tuple[str, ...]) -> Iterator[Run]:
    """Each character with its font; a space stays with the font before it."""
    for char in text:
        code = ord(char)
        font = next((font for font in _chain(code, main, east_asian) if code in _covers(font)), "")
        yield (font, char) if font else (SYMBOLS, UNKNOWN)


def _chain(code: int, main: str, east_asian: tuple[str, ...]) -> tuple[str, ...]:
    """Fonts to ask for a character, so that a large file is opened only for the script it is for."""
    if code < 0x590:
        return main, SYMBOLS
    if 0x600 <= code < 0x780 or 0xFB50 <= code < 0xFE00 or 0xFE70 <= code < 0xFEFF:
        return ARABIC, SYMBOLS
    if 0x900 <= code < 0x980:
        return DEVANAGARI, SYMBOLS
    if 0xE00 <= code < 0xE80:
        return THAI, SYMBOLS
    if 0x1100 <= code < 0x1200 or 0x2E80 <= code < 0xD7B0 or 0xF900 <= code < 0xFB00 or 0xFE30 <= code < 0xFFF0:
        return (*east_asian, SYMBOLS)
    if code >= 0x1F000:
        return EMOJI, SYMBOLS
    return main, SYMBOLS, EMOJI, JAPANESE


def _east_asian(text: str) -> tuple[str, ...]:
    """Ideographs look different in Japan and China: kana or Hangul beside them tell which is meant."""
    if any(0x3040 <= ord(char) < 0x3100 or 0xFF66 <= ord(char) < 0xFFA0 for char in text):
        return JAPANESE, CHINESE, KOREAN
    if any(0xAC00 <= ord(char) < 0xD7B0 for char in text):
        return KOREAN, JAPANESE, CHINESE
    return CHINESE, JAPANESE, KOREAN


def _plain(text: str) -> str:
    """Composed characters, blanks for line ends and tabs, nothing for controls, joiners and skin tones."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if char.isspace() else char for char in composed if not _is_invisible(char))


def _is_invisible(char: str) -> bool:
    code = ord(char)
    if char.isspace():
        return False
    selector = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
    return selector or 0x1F3FB <= code <= 0x1F3FF or unicodedata.category(char) in ("Cc", "Cf", "Cs")


class ShippedFont(TTFont):  # type: ignore[misc]
    """A face whose text can be searched and copied out of the PDF as it was written.

    reportlab's own table for that is wrong beyond U+FFFF and keeps the joined forms of Arabic letters.
    """

    def addObjects(self, doc: Any) -> None:
        """Write the font's objects, then correct its table."""
        subsets = self.state[doc].subsets
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            name = f"{(SUBSETN(number) + b'+' + self.face.name + self.face.subfontNameX).decode()}"
            doc.idToObject[f"toUnicodeCMap:{name}"].content = _to_unicode(name, subset)


def _to_unicode(name: str, codes: list[int]) -> str:
    """The PDF table from a subset's byte to the characters it stands for, as UTF-16."""
    lines = [f"<{byte:02X}> <{_letters(code).encode('utf-16-be').hex().upper()}>" for byte, code in enumerate(codes)]
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
            f"/CMapName /{name} def /CMapType 2 def",
            f"1 begincodespacerange <00> <{len(codes) - 1:02X}> endcodespacerange",
            *(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    )


def _letters(code: int) -> str:
    """The character, or the letters a joined form stands for."""
    char = chr(code)
    return unicodedata.normalize("NFKC", char) if 0xFB50 <= code < 0xFF00 else char


@cache
def _load(name: str) -> TTFont:
    with _lock:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(ShippedFont(name, str(FOLDER / f"{name}.ttf"), shapable=False))
    return pdfmetrics.getFont(name)


@cache
def _covers(name: str) -> frozenset[int]:
    return frozenset(_load(name).face.charToGlyph)


@cache
def _widths(name: str) -> list[float]:
    face = _load(name).face
    return [face.charWidths.get(code, face.defaultWidth) for code in range(128)]

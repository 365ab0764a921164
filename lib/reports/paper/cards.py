"""Cards: one figure each, side by side."""

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from lib.reports.content import Card, Tone
from lib.reports.paper import draw, theme
from lib.reports.paper.fonts import Face, width
from lib.reports.paper.text import fitted, shortened

TONES: dict[Tone, Color] = {"neutral": theme.MUTED, "good": theme.GOOD, "bad": theme.BAD}


class CardRow(Flowable):  # type: ignore[misc]
    """Up to seven cards side by side."""

    MOST = 7
    GAP = 8.0
    PAD = 9.0
    LINE = 9.0

    def __init__(self, cards: tuple[Card, ...], columns: int = 0) -> None:
        super().__init__()
        self.cards = cards
        self.columns = columns or len(cards)

    def wrap(self, available: float, height: float) -> tuple[float, float]:
        """Full width, one line of cards as high as the fullest needs."""
        self.width = available
        self.each = (available - self.GAP * (self.columns - 1)) / self.columns
        self.lines = [self._small_print(card) for card in self.cards]
        self.height = 42 + self.LINE * max(1, *(len(lines) for lines in self.lines))
        return self.width, self.height

    def _small_print(self, card: Card) -> list[tuple[str, Color]]:
        room = self.each - 2 * self.PAD
        delta = fitted(card.delta, room, theme.TINY, "regular", 2) if card.delta else []
        note = fitted(card.note, room, theme.TINY, "regular", 2) if card.note else []
        return [(line, TONES[card.tone]) for line in delta] + [(line, theme.FAINT) for line in note]

    def draw(self) -> None:
        """Each card in its frame."""
        for index, (card, lines) in enumerate(zip(self.cards, self.lines, strict=True)):
            self._draw_card(card, lines, index * (self.each + self.GAP))

    def _draw_card(self, card: Card, lines: list[tuple[str, Color]], x: float) -> None:
        canvas, room, left, top = self.canv, self.each - 2 * self.PAD, x + self.PAD, self.height
        canvas.setStrokeColor(theme.RULE)
        canvas.setLineWidth(0.7)
        canvas.roundRect(x, 0, self.each, self.height, 5, stroke=1, fill=0)
        label = shortened(card.label, room, theme.SMALL)
        draw.text(canvas, left, top - 14, label, theme.SMALL, colour=theme.MUTED)
        size = _fitting_size(card.value, room, 15.0, "bold")
        draw.text(canvas, left, top - 31, shortened(card.value, room, size, "bold"), size, face="bold")
        for at, (words, colour) in enumerate(lines):
            draw.text(canvas, left, top - 42.5 - at * self.LINE, words, theme.TINY, colour=colour)


def card_rows(cards: tuple[Card, ...], columns: int = 0) -> list[CardRow]:
    """Cards in rows of so many; without a number at most seven, as even as can be."""
    count = -(-len(cards) // CardRow.MOST)
    per_row = columns or (-(-len(cards) // count) if count else 1)
    return [CardRow(cards[at : at + per_row], columns) for at in range(0, len(cards), per_row)]


def _fitting_size(words: str, room: float, size: float, face: Face) -> float:
    """`size`, or less when the words are too wide for it."""
    return max(8.0, min(size, size * room / max(width(words, size, face), 0.1)))

"""Summary cards: one figure, how it changed, and the exact amount on hover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import streamlit as st

from lib.spend import formatting
from lib.spend.formatting import Delta
from lib.ui import words

COLOURS = {"up": "red", "down": "green"}
"""A rise in cost is never green; what is neither is grey."""
BADGES = {"estimated": "est."}
ACROSS, AROUND, LETTER = 1080, 66, 7.4
"""Pixels: what all cards share on a desk, what of a card is not its label, and about a letter of it. A word beside a
label that has no room there moves into the chip, on all cards of the row, so that none is cut."""
LONGEST = 14
"""Letters of a figure that two cards side by side on a phone have room for."""


@dataclass(frozen=True)
class Card:
    """One figure. Texts are plain text."""

    label: str
    value: str
    exactly: str = ""
    """The figure in full, for hovering."""
    about: str = ""
    """What it is made of; shown on hover after the exact figure."""
    chip: str = ""
    """A few words under the figure, when there is no change to show."""
    delta: Delta | None = None
    against: str = ""
    currency: str | None = None
    """Of the delta; None: the delta is a plain number."""
    trend: tuple[float, ...] = ()
    badge: str = ""
    """A word beside the label that qualifies the figure, such as "estimated"."""


def money(
    label: str, amount: Decimal | float | None, currency: str, *, none: str = formatting.NONE, **more: Any
) -> Card:
    """A card for an amount: compact on its face, exact on hover. `none` is what it says when there is no amount."""
    if formatting.missing(amount):
        return replace(Card(label, none), **(more | {"badge": "", "trend": ()}))
    trend = tuple(float(value) for value in more.pop("trend", ()))
    exactly = formatting.money(amount, currency)
    return Card(label, formatting.money_short(amount, currency), exactly, currency=currency, trend=trend, **more)


def count(label: str, number: int, **more: Any) -> Card:
    """A card for how many there are."""
    return Card(label, formatting.count(number), **more)


def dbus(amount: float | None) -> str:
    """DBUs for a chip; nothing when there are none."""
    return "" if formatting.missing(amount) else f"{formatting.short(amount)} DBU"


def unpriced(quantities: Mapping[str, float]) -> Card:
    """A card for usage without a price: its quantities by unit, never an amount."""
    said = [formatting.quantity(quantity, unit) for unit, quantity in quantities.items()]
    if not said:
        return Card("Unpriced", "none", about="Every usage row has a price")
    about = f"{' and '.join(said)} have no price: they are in no total"
    more = f"and {formatting.plural(len(said) - 1, 'other unit')}" if len(said) > 1 else "in no total"
    return Card("Unpriced", said[0], about=about, chip=more)


def draw(cards: Sequence[Card], *, key: str) -> None:
    """The cards side by side; they wrap when the page is narrow."""
    room = ACROSS / len(cards) - AROUND
    widest = max(len(card.value) for card in cards)
    with st.grid(len(cards), min_column_width=136 if widest <= LONGEST else 196, gap="small", key=f"cards-{key}"):
        crowded = any(card.badge and LETTER * (len(card.label) + len(_qualified(card)) + 2) > room for card in cards)
        for card in cards:
            _metric(card, crowded=crowded)


def _qualified(card: Card) -> str:
    return BADGES.get(card.badge, card.badge)


def _metric(card: Card, *, crowded: bool) -> None:
    direction = card.delta.direction if card.delta else "none"
    chip = card.delta.words(card.currency) if card.delta and direction != "none" else card.chip
    said = _qualified(card)
    badge = f" :gray-badge[{words.plain(said)}]" if said and not crowded else ""
    if crowded:
        chip = " · ".join(part for part in (said, chip) if part)
    st.metric(
        words.plain(card.label) + badge,
        words.figure(card.value),
        words.figure(chip) if chip else None,
        delta_color=COLOURS.get(direction, "gray"),  # type: ignore[arg-type]
        delta_arrow=direction if direction in COLOURS else "off",  # type: ignore[arg-type]
        help=_hover(card) or None,
        border=True,
        height="stretch",
        chart_data=list(card.trend) if any(card.trend) else None,
        chart_type="area",
    )


def _hover(card: Card) -> str:
    parts = [
        words.strong(card.exactly) if card.exactly and card.exactly != card.value else "",
        words.plain(card.about),
        words.plain(card.against) if card.delta else "",
        words.plain(card.badge.capitalize()) if card.badge in BADGES else "",
    ]
    return "  \n".join(part for part in parts if part)

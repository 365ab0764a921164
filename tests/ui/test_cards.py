"""Cards are short on their face and exact on hover."""

from decimal import Decimal

from lib.spend.formatting import delta
from lib.ui import cards


def test_an_amount_is_compact_and_exact_on_hover():
    card = cards.money("Total cost", Decimal("12345.678"), "USD", delta=delta(118, 100), against="vs previous 30 days")
    assert (card.value, card.exactly) == ("$12.3k", "$12,345.68")
    assert cards._hover(card) == "**\\$12,345.68**  \nvs previous 30 days"


def test_nothing_is_never_a_zero():
    assert cards.money("VM cost", None, "USD", none="none", badge="estimated", trend=[1.0]).value == "none"
    assert cards.money("VM cost", float("nan"), "USD").value == "—"
    assert cards.money("VM cost", 0, "USD").value == "$0"


def test_a_rise_in_cost_is_never_green():
    assert cards.COLOURS["up"] == "red"
    assert cards.COLOURS.get("new", "gray") == cards.COLOURS.get("flat", "gray") == "gray"


def test_unpriced_usage_shows_quantities_by_unit():
    assert cards.unpriced({}).value == "none"
    several = cards.unpriced({"DBU": 7.0, "DSU": 3.5})
    assert several.value == "7\N{NO-BREAK SPACE}DBU"
    assert several.chip == "and 1 other unit"
    assert "3.5\N{NO-BREAK SPACE}DSU" in several.about

from dataclasses import replace
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from lib.recommendations.model import Priority, Recommendation, capped, ordered, priority_of, together

IDLE = Recommendation(
    "idle_cluster", "idle_cluster/ws1/c1", "ws1", "cluster", "c1", "etl", "Idle", ("a fact",), "Stop it", D(10), D(40),
    own_cost=D(100),
)  # fmt: skip


def test_one_object_counts_once() -> None:
    large = replace(IDLE, kind="oversized", key="oversized/ws1/c1", saving_low=D(20), saving_high=D(30))
    (sums,) = together([IDLE, large])
    assert (sums.low, sums.high, sums.counted, sums.not_assessed) == (D(20), D(40), 2, 0)


def test_two_objects_and_two_currencies_stay_apart() -> None:
    other = replace(IDLE, key="x", object_id="c2")
    euro = replace(IDLE, key="y", currency="EUR")
    unknown = replace(IDLE, key="z", object_id="c3", saving_low=None, saving_high=None)
    eur, usd = together([IDLE, other, euro, unknown])
    assert (eur.currency, eur.high) == ("EUR", D(40))
    assert (usd.low, usd.high, usd.not_assessed) == (D(20), D(80), 1)


amounts = st.decimals(-100, 1000, places=2)


@given(low=amounts, high=amounts, cost=amounts)
def test_never_beyond_the_objects_own_cost(low: D, high: D, cost: D) -> None:
    found = capped(replace(IDLE, saving_low=low, saving_high=high, own_cost=cost))
    assert found.saving_low is not None
    assert found.saving_high is not None
    assert 0 <= found.saving_low <= found.saving_high <= max(cost, D(0))


def test_order_and_priority() -> None:
    unknown = replace(IDLE, key="z", saving_high=None, saving_low=None)
    urgent = replace(IDLE, key="a", priority=Priority.HIGH)
    assert ordered([unknown, IDLE, urgent]) == [urgent, IDLE, unknown]
    assert priority_of(None) is Priority.LOW
    assert priority_of(D(600)) is Priority.HIGH
    assert priority_of(D(60), D("0.6")) is Priority.HIGH
    assert priority_of(D(60), D("0.1")) is Priority.MEDIUM
    assert priority_of(D(24)) is Priority.LOW

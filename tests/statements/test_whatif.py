"""What-if of a warehouse: statements sent again, against a simulator that goes event by event, and against what was recorded."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.statements.whatif.history import Delays, History, delays_of, steps_of
from lib.statements.whatif.outcome import candidates, what_if
from lib.statements.whatif.replay import fit, simulate
from lib.statements.whatif.settings import DBU_PER_HOUR, Settings

NOW = Settings("MEDIUM", 10, 3)
INSTANT = Delays(0.0, 0.0)
Work = list[tuple[float, float]]


def history(
    work: Work,
    sessions: Sequence[tuple[float, float]] = (),
    *,
    end: float = 86_400,
    now: Settings = NOW,
    delays: Delays = INSTANT,
) -> History:
    events = [event for start, stop in sessions for event in ((start, "RUNNING", 1), (stop, "STOPPED", 0))]
    came = sorted(work)
    return History(
        0, end, steps_of(events, 0, end), np.array([at for at, _ in came]), np.array([to - at for at, to in came]),
        np.zeros(len(came)),
        ((0.0, now),), delays,
    )  # fmt: skip


DAY = history([(100, 400), (1_000, 1_300), (5_000, 5_060)], [(100, 1_900), (5_000, 5_660)])


def test_current_settings_come_out_at_the_recorded_time() -> None:
    found = simulate(DAY)
    assert (found.on_s, found.starts, found.cluster_s) == (1_800 + 660, 2, 1_800 + 660)
    assert fit(DAY).fits(0.0)


def test_a_shorter_auto_stop_cuts_gaps_and_tails() -> None:
    found = simulate(DAY, replace(NOW, auto_stop_minutes=5))
    assert (found.on_s, found.starts) == (600 + 600 + 360, 3)


def test_a_longer_auto_stop_lengthens_tails_and_none_never_stops() -> None:
    assert simulate(DAY, replace(NOW, auto_stop_minutes=15)).on_s == (1_300 + 900 - 100) + (60 + 900)
    assert simulate(DAY, replace(NOW, auto_stop_minutes=0)).on_s == 86_400 - 100


def test_statements_wait_for_a_start_and_end_later() -> None:
    slow = replace(DAY, delays=Delays(60.0, 5.0))
    found = simulate(slow, replace(NOW, auto_stop_minutes=5))
    assert found.on_s == (300 + 305) + (300 + 305) + (60 + 305)
    assert found.waited_s == 3 * 60


def test_a_start_that_bridges_the_gap_to_the_next_statement_is_one_start() -> None:
    near = history([(0, 10), (75, 80)], now=replace(NOW, auto_stop_minutes=1), delays=Delays(30.0))
    assert simulate(near).starts == 1
    assert simulate(replace(near, delays=INSTANT)).starts == 2


def test_what_kept_it_awake_without_a_statement_does_not_fit() -> None:
    awake = history([(100, 200), (3_000, 3_100)], [(100, 3_700)])
    found = fit(awake)
    assert (found.recorded_s, found.simulated_s) == (3_600, 700 + 700)
    assert not found.fits(0.01)


def test_equal_times_at_other_hours_do_not_fit() -> None:
    elsewhere = history([(100, 400)], [(50_000, 50_900)])
    assert fit(elsewhere).off == 0
    assert not fit(elsewhere).fits(0.01)


def test_settings_that_changed_hold_from_their_change() -> None:
    changed = replace(DAY, changes=((0.0, NOW), (3_000.0, replace(NOW, auto_stop_minutes=30, size="SMALL"))))
    assert simulate(changed).on_s == 1_800 + 60 + 1_800
    assert changed.settings().size == "SMALL"
    bigger = simulate(changed, replace(NOW, size="MEDIUM"))
    assert bigger.on_s == 1_800 + 30 + 600, "only what ran on the small size gets shorter"


def test_what_it_began_with_is_taken_from_the_day_before() -> None:
    before = History(0, 3_600, steps_of([(-900, "RUNNING", 1), (500, "STOPPED", 0)], 0, 3_600), np.array([-950.0]),
                     np.array([850.0]), np.zeros(1), ((-9e9, NOW),), INSTANT)  # fmt: skip
    assert simulate(before).on_s == 500
    never = replace(before, arrivals=np.empty(0), holds=np.empty(0), queued=np.empty(0), changes=((-9e9, replace(NOW, auto_stop_minutes=0)),),
                    steps=steps_of([(-900, "RUNNING", 1)], 0, 3_600))  # fmt: skip
    assert simulate(never).on_s == 3_600


def test_delays_come_from_its_own_events() -> None:
    events = [(100.0, "STARTING", 0), (190.0, "RUNNING", 1), (1_200.0, "STOPPED", 0)]
    recorded = History(
        0, 86_400, steps_of(events, 0, 86_400), np.array([100.0]), np.array([450.0]), np.zeros(1), ((0.0, NOW),)
    )
    found = delays_of(events, recorded, "PRO")
    assert (found.started, found.stop_s) == (((100.0, 90.0),), 50.0)
    assert delays_of([], replace(recorded, steps=()), "PRO") == Delays(240.0, 0.0)


def test_a_smaller_size_costs_less_an_hour_and_takes_longer() -> None:
    found = what_if(DAY, 100.0).outcome(replace(NOW, size="SMALL"))
    assert found.cost_low is not None
    assert found.cost_high is not None
    assert 50 <= found.cost_low <= found.cost_high < 100
    spilled = what_if(replace(DAY, spilled=True), 100.0).outcome(replace(NOW, size="SMALL"))
    assert "spill" in spilled.warnings[0]


def test_fewer_clusters_cap_what_was_on() -> None:
    steps = steps_of([(0, "RUNNING", 1), (100, "SCALED_UP", 3), (200, "SCALED_DOWN", 1), (900, "STOPPED", 0)], 0, 900)
    scaled = replace(history([(0, 300)], end=900), steps=steps)
    assert simulate(scaled).cluster_s == 100 + 300 + 700
    then = replace(NOW, max_clusters=2)
    assert simulate(scaled, then).cluster_s == 100 + 200 + 700
    assert "18.2\xa0% off" in what_if(scaled, 10.0).outcome(then).warnings[0]


def test_candidates_leave_alone_what_queues_or_spills() -> None:
    assert any(item.size == "SMALL" for item in candidates(DAY))
    assert all(item.size == NOW.size for item in candidates(replace(DAY, spilled=True)))
    assert all(item.auto_stop_minutes < 10 for item in candidates(DAY) if item.auto_stop_minutes != 10)


def one_by_one(work: Work, stop_s: float, delay: float, end: float) -> tuple[float, int]:
    """The same by going from statement to statement: on-time and starts."""
    on, starts, begin, reach = 0.0, 0, 0.0, -1.0
    for at, to in sorted(work):
        if not starts or at > reach:
            on += max(min(reach, end) - begin, 0.0) if starts else 0.0
            starts, begin, reach = starts + 1, at + delay, -1.0
        reach = max(reach, max(at, begin) + (to - at) + stop_s)
    return on + (max(min(reach, end) - begin, 0.0) if starts else 0.0), starts


works = st.lists(st.tuples(st.integers(0, 60_000), st.integers(1, 4_000)), max_size=25, unique_by=lambda item: item[0])


@given(works, st.sampled_from([0, 1, 5, 10, 45]), st.sampled_from([0, 7, 240]))
def test_the_simulation_is_what_going_one_by_one_gives(spans: list[tuple[int, int]], stop: int, delay: int) -> None:
    work = [(float(at), float(at + length)) for at, length in spans]
    settings = replace(NOW, auto_stop_minutes=stop)
    found = simulate(history(work, now=settings, delays=Delays(float(delay))))
    on, starts = one_by_one(work, stop * 60 if stop else float("inf"), delay, 86_400)
    assert found.on_s == pytest.approx(on)
    assert found.starts == starts


@given(works, st.sampled_from(list(DBU_PER_HOUR)))
def test_less_never_costs_more(spans: list[tuple[int, int]], size: str) -> None:
    given_ = history([(float(at), float(at + length)) for at, length in spans])
    now = simulate(given_).on_s
    assert simulate(given_, replace(NOW, auto_stop_minutes=1)).on_s <= now
    low, high = simulate(given_, replace(NOW, size=size)), simulate(given_, replace(NOW, size=size), pessimistic=True)
    assert low.on_s <= high.on_s + 1e-6

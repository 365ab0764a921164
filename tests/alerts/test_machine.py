"""What becomes of an alert: by hand, and under ten thousand random looks."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from lib.alerts.machine import OPEN, State, acknowledge, look, mute, resolve, unmute
from lib.alerts.reading import ALL, Reading
from tests.alerts.account import DAY, NOW, rule

RULE = rule("spend", amount=100, cooldown_hours=24)
HOUR = timedelta(hours=1)


def at(level: int, period: str = "p1") -> Reading:
    return Reading(ALL, Decimal(100 * level), Decimal(100), level, period, DAY, DAY + timedelta(days=1))


def test_a_crossing_is_told_once_and_its_end_is_known():
    first = look(State(), at(1), RULE, NOW)
    assert (first.state.status, first.happened, first.tell) == ("firing", "fired", True)
    again = look(first.state, at(1), RULE, NOW + HOUR)
    assert (again.happened, again.tell) == (None, False)
    ended = look(again.state, at(0), RULE, NOW + 2 * HOUR)
    assert (ended.state.status, ended.happened, ended.tell) == ("resolved", "resolved", False)


def test_a_figure_that_flaps_in_one_period_is_told_once():
    state, told = State(), 0
    for n in range(20):
        step = look(state, at(n % 2), RULE, NOW + n * timedelta(days=2))
        state, told = step.state, told + step.tell
    assert told == 1


def test_the_next_step_is_told_even_inside_the_cool_down():
    state = look(State(), at(1), RULE, NOW).state
    step = look(state, at(2), RULE, NOW + HOUR)
    assert (step.happened, step.tell, step.state.told_level) == ("escalated", True, 2)


def test_a_new_period_inside_the_cool_down_waits_and_is_told_when_it_is_over():
    state = look(State(), at(1), RULE, NOW).state
    waits = look(state, at(1, "p2"), RULE, NOW + 23 * HOUR)
    assert (waits.happened, waits.tell) == ("waiting", False)
    quiet = look(waits.state, at(1, "p2"), RULE, NOW + 23.5 * HOUR)
    assert (quiet.happened, quiet.tell) == (None, False)
    told = look(quiet.state, at(1, "p2"), RULE, NOW + 24 * HOUR)
    assert (told.happened, told.tell) == ("fired", True)


def test_acknowledged_stays_so_until_it_grows_or_a_new_period_begins():
    state = acknowledge(look(State(), at(1), RULE, NOW).state, "ann")
    assert state is not None
    assert look(state, at(1), RULE, NOW + 48 * HOUR).state.status == "acknowledged"
    grown = look(state, at(2), RULE, NOW + HOUR)
    assert (grown.state.status, grown.tell) == ("firing", True)
    new = look(state, at(1, "p2"), RULE, NOW + 48 * HOUR)
    assert (new.state.status, new.tell, new.state.by) == ("firing", True, "")


def test_what_a_person_resolved_stays_so_until_it_grows_or_a_new_period_begins():
    state = resolve(look(State(), at(1), RULE, NOW).state, "ann", "fixed")
    assert state is not None
    for reading in (at(1), at(0), at(1)):
        step = look(state, reading, RULE, NOW + 48 * HOUR)
        assert (step.state.status, step.happened, step.tell) == ("resolved", None, False)
        state = step.state
    assert look(state, at(2), RULE, NOW + 49 * HOUR).happened == "escalated"
    fresh = look(state, at(1, "p2"), RULE, NOW + 72 * HOUR)
    assert (fresh.happened, fresh.tell, fresh.state.by) == ("fired", True, "")


def test_what_ended_by_itself_is_nobodys_and_comes_again():
    known = acknowledge(look(State(), at(1), RULE, NOW).state, "ann")
    assert known is not None
    ended = look(known, at(0), RULE, NOW + HOUR).state
    assert (ended.status, ended.by) == ("resolved", "")
    assert look(ended, at(1), RULE, NOW + 2 * HOUR).state.status == "firing"


def test_muted_is_silent_until_its_day_even_when_it_goes_away_meanwhile():
    state = mute(look(State(), at(1), RULE, NOW).state, "ann", NOW + 72 * HOUR, "known")
    for n, level in enumerate((2, 0, 3)):
        step = look(state, at(level, f"p{n}"), RULE, NOW + (n + 1) * HOUR)
        state = step.state
        assert (state.status, step.tell) == ("muted", False)
    woken = look(state, at(3, "p9"), RULE, NOW + 73 * HOUR)
    assert (woken.state.status, woken.tell) == ("firing", True)


def test_a_clock_set_back_silences_for_no_longer_than_the_cool_down():
    state = look(State(), at(1), RULE, NOW).state
    assert look(state, at(1, "p2"), RULE, NOW - 1000 * HOUR).tell


def test_nothing_to_acknowledge_or_unmute():
    assert acknowledge(State(), "ann") is None
    assert unmute(State()) is None
    assert resolve(State(), "ann") is None


def test_what_is_over_is_told_where_the_rule_says_so():
    telling = RULE.model_copy(update={"tell_resolved": True})
    fired = look(State(), at(1), telling, NOW).state
    assert look(fired, None, telling, NOW + HOUR).tell
    silenced = mute(fired, "ann", NOW + HOUR, "known")
    assert not look(silenced, None, telling, NOW + 2 * HOUR).tell


LOOKS = st.lists(
    st.tuples(
        st.integers(0, 3),  # level
        st.integers(0, 4),  # period
        st.integers(-5000, 5000),  # minutes the clock moves
        st.sampled_from(["look", "look", "look", "look", "gone", "acknowledge", "resolve", "mute", "unmute"]),
    ),
    min_size=20,
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(LOOKS)
def test_one_message_a_crossing_and_none_while_muted(looks):
    """About ten thousand looks: whatever the clock does, a step of a period is told at most once in a row of periods."""
    state, now, period, told = State(), NOW, 0, Counter()
    for level, moved, minutes, act in looks:
        now += timedelta(minutes=minutes)
        period += moved == 4  # periods only go forward, as complete days do
        if act == "acknowledge":
            state = acknowledge(state, "ann") or state
        elif act == "resolve":
            state = resolve(state, "ann") or state
        elif act == "mute":
            state = mute(state, "ann", now + timedelta(hours=20), "known")
        elif act == "unmute":
            state = unmute(state) or state
        else:
            before = state
            step = look(state, None if act == "gone" else at(level, f"p{period}"), RULE, now)
            state = step.state
            if step.tell:
                told[period, level] += 1
                assert act == "look"
                assert level > 0
                assert not (before.status == "muted" and before.muted_until and now < before.muted_until)
            if act == "look" and level and state.status == "firing" and not step.tell:
                waits = state.told_at.get(RULE.severity_at(level))
                assert state.told_level >= level or (waits and abs(now - waits) < timedelta(hours=24))
            assert state.status in OPEN or state.level == 0
    assert max(told.values(), default=1) == 1

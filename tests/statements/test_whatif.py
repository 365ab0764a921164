"""What-if of a warehouse: its own settings change nothing; others change what they must."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lib.statements.whatif import DBU_PER_HOUR, History, Settings, candidates, outcome, replay, steps_of, union

NOW = Settings("MEDIUM", 10, 3)


def history(work: list[tuple[float, float]], sessions: list[tuple[float, float]], end: float = 86_400) -> History:
    events = [event for start, stop in sessions for event in ((start, "RUNNING", 1), (stop, "STOPPED", 0))]
    return History(0, end, steps_of(events, 0, end), tuple(work))


DAY = history([(100, 400), (1_000, 1_300), (5_000, 5_060)], [(90, 1_900), (4_990, 5_660)])


def test_current_settings_give_the_recorded_time() -> None:
    found = replay(DAY, NOW, NOW)
    assert (found.on_s, found.starts) == (1_810 + 670, 2)


def test_a_shorter_auto_stop_cuts_gaps_and_tails() -> None:
    found = replay(DAY, NOW, replace(NOW, auto_stop_minutes=5))
    assert found.on_s == (400 - 90 + 300) + (1_300 - 1_000 + 300) + (5_060 - 4_990 + 300)
    assert found.starts == 3


def test_a_longer_auto_stop_lengthens_tails_up_to_the_next_start() -> None:
    found = replay(DAY, NOW, replace(NOW, auto_stop_minutes=15))
    assert found.on_s == (1_300 + 900 - 90) + (5_060 + 900 - 4_990)
    assert replay(DAY, NOW, replace(NOW, auto_stop_minutes=0)).on_s == 86_400 - 90


def test_what_kept_it_awake_beyond_auto_stop_is_a_range() -> None:
    awake = history([(100, 200), (3_000, 3_100)], [(90, 3_700)])
    then = replace(NOW, auto_stop_minutes=5)
    low, high = replay(awake, NOW, then), replay(awake, NOW, then, pessimistic=True)
    assert low.on_s == 110 + 300 + 100 + 300
    assert high.on_s == 3_100 + 300 - 90


def test_a_smaller_size_costs_less_an_hour_and_takes_longer() -> None:
    found = outcome(DAY, NOW, replace(NOW, size="SMALL"), 100.0)
    assert found.cost_low is not None
    assert found.cost_high is not None
    assert 50 <= found.cost_low <= found.cost_high < 100
    spilled = outcome(replace(DAY, spilled=True), NOW, replace(NOW, size="SMALL"), 100.0)
    assert "spill" in spilled.warnings[0]


def test_fewer_clusters_cap_what_was_on() -> None:
    steps = steps_of([(0, "RUNNING", 1), (100, "SCALED_UP", 3), (200, "SCALED_DOWN", 1), (300, "STOPPED", 0)], 0, 300)
    scaled = History(0, 300, steps, ((0, 300),))
    assert replay(scaled, NOW, NOW).cluster_s == 100 + 300 + 100
    then = replace(NOW, max_clusters=2)
    assert replay(scaled, NOW, then).cluster_s == 100 + 200 + 100
    assert "queued" in outcome(scaled, NOW, then, 10.0).warnings[0]


def test_candidates_leave_alone_what_queues_or_spills() -> None:
    assert any(item.size == "SMALL" for item in candidates(DAY, NOW))
    assert all(item.size == NOW.size for item in candidates(replace(DAY, spilled=True), NOW))
    assert all(item.auto_stop_minutes < 10 for item in candidates(DAY, NOW) if item.auto_stop_minutes != 10)


sessions = st.lists(st.tuples(st.integers(0, 5_000), st.integers(60, 4_000)), min_size=1, max_size=6)
works = st.lists(st.tuples(st.integers(0, 30_000), st.integers(1, 2_000)), max_size=10)


@given(sessions, works, st.sampled_from([0, 1, 5, 10, 30]), st.sampled_from(list(DBU_PER_HOUR)))
def test_a_replay_with_the_same_settings_never_changes_anything(
    gaps: list[tuple[int, int]], work: list[tuple[int, int]], stop: int, size: str
) -> None:
    at, spans = 0, []
    for gap, length in gaps:
        at += gap + 1
        spans.append((float(at), float(at + length)))
        at += length
    # work only while it is on, as in truth
    inside = [(max(float(s), a), min(float(s + d), b)) for s, d in work for a, b in spans if min(s + d, b) > max(s, a)]
    happened = history(inside, spans, end=float(at + 10_000))
    settings = Settings(size, stop, 2)
    recorded = sum(stop_s - start for start, stop_s in spans)
    for pessimistic in (False, True):
        assert abs(replay(happened, settings, settings, pessimistic=pessimistic).on_s - recorded) <= 0.01 * recorded
    shorter = replay(happened, settings, replace(settings, auto_stop_minutes=1))
    assert shorter.on_s <= recorded + 1e-6
    assert shorter.on_s >= sum(end - start for start, end in union(inside)) - 1e-6

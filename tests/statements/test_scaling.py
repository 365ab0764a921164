"""Scaling of clusters: the rule as sums over a grid, against a warehouse that is played second by second and statement by statement."""

from collections import deque
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.statements.whatif.history import Delays, History, Step
from lib.statements.whatif.outcome import what_if
from lib.statements.whatif.replay import fit, rule_for, simulate
from lib.statements.whatif.settings import Settings

HOURS = 5 * 3600
NOW = Settings("MEDIUM", 10, 4)
LOOK, KEEP = 10, 900
Work = list[tuple[int, int]]


@dataclass
class Played:
    """What a warehouse did that lets `slots` statements a cluster in, first come first served."""

    clusters: list[int]
    """In each second; 0 is off."""
    queued: list[int]

    @property
    def cluster_s(self) -> int:
        return sum(self.clusters)

    def history(self, work: Work, limits: Settings) -> History:
        """As the system tables say it."""
        changes = [0, *(at for at in range(1, HOURS) if self.clusters[at] != self.clusters[at - 1]), HOURS]
        steps = [Step(begin, end, self.clusters[begin]) for begin, end in pairwise(changes) if self.clusters[begin]]
        queued = np.array(self.queued, float)
        return History(
            0, HOURS, tuple(steps), np.array([float(at) for at, _ in work]), np.array([lasts for _, lasts in work]) + queued,
            queued, ((-1.0, limits),), Delays(0.0, 0.0),
        )  # fmt: skip


def play(work: Work, limits: Settings, slots: int) -> Played:
    """Second by second: let in what has room, count what asks, keep the clusters that the peak of 15 minutes needs."""
    running: list[int] = []
    waiting: deque[tuple[int, int]] = deque()
    coming, asked = deque(enumerate(work)), deque([0] * LOOK, LOOK)
    queued, clusters, peaks = [0] * len(work), [], deque([0] * KEEP, KEEP)
    have, off_at = 0, -1
    for now in range(HOURS):
        running = [end for end in running if end > now]
        while coming and coming[0][1][0] <= now:
            number, (_, lasts) = coming.popleft()
            waiting.append((number, lasts))
        if waiting and not have:
            have, peaks = limits.min_clusters, deque([0] * KEEP, KEEP)
        while waiting and len(running) < have * slots:
            number, lasts = waiting.popleft()
            queued[number] = now - work[number][0]
            running.append(now + lasts)
        if running or waiting:
            off_at = now + 1 + limits.auto_stop_minutes * 60
        asked.append(len(running) + len(waiting))
        peaks.append(-(-sum(asked) // (LOOK * slots)))
        have = 0 if now + 1 >= off_at else min(max(limits.min_clusters, *peaks), limits.max_clusters)
        clusters.append(have if have else (1 if now < off_at else 0))
    return Played(clusters, queued)


def crowd(at: int, number: int, lasts: int) -> Work:
    return [(at, lasts)] * number


def test_a_queue_adds_clusters_and_they_go_when_fifteen_minutes_needed_fewer() -> None:
    work = [*crowd(0, 25, 1_800), (0, 7_200)]
    found = rule_for(play(work, NOW, 10).history(work, NOW))
    assert (found.slots, found.off < 0.02) == (10, True)
    one = Settings("MEDIUM", 10, 1)
    alone = play(work, one, 10).history(work, one)
    assert rule_for(alone).slots in (9, 10)
    more = simulate(alone, NOW, rule=rule_for(alone))
    assert more.cluster_s == pytest.approx(3 * (1_800 + 900) + (7_200 - 2_700) + 600, rel=0.02)
    assert more.queued_s < 0.01 * float(alone.queued.sum())


def test_without_a_second_cluster_statements_queue_and_it_is_on_for_longer() -> None:
    work = crowd(0, 20, 600)
    two = play(work, NOW, 10).history(work, NOW)
    found = simulate(two, replace(NOW, max_clusters=1), rule=rule_for(two))
    assert found.on_s == pytest.approx(1_200 + 600, abs=30)
    assert found.cluster_s == pytest.approx(1_200 + 600, abs=30)
    assert found.queued_s == pytest.approx(10 * 600, rel=0.05)


def test_fewest_clusters_are_on_from_the_start() -> None:
    work = [(0, 600)]
    found = simulate(
        play(work, NOW, 10).history(work, NOW),
        replace(NOW, min_clusters=3),
        rule=rule_for(play(work, NOW, 10).history(work, NOW)),
    )
    assert found.cluster_s == 3 * (600 + 600)


def test_an_added_cluster_works_after_its_start() -> None:
    work = [*crowd(100, 20, 1_200), (100, 3_600)]
    alone = play(work, Settings("MEDIUM", 10, 1), 10).history(work, Settings("MEDIUM", 10, 1))
    slow = replace(alone, delays=Delays(0.0, 0.0, ((0.0, 300.0),)))
    quick, later = (simulate(item, NOW, rule=rule_for(item)) for item in (alone, slow))
    assert later.queued_s > quick.queued_s
    assert later.waited_s == 21 * 300


def test_limits_that_touch_no_recorded_cluster_change_nothing() -> None:
    work = [*crowd(0, 12, 1_800), *crowd(9_000, 3, 300)]
    recorded = play(work, NOW, 10).history(work, NOW)
    asked = what_if(recorded, 100.0)
    same = asked.outcome(replace(NOW, max_clusters=2))
    assert (same.cost_low, same.warnings) == (pytest.approx(100.0), ())
    assert same.cost_low == same.cost_high


def test_a_warehouse_that_follows_no_rule_says_so() -> None:
    work = [(0, 600)]
    odd = replace(play(work, NOW, 10).history(work, NOW), steps=(Step(0, 1_200, 4),))
    found = what_if(odd, 100.0).outcome(replace(NOW, max_clusters=2))
    assert found.cost_low == pytest.approx(50.0)
    assert "do not follow" in found.warnings[0]


works = st.lists(st.tuples(st.integers(0, 9_000), st.integers(5, 600)), min_size=1, max_size=40).map(sorted)
"""At most 24,000 seconds of work: three statements at once have worked it off before the period ends."""
limits = st.builds(
    lambda least, more, stop: Settings("MEDIUM", stop, least + more, least),
    st.integers(1, 2), st.integers(0, 4), st.sampled_from([1, 5, 20]),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(works, limits, st.integers(1, 10))
def test_the_real_settings_come_out_as_they_were_played(work: Work, now: Settings, slots: int) -> None:
    """On-time within 1 %, although only arrivals, holds and settings go in."""
    recorded = play(work, now, slots).history(work, now)
    assert fit(recorded).fits(0.01)


@settings(max_examples=25, deadline=None)
@given(works, limits, st.integers(3, 6))
def test_other_limits_come_out_near_what_is_played_with_them(work: Work, then: Settings, slots: int) -> None:
    now = Settings("MEDIUM", then.auto_stop_minutes, 2)
    history, other = play(work, now, slots).history(work, now), play(work, then, slots)
    found = simulate(history, then, rule=replace(rule_for(history), slots=slots))
    assert found.on_s == pytest.approx(sum(count > 0 for count in other.clusters), rel=0.1, abs=60)
    assert then.min_clusters * found.on_s - 1e-6 <= found.cluster_s <= then.max_clusters * found.on_s + 1e-6


@pytest.mark.slow
def test_the_rule_is_found_and_says_what_is_played() -> None:
    """Of forty warehouses with much to do: slots, clusters and queue with other limits, all unknown to the simulation."""
    draw, off = Random(7), []
    for _ in range(40):
        slots, number = draw.randint(1, 6), draw.randint(20, 100)
        work = sorted((draw.randint(0, 9_000), draw.randint(5, 150 * slots)) for _ in range(number))
        now, then = (Settings("MEDIUM", 10, draw.choice([1, 2, 4, 8])) for _ in range(2))
        history, other = play(work, now, slots).history(work, now), play(work, then, slots)
        found = simulate(history, then, rule=rule_for(history))
        queue = abs(found.queued_s - sum(other.queued)) / (sum(lasts for _, lasts in work) + sum(other.queued))
        off.append((abs(found.cluster_s / other.cluster_s - 1), queue))
    clusters, queues = np.array(off).T
    assert np.median(clusters) < 0.01
    assert np.quantile(clusters, 0.95) < 0.1
    assert np.quantile(queues, 0.95) < 0.1


@settings(max_examples=25, deadline=None)
@given(works, st.integers(1, 10))
def test_more_room_never_means_more_queue_nor_fewer_clusters(work: Work, slots: int) -> None:
    history = play(work, NOW, slots).history(work, NOW)
    rule = rule_for(history)
    runs = [
        simulate(history, replace(NOW, max_clusters=most), rule=replace(rule, clusters_factor=1.0))
        for most in (5, 6, 9)
    ]
    for fewer, more in pairwise(runs):
        assert more.queued_s <= fewer.queued_s + 1e-6
        assert more.cluster_s >= fewer.cluster_s * 0.98 - 1e-6

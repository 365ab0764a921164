"""What a warehouse would have cost with other settings: its own history replayed with another size, auto stop or cluster limit.

The replay changes what really happened by as little as the setting asks for. Idle stretches are cut where another auto
stop would have stopped the warehouse, tails are lengthened or shortened, and work takes longer on a smaller size. With the
current settings nothing is changed: the replay then gives the recorded on-time, up to what the sums of it round off.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

SIZES = ("2X_SMALL", "X_SMALL", "SMALL", "MEDIUM", "LARGE", "X_LARGE", "2X_LARGE", "3X_LARGE", "4X_LARGE", "5X_LARGE")
DBU_PER_HOUR = dict(zip(SIZES, (4, 6, 12, 24, 40, 80, 144, 272, 528, 1040), strict=True))
"""DBUs of one cluster and hour, all clouds and types."""
SLACK_S = 90.0
"""A tail that is this much shorter than auto stop still counts as one that ran its time."""
LONGER_LOW, LONGER_HIGH = 0.5, 1.0
"""How work grows when compute shrinks: with the square root of it at best, in proportion at worst."""


@dataclass(frozen=True)
class Settings:
    """What can be set on a warehouse."""

    size: str
    auto_stop_minutes: int
    """0: never."""
    max_clusters: int


@dataclass(frozen=True)
class Step:
    """A stretch of time with one cluster count; seconds since the epoch."""

    from_s: float
    to_s: float
    clusters: int


@dataclass(frozen=True)
class History:
    """What a warehouse did in a period."""

    start_s: float
    end_s: float
    steps: tuple[Step, ...]
    """While on, in order, not overlapping."""
    work: tuple[tuple[float, float], ...]
    """Work of statements, each from–to."""
    spilled: bool = False
    queued_share: float = 0.0


@dataclass(frozen=True)
class Replay:
    """How long a warehouse would have been on."""

    on_s: float
    cluster_s: float
    busy_s: float
    starts: int
    waiting_s: float
    """Time that statements would have waited for a start that did not happen in truth, with `BOOT_S` a start."""


BOOT_S = 8.0
"""Seconds a serverless warehouse takes to start; classic ones take minutes, which the page says."""


def steps_of(events: Sequence[tuple[float, str, int]], start_s: float, end_s: float) -> tuple[Step, ...]:
    """Stretches with clusters on between `start_s` and `end_s`, from (time, type, clusters after it)."""
    found = []
    ordered = sorted(events, key=lambda event: (event[0], event[2]))
    for place, (at, kind, clusters) in enumerate(ordered):
        until = ordered[place + 1][0] if place + 1 < len(ordered) else end_s
        first, last = max(at, start_s), min(until, end_s)
        if clusters > 0 and kind != "STOPPED" and last > first:
            found.append(Step(first, last, clusters))
    return tuple(found)


def union(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Overlapping spans put together."""
    merged: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        elif end > start:
            merged.append((start, end))
    return merged


def _sessions(steps: Sequence[Step]) -> list[list[Step]]:
    """Steps that follow each other without a stop."""
    sessions: list[list[Step]] = []
    for step in steps:
        if sessions and step.from_s - sessions[-1][-1].to_s < 1e-6:
            sessions[-1].append(step)
        else:
            sessions.append([step])
    return sessions


def replay(history: History, now: Settings, then: Settings, *, pessimistic: bool = False) -> Replay:
    """The history with the settings `then` where `now` were in force.

    pessimistic: work grows in proportion when compute shrinks, and what kept the warehouse awake beyond its auto stop
    (connections, requests that leave no statement) would have done so anyway.
    """
    factor = stretch(now.size, then.size, pessimistic=pessimistic)
    busy = union([(start, start + (end - start) * factor) for start, end in history.work])
    starts_of_busy = [start for start, _ in busy]
    sessions = _sessions(history.steps)
    on: list[Step] = []
    starts, waiting = len(sessions), 0.0
    stop_now, stop_then = _seconds(now.auto_stop_minutes), _seconds(then.auto_stop_minutes)
    for place, session in enumerate(sessions):
        begin, end = session[0].from_s, session[-1].to_s
        following = sessions[place + 1][0].from_s if place + 1 < len(sessions) else history.end_s
        inside = _inside(busy, starts_of_busy, begin, following)
        last = max((to for _, to in inside), default=begin)
        off, tail_end = _cuts(begin, end, inside, stop_now, stop_then, pessimistic=pessimistic)
        if last > end:  # work that now takes longer holds it on
            tail_end = max(tail_end, min(last + min(stop_now, stop_then), following))
        elif end - last >= stop_now - SLACK_S and stop_then > stop_now:
            tail_end = min(last + stop_then, following) if stop_then != float("inf") else following
        kept = [step for step in session if step.from_s < tail_end]
        if tail_end > end:
            kept.append(Step(end, tail_end, 1))
        on += _without(kept, off, tail_end)
        starts += len(off)
        waiting += len(off) * BOOT_S
    limited = [replace(step, clusters=min(step.clusters, then.max_clusters)) for step in on]
    on_s = sum(step.to_s - step.from_s for step in limited)
    return Replay(
        on_s,
        sum((step.to_s - step.from_s) * step.clusters for step in limited),
        sum(
            min(end, history.end_s) - max(start, history.start_s)
            for start, end in busy
            if end > history.start_s and start < history.end_s
        ),
        starts,
        waiting,
    )


def _seconds(minutes: int) -> float:
    return minutes * 60.0 if minutes > 0 else float("inf")


def stretch(now: str, then: str, *, pessimistic: bool) -> float:
    """How many times longer work takes on another size."""
    ratio = DBU_PER_HOUR[now] / DBU_PER_HOUR[then]
    if ratio == 1:
        return 1.0
    power = LONGER_HIGH if pessimistic else LONGER_LOW
    return ratio**power if ratio > 1 else ratio ** (LONGER_LOW if pessimistic else LONGER_HIGH)


def _inside(
    busy: list[tuple[float, float]], starts: list[float], begin: float, end: float
) -> list[tuple[float, float]]:
    first = max(bisect_right(starts, begin) - 1, 0)
    found = []
    for start, to in busy[first:]:
        if start >= end:
            break
        if to > begin:
            found.append((max(start, begin), min(to, end)))
    return found


def _cuts(
    begin: float, end: float, inside: list[tuple[float, float]], stop_now: float, stop_then: float, *, pessimistic: bool
) -> tuple[list[tuple[float, float]], float]:
    """Stretches of a session in which a shorter auto stop would have had it off, and where the session would end."""
    if stop_then >= stop_now:
        return [], end
    off: list[tuple[float, float]] = []
    quiet_from = begin
    for start, to in inside:
        gap = start - quiet_from
        kept_awake = gap > stop_now + SLACK_S
        if gap > stop_then and not (kept_awake and pessimistic):
            off.append((quiet_from + stop_then, start))
        quiet_from = max(quiet_from, to)
    tail = end - quiet_from
    if tail > stop_then and not (tail > stop_now + SLACK_S and pessimistic):
        return off, quiet_from + stop_then
    return off, end


def _without(steps: list[Step], off: list[tuple[float, float]], end: float) -> list[Step]:
    found = []
    for step in steps:
        start = step.from_s
        last = min(step.to_s, end)
        for cut_from, cut_to in off:
            if cut_to <= start or cut_from >= last:
                continue
            if cut_from > start:
                found.append(Step(start, cut_from, step.clusters))
            start = max(start, cut_to)
        if last > start:
            found.append(Step(start, last, step.clusters))
    return found


@dataclass(frozen=True)
class Outcome:
    """What other settings would have meant for a period."""

    then: Settings
    cost_low: float | None
    """Least it would have cost; None when the period has no cost."""
    cost_high: float | None
    on_s_low: float
    on_s_high: float
    starts: int
    waiting_s: float
    warnings: tuple[str, ...]

    def saving(self, cost: float | None, days: int) -> tuple[float, float] | None:
        """Low and high saving in thirty days against what was paid; negative where it would cost more."""
        if cost is None or self.cost_low is None or self.cost_high is None or days <= 0:
            return None
        return (cost - self.cost_high) / days * 30, (cost - self.cost_low) / days * 30


def outcome(history: History, now: Settings, then: Settings, cost: float | None) -> Outcome:
    """Replay both ways and put a cost on it, at the price of a cluster second that was really paid."""
    actual = replay(history, now, now)
    best, worst = replay(history, now, then), replay(history, now, then, pessimistic=True)
    low, high = sorted((best, worst), key=lambda found: found.cluster_s)
    rate = DBU_PER_HOUR[then.size] / DBU_PER_HOUR[now.size]
    each = cost / actual.cluster_s * rate if cost is not None and actual.cluster_s > 0 else None
    warnings = []
    if DBU_PER_HOUR[then.size] < DBU_PER_HOUR[now.size] and history.spilled:
        warnings.append("Statements spill already: on a smaller size they spill more, and take longer than this says.")
    if then.max_clusters < now.max_clusters:
        capped = sum((s.to_s - s.from_s) for s in history.steps if s.clusters > then.max_clusters)
        if capped:
            warnings.append(
                f"For {capped / 3600:.1f} hours more clusters were on than this allows: statements would have queued."
            )
    if then.max_clusters > now.max_clusters:
        warnings.append("More clusters cost only when they start; how often they would have is not in the history.")
    if best.starts > actual.starts:
        warnings.append(
            f"It would have started {best.starts - actual.starts} more times, each with a wait for who comes first."
        )
    return Outcome(
        then,
        None if each is None else low.cluster_s * each,
        None if each is None else high.cluster_s * each,
        low.on_s,
        high.on_s,
        best.starts,
        best.waiting_s,
        tuple(warnings),
    )


def candidates(history: History, now: Settings) -> list[Settings]:
    """Settings worth a look: a shorter auto stop, one size down, fewer clusters than were ever needed."""
    found = [
        replace(now, auto_stop_minutes=minutes)
        for minutes in (5, 10, 15, 30)
        if minutes < now.auto_stop_minutes or now.auto_stop_minutes == 0
    ]
    place = SIZES.index(now.size)
    if place > 0 and not history.spilled and history.queued_share < 0.02:
        found.append(replace(now, size=SIZES[place - 1]))
        found += [replace(item, size=SIZES[place - 1]) for item in found[:1] if item.size == now.size]
    most = max((step.clusters for step in history.steps), default=1)
    if most < now.max_clusters:
        found.append(replace(now, max_clusters=most))
    return found

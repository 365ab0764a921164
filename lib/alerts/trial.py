"""Tries a rule on days gone by: what it would have told, with the same reading and the same machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from lib.alerts.kinds import KINDS
from lib.alerts.kinds.kind import Moment
from lib.alerts.machine import State, look
from lib.alerts.reading import Facts, Reading
from lib.alerts.rule import Rule, Severity

DAYS = 90


@dataclass(frozen=True)
class WouldHave:
    """A message that the rule would have sent."""

    day: date
    reading: Reading
    severity: Severity
    happened: str


@dataclass(frozen=True)
class Trial:
    """What came of trying a rule."""

    start: date
    end: date
    """Not included."""
    told: tuple[WouldHave, ...]
    untold: str = ""
    """What it cannot say of this kind of alert."""

    def words(self) -> str:
        """For the form: "would have fired 3 times: …"."""
        if not self.told:
            return f"Would not have fired in the {(self.end - self.start).days} days to {self.end - timedelta(days=1)}."
        times = "once" if len(self.told) == 1 else f"{len(self.told)} times"
        shown = ", ".join(f"{one.day} {one.reading.group.name}" for one in self.told[-3:][::-1])
        return f"Would have fired {times} in {(self.end - self.start).days} days, last: {shown}."


def trial(rule: Rule, facts: Facts, last_day: date, *, days: int = DAYS) -> Trial:
    """Look at a rule at noon after each of the `days` days up to `last_day`, as the scheduler would have."""
    kind = KINDS[rule.kind]
    start, end = last_day - timedelta(days=days - 1), last_day + timedelta(days=1)
    states: dict[str, State] = {}
    told: list[WouldHave] = []
    for day in (start + timedelta(days=n) for n in range(days)):
        now = datetime.combine(day + timedelta(days=2), time(12), timezone.utc)
        readings = {reading.group.key: reading for reading in kind.read(rule, facts, Moment(day, now))}
        for key in sorted(readings.keys() | states.keys()):
            told += _step(rule, key, readings.get(key), states, day, now)
    return Trial(start, end, tuple(told), kind.untold)


def _step(
    rule: Rule, key: str, reading: Reading | None, states: dict[str, State], day: date, now: datetime
) -> Sequence[WouldHave]:
    if key not in states and (reading is None or reading.level == 0):
        return ()
    step = look(states.get(key, State()), reading, rule, now)
    states[key] = step.state
    if step.tell and reading is not None and step.happened:
        return (WouldHave(day, reading, rule.severity_at(reading.level), step.happened),)
    return ()

"""What every kind of alert is, and the comparisons that several share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median

from lib.alerts.reading import Daily, Facts, Reading, level_of
from lib.alerts.rule import STEPS, Rule
from lib.alerts.windows import before, reach, span


@dataclass(frozen=True)
class Moment:
    """When a rule is looked at."""

    day: date
    """The last complete day."""
    now: datetime


Read = Callable[[Rule, Facts, Moment], Sequence[Reading]]


@dataclass(frozen=True)
class Kind:
    """One kind of alert."""

    name: str
    title: str
    about: str
    """One sentence for the person who chooses it."""
    read: Read
    """Every group that the rule watches, as it is at a moment; groups that cannot be judged are left out."""
    needs: tuple[str, ...] = ()
    """Fields of a rule without which it says nothing."""
    one_of: tuple[str, ...] = ()
    """Fields of which at least one is needed."""
    uses: tuple[str, ...] = ()
    """Further fields that it reads: what a form offers."""
    steps: tuple[float, ...] = STEPS
    untold: str = ""
    """What a trial on days gone by cannot say; empty: it says what would have been told."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that means something to it."""
        return tuple(dict.fromkeys((*self.needs, *self.one_of, *self.uses)))


def steps(rule: Rule, kind_steps: Sequence[float] = STEPS) -> Sequence[float]:
    """The rule's own steps, else the kind's."""
    return rule.steps or kind_steps


def matches(rule: Rule, name: str) -> bool:
    """Whether the rule's part of a name is in it."""
    return rule.object_name.casefold() in name.casefold()


def watched(rule: Rule, facts: Facts, moment: Moment, by: str) -> list[Daily]:
    """Groups with their days, as far back as the rule compares."""
    start = moment.day - reach(rule.window)
    found = facts.daily(rule, by, start, moment.day + timedelta(days=1))
    return [daily for daily in found if matches(rule, daily.group.name)]


def cost_readings(rule: Rule, series: Sequence[Daily], moment: Moment) -> list[Reading]:
    """Each group's cost of the window against an amount, a rise, or both."""
    now = span(rule.window, moment.day)
    earlier = before(rule.window, moment.day, rule.against)
    readings = []
    for daily in series:
        value = daily.over(now.start, now.end)
        usual, limit = None, rule.amount
        if rule.percent is not None:
            first = min(daily.costs, default=None)
            known = [window for window in earlier if first is not None and window.start >= first]
            if not known:
                continue  # nothing to compare with: not assessed
            usual = Decimal(median(daily.over(window.start, window.end) for window in known))
            risen = usual * (1 + Decimal(str(rule.percent)))
            limit = max(risen, rule.amount or Decimal(0))
        if limit is None:
            continue
        fires = value >= limit and value > 0 and (usual is None or value > usual)
        ratio = float(value / limit) if limit > 0 else float(max(steps(rule)))
        readings.append(
            Reading(
                daily.group, value, limit, level_of(ratio, steps(rule)) if fires else 0, now.name, now.start, now.end,
                expected=usual,
            )
        )  # fmt: skip
    return readings

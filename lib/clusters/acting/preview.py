"""What an act would do, before anybody does it: as sentences, the weightiest first. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lib.clusters.acting.kinds import Activity, Compute, Kind
from lib.clusters.states import Act
from lib.spend import formatting

LATELY = timedelta(minutes=30)
"""People seen since then count as active."""


@dataclass(frozen=True)
class Preview:
    """What an act would do, before anybody does it."""

    act: Act
    target: Compute
    refusals: tuple[str, ...]
    """Why it may not be done by this person, or not now; empty when it may."""
    consequences: tuple[str, ...]
    """What will happen, the weightiest first."""
    warning: str = ""
    """What this very one means to the app itself; empty when nothing."""
    typed_name: str = ""
    """The name that must be typed first; empty when none must."""
    work: tuple[str, ...] = ()
    """What goes on now that would be lost: names of job runs, people of statements."""

    @property
    def allowed(self) -> bool:
        """Whether it may be done."""
        return not self.refusals


def consequences(
    kind: Kind, act: Act, target: Compute, *, work: Sequence[str], unknown: str, seen: Activity,
    cost: tuple[float, str] | None, now: datetime,
) -> Iterable[str]:  # fmt: skip
    """What will happen.

    work: what goes on now that would be lost; unknown: why that could not be found out
    seen: who was active; cost: what an hour costs, and the currency
    """
    if unknown:
        yield unknown
    if work:
        yield kind.breaks(work)
    elif act != "start" and not unknown and kind.quiet:
        yield kind.quiet
    if act != "start":
        yield kind.loses(target, seen)
        yield people(kind, seen, now)
    if cost is not None:
        amount = formatting.money(cost[0], cost[1])
        word = {"start": "It costs about", "stop": "It saves about", "restart": "It goes on costing about"}[act]
        yield f"{word} {amount} an hour, as its own use of the last 30 days has it."
    elif act != "restart":
        yield "What an hour of it costs is not known: nobody measured it lately."
    if act == "start":
        stops = f"after {target.auto_stop_minutes} minutes without work" if target.auto_stop_minutes else "never"
        yield f"It stops by itself {stops}."
    if act == "stop":
        yield kind.stays


def people(kind: Kind, seen: Activity, now: datetime) -> str:
    """Who was active on it in the last half hour, and how far that is known."""
    log = kind.log
    if seen.known_until is None:
        why = seen.unknown or f"the {log} was not loaded"
        return f"Who was active on it lately is not assessed: {why}."
    late = now - seen.known_until > LATELY
    until = f" (the {log} goes to {seen.known_until:%d %b %H:%M} UTC)" if late else ""
    if late and not seen.people:
        return f"Who was active on it in the last 30 minutes is not assessed{until}."
    if not seen.people:
        return f"The {log} names nobody on it in the last 30 minutes."
    return f"Active on it in the last 30 minutes: {', '.join(seen.people[:5])}{until}."

"""What became of recommendations: decisions laid over what the rules say today, and savings that bills confirmed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from lib.access import Role, Viewer
from lib.errors import InputError
from lib.recommendations.model import DAYS, Recommendation, Savings, together
from lib.store import Store, events
from lib.store import recommendations as kept
from lib.store.events import Event
from lib.store.recommendations import Decision

State = Literal["open", "accepted", "dismissed", "done"]
NEXT: Mapping[str, tuple[State, ...]] = {
    "open": ("accepted", "done", "dismissed"),
    "accepted": ("done", "dismissed", "open"),
    "dismissed": ("open",),
    "done": ("open",),
}
"""State → what it may become."""
VERIFY_FROM = 7
"""Complete days after a change before its saving is said."""


@dataclass(frozen=True)
class Tracked:
    """A recommendation and what became of it."""

    key: str
    state: State
    found: Recommendation | None
    """What the rules say today; None when they no longer find it."""
    decision: Decision | None = None

    @property
    def name(self) -> str:
        """What it is about."""
        return self.found.object_name if self.found else self.decision.object_name if self.decision else self.key

    @property
    def title(self) -> str:
        """What was found."""
        return self.found.title if self.found else self.decision.title if self.decision else ""

    @property
    def version(self) -> int | None:
        """Version of the decision that this shows."""
        return self.decision.version if self.decision else None


def tracked(
    found: Iterable[Recommendation],
    decided: Mapping[str, Decision],
    today: date,
    about: Callable[[Decision], bool] = lambda decision: True,
) -> list[Tracked]:
    """Everything: what the rules find with its decision, and decisions about what they no longer find.

    `about`: decisions that are about what these rules look at; of others nobody can say that it is found no more.
    A dismissal whose day has come is open again. One that was open or accepted and is no longer found has gone by
    itself, and is left out unless it was accepted.
    """
    shown: list[Tracked] = []
    seen = set()
    for item in found:
        seen.add(item.key)
        decision = decided.get(item.key)
        shown.append(Tracked(item.key, _state(decision, today), item, decision))
    for key, decision in decided.items():
        if key not in seen and decision.state in ("accepted", "done") and about(decision):
            shown.append(Tracked(key, _state(decision, today), None, decision))
    return shown


def _state(decision: Decision | None, today: date) -> State:
    if decision is None:
        return "open"
    if decision.state == "dismissed" and decision.until is not None and decision.until <= today:
        return "open"
    return decision.state  # type: ignore[return-value]


def open_savings(shown: Iterable[Tracked]) -> tuple[int, list[Savings]]:
    """How many are open, and what they would save, one object counted once."""
    waiting = [item.found for item in shown if item.state in ("open", "accepted") and item.found is not None]
    return len(waiting), together(waiting)


def decide(
    store: Store,
    viewer: Viewer,
    item: Tracked,
    to: State,
    now: datetime,
    *,
    reason: str = "",
    until: date | None = None,
    owner: str | None = None,
) -> Decision:
    """Change what became of it: operators and admins, with a reason for a dismissal; on record.

    Conflict when somebody else decided since it was read.
    """
    viewer.require(Role.OPERATOR, "decide about recommendations")
    if to != item.state and to not in NEXT[item.state]:
        raise InputError(
            f"What is {item.state} cannot become {to}.", remedy=f"It can become {', '.join(NEXT[item.state])}."
        )
    if to == "dismissed" and not reason.strip():
        raise InputError("A dismissal needs a reason.", remedy="Say in a few words why it does not apply.")
    if until is not None and until <= now.date():
        raise InputError("The day on which a dismissal ends must lie ahead.", remedy="Choose a later day, or none.")
    before, about = item.decision, item.found
    decision = Decision(
        key=item.key,
        kind=about.kind if about else before.kind if before else "",
        workspace_id=about.workspace_id if about else before.workspace_id if before else "",
        object_type=about.object_type if about else before.object_type if before else "",
        object_id=about.object_id if about else before.object_id if before else "",
        object_name=item.name,
        title=item.title,
        state=to,
        reason=reason.strip(),
        until=until if to == "dismissed" else None,
        owner=owner if owner is not None else before.owner if before else "",
        decided_by=viewer.name,
        decided_at=now,
        done_on=(now.date() + timedelta(days=1)) if to == "done" else None,
        currency=about.currency if about else before.currency if before else "USD",
        saving_low=about.saving_low if about else before.saving_low if before else None,
        saving_high=about.saving_high if about else before.saving_high if before else None,
    )
    with store.begin():
        version = kept.put(store, decision, before.version if before else None)
        events.record(
            store,
            Event(
                at=now, who=viewer.name, act=f"{to} recommendation", object_type="recommendation", object_id=item.key,
                object_name=f"{item.title}: {item.name}", workspace_id=decision.workspace_id,
                before={"state": item.state, "owner": before.owner if before else ""},
                after={"state": to, "owner": decision.owner} | ({"until": until.isoformat()} if until else {}),
                reason=reason.strip(),
            ),
        )  # fmt: skip
    return replace(decision, version=version)


@dataclass(frozen=True)
class Verified:
    """What later bills say about a change."""

    saving: Decimal | None
    """Of 30 days; None while there are too few days after the change. Negative when it costs more than before."""
    days_before: int
    days_after: int
    cost_before: Decimal | None = None
    """What it cost in 30 days before the change; None without a saving."""


def saved(before: Decimal, after: Decimal, days_before: int, days_after: int) -> Verified:
    """From what it cost in days before and days after the change."""
    costs = [
        (cost / days * DAYS).quantize(Decimal("0.01")) for cost, days in ((before, days_before), (after, days_after))
    ]
    return Verified(costs[0] - costs[1], days_before, days_after, costs[0])


def verified(days: Mapping[date, Decimal], done_on: date, complete_until: date) -> Verified:
    """Compare what the object cost a day before and after a change, and state it for 30 days.

    Before: the 30 days up to the day before the change, whose day itself belongs to neither side. After: complete days
    only, at most 30, at least a week. Days without cost count as days without cost.
    """
    before = [done_on - timedelta(days=n) for n in range(2, DAYS + 2)]
    first = min(days, default=done_on)
    before = [day for day in before if day >= first]
    after = [done_on + timedelta(days=n) for n in range(days_after(done_on, complete_until))]
    if len(after) < VERIFY_FROM or not before:
        return Verified(None, len(before), len(after))
    spent, since = (sum((days.get(day, Decimal(0)) for day in part), Decimal(0)) for part in (before, after))
    return saved(spent, since, len(before), len(after))


def days_after(done_on: date, complete_until: date) -> int:
    """Complete days after a change that bills can be compared for, at most 30.

    >>> days_after(date(2026, 10, 1), date(2026, 10, 11)), days_after(date(2026, 10, 1), date(2026, 9, 1))
    (10, 0)
    """
    return min(max((complete_until - done_on).days, 0), DAYS)


def confirm(store: Store, decision: Decision, seen: Verified) -> Decision:
    """Keep what the bills say; a decision that was changed meanwhile keeps its own."""
    changed = replace(decision, verified=seen.saving, verified_days=seen.days_after, cost_before=seen.cost_before)
    if changed == decision:
        return decision
    return replace(changed, version=kept.put(store, changed, decision.version))

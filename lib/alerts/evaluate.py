"""Looks at every rule, moves its groups, and writes the messages that are due: state, history and outbox in one step."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lib.alerts.kinds import KINDS
from lib.alerts.kinds.kind import Moment
from lib.alerts.machine import OPEN, State, Step, look
from lib.alerts.reading import Facts, Group, Reading
from lib.alerts.rule import Rule, parse
from lib.errors import AppError
from lib.store import Store
from lib.store import alerts as kept
from lib.store.alerts import HistoryRow, RuleRow, StateRow

TRIES = 3
"""How often a group is looked at again when somebody changed it meanwhile."""


@dataclass(frozen=True)
class Due:
    """A message that is due."""

    rule_id: str
    rule: Rule
    reading: Reading
    step: Step


Tell = Callable[[Due], None]
"""Writes the message of a step to the outbox, within the transaction in progress."""


@dataclass
class Outcome:
    """What a round did."""

    rules: int = 0
    groups: int = 0
    firing: int = 0
    told: int = 0
    resolved: int = 0
    problems: list[str] = field(default_factory=list)
    """Rules that could not be looked at, each with why."""

    def words(self) -> str:
        """In a few words; empty when there was no rule to look at."""
        if not (self.rules or self.problems):
            return ""
        said = f"{self.rules} rules, {self.firing} alerts firing, {self.told} told, {self.resolved} resolved"
        return said + (f"; {len(self.problems)} rules could not be looked at" if self.problems else "")


def evaluate(
    store: Store, rules: Iterable[RuleRow], facts: Callable[[str], Facts], moment: Moment, tell: Tell
) -> Outcome:
    """Look at these rules once. A rule that fails stops no other one. `facts`: the account for the person whose rule it is."""
    outcome = Outcome()
    for row in rules:
        try:
            rule = parse(row.body, place=row.name)
            readings = KINDS[rule.kind].read(rule, facts(row.user), moment)
        except AppError as error:
            outcome.problems.append(f"{row.name}: {error.message}")
            continue
        outcome.rules += 1
        _look_at_all(store, row.id, rule, readings, moment.now, tell, outcome)
    return outcome


def _look_at_all(
    store: Store, rule_id: str, rule: Rule, readings: Sequence[Reading], now: datetime, tell: Tell, outcome: Outcome
) -> None:
    by_group = {reading.group.key: reading for reading in readings}
    known = {row.group_key: row for row in kept.states_of(store, rule=rule_id)}
    outcome.groups += len(by_group)
    for key in sorted(by_group.keys() | known.keys()):
        reading, row = by_group.get(key), known.get(key)
        if row is None and (reading is None or reading.level == 0):
            continue  # never fired: nothing to remember
        if row is not None and reading is None and row.status not in OPEN:
            continue
        for _ in range(TRIES):
            step = _move(store, rule_id, rule, key, row, reading, now, tell)
            if step is not None:
                outcome.firing += step.state.status == "firing"
                outcome.told += step.tell
                outcome.resolved += step.happened == "resolved"
                break
            row = next((r for r in kept.states_of(store, rule=rule_id) if r.group_key == key), None)


def _move(
    store: Store,
    rule_id: str,
    rule: Rule,
    key: str,
    row: StateRow | None,
    reading: Reading | None,
    now: datetime,
    tell: Tell,
) -> Step | None:
    """One look at one group in one transaction; None when somebody else changed it first."""
    before = state_of(row)
    step = look(before, reading, rule, now)
    if step.state == before and step.happened is None and reading is None:
        return step
    with store.begin():
        if not kept.write_state(store, _row(rule_id, key, row, step.state, reading, now)):
            return None
        shown = reading or _last(row, key, step.state)
        if step.happened:
            kept.note(store, history_row(rule_id, rule, shown, step, now))
        if step.tell:
            tell(Due(rule_id, rule, shown, step))
    return step


def state_of(row: StateRow | None) -> State:
    """The state that a row holds."""
    if row is None:
        return State()
    body = dict(row.body)
    return State(
        status=body["status"], level=body["level"], period=body["period"], since=_time(body["since"]),
        told_level=body["told_level"], told_at={name: _known(at) for name, at in body["told_at"].items()},
        muted_until=_time(body["muted_until"]), by=body["by"], reason=body["reason"],
    )  # fmt: skip


def body_of(state: State) -> dict[str, object]:
    """A state as plain JSON."""
    return {
        **vars(state),
        "since": state.since and state.since.isoformat(),
        "muted_until": state.muted_until and state.muted_until.isoformat(),
        "told_at": {name: at.isoformat() for name, at in state.told_at.items()},
    }


def history_row(rule_id: str, rule: Rule, reading: Reading, step: Step, now: datetime, *, who: str = "") -> HistoryRow:
    """A step as a line of the history."""
    return HistoryRow(
        now, rule_id, rule.name, reading.group.key, reading.group.name, step.happened or "",
        rule.severity_at(max(step.state.level, 1)), str(reading.value), str(reading.limit), reading.unit, reading.period,
        who, reading.note,
    )  # fmt: skip


def _row(
    rule_id: str, key: str, row: StateRow | None, state: State, reading: Reading | None, now: datetime
) -> StateRow:
    return StateRow(
        rule_id, key, reading.group.name if reading else row.group_name if row else key, state.status, body_of(state),
        str(reading.value) if reading else row.value if row else "0",
        str(reading.limit) if reading else row.threshold if row else "0",
        reading.unit if reading else row.unit if row else "money", now, row.version if row else 0,
    )  # fmt: skip


def _last(row: StateRow | None, key: str, state: State) -> Reading:
    """A group that is out of sight, with its last figures."""
    from decimal import Decimal

    assert row is not None
    day = row.updated.date()
    return Reading(
        Group(key, row.group_name), Decimal(row.value), Decimal(row.threshold), 0, state.period, day, day, row.unit
    )


def _time(text: object) -> datetime | None:
    return None if text is None else _known(text)


def _known(text: object) -> datetime:
    return datetime.fromisoformat(str(text))

"""The alert engine as a state machine: rounds by two processes, restarts, a clock that jumps, people who act.

At most one message a crossing, whatever happens; and none that is due is lost.
"""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lib.alerts import inbox
from lib.alerts.evaluate import Due, evaluate, state_of
from lib.alerts.kinds.kind import Moment
from lib.alerts.machine import cooling
from lib.alerts.rule import parse
from lib.errors import InputError, NotFound
from lib.messages import draft
from lib.notifications import Notice
from lib.store import Store, alerts, outbox
from tests.alerts.account import DAY, NOW, Hand
from tests.alerts.account import rule as make_rule

GROUPS = ("a", "b")
COSTS = (0, 50, 100, 150, 200, 600)


class Engine(RuleBasedStateMachine):
    """One rule of 100 a day with steps 1, 2 and 5, looked at by two processes over one store."""

    @initialize(cooldown=st.sampled_from((0, 24)))
    def start(self, cooldown):
        memory = Path("/dev/shm")  # many small transactions: the disk is not what is tried here
        self.folder = TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.address = f"sqlite:///{Path(self.folder.name) / 'state.db'}"
        self.stores = [Store.open(self.address), Store.open(self.address)]
        self.now, self.day, self.cost, self.told = NOW, DAY, dict.fromkeys(GROUPS, 0), []
        body = make_rule("spend", amount=100, by="job", channels=("team",), cooldown_hours=cooldown)
        self.rule_id = alerts.save_rule(self.stores[0], body.model_dump(mode="json"), NOW)

    @rule(who=st.integers(0, 1), group=st.sampled_from(GROUPS), cost=st.sampled_from(COSTS))
    def look(self, who, group, cost):
        self.cost[group] = cost
        self._round(who)
        self._nothing_is_lost()

    def _round(self, who):
        store = self.stores[who]

        def tell(due: Due) -> None:
            crossing = (due.reading.group.key, due.reading.period, due.step.state.told_level)
            self.told.append(crossing)
            key = "/".join(map(str, crossing))
            assert outbox.put(store, draft(Notice("t"), channel="team", key=key, about="alert"), self.now)

        facts = Hand({group: [self.cost[group]] for group in GROUPS})
        done = evaluate(
            store, alerts.all_rules(store), lambda _: _OnDay(facts, self.day), Moment(self.day, self.now), tell
        )
        assert done.problems == []

    @rule(minutes=st.integers(-3000, 3000))
    def clock_jumps(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule()
    def a_day_passes(self):
        self.day += timedelta(days=1)
        self.now += timedelta(days=1)

    @rule(who=st.integers(0, 1))
    def a_process_starts_again(self, who):
        self.stores[who].close()
        self.stores[who] = Store.open(self.address)

    @rule(
        who=st.integers(0, 1), group=st.sampled_from(GROUPS), act=st.sampled_from(("ack", "mute", "unmute", "resolve")),
        hours=st.integers(1, 60),
    )  # fmt: skip
    def a_person_acts(self, who, group, act, hours):
        store = self.stores[who]
        try:
            if act == "ack":
                inbox.acknowledge(store, self.rule_id, group, "ann", self.now)
            elif act == "resolve":
                inbox.resolve(store, self.rule_id, group, "ann", self.now)
            elif act == "mute":
                inbox.mute(store, self.rule_id, group, "ann", self.now, self.now + timedelta(hours=hours), "known")
            else:
                inbox.unmute(store, self.rule_id, group, "ann", self.now)
        except (InputError, NotFound):
            pass  # nothing to act on

    @invariant()
    def each_crossing_is_told_once(self):
        if hasattr(self, "told"):
            assert len(self.told) == len(set(self.told)) == len(outbox.search(self.stores[0], limit=100_000))

    def _nothing_is_lost(self):
        """Whatever fires now, unheard by nobody's choice, was told at its level in this period, or waits for its cool-down."""
        found = parse(alerts.get_rule(self.stores[0], self.rule_id).body)
        for row in alerts.states_of(self.stores[0]):
            state = state_of(row)
            if state.status == "firing" and state.level and state.period == self.day.isoformat():
                told = any((row.group_key, state.period, level) in self.told for level in range(state.level, 4))
                assert told or cooling(state, found.severity_at(state.level), found, self.now)

    def teardown(self):
        for store in getattr(self, "stores", ()):
            store.close()
        if hasattr(self, "folder"):
            self.folder.cleanup()


class _OnDay:
    """The costs by hand, filed under the day that is looked at."""

    def __init__(self, hand: Hand, day):
        self._hand, self._shift = hand, day - DAY

    def daily(self, rule, by, start, end):
        from lib.alerts.reading import Daily

        found = self._hand.daily(rule, by, start, end)
        return [Daily(one.group, {day + self._shift: cost for day, cost in one.costs.items()}) for one in found]


@pytest.mark.slow
def test_ten_thousand_looks():
    """20 lives of 500 steps each."""
    Engine.TestCase.settings = settings(
        max_examples=20, stateful_step_count=500, deadline=None, suppress_health_check=list(HealthCheck)
    )
    Engine.TestCase().runTest()


def test_some_hundred_looks():
    Engine.TestCase.settings = settings(
        max_examples=5, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
    )
    Engine.TestCase().runTest()


LOOKER = """
import sys
from datetime import timedelta
from lib.alerts.evaluate import evaluate
from lib.alerts.kinds.kind import Moment
from lib.messages import draft
from lib.notifications import Notice
from lib.store import Store, alerts, outbox
from tests.alerts.account import DAY, NOW, Hand

store = Store.open(sys.argv[1])
for n in range(15):
    def tell(due):
        key = f"{due.reading.group.key}/{due.reading.period}/{due.step.state.told_level}"
        assert outbox.put(store, draft(Notice("t"), channel="team", key=key), NOW)
    facts = Hand({f"job {m}": [150 if n < 8 else 250] for m in range(8)})
    evaluate(store, alerts.all_rules(store), lambda _: facts, Moment(DAY, NOW + n * timedelta(minutes=1)), tell)
"""


def test_two_processes_tell_each_crossing_once(tmp_path: Path):
    address = f"sqlite:///{tmp_path / 'state.db'}"
    store = Store.open(address)
    body = make_rule("spend", amount=100, by="job", channels=("team",)).model_dump(mode="json")
    alerts.save_rule(store, body, NOW)
    running = [subprocess.Popen([sys.executable, "-c", LOOKER, address]) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    keys = [message.key for message in outbox.search(store, limit=1000)]
    assert len(keys) == len(set(keys)) == 16  # 8 things at two steps
    happened = [row.happened for row in alerts.past(store)]
    assert (happened.count("fired"), happened.count("escalated")) == (8, 8)
    store.close()

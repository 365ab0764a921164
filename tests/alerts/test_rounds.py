"""Rounds over a real store: told once by however many processes, whatever breaks; and what people do about it."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lib.alerts import inbox
from lib.alerts.evaluate import Due, evaluate
from lib.alerts.kinds.kind import Moment
from lib.alerts.trial import trial
from lib.errors import Conflict, InputError
from lib.messages import draft
from lib.notifications import Notice
from lib.store import Store, alerts, outbox
from tests.alerts.account import DAY, MOMENT, NOW, Hand, back, rule

HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'state.db'}")
    yield opened
    opened.close()


def save(store: Store, kind: str = "spend", **values: object) -> str:
    made = rule(kind, **({"amount": 100, "channels": ("team",)} | values))
    return alerts.save_rule(store, made.model_dump(mode="json"), NOW)


def teller(store: Store):
    def tell(due: Due) -> None:
        step = due.step.state
        key = f"{due.rule_id}/{due.reading.group.key}/{due.reading.period}/{step.told_level}"
        outbox.put(store, draft(Notice("t"), channel="team", key=key, about="alert"), NOW)

    return tell


def look(store: Store, facts: Hand, moment: Moment = MOMENT):
    return evaluate(store, alerts.all_rules(store, enabled=True), lambda _: facts, moment, teller(store))


def test_a_round_writes_state_history_and_message_in_one_step(store):
    save(store)
    done = look(store, Hand({"all": [150]}))
    assert (done.firing, done.told, done.problems) == (1, 1, [])
    (state,) = alerts.states_of(store)
    (event,) = alerts.past(store)
    (message,) = outbox.search(store)
    assert (state.status, state.value, state.threshold) == ("firing", "150", "100")
    assert (event.happened, event.severity, event.period) == ("fired", "medium", DAY.isoformat())
    assert message.about == "alert"


def test_a_second_check_is_silent_and_a_restart_remembers(store, tmp_path):
    save(store)
    look(store, Hand({"all": [150]}))
    reopened = Store.open(f"sqlite:///{tmp_path / 'state.db'}")
    for n in range(5):
        assert look(reopened, Hand({"all": [150]}), Moment(DAY, NOW + n * HOUR)).told == 0
    assert len(outbox.search(store)) == 1


def test_a_message_that_cannot_be_written_leaves_everything_as_it_was(store):
    save(store)

    def broken(_: Due) -> None:
        raise RuntimeError("the process dies here")

    with pytest.raises(RuntimeError):
        evaluate(store, alerts.all_rules(store), lambda _: Hand({"all": [150]}), MOMENT, broken)
    assert (alerts.states_of(store), alerts.past(store), outbox.search(store)) == ([], [], [])
    assert look(store, Hand({"all": [150]})).told == 1


def test_many_processes_at_once_tell_once(store, tmp_path):
    save(store, by="job")
    stores = [Store.open(f"sqlite:///{tmp_path / 'state.db'}") for _ in range(4)]
    facts = Hand({f"job {n}": [150] for n in range(10)})
    problems: list[Exception] = []

    def work(mine: Store) -> None:
        try:
            for n in range(3):
                look(mine, facts, Moment(DAY, NOW + n * HOUR))
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(outbox.search(store)) == 10
    assert sum(row.happened == "fired" for row in alerts.past(store)) == 10


def test_a_rule_that_fails_stops_no_other_one(store):
    save(store)
    body = rule("spend", amount=1).model_dump(mode="json") | {"kind": "of the future", "name": "newer"}
    alerts.save_rule(store, body, NOW)
    done = look(store, Hand({"all": [150]}))
    assert (done.rules, done.told) == (1, 1)
    assert "newer" in done.problems[0]


def test_it_ends_and_comes_back_in_a_new_period(store):
    save(store, cooldown_hours=0)
    look(store, Hand({"all": [150]}))
    assert look(store, Hand({"all": [50]})).resolved == 1
    later = Moment(DAY + timedelta(days=1), NOW + 24 * HOUR)
    assert look(store, Hand({"all": [150, 0]}), later).told == 0
    assert [row.happened for row in alerts.past(store)] == ["resolved", "fired"]


def test_a_group_that_is_out_of_sight_is_over(store):
    save(store, by="job")
    look(store, Hand({"a": [150]}))
    assert look(store, Hand({"b": [1]})).resolved == 1


def test_people_acknowledge_and_mute_with_a_reason(store):
    made = save(store, by="job")
    look(store, Hand({"a": [150]}))
    inbox.acknowledge(store, made, "a", "ann", NOW, "on it")
    assert [state.status for state in inbox.open_alerts(store)] == ["acknowledged"]
    with pytest.raises(InputError, match="reason"):
        inbox.mute(store, made, "a", "ann", NOW, NOW + HOUR, " ")
    with pytest.raises(InputError, match="within the next year"):
        inbox.mute(store, made, "a", "ann", NOW, NOW - HOUR, "known")
    inbox.mute(store, made, "a", "ann", NOW, NOW + HOUR, "known")
    inbox.unmute(store, made, "a", "ann", NOW)
    said = [(row.happened, row.who, row.note) for row in alerts.past(store)][:3]
    assert said == [("unmuted", "ann", ""), ("muted", "ann", "known"), ("acknowledged", "ann", "on it")]


def test_something_can_be_muted_before_it_ever_fires(store):
    made = save(store, by="job")
    inbox.mute(store, made, "b", "ann", NOW, NOW + HOUR, "load test")
    assert look(store, Hand({"b": [900]})).told == 0
    assert look(store, Hand({"b": [900]}), Moment(DAY, NOW + 2 * HOUR)).told == 1


def test_two_editors_of_a_rule_meet(store):
    made = save(store)
    body = alerts.get_rule(store, made).body
    alerts.save_rule(store, body | {"name": "first"}, NOW, rule=made, version=1)
    with pytest.raises(Conflict):
        alerts.save_rule(store, body | {"name": "second"}, NOW, rule=made, version=1)
    assert alerts.get_rule(store, made).name == "first"


def test_a_trial_tells_what_the_rounds_would_have():
    costs = [50] * 60
    costs[20] = costs[40] = 150  # 39 and 19 days before DAY
    tried = trial(rule("spend", amount=100), Hand({"all": costs}), DAY, days=60)
    assert [one.day for one in tried.told] == [back(39), back(19)]
    assert tried.words().startswith("Would have fired 2 times in 60 days")

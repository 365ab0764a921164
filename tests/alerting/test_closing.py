"""An alert that a person resolves: its incident is closed by the key that opened it, and nobody else is told."""

from datetime import datetime, time, timedelta, timezone
from pathlib import Path

import pytest

from lib.alerting.closing import resolve
from lib.alerting.rounds import last_day, round_of_alerts
from lib.alerting.rules import save_rule
from lib.config import load
from lib.context import Context
from lib.errors import InputError
from lib.messages.deliver import deliver
from lib.store import alerts as kept
from tests.alerts.account import rule
from tests.notifications.receivers import Receiver, http


def test_resolving_by_hand_closes_the_incident_that_was_opened(demo_home: Path, tmp_path: Path) -> None:
    with http() as duty, http() as hook:
        duty.answer = lambda _: (202, {}, b"{}")
        context = Context(
            load(
                source="demo", home=demo_home, store_url=f"sqlite:///{tmp_path / 'state.db'}",
                channels={"duty": f"pagerduty:{duty.url}/v2/enqueue#k", "hook": f"webhook:{hook.url}/x"},
            )
        )  # fmt: skip
        now = datetime.combine(last_day(context) + timedelta(days=2), time(12), timezone.utc)
        made = save_rule(context, rule("spend", name="spend", amount="1", channels=("duty", "hook")), now)
        quiet = save_rule(context, rule("spend", name="quiet", amount="1", channels=("hook",)), now)

        def events(receiver: Receiver) -> list[tuple[str, str]]:
            deliver(context.store, context.channels, lambda: now, "test")
            said = [(one.json["event_action"], one.json["dedup_key"]) for one in receiver.requests]
            receiver.requests.clear()
            return said

        round_of_alerts(context, now)
        (opened,) = events(duty)
        group = kept.states_of(context.store, rule=made)[0].group_key
        assert opened == ("trigger", f"alert/{made}/{group}")
        hook.requests.clear()
        assert resolve(context, quiet, group, "ann", now) == 0
        assert resolve(context, made, group, "ann", now + timedelta(minutes=1), "a load test") == 1
        assert events(duty) == []  # its time has not come for this clock
        now += timedelta(minutes=1)
        assert events(duty) == [("resolve", opened[1])]
        assert not hook.requests
        with pytest.raises(InputError, match="nothing to do"):
            resolve(context, made, group, "ann", now)
        assert events(duty) == []
        context.store.close()

"""What people say about anomalies, planned events and budgets: kept, versioned, on record."""

from datetime import date, datetime, timezone
from decimal import Decimal as D

import pytest

from lib.errors import Conflict, InputError, NotFound
from lib.spend.anomaly import Sensitivity
from lib.spend.budget import Plan, Threshold
from lib.store import Store, events
from lib.store import watch as stored
from lib.watch import desk
from lib.watch.daily import Key

NOW = datetime(2026, 11, 20, 8, tzinfo=timezone.utc)
TODAY = NOW.date()


@pytest.fixture
def store():
    made = Store.open("sqlite://")
    yield made
    made.close()


def test_marks(store):
    stored.mark(store, "acknowledged", "job:1@2", "ann", NOW, anomaly="abc", reason="known")
    mute = stored.mark(store, "muted", "total", "bob", NOW, until=date(2026, 12, 1), reason="migration")
    stored.mark(store, "muted", "gone:1", "bob", NOW)
    found = desk.marks_of(stored.all_marks(store, TODAY))
    assert {(mark.act, mark.key.text, mark.identity, mark.by) for mark in found} == {
        ("acknowledged", "job:1@2", "abc", "ann"), ("muted", "total", "", "bob"),
    }  # fmt: skip
    stored.take_back(store, mute.id, "ann", NOW)
    with pytest.raises(NotFound):
        stored.take_back(store, mute.id, "ann", NOW)
    acts = {event.act for event in events.search(store, events.Search())}
    assert acts == {"acknowledge anomaly", "mute anomalies", "take back anomaly mark"}


def test_planned_events_cover_their_series(store):
    one = stored.plan_event(
        store, stored.PlannedEvent("Load test", date(2026, 11, 1), date(2026, 11, 3), "job:1@2"), "ann", NOW
    )
    stored.plan_event(store, stored.PlannedEvent("Holiday", date(2026, 12, 24), date(2026, 12, 26)), "ann", NOW)
    planned = desk.planned_for(stored.planned_events(store))
    assert planned is not None
    assert len(planned(Key("job", "1", "2"))) == 2
    assert planned(Key("total")) == [(date(2026, 12, 24), date(2026, 12, 26))]
    stored.cancel_event(store, one.id, "ann", NOW)
    assert len(stored.planned_events(store)) == 1
    assert desk.planned_for([]) is None


def test_budgets_are_exact_versioned_and_never_deleted(store):
    plan = Plan(D("1234.56"), "quarterly", thresholds=(Threshold(D("0.8")), Threshold(D(1), "forecast")))
    made = stored.save_budget(store, stored.Budget("Web", "tag:team=web", plan, owner="ann"), "ann", NOW)
    assert stored.get_budget(store, made.id) == made
    changed = stored.save_budget(store, made.__class__(**made.__dict__ | {"note": "more"}), "bob", NOW)
    assert changed.version == made.version + 1
    with pytest.raises(Conflict):
        stored.save_budget(store, made, "ann", NOW)
    stored.end_budget(store, changed, "ann", NOW)
    assert stored.all_budgets(store) == []
    assert [budget.note for budget in stored.all_budgets(store, ended=True)] == ["more"]
    with pytest.raises(NotFound):
        stored.get_budget(store, "none")


def test_sensitivity_is_a_persons_own(store):
    assert desk.sensitivity(store, "ann") is None
    desk.save_sensitivity(store, "ann", Sensitivity(2.2, 2.5, 3, 50, 0.3), NOW)
    assert desk.sensitivity(store, "ann") == Sensitivity(2.2, 2.5, 3, 50, 0.3)
    assert desk.sensitivity(store, "bob") is None
    desk.save_sensitivity(store, "ann", None, NOW)
    assert desk.sensitivity(store, "ann") is None
    with pytest.raises(InputError):
        desk.save_sensitivity(store, "ann", Sensitivity(3, 2, 1), NOW)

"""What becomes of recommendations: decisions, dismissals that end, two people deciding, savings from later bills."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal as D

import pytest

from lib.access import Role, Viewer
from lib.errors import AccessError, Conflict, InputError
from lib.recommendations.lifecycle import decide, open_savings, tracked, verified
from lib.recommendations.model import Recommendation
from lib.store import Store, events
from lib.store import recommendations as kept

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
OPS = Viewer("ann@x.example", role=Role.OPERATOR)
IDLE = Recommendation(
    "idle", "idle/w/c1", "w", "cluster", "c1", "etl", "Idle", ("fact",), "Stop it", D(10), D(40), own_cost=D(90)
)


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store.open("sqlite://")
    yield made
    made.close()


def shown(store: Store, day: date = NOW.date()):  # type: ignore[no-untyped-def]
    return tracked([IDLE], kept.everything(store), day)


def test_from_open_to_done_on_record(store: Store) -> None:
    (item,) = shown(store)
    assert (item.state, open_savings([item])[0]) == ("open", 1)
    decide(store, OPS, item, "accepted", NOW, owner="bob@x.example")
    (item,) = shown(store)
    assert item.decision is not None
    assert (item.state, item.decision.owner) == ("accepted", "bob@x.example")
    decide(store, OPS, item, "done", NOW)
    (item,) = shown(store)
    assert item.state == "done"
    assert open_savings([item]) == (0, [])
    assert [e.act for e in events.search(store)] == ["done recommendation", "accepted recommendation"]


def test_a_dismissal_needs_a_reason_and_ends(store: Store) -> None:
    (item,) = shown(store)
    with pytest.raises(InputError, match="needs a reason"):
        decide(store, OPS, item, "dismissed", NOW)
    with pytest.raises(InputError, match="lie ahead"):
        decide(store, OPS, item, "dismissed", NOW, reason="x", until=NOW.date())
    decide(store, OPS, item, "dismissed", NOW, reason="month end", until=date(2026, 12, 1))
    assert shown(store)[0].state == "dismissed"
    assert shown(store, date(2026, 12, 1))[0].state == "open"


def test_viewers_may_not_and_the_slower_of_two_is_told(store: Store) -> None:
    (item,) = shown(store)
    with pytest.raises(AccessError):
        decide(store, Viewer("v@x.example"), item, "accepted", NOW)
    decide(store, OPS, item, "accepted", NOW)
    with pytest.raises(Conflict):
        decide(store, OPS, item, "dismissed", NOW, reason="no")
    (item,) = shown(store)
    with pytest.raises(InputError, match="cannot become"):
        decide(store, OPS, type(item)(item.key, "done", item.found, item.decision), "accepted", NOW)


def test_what_is_no_longer_found_stays_when_it_was_accepted(store: Store) -> None:
    decide(store, OPS, shown(store)[0], "accepted", NOW)
    (item,) = tracked([], kept.everything(store), NOW.date())
    assert (item.found, item.name, item.title) == (None, "etl", "Idle")
    assert open_savings([item]) == (0, [])


def test_savings_are_verified_from_later_bills() -> None:
    done = date(2026, 10, 1)
    days = {done + timedelta(days=n): D(10 if n < 0 else 4) for n in range(-40, 20)}
    days[done - timedelta(days=1)] = D(999)  # the day of the change itself counts on neither side
    assert verified(days, done, done + timedelta(days=6)).saving is None
    seen = verified(days, done, done + timedelta(days=10))
    assert (seen.saving, seen.days_before, seen.days_after, seen.cost_before) == (D("180.00"), 30, 10, D("300.00"))
    assert verified({}, done, done + timedelta(days=10)).saving is None
    dearer = {day: D(1) if day < done else D(3) for day in days}
    assert verified(dearer, done, done + timedelta(days=20)).saving == D("-60.00")


def test_decisions_about_hidden_workspaces_stay_hidden(store: Store) -> None:
    from types import SimpleNamespace

    from lib import operate

    decide(store, OPS, shown(store)[0], "accepted", NOW)
    for mine, seen in ((None, ["idle/w/c1"]), (("w",), ["idle/w/c1"]), (("other",), [])):
        context = SimpleNamespace(workspaces=mine, store=store, as_of=SimpleNamespace(today=NOW.date()))
        assert [item.key for item in operate.track(context, [])] == seen  # type: ignore[arg-type]

"""Pages of what happens by itself, on a store of their own."""

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.messages import draft
from lib.notifications import Notice
from lib.store import Store, configs, events, outbox, schedule
from tests.notifications import receivers
from tests.notifications.receivers import Receiver
from tests.pages.conftest import Open, card, forget, opener, said, table, texts

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receivers.http() as started:
        yield started


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path / 'state.db'}")


@pytest.fixture
def app(home: Path, store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("LAKELEDGER_STORE_URL", str(store.engine.url))
    monkeypatch.setenv("LAKELEDGER_CHANNELS", f'{{"finops": "slack:{receiver.url}/services/s3cr3t"}}')
    monkeypatch.setattr("lib.ui.session._at_this_machine", lambda: True)  # nobody knows where a test sits
    yield from opener(home, monkeypatch)


def press(at: AppTest, label: str) -> None:
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception


def test_messages_are_listed_and_a_dead_one_is_sent_again(app: Open, store: Store, receiver: Receiver) -> None:
    message = outbox.put(store, draft(Notice("Cost rose", reasons=("retries",)), channel="finops", key="k"), NOW)
    held = outbox.claim(store, "x", NOW, known_by_key=lambda _: False)
    assert message
    assert held
    outbox.failed(store, held, "404: no_team", NOW, final=True)
    at = app("messages")
    assert card(at, "Given up").value == "1"
    assert texts(table(at, "messages"), "Last answer") == ["404: no_team"]
    at = app("messages", message=message)
    assert "retries" in said(at)
    press(at, "Send this message again")
    assert outbox.get(store, message).state == outbox.SENT
    assert len(receiver.requests) == 1
    assert events.search(store)[0].act == "send message again"


def test_a_channel_is_tested(app: Open, store: Store, receiver: Receiver) -> None:
    at = app("messages")
    assert texts(table(at, "channels"), "Leads to") == [f"127.0.0.1:{receiver.port}"]
    press(at, "Send a test through finops")
    assert "Test message" in receiver.requests[0].body.decode()
    assert outbox.counts(store)["sent"] == 1


def test_no_secret_is_on_any_page(app: Open) -> None:
    for page in ("settings", "messages", "schedule"):
        at = app(page)
        assert "s3cr3t" not in said(at)
        assert all("s3cr3t" not in element.proto.json for element in at.get("bidi_component"))


def test_who_may_only_look_sends_and_runs_nothing(
    app: Open, store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.ui.session._at_this_machine", lambda: False)
    for page, button in (("schedule", "Run refresh now"), ("messages", "Send a test through finops")):
        at = app(page)
        press(at, button)
        assert "may not" in at.error[0].value
    assert schedule.runs(store) == []
    assert receiver.requests == []


def test_a_job_is_run_by_hand(app: Open, store: Store) -> None:
    at = app("schedule")
    assert set(texts(table(at, "schedule"), "Last result")) == {"Not yet"}
    press(at, "Run refresh now")
    assert schedule.runs(store)[0].ok
    assert events.search(store)[0].act == "run job"


def test_own_thresholds_hold_until_the_address_says_otherwise(app: Open, store: Store) -> None:
    at = app("settings")
    at.number_input[0].set_value(40.0)
    at.number_input[1].set_value(20.0)
    press(at, "Save")
    assert configs.get(store, "thresholds", "demo@lakeledger.example").value == {"over": "40.00", "rise": "0.2"}  # type: ignore[union-attr]
    flags = {
        row["cells"][0]["text"]: row["cells"][0].get("flag")
        for row in table(app("jobs", period="last_14"), "jobs")["rows"]
    }
    assert flags["nightly_etl"] == "high · rising"
    rows = table(app("jobs", period="last_14", over="100000", rise="9"), "jobs")["rows"]
    assert all(row["cells"][0].get("flag") is None for row in rows)
    press(app("settings"), "Back to the defaults")
    assert configs.get(store, "thresholds", "demo@lakeledger.example").value is None  # type: ignore[union-attr]


def test_pages_work_without_the_store(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKELEDGER_STORE_URL", "postgresql://x:s3cr3t@127.0.0.1:1/x")
    for open_page in opener(home, monkeypatch):
        assert not open_page("jobs").error
        at = open_page("messages")
        assert "store does not answer" in at.error[0].value
        assert "s3cr3t" not in said(at)
    forget()

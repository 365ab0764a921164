"""Messages: written once, held by one, tried again, given up visibly."""

import threading
from datetime import datetime, timedelta, timezone

import pytest

from lib.errors import Conflict, NotFound
from lib.store import Store, outbox
from lib.store.outbox import Attachment, Draft

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)
DRAFT = Draft(
    "alert/1", "slack", "Cost rose", {"text": "by 20 %"}, attachments=(Attachment("a.pdf", "application/pdf", b"%PDF"),)
)


def never(_: str) -> bool:
    return False


def claim(store: Store, now: datetime = NOW, owner: str = "a", by_key: bool = False) -> outbox.Message | None:
    return outbox.claim(store, owner, now, known_by_key=lambda _: by_key)


def test_from_written_to_sent(store: Store) -> None:
    message = outbox.put(store, DRAFT, NOW)
    assert message
    assert outbox.put(store, DRAFT, NOW) is None, "one key, one message"
    assert outbox.due(store, NOW) == 1
    held = claim(store)
    assert held
    assert (held.id, held.attempts, held.body) == (message, 1, {"text": "by 20 %"})
    assert claim(store, owner="b") is None
    assert outbox.files(store, message)[0].content == b"%PDF"
    assert outbox.sent(store, held, NOW)
    assert outbox.get(store, message).state == outbox.SENT
    assert claim(store, NOW + timedelta(days=9)) is None
    assert outbox.forget(store, NOW + timedelta(days=1)) == 1
    assert outbox.search(store) == []


def test_long_keys_stay_apart(store: Store) -> None:
    long = "group " * 200
    assert outbox.put(store, Draft(long + "a", "slack", "s\0" * 9, {}), NOW)
    assert outbox.put(store, Draft(long + "b", "slack", "s", {}), NOW)
    assert outbox.put(store, Draft(long + "a", "slack", "s", {}), NOW) is None


def test_retries_wait_longer_and_end_in_the_dead_letters(store: Store) -> None:
    message = outbox.put(store, DRAFT, NOW)
    assert message
    now = NOW
    waits = []
    while (held := claim(store, now)) is not None:
        outbox.failed(store, held, "503 from https://hooks.slack.com/services/T1/B2/secret", now)
        found = outbox.get(store, message)
        waits.append((found.due - now).total_seconds())
        assert claim(store, found.due - timedelta(seconds=1)) is None
        now = found.due
    assert waits[:4] == [30, 60, 120, 240]
    assert outbox.counts(store) == {"waiting": 0, "sending": 0, "sent": 0, "dead": 1}
    dead = outbox.get(store, message)
    assert dead.attempts == outbox.MOST_ATTEMPTS
    assert "secret" not in dead.error
    outbox.resend(store, message, now)
    held = claim(store, now)
    assert held
    with pytest.raises(Conflict):
        outbox.resend(store, message, now)
    with pytest.raises(NotFound):
        outbox.resend(store, "none", now)


def test_refused_for_good_is_not_tried_again(store: Store) -> None:
    outbox.put(store, DRAFT, NOW)
    held = claim(store)
    assert held
    assert outbox.failed(store, held, "404: no such channel", NOW, final=True) == outbox.DEAD


def test_a_sender_that_died_is_followed_once_where_keys_are_unknown(store: Store) -> None:
    message = outbox.put(store, DRAFT, NOW)
    assert message
    first = claim(store)
    assert first
    assert claim(store, NOW + outbox.CLAIM - timedelta(seconds=1)) is None
    second = claim(store, NOW + outbox.CLAIM, owner="b")
    assert second
    assert second.interrupted == 1
    assert not outbox.sent(store, first, NOW), "the late one changes nothing"
    assert claim(store, NOW + 3 * outbox.CLAIM) is None
    assert outbox.get(store, message).state == outbox.DEAD


def test_where_keys_are_known_it_is_followed_as_often_as_needed(store: Store) -> None:
    outbox.put(store, DRAFT, NOW)
    for n in range(5):
        assert claim(store, NOW + n * outbox.CLAIM, by_key=True)


def test_many_senders_share_the_work(store: Store) -> None:
    ids = {outbox.put(store, Draft(f"k{n}", "slack", "s", {}), NOW) for n in range(24)}
    taken: list[str] = []

    def work(owner: str) -> None:
        while held := claim(store, owner=owner):
            taken.append(held.id)
            outbox.sent(store, held, NOW)

    threads = [threading.Thread(target=work, args=(f"o{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(ids)  # type: ignore[type-var]


def test_a_message_belongs_to_the_transaction_it_was_written_in(store: Store) -> None:
    def write_and_fail() -> None:
        with store.begin():
            outbox.put(store, DRAFT, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert outbox.due(store, NOW) == 0

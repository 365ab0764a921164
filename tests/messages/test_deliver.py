"""From the outbox to the receiver: once, whoever dies when."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from lib.messages import deliver, draft
from lib.notifications import Notice, open_channels
from lib.store import Store, outbox
from tests.notifications import receivers
from tests.notifications.receivers import Receiver

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receivers.http() as started:
        yield started


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path / 'state.db'}")


def put(store: Store, key: str = "k", channel: str = "hook") -> str:
    made = outbox.put(store, draft(Notice(f"Message {key}"), channel=channel, key=key), NOW)
    assert made
    return made


def keys(receiver: Receiver) -> Counter[str]:
    return Counter(request.headers.get("idempotency-key", request.body.decode()) for request in receiver.requests)


def test_sent_once(store: Store, receiver: Receiver) -> None:
    channels = open_channels({"hook": f"webhook:{receiver.url}/in"})
    put(store)
    assert deliver(store, channels, lambda: NOW, "me").words() == "1 sent"
    assert deliver(store, channels, lambda: NOW, "me").words() == ""
    assert keys(receiver) == {"k": 1}


def test_retried_and_given_up(store: Store, receiver: Receiver) -> None:
    channels = open_channels({"hook": f"webhook:{receiver.url}/in"})
    receiver.answer = lambda _: (429, {"Retry-After": "600"}, b"slow down")
    message = put(store)
    assert deliver(store, channels, lambda: NOW, "me").words() == "1 to try again"
    assert outbox.get(store, message).due == NOW + timedelta(minutes=10), "as the receiver asks"
    receiver.answer = lambda _: (404, {}, b"gone")
    assert deliver(store, channels, lambda: NOW + timedelta(minutes=10), "me").words() == "1 given up"
    receiver.answer = lambda _: (200, {}, b"")
    outbox.resend(store, message, NOW)
    assert deliver(store, channels, lambda: NOW, "me").words() == "1 sent"


def test_a_channel_that_is_gone_leaves_a_dead_letter(store: Store) -> None:
    message = put(store, channel="old")
    assert deliver(store, {}, lambda: NOW, "me").dead == 1
    assert "no channel old" in outbox.get(store, message).error


def _work(url: str, target: str, gate, name: str) -> None:  # type: ignore[no-untyped-def]
    store, channels = Store.open(url), open_channels({"hook": f"webhook:{target}/in"})
    gate.wait()
    deliver(store, channels, lambda: NOW, name)


@pytest.mark.slow
def test_two_processes_send_each_message_once(store: Store, receiver: Receiver) -> None:
    for n in range(40):
        put(store, f"k{n}")
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(2)
    url = str(store.engine.url)
    processes = [spawn.Process(target=_work, args=(url, receiver.url, gate, f"p{n}")) for n in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert keys(receiver) == {f"k{n}": 1 for n in range(40)}
    assert outbox.counts(store)["sent"] == 40


CHILD = """
import sys, time
from datetime import datetime, timezone
from lib.messages import deliver, draft
from lib.notifications import Notice, open_channels
from lib.store import Store, outbox

url, address, step = sys.argv[1:]
store, now = Store.open(url), datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)
outbox.put(store, draft(Notice("Message k"), channel="hook", key="k"), now)
if step == "written":
    print("written", flush=True)
    time.sleep(60)
deliver(store, open_channels({"hook": address}), lambda: now, "child")
"""


def child(store: Store, address: str, step: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", CHILD, str(store.engine.url), address, step], stdout=subprocess.PIPE, text=True,
                            env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip


@pytest.mark.slow
def test_killed_between_write_and_send(store: Store, receiver: Receiver) -> None:
    address = f"slack:{receiver.url}/in"
    process = child(store, address, "written")
    assert process.stdout
    assert process.stdout.readline() == "written\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    channels = open_channels({"hook": address})
    assert deliver(store, channels, lambda: NOW, "me").sent == 1
    assert len(receiver.requests) == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["webhook", "slack"])
def test_killed_between_send_and_mark(store: Store, receiver: Receiver, kind: str) -> None:
    """The receiver has it, and nobody wrote that down."""
    address = f"{kind}:{receiver.url}/in"
    arrived, gone = threading.Event(), threading.Event()

    def hold(_: receivers.Request) -> tuple[int, dict[str, str], bytes]:
        arrived.set()
        gone.wait(60)
        return 200, {}, b"ok"

    receiver.answer = hold
    process = child(store, address, "send")
    assert arrived.wait(60)
    process.send_signal(signal.SIGKILL)
    process.wait()
    gone.set()
    receiver.answer = lambda _: (200, {}, b"ok")
    channel = open_channels({"hook": address})["hook"]
    # the next one dies the same way: it sends, and never says how it went
    held = outbox.claim(store, "second", NOW + outbox.CLAIM, known_by_key=lambda _: channel.knows_keys)
    assert held
    channel.send(Notice.from_json(held.body), key=held.key)
    deliver(store, open_channels({"hook": address}), lambda: NOW + 9 * outbox.CLAIM, "last")
    if kind == "webhook":
        assert set(keys(receiver)) == {"k"}, "all with one key: the receiver can tell"
        assert outbox.counts(store)["sent"] == 1
    else:
        assert len(receiver.requests) == 2, "one duplicate at most"
        assert outbox.counts(store)["dead"] == 1

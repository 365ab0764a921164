"""Of many who want a lease, one has it."""

import threading
from datetime import datetime, timedelta, timezone

from lib.store import Store, leases

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)


def test_one_holds_it_until_it_ends(store: Store) -> None:
    mine = leases.take(store, "refresh", "a", MINUTE, NOW)
    assert mine
    assert mine.turn == 1
    assert leases.take(store, "refresh", "b", MINUTE, NOW + MINUTE / 2) is None
    assert leases.take(store, "other", "b", MINUTE, NOW) is not None
    longer = leases.take(store, "refresh", "a", MINUTE, NOW + MINUTE / 2)
    assert longer
    assert longer.turn == 1
    assert leases.take(store, "refresh", "b", MINUTE, NOW + MINUTE) is None
    theirs = leases.take(store, "refresh", "b", MINUTE, NOW + MINUTE * 1.5)
    assert theirs
    assert theirs.turn == 2
    assert leases.holder(store, "refresh", NOW + MINUTE * 2) == theirs


def test_giving_back(store: Store) -> None:
    mine = leases.take(store, "refresh", "a", MINUTE, NOW)
    assert mine
    leases.release(store, mine, NOW + MINUTE / 4)
    theirs = leases.take(store, "refresh", "b", MINUTE, NOW + MINUTE / 2)
    assert theirs
    leases.release(store, mine, NOW + MINUTE / 2)
    assert leases.holder(store, "refresh", NOW + MINUTE / 2) == theirs, "a late owner ends nothing"


def test_a_race_has_one_winner(store: Store) -> None:
    for n in range(5):
        won: list[str] = []
        gate = threading.Barrier(6)

        def run(owner: str, name: str = f"race-{n}", gate: threading.Barrier = gate, won: list[str] = won) -> None:
            gate.wait()
            if leases.take(store, name, owner, MINUTE, NOW):
                won.append(owner)

        threads = [threading.Thread(target=run, args=(f"o{i}",)) for i in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1

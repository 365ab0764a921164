"""Of any number of processes, one does a task: whoever holds its lease.

A lease runs out by the clock of whoever asks, so the clocks of the processes must agree to well within the time that a
lease runs; those of one platform do.
"""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, or_, select

from lib.store.rows import insert_once
from lib.store.store import Store
from lib.store.tables import leases


@dataclass(frozen=True)
class Lease:
    """The right to do `name`, until `until`."""

    name: str
    owner: str
    until: datetime
    turn: int
    """Grows with every change of owner."""


def this_process() -> str:
    """The name of this process as an owner."""
    return f"{socket.gethostname()}/{os.getpid()}"


def take(store: Store, name: str, owner: str, ttl: timedelta, now: datetime) -> Lease | None:
    """The lease, taken or prolonged; None while somebody else holds it."""
    mine = leases.c.owner == owner
    with store.begin() as connection:
        first = {"name": name, "owner": owner, "taken": now, "until": now + ttl, "turn": 1}
        if not insert_once(connection, leases, first):
            again = connection.execute(
                leases.update()
                .where(leases.c.name == name, or_(mine, leases.c.until <= now))
                .values(
                    owner=owner,
                    taken=case((mine, leases.c.taken), else_=now),
                    until=now + ttl,
                    turn=case((mine, leases.c.turn), else_=leases.c.turn + 1),
                )
            )
            if again.rowcount != 1:
                return None
        turn = connection.execute(select(leases.c.turn).where(leases.c.name == name)).scalar_one()
    return Lease(name, owner, now + ttl, turn)


def release(store: Store, lease: Lease, now: datetime) -> None:
    """Give it back before it runs out; nothing when somebody else has it by now."""
    with store.begin() as connection:
        connection.execute(
            leases.update()
            .where(leases.c.name == lease.name, leases.c.owner == lease.owner, leases.c.turn == lease.turn)
            .values(until=now)
        )


def holder(store: Store, name: str, now: datetime) -> Lease | None:
    """Who holds it now."""
    with store.read() as connection:
        row = connection.execute(select(leases).where(leases.c.name == name, leases.c.until > now)).mappings().first()
    return Lease(row["name"], row["owner"], row["until"], row["turn"]) if row else None

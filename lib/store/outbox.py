"""Messages to the outside: written first, claimed by one sender, sent, retried, and kept when they cannot be sent.

    waiting ──claim──> sending ──sent──> sent
       ^                  │ failed: waits longer each time, `dead` after MOST_ATTEMPTS
       └──────────────────┘
       dead ──resend──> waiting

What is promised. A message that was put is never lost. Two senders never hold the same message at once. A sender that
dies holding one leaves it in `sending`: nobody can know whether it had gone out. Once the claim has run out the message
is sent again; where the channel knows messages by their key (`Claimed.key`), the receiver tells them apart, elsewhere at
most one duplicate can come of it, because a message that was interrupted twice there goes to `dead` for a person to
decide.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, func, or_, select

from lib.errors import Conflict, NotFound
from lib.masking import masked
from lib.store.rows import fitting, insert_once
from lib.store.store import Store
from lib.store.tables import attachments, messages

WAITING, SENDING, SENT, DEAD = "waiting", "sending", "sent", "dead"
STATES = (WAITING, SENDING, SENT, DEAD)
MOST_ATTEMPTS = 12
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=2)
LONGEST_KEY = 400
CLAIM = timedelta(minutes=5)
"""How long a sender may take before another one may think it dead; longer than any channel's time-out."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes along."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Draft:
    """A message to be sent."""

    key: str
    """What it is about; a second message with the same key is not written. Also what receivers tell duplicates by."""
    channel: str
    subject: str
    body: dict[str, Any]
    """Plain JSON that the channel knows how to show; no secrets."""
    recipient: str = ""
    about: str = ""
    """What made it: `alert`, `report`, `test`."""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Message:
    """A message as the store holds it."""

    id: str
    key: str
    channel: str
    recipient: str
    subject: str
    body: dict[str, Any]
    about: str
    created: datetime
    state: str
    due: datetime
    attempts: int
    interrupted: int
    claimed_by: str | None
    claimed_until: datetime | None
    sent: datetime | None
    error: str


def put(store: Store, draft: Draft, now: datetime) -> str | None:
    """Write a message, as part of the transaction in progress if there is one; its id, None when the key is taken."""
    message = uuid4().hex
    with store.begin() as connection:
        row = {
            "id": message, "key": _short(draft.key), "channel": draft.channel, "recipient": draft.recipient,
            "subject": draft.subject, "body": draft.body, "about": draft.about, "created": now, "state": WAITING,
            "due": now, "attempts": 0, "interrupted": 0, "error": "",
        }  # fmt: skip
        if not insert_once(connection, messages, fitting(messages, row)):
            return None
        for position, file in enumerate(draft.attachments):
            connection.execute(
                attachments.insert().values(
                    message_id=message, position=position, name=file.name, media_type=file.media_type, content=file.content
                )
            )  # fmt: skip
    return message


def _short(key: str) -> str:
    """A key that fits its column and is still one of its kind."""
    return key if len(key) <= LONGEST_KEY else f"{key[: LONGEST_KEY - 65]} {hashlib.sha256(key.encode()).hexdigest()}"


def due(store: Store, now: datetime) -> int:
    """How many messages could be claimed now."""
    with store.read() as connection:
        query = select(func.count()).select_from(messages).where(_claimable(now))
        return int(connection.execute(query).scalar_one())


def claim(
    store: Store,
    owner: str,
    now: datetime,
    *,
    known_by_key: Callable[[str], bool],
    ttl: timedelta = CLAIM,
    only: str = "",
) -> Message | None:
    """The next message to send, now held by `owner`; None when there is none.

    `known_by_key(channel)`: whether its receivers tell duplicates by key. See the promises above. `only`: this one, by id.
    """
    wanted = and_(_claimable(now), messages.c.id == only) if only else _claimable(now)
    while True:
        with store.begin() as connection:
            row = (
                connection.execute(
                    select(messages)
                    .where(wanted)
                    .order_by(messages.c.due, messages.c.created, messages.c.id)
                    .limit(1)
                    .with_for_update(skip_locked=True)
                )
                .mappings()
                .first()
            )
            if row is None:
                return None
            interrupted = row["interrupted"] + (row["state"] == SENDING)
            if interrupted > 1 and not known_by_key(row["channel"]):
                _set(
                    connection, row["id"], state=DEAD, interrupted=interrupted, claimed_by=None, claimed_until=None,
                    error="The sender stopped twice while sending. It may have arrived; look there before sending it again.",
                )  # fmt: skip
                continue
            _set(
                connection, row["id"], state=SENDING, interrupted=interrupted, attempts=row["attempts"] + 1,
                claimed_by=owner, claimed_until=now + ttl,
            )  # fmt: skip
            return _one(connection, row["id"])


def sent(store: Store, message: Message, now: datetime) -> bool:
    """Note that it has gone out; False when the claim had run out and somebody else has it."""
    return _ended(store, message, state=SENT, sent=now, error="")


def failed(
    store: Store, message: Message, error: str, now: datetime, *, final: bool = False, again: datetime | None = None
) -> str:
    """Note that it could not be sent, and when to try again; the state it is in now.

    `final`: trying again cannot help (the receiver refuses it). `again`: not before that, because the receiver asked so.
    """
    dead = final or message.attempts >= MOST_ATTEMPTS
    state = DEAD if dead else WAITING
    _ended(store, message, state=state, due=max(again or now, now + wait(message.attempts)), error=masked(error)[:2000])
    return state


def wait(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 30 s, 1 min, 2 min, … 2 h.

    >>> [str(wait(n)) for n in (1, 2, 5, 20)]
    ['0:00:30', '0:01:00', '0:08:00', '2:00:00']
    """
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 20))


def resend(store: Store, message: str, now: datetime) -> None:
    """Give a dead message another round of attempts."""
    with store.begin() as connection:
        done = connection.execute(
            messages.update()
            .where(messages.c.id == message, messages.c.state == DEAD)
            .values(state=WAITING, due=now, attempts=0, interrupted=0)
        )
        if done.rowcount != 1:
            if _one(connection, message) is None:
                raise NotFound(f"There is no message {message}.")
            raise Conflict("Only a message that was given up can be sent again.", remedy="Look at its state.")


def get(store: Store, message: str) -> Message:
    """One message by its id."""
    with store.read() as connection:
        found = _one(connection, message)
    if found is None:
        raise NotFound(f"There is no message {message}.")
    return found


def files(store: Store, message: str) -> tuple[Attachment, ...]:
    """The files of a message."""
    query = select(attachments).where(attachments.c.message_id == message).order_by(attachments.c.position)
    with store.read() as connection:
        rows = connection.execute(query).mappings().all()
    return tuple(Attachment(row["name"], row["media_type"], row["content"]) for row in rows)


def search(
    store: Store, *, states: Sequence[str] = (), about: str = "", limit: int = 200, offset: int = 0
) -> list[Message]:
    """Messages, newest first."""
    query = select(messages).order_by(messages.c.created.desc(), messages.c.id).limit(limit).offset(offset)
    if states:
        query = query.where(messages.c.state.in_(states))
    if about:
        query = query.where(messages.c.about == about)
    with store.read() as connection:
        return [Message(**row) for row in connection.execute(query).mappings()]


def newest_of_thread(store: Store, thread: str, channels: Sequence[str]) -> list[Message]:
    """The newest message of a thread through each of these channels to each recipient."""
    begun = messages.c.key.startswith(f"{thread}/"[: LONGEST_KEY - 65], autoescape=True)
    query = select(messages).where(messages.c.channel.in_(channels), begun).order_by(messages.c.created, messages.c.id)
    with store.read() as connection:
        found = [Message(**row) for row in connection.execute(query).mappings()]
    newest = {(one.channel, one.recipient): one for one in found if one.body.get("thread") == thread}
    return list(newest.values())


def counts(store: Store) -> dict[str, int]:
    """How many messages are in each state; every state is named."""
    query = select(messages.c.state, func.count()).group_by(messages.c.state)
    with store.read() as connection:
        found = {row[0]: int(row[1]) for row in connection.execute(query)}
    return {state: found.get(state, 0) for state in STATES}


def forget(store: Store, before: datetime) -> int:
    """Drop messages that were sent before a moment, with their files; how many. Dead ones stay."""
    old = select(messages.c.id).where(messages.c.state == SENT, messages.c.sent < before)
    with store.begin() as connection:
        connection.execute(delete(attachments).where(attachments.c.message_id.in_(old)))
        return connection.execute(delete(messages).where(messages.c.state == SENT, messages.c.sent < before)).rowcount


def _claimable(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(messages.c.state == WAITING, messages.c.due <= now),
        and_(messages.c.state == SENDING, messages.c.claimed_until <= now),
    )


def _ended(store: Store, message: Message, **values: Any) -> bool:
    with store.begin() as connection:
        done = connection.execute(
            messages.update()
            .where(
                messages.c.id == message.id,
                messages.c.state == SENDING,
                messages.c.claimed_by == message.claimed_by,
                messages.c.attempts == message.attempts,
            )
            .values(**values, claimed_by=None, claimed_until=None)
        )
        return done.rowcount == 1


def _set(connection: Connection, message: str, **values: Any) -> None:
    connection.execute(messages.update().where(messages.c.id == message).values(**values))


def _one(connection: Connection, message: str) -> Message | None:
    row: RowMapping | None = connection.execute(select(messages).where(messages.c.id == message)).mappings().first()
    return Message(**row) if row else None

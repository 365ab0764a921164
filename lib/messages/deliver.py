"""Sends what is due, one message after the other."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from lib import metrics
from lib.masking import masked
from lib.notifications import Channel, File, Notice, NotSent
from lib.schedules import Clock
from lib.store import Store, outbox
from lib.store.outbox import Message

logger = logging.getLogger("lakeledger.messages")
AT_ONCE = 200
"""Messages that one round sends at most."""


@dataclass(frozen=True)
class Delivered:
    """What a round did."""

    sent: int = 0
    failed: int = 0
    """Will be tried again."""
    dead: int = 0
    """Given up, for a person to look at."""

    def words(self) -> str:
        """In a few words; empty when there was nothing to do."""
        named = ((self.sent, "sent"), (self.failed, "to try again"), (self.dead, "given up"))
        return ", ".join(f"{count} {name}" for count, name in named if count)


def deliver(
    store: Store,
    channels: Mapping[str, Channel],
    clock: Clock,
    owner: str,
    *,
    most: int = AT_ONCE,
    only: str = "",
) -> Delivered:
    """Send every message that is due. Any number of processes may do so at once. `only`: one message, by its id."""
    counts = {outbox.SENT: 0, outbox.WAITING: 0, outbox.DEAD: 0}
    for _ in range(most):
        message = outbox.claim(
            store, owner, clock(), known_by_key=lambda name: name in channels and channels[name].knows_keys, only=only
        )
        if message is None:
            break
        counts[_send(store, channels, message, clock)] += 1
    return Delivered(counts[outbox.SENT], counts[outbox.WAITING], counts[outbox.DEAD])


def _send(store: Store, channels: Mapping[str, Channel], message: Message, clock: Clock) -> str:
    channel = channels.get(message.channel)
    try:
        if channel is None:
            raise NotSent(f"There is no channel {message.channel} in the settings.", final=True)
        files = tuple(File(f.name, f.media_type, f.content) for f in outbox.files(store, message.id))
        channel.send(Notice.from_json(message.body), key=message.key, recipient=message.recipient, files=files)
    except NotSent as problem:
        state = outbox.failed(
            store, message, problem.message, clock(), final=problem.final,
            again=clock() + problem.after if problem.after else None,
        )  # fmt: skip
        error = problem.message
    except Exception as problem:
        logger.exception("message %s", message.id)
        error = f"{type(problem).__name__} in this app"
        state = outbox.failed(store, message, error, clock())
    else:
        outbox.sent(store, message, clock())
        state, error = outbox.SENT, ""
    kind = channel.kind if channel else "none"
    metrics.MESSAGES.labels(
        kind, "sent" if state == outbox.SENT else "dead" if state == outbox.DEAD else "failed"
    ).inc()
    if error:
        logger.warning("message %s through %s: %s", message.id, message.channel, masked(error))
    return state

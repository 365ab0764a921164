"""An alert that a person resolves: incidents that it opened elsewhere are closed, too."""

from dataclasses import replace
from datetime import datetime

from lib.alerts import inbox
from lib.context import Context
from lib.messages import draft
from lib.notifications import Notice
from lib.store import outbox


def resolve(context: Context, rule: str, group: str, who: str, now: datetime, reason: str = "") -> int:
    """Say that it is over, in one transaction with the messages that close its incidents; how many those are."""
    thread = f"alert/{rule}/{group}"
    closing = [name for name, channel in context.channels.items() if channel.closes]
    with context.store.begin():
        inbox.resolve(context.store, rule, group, who, now, reason)
        told = outbox.newest_of_thread(context.store, thread, closing) if closing else []
        opened = [message for message in told if not message.body.get("resolved")]
        for message in opened:
            notice = Notice.from_json(message.body)
            said = replace(
                notice, title=f"Over: {notice.title}", summary=f"{who} resolved it." + (f" {reason}" if reason else ""),
                reasons=(), severity="info", resolved=True,
            )  # fmt: skip
            key = f"{thread}/resolved by hand {now.isoformat()}/{message.channel}/{message.recipient}"
            outbox.put(
                context.store,
                draft(said, channel=message.channel, recipient=message.recipient, key=key, about="alert"),
                now,
            )
    return len(opened)

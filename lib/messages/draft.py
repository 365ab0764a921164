"""A notice as a message of the outbox."""

from datetime import datetime
from uuid import uuid4

from lib.notifications import File, Notice
from lib.store.outbox import Attachment, Draft


def draft(
    notice: Notice, *, channel: str, key: str, recipient: str = "", about: str = "", files: tuple[File, ...] = ()
) -> Draft:
    """What `outbox.put` takes. One key is one message, whatever is put how often."""
    attached = tuple(Attachment(file.name, file.media_type, file.content) for file in files)
    return Draft(key, channel, notice.one_line, notice.as_json(), recipient, about, attached)


def trial_draft(channel: str, recipient: str, who: str, now: datetime) -> Draft:
    """A message that only shows that a channel works; every one is a new one."""
    notice = Notice(
        "Test message from Lakeledger",
        f"{who} tries whether this channel works. It does.",
        (("Channel", channel), ("Sent", f"{now:%Y-%m-%d %H:%M:%S} UTC")),
    )
    return draft(notice, channel=channel, recipient=recipient, key=f"test/{channel}/{uuid4().hex}", about="test")

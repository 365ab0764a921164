"""A notice as a message of the outbox."""

from lib.notifications import File, Notice
from lib.store.outbox import Attachment, Draft


def draft(
    notice: Notice, *, channel: str, key: str, recipient: str = "", about: str = "", files: tuple[File, ...] = ()
) -> Draft:
    """What `outbox.put` takes. One key is one message, whatever is put how often."""
    attached = tuple(Attachment(file.name, file.media_type, file.content) for file in files)
    return Draft(key, channel, notice.one_line, notice.as_json(), recipient, about, attached)

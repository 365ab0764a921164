"""What every channel is, and how one says that it could not send."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from lib.errors import Unavailable
from lib.notifications.notice import Notice


@dataclass(frozen=True)
class File:
    """A file that goes along."""

    name: str
    media_type: str
    content: bytes


class NotSent(Unavailable):
    """The message did not go out. The text never holds an address that is a secret."""

    def __init__(self, message: str, *, final: bool = False, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.final = final
        """Trying again cannot help."""
        self.after = after
        """The receiver asks to wait so long."""


class Channel(Protocol):
    """One way out. Made from an address in the settings, which may hold secrets and is never shown."""

    kind: str
    """`slack`, `mail`, …"""
    place: str
    """Where it leads, without secrets: `hooks.slack.com`."""
    knows_keys: bool
    """Receivers tell duplicates by the message's key."""
    takes_files: bool
    closes: bool
    """What opened something there (an incident) is closed by a notice of the same thread that is resolved."""

    def send(self, notice: Notice, *, key: str, recipient: str = "", files: tuple[File, ...] = ()) -> None:
        """Send it, or raise NotSent."""
        ...

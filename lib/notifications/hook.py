"""Channels that post a message to an address and hear nothing back."""

from abc import ABC, abstractmethod

from lib.notifications.channel import File
from lib.notifications.http import call, checked, host_of
from lib.notifications.notice import Notice


class Hook(ABC):
    """An incoming webhook; each kind says what its messages look like."""

    knows_keys = False
    takes_files = False
    closes = False

    def __init__(self, address: str, name: str) -> None:
        self._url = checked(address, name)
        self.place = host_of(self._url)

    def send(self, notice: Notice, *, key: str, recipient: str = "", files: tuple[File, ...] = ()) -> None:
        """Post it."""
        call("POST", self._url, json=self.message(notice, tuple(file.name for file in files)))

    @abstractmethod
    def message(self, notice: Notice, files: tuple[str, ...]) -> dict[str, object]:
        """What is posted; `files` are only named, they stay in the app."""

"""A guard: a test that opens a socket to anything but loopback fails."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every test of this folder; gives the names that were reached for."""
    reached: list[str] = []
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def checked(host: Any) -> None:
        name = host[0] if isinstance(host, tuple) else host
        if isinstance(name, str) and name not in _LOOPBACK and not name.startswith("/"):
            reached.append(name)
            raise OSError(f"a test reached for {name}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        checked(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        checked(address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **more: Any) -> Any:
        checked(host)
        return getaddrinfo(host, *args, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
    yield reached
    assert reached == []

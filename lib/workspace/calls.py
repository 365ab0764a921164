"""Calls through databricks-sdk, each with its own rule for repeating, at a pace that all threads of a client share.

Reading repeats what got no answer. Writing repeats only what was refused before it began (429): whoever creates or
changes something and gets no answer has to look first, and gets `Unsure` to say so. The SDK's own repeating is switched
off by a clock that refuses to wait.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from lib.errors import Unavailable
from lib.workspace.failures import no_answer, translated

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

T = TypeVar("T")
ATTEMPTS = 5
HTTP_S = 60
LONGEST_WAIT_S = 30.0


class Pace:
    """How fast requests may follow each other, over all threads; a refusal for haste holds all of them."""

    def __init__(self, per_second: float = 0, sleep: Callable[[float], None] = time.sleep) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._lock = threading.Lock()
        self._sleep = sleep

    def wait(self) -> None:
        """Wait for one's turn."""
        while True:
            with self._lock:
                now = time.monotonic()
                if now >= self._next:
                    self._next = now + self._gap
                    return
                gap = self._next - now
            self._sleep(gap)

    def hold(self, seconds: float) -> None:
        """Nobody asks for that long."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


class _Wait(Exception):
    """Raised by the SDK's clock where it wanted to sleep before repeating."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Impatient:
    """A clock whose sleep ends the SDK's own repeating."""

    def time(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        raise _Wait(seconds)


class Calls:
    """A client of one workspace. The SDK is imported with the first call."""

    def __init__(
        self,
        host: str | None = None,
        options: Mapping[str, Any] | None = None,
        *,
        rate: float = 0,
        http_s: float = HTTP_S,
        sleep: Callable[[float], None] = time.sleep,
        client: "WorkspaceClient | None" = None,
    ) -> None:
        """`options`: what the SDK's Config gets beside the host (token, profile, …). `rate`: requests a second, 0 for any."""
        self._host = host
        self._options = dict(options or {})
        self._pace = Pace(rate, sleep)
        self._sleep = sleep
        self._http_s = http_s
        self._client = client
        self._lock = threading.Lock()

    @property
    def client(self) -> "WorkspaceClient":
        """The SDK's client."""
        with self._lock:
            if self._client is None:
                with translated("sign in"):
                    self._client = self._make()
            return self._client

    def _make(self) -> "WorkspaceClient":
        from databricks.sdk import WorkspaceClient
        from databricks.sdk.core import Config

        config = Config(
            host=self._host,
            product="lakeledger",
            product_version="0.1.0",
            retry_timeout_seconds=60,
            http_timeout_seconds=self._http_s,
            clock=_Impatient(),
            **self._options,
        )
        return WorkspaceClient(config=config)

    @property
    def host(self) -> str:
        """Address of the workspace."""
        return str(self._host or self.client.config.host).rstrip("/")

    def _read(self, doing: str, act: Callable[["WorkspaceClient"], T]) -> T:
        """Something that may be repeated."""
        return self._asked(doing, act, repeat=True)

    def _write(self, doing: str, act: Callable[["WorkspaceClient"], T]) -> T:
        """Something that is repeated only when it was refused before it began."""
        return self._asked(doing, act, repeat=False)

    def _asked(self, doing: str, act: Callable[["WorkspaceClient"], T], *, repeat: bool) -> T:
        client = self.client
        for attempt in range(1, ATTEMPTS + 1):
            self._pace.wait()
            try:
                with translated(doing, unsure=not repeat):
                    return act(client)
            except _Wait as wait:
                cause = wait.__context__
                refused = getattr(cause, "error_code", "") in ("RESOURCE_EXHAUSTED", "REQUEST_LIMIT_EXCEEDED") or (
                    type(cause).__name__ == "TooManyRequests"
                )
                if not (refused or repeat):
                    raise no_answer(doing) from cause
                if attempt == ATTEMPTS:
                    raise Unavailable(
                        f"The workspace did not answer in time to {doing}.", remedy="Try again in a minute."
                    ) from cause
                after = getattr(cause, "retry_after_secs", None)
                seconds = min(LONGEST_WAIT_S, float(after) if after is not None else 0.25 * 2**attempt)
                seconds += random.uniform(0, 0.2)
                if refused:
                    self._pace.hold(seconds)
                else:
                    self._sleep(seconds)
        raise AssertionError

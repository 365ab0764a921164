"""People with a browser, without the browser: WebSocket clients that speak Streamlit's protocol to a running app.

A visitor does what a tab does: asks for a page, takes every message, lets fragments run by the clock they ask for, reads for
a while, opens the next page. What a browser would draw is looked at for errors and for words that this person must not see.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

PAUSE_S = (5.0, 25.0)
"""How long a person looks at a page."""
ARRIVE_S = 10.0
"""All have come within this time."""
AT_REST_S = 5.0
"""A fragment that comes back sooner than this waits for an answer: the page is not complete yet."""
LIMIT_S = 120.0
"""A page that is not complete by then is an error."""


@dataclass(frozen=True)
class Who:
    """One kind of visitor."""

    name: str
    headers: dict[str, str] = field(default_factory=dict)
    """What a proxy would add to the request."""
    own: tuple[bytes, ...] = ()
    """Words of rows this person may see: that they come shows that the search would find others."""
    foreign: tuple[bytes, ...] = ()
    """Words of rows that only others may see."""


@dataclass
class Seen:
    """What all visitors together saw."""

    views: list[float] = field(default_factory=list)
    """Seconds from asking for a page until it was complete."""
    by_page: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    """Every message with a word that its reader must not see."""
    own: dict[str, int] = field(default_factory=dict)
    """Messages with a reader's own words, by name."""
    sizes: list[float] = field(default_factory=list)
    """Resident memory of the server at a third of the time and at the end, MB."""
    runs: Counter[str] = field(default_factory=Counter)
    """How often the server drew a whole page, and a fragment of one."""
    unfinished: int = 0
    """Pages that were being drawn when time was up."""


class Visitor:
    """One tab."""

    def __init__(self, socket: ClientConnection, address: str, who: Who, seen: Seen) -> None:
        self._socket = socket
        self._address = address
        self._who = who
        self._seen = seen
        self._complete = asyncio.Event()
        self._clocks: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self.pages: dict[str, str] = {}
        """Address of each page of the menu → its hash."""
        self.page = ""

    @property
    def complete(self) -> bool:
        """Has the page that was asked for last been drawn?"""
        return self._complete.is_set()

    async def open(self, page: str) -> None:
        """Ask for a page and wait until it is complete."""
        self.page = page
        self._complete.clear()
        began = time.perf_counter()
        await self._ask(self.pages.get(page, ""))
        try:
            await asyncio.wait_for(self._complete.wait(), LIMIT_S)
        except TimeoutError:
            self._wrong(f"not complete after {LIMIT_S:.0f} s")
            return
        self._seen.views.append(time.perf_counter() - began)
        self._seen.by_page[page] = self._seen.by_page.get(page, 0) + 1

    async def listen(self) -> None:
        """Take messages until the socket closes."""
        try:
            async for data in self._socket:
                assert isinstance(data, bytes)
                self._look_for_words(data)
                self._take(ForwardMsg.FromString(data))
        finally:
            self._stop_clocks(list(self._clocks))

    async def _ask(self, page_hash: str, fragment: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.page_script_hash = page_hash
        state.fragment_id = fragment
        state.is_auto_rerun = bool(fragment)
        state.context_info.timezone = "UTC"
        state.context_info.locale = "en-US"
        state.context_info.url = f"{self._address}/{self.page}"
        await self._socket.send(message.SerializeToString())

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "navigation":
                self.pages = {
                    page.url_pathname: page.page_script_hash
                    for page in message.navigation.app_pages
                    if not page.is_hidden
                }
            case "new_session" if message.metadata.run.fragment_ids:
                self._seen.runs["fragment"] += 1
            case "new_session":
                self._seen.runs["page"] += 1
                self._stop_clocks(list(self._clocks))
            case "auto_rerun":
                self._start_clock(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            case "stop_auto_rerun":
                self._stop_clocks(message.stop_auto_rerun.fragment_ids)
            case "delta" if message.delta.HasField("new_element"):
                self._look_for_errors(message.delta.new_element)
            case "script_finished" if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                if all(interval >= AT_REST_S for interval, _ in self._clocks.values()):
                    self._complete.set()
            case "script_finished" if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self._wrong("the script does not compile")
            case "page_not_found":
                self._wrong("page not found")

    def _look_for_errors(self, element: Any) -> None:
        if element.HasField("exception"):
            self._wrong(f"exception {element.exception.type} {element.exception.message}")
        elif element.HasField("alert") and element.alert.format == Alert.ERROR:
            self._wrong(element.alert.body)

    def _look_for_words(self, data: bytes) -> None:
        who, seen = self._who, self._seen
        seen.foreign += [f"{who.name}, {self.page or '/'}: {word.decode()}" for word in who.foreign if word in data]
        if any(word in data for word in who.own):
            seen.own[who.name] = seen.own.get(who.name, 0) + 1

    def _wrong(self, what: str) -> None:
        self._seen.errors.append(f"{self._who.name}, {self.page or '/'}: {what}")

    def _start_clock(self, fragment: str, interval: float) -> None:
        self._stop_clocks([fragment])

        async def tick() -> None:
            with suppress(ConnectionClosed):
                while True:
                    await asyncio.sleep(interval)
                    await self._ask(self.pages.get(self.page, ""), fragment)

        self._clocks[fragment] = (interval, asyncio.create_task(tick()))

    def _stop_clocks(self, fragments: Any) -> None:
        for fragment in fragments:
            if fragment in self._clocks:
                self._clocks.pop(fragment)[1].cancel()


def visit(address: str, people: tuple[Who, ...], sessions: int, span_s: float, resident: Callable[[], float]) -> Seen:
    """So many sessions at once for so long; `people` take turns. The same sessions open the same pages on every run."""
    return asyncio.run(_visit(address, people, sessions, span_s, resident))


async def _visit(
    address: str, people: tuple[Who, ...], sessions: int, span_s: float, resident: Callable[[], float]
) -> Seen:
    seen = Seen()
    until = time.perf_counter() + span_s
    tabs = [
        asyncio.create_task(_stay(address, people[number % len(people)], random.Random(number), until, seen))
        for number in range(sessions)
    ]
    await asyncio.sleep(span_s / 3)
    seen.sizes.append(resident())
    await asyncio.sleep(max(0.0, until - time.perf_counter()))
    seen.sizes.append(resident())
    for ended in await asyncio.gather(*tabs, return_exceptions=True):
        if isinstance(ended, BaseException):
            seen.errors.append(f"a session ended: {type(ended).__name__} {ended}")
    return seen


async def _stay(address: str, who: Who, chance: random.Random, until: float, seen: Seen) -> None:
    await asyncio.sleep(chance.uniform(0, min(ARRIVE_S, (until - time.perf_counter()) / 3)))
    async with connect(
        address.replace("http://", "ws://") + "/_stcore/stream",
        origin=Origin(address),
        subprotocols=[Subprotocol("streamlit")],
        additional_headers=who.headers,
        max_size=None,
        open_timeout=60,
    ) as socket:
        visitor = Visitor(socket, address, who, seen)
        listening = asyncio.create_task(visitor.listen())
        reading = asyncio.create_task(_read(visitor, chance))
        left = max(0.0, until - time.perf_counter())
        done, _ = await asyncio.wait({listening, reading}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        if done:
            closed = f"{socket.close_code} {socket.close_reason}"
            seen.errors.append(f"{who.name}, {visitor.page or '/'}: the socket closed ({closed})")
        elif not visitor.complete:
            seen.unfinished += 1
        for task in (listening, reading):
            task.cancel()
        for ended in await asyncio.gather(listening, reading, return_exceptions=True):
            if isinstance(ended, Exception) and not isinstance(ended, ConnectionClosed):
                raise ended


async def _read(visitor: Visitor, chance: random.Random) -> None:
    await visitor.open("")
    while True:
        await asyncio.sleep(chance.uniform(*PAUSE_S))
        await visitor.open(chance.choice(sorted(visitor.pages) or [""]))

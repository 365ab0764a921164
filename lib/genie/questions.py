"""How many questions people asked a space: counted from its conversations, which only who manages the space may list.

A question of a period may stand in a conversation that began before it, so conversations of some weeks before are read
too. Busy spaces have more conversations than it is decent to read: then the number is a lower bound, and says so.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from itertools import islice
from typing import TYPE_CHECKING, Any

from lib.errors import AppError

if TYPE_CHECKING:
    from lib.workspace.genie import GenieClient

MOST = 300
"""Conversations that are read of one space, the newest ones."""
WORKERS = 8
LONGEST_DAYS = 31
"""How long a conversation goes on at most."""


@dataclass(frozen=True)
class Asked:
    """Questions of a period."""

    questions: int
    people: int
    """Who asked them."""
    complete: bool = True
    """False: not all conversations were read, so there were at least so many."""


def asked(workspace: "GenieClient", space_id: str, start: date, end: date) -> Asked | None:
    """Questions from `start` to before `end` (UTC); None when the conversations may not be listed."""
    first, last = _ms(start), _ms(end)
    try:
        talks = list(islice(_talks(workspace, space_id, _ms(start - timedelta(days=LONGEST_DAYS)), last), MOST + 1))
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="genie-questions") as pool:
            read = list(pool.map(lambda talk: list(workspace.messages(space_id, talk.conversation_id)), talks[:MOST]))
    except AppError:
        return None
    found = [m for messages in read for m in messages if first <= (m.created_timestamp or 0) < last]
    return Asked(len(found), len({message.user_id for message in found}), len(talks) <= MOST)


def _talks(workspace: "GenieClient", space_id: str, first: int, last: int) -> Iterator[Any]:
    """Conversations that began in a span of time; they come newest first."""
    for talk in workspace.conversations(space_id, everyone=True):
        began = talk.created_timestamp or 0
        if began < first:
            return
        if began < last:
            yield talk


def _ms(day: date) -> int:
    return int(datetime.combine(day, time(), timezone.utc).timestamp() * 1000)

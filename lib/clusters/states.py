"""What a cluster's state allows, and what to say when it does not. Pure."""

from datetime import datetime
from typing import Literal

Act = Literal["start", "stop", "restart"]
ACTS: tuple[Act, ...] = ("start", "stop", "restart")

ALLOWED: dict[Act, frozenset[str]] = {
    "start": frozenset({"TERMINATED"}),
    "stop": frozenset({"RUNNING", "PENDING", "RESTARTING", "RESIZING", "ERROR"}),
    "restart": frozenset({"RUNNING"}),
}
GOAL: dict[Act, str] = {"start": "RUNNING", "stop": "TERMINATED", "restart": "RUNNING"}
"""State that an act is over in."""
ON_THE_WAY: dict[Act, frozenset[str]] = {
    "start": frozenset({"PENDING", "RUNNING", "RESIZING"}),
    "stop": frozenset({"TERMINATING", "TERMINATED"}),
    "restart": frozenset({"RESTARTING", "PENDING", "RUNNING"}),
}
"""States in which the act has been taken up: reaching one is success, whoever's request did it."""
WORDS = {
    "RUNNING": "Running",
    "PENDING": "Starting",
    "RESTARTING": "Restarting",
    "RESIZING": "Resizing",
    "TERMINATING": "Stopping",
    "TERMINATED": "Stopped",
    "ERROR": "Error",
    "UNKNOWN": "Unknown",
}
ORDER = ("RUNNING", "RESIZING", "PENDING", "RESTARTING", "TERMINATING", "ERROR", "UNKNOWN", "TERMINATED")
"""Running first: what costs money comes before what does not."""
MOVING = frozenset({"PENDING", "RESTARTING", "RESIZING", "TERMINATING"})


def words(state: str) -> str:
    """The state as people say it.

    >>> words("TERMINATING"), words("SOMETHING_NEW")
    ('Stopping', 'Something new')
    """
    return WORDS.get(state, state.replace("_", " ").capitalize())


def rank(state: str) -> int:
    """Where a state stands in a list; unknown ones stand before the stopped."""
    return ORDER.index(state) if state in ORDER else len(ORDER) - 2


def refusal(act: Act, name: str, state: str) -> str:
    """Why the state does not allow the act; empty when it does.

    >>> refusal("start", "etl", "RUNNING")
    'etl is running already.'
    """
    if state in ALLOWED[act]:
        return ""
    if act == "start":
        if state == "RUNNING":
            return f"{name} is running already."
        if state == "TERMINATING":
            return f"{name} is still stopping; it can be started once it has stopped."
        return f"{name} cannot be started: it is {words(state).lower()}."
    if act == "stop":
        return f"{name} is {words(state).lower()} already."
    return f"{name} cannot be restarted: it is {words(state).lower()}, and only a running cluster can."


def done_words(act: Act, name: str, state: str) -> str:
    """What is going on after the act was asked for."""
    if state == GOAL[act]:
        return f"{name} is {words(state).lower()}."
    return f"{name} is {words(state).lower()}: this goes on by itself."


def uptime_s(state: str, since: datetime | None, now: datetime) -> float | None:
    """Seconds it has been up; None when it is not."""
    if state not in ("RUNNING", "RESIZING", "RESTARTING", "TERMINATING") or since is None:
        return None
    return max((now - since).total_seconds(), 0.0)

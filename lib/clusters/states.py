"""What the state of a cluster or a SQL warehouse allows, and what to say when it does not. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Act = Literal["start", "stop", "restart"]
ACTS: tuple[Act, ...] = ("start", "stop", "restart")


@dataclass(frozen=True)
class Rules:
    """The states of one kind of compute, as far as acts go."""

    noun: str
    allowed: Mapping[Act, frozenset[str]]
    """States an act can begin in; an act that the kind does not know is not there."""
    goal: Mapping[Act, str]
    """State that an act is over in."""
    on_the_way: Mapping[Act, frozenset[str]]
    """States in which the act has been taken up: reaching one is success, whoever's request did it."""


CLUSTER = Rules(
    "cluster",
    {
        "start": frozenset({"TERMINATED"}),
        "stop": frozenset({"RUNNING", "PENDING", "RESTARTING", "RESIZING", "ERROR"}),
        "restart": frozenset({"RUNNING"}),
    },
    {"start": "RUNNING", "stop": "TERMINATED", "restart": "RUNNING"},
    {
        "start": frozenset({"PENDING", "RUNNING", "RESIZING"}),
        "stop": frozenset({"TERMINATING", "TERMINATED"}),
        "restart": frozenset({"RESTARTING", "PENDING", "RUNNING"}),
    },
)
WAREHOUSE = Rules(
    "SQL warehouse",
    {"start": frozenset({"STOPPED"}), "stop": frozenset({"RUNNING", "STARTING"})},
    {"start": "RUNNING", "stop": "STOPPED"},
    {"start": frozenset({"STARTING", "RUNNING"}), "stop": frozenset({"STOPPING", "STOPPED"})},
)
ENDING = frozenset({"TERMINATING", "STOPPING"})
WORDS = {
    "RUNNING": "Running",
    "PENDING": "Starting",
    "RESTARTING": "Restarting",
    "RESIZING": "Resizing",
    "TERMINATING": "Stopping",
    "TERMINATED": "Stopped",
    "STARTING": "Starting",
    "STOPPING": "Stopping",
    "STOPPED": "Stopped",
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


def refusal(act: Act, name: str, state: str, of: Rules = CLUSTER) -> str:
    """Why the state does not allow the act; empty when it does.

    >>> refusal("start", "etl", "RUNNING")
    'etl is running already.'
    >>> refusal("restart", "bi", "RUNNING", WAREHOUSE)
    'bi cannot be restarted: a SQL warehouse can only be started and stopped.'
    """
    if act not in of.allowed:
        return f"{name} cannot be {act}ed: a {of.noun} can only be started and stopped."
    if state in of.allowed[act]:
        return ""
    if act == "start":
        if state == "RUNNING":
            return f"{name} is running already."
        if state in ENDING:
            return f"{name} is still stopping; it can be started once it has stopped."
        return f"{name} cannot be started: it is {words(state).lower()}."
    if act == "stop":
        return f"{name} is {words(state).lower()} already."
    return f"{name} cannot be restarted: it is {words(state).lower()}, and only a running cluster can."


def done_words(act: Act, name: str, state: str, of: Rules = CLUSTER) -> str:
    """What is going on after the act was asked for."""
    if state == of.goal[act]:
        return f"{name} is {words(state).lower()}."
    return f"{name} is {words(state).lower()}: this goes on by itself."


def uptime_s(state: str, since: datetime | None, now: datetime) -> float | None:
    """Seconds it has been up; None when it is not."""
    if state not in ("RUNNING", "RESIZING", "RESTARTING", "TERMINATING") or since is None:
        return None
    return max((now - since).total_seconds(), 0.0)

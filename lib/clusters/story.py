"""A cluster's events as stories: one from start to end, in words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from lib.workspace.compute import ClusterEvent, Reason

REASONS = {
    "USER_REQUEST": "stopped by {username}",
    "INACTIVITY": "stopped by itself after {inactivity_duration_min} minutes without work",
    "JOB_FINISHED": "ended because its job finished",
    "CLOUD_PROVIDER_SHUTDOWN": "ended because the cloud shut its machines down",
    "CLOUD_PROVIDER_LAUNCH_FAILURE": "ended because the cloud could not launch its machines",
    "CLOUD_PROVIDER_RESOURCE_STOCKOUT": "ended because the cloud had no machines of this type left",
    "COMMUNICATION_LOST": "ended because the platform lost contact with it",
    "DRIVER_UNREACHABLE": "ended because its driver could not be reached",
    "DRIVER_UNRESPONSIVE": "ended because its driver stopped answering",
    "INIT_SCRIPT_FAILURE": "ended because an init script failed",
    "INSTANCE_POOL_CLUSTER_FAILURE": "ended because its pool could not give it machines",
    "INTERNAL_ERROR": "ended by a fault of the platform",
    "SPARK_ERROR": "ended because Spark failed",
    "SPARK_STARTUP_FAILURE": "ended because Spark did not start",
    "SPOT_INSTANCE_TERMINATION": "the cloud took back a spot machine",
    "TRIAL_EXPIRED": "ended because the trial is over",
    "UNEXPECTED_LAUNCH_FAILURE": "ended because it could not be launched",
}
FAILED_KINDS = frozenset({"CLOUD_FAILURE", "CLIENT_ERROR", "SERVICE_FAULT"})
SINGLE = {
    "DRIVER_NOT_RESPONDING": "The driver stopped answering, most often for lack of memory",
    "DRIVER_UNAVAILABLE": "The driver was not reachable",
    "NODES_LOST": "Machines were lost",
    "SPARK_EXCEPTION": "Spark reported an exception",
    "METASTORE_DOWN": "The metastore did not answer",
    "DBFS_DOWN": "DBFS did not answer",
    "ADD_NODES_FAILED": "Machines could not be added",
    "AUTOSCALING_FAILED": "Scaling failed",
    "EDITED": "Its configuration was changed",
    "PINNED": "It was pinned",
    "UNPINNED": "It was unpinned",
    "NODE_BLACKLISTED": "A machine was set aside",
    "FAILED_TO_EXPAND_DISK": "The disk could not grow",
    "EXPANDED_DISK": "The disk grew",
}
TROUBLE = frozenset(
    {
        "DRIVER_NOT_RESPONDING", "DRIVER_UNAVAILABLE", "NODES_LOST", "SPARK_EXCEPTION", "METASTORE_DOWN", "DBFS_DOWN",
        "ADD_NODES_FAILED", "AUTOSCALING_FAILED", "FAILED_TO_EXPAND_DISK",
    }
)  # fmt: skip
OPENING = frozenset({"CREATING", "STARTING"})
QUIET = frozenset({"DRIVER_HEALTHY", "AUTOSCALING_STATS_REPORT", "INIT_SCRIPTS_STARTED", "INIT_SCRIPTS_FINISHED"})


@dataclass(frozen=True)
class Moment:
    """One thing that happened, as a sentence."""

    at: datetime
    says: str
    trouble: bool = False


@dataclass
class Story:
    """A cluster from one start to its end, or something that happened between two."""

    began: datetime
    ended: datetime | None = None
    headline: str = ""
    moments: list[Moment] = field(default_factory=list)
    most_workers: int | None = None

    @property
    def troubles(self) -> int:
        """How many things went wrong."""
        return sum(moment.trouble for moment in self.moments)


def why(reason: Reason | None) -> str:
    """Why a cluster ended, in words.

    >>> why(Reason("INACTIVITY", "SUCCESS", {"inactivity_duration_min": "45"}))
    'stopped by itself after 45 minutes without work'
    """
    if reason is None:
        return "ended; the platform gives no reason"
    template = REASONS.get(reason.code)
    said = {"username": "somebody", "inactivity_duration_min": "some"} | dict(reason.parameters)
    if template is None:
        return f"ended: {reason.code.replace('_', ' ').lower()}"
    try:
        return template.format(**said)
    except (KeyError, IndexError, ValueError):
        return f"ended: {reason.code.replace('_', ' ').lower()}"


def failed(reason: Reason | None) -> bool:
    """Whether an ending is a failure and not somebody's wish."""
    return reason is not None and reason.kind in FAILED_KINDS


def stories(events: Iterable[ClusterEvent]) -> list[Story]:
    """Events put together from start to end, newest story first; the moments of each in order."""
    told: list[Story] = []
    current: Story | None = None
    for event in sorted(events, key=lambda event: event.at):
        if event.kind in QUIET:
            continue
        if event.kind in OPENING and (current is None or current.ended is not None or event.kind == "CREATING"):
            current = Story(event.at)
            told.append(current)
        if current is None or (current.ended is not None and event.kind not in OPENING):
            aside = Story(event.at, event.at)
            aside.moments.append(_moment(event))
            told.append(aside)
            continue
        current.moments.append(_moment(event))
        if event.workers is not None:
            current.most_workers = max(current.most_workers or 0, event.workers)
        if event.kind == "TERMINATING":
            current.ended = event.at
    for story in told:
        story.headline = _headline(story)
    return sorted(told, key=lambda story: story.began, reverse=True)


def _headline(story: Story) -> str:
    first, last = story.moments[0], story.moments[-1]
    if len(story.moments) == 1:
        return first.says
    said = first.says
    if story.ended is not None:
        said += f"; {last.says[0].lower()}{last.says[1:]}"
    return said


def _moment(event: ClusterEvent) -> Moment:
    return Moment(
        event.at, _sentence(event), event.kind in TROUBLE or (event.kind == "TERMINATING" and failed(event.reason))
    )


def _sentence(event: ClusterEvent) -> str:
    by = f" by {event.who}" if event.who else ""
    match event.kind:
        case "CREATING":
            return f"Created and started{by}"
        case "STARTING":
            return f"Started{by}"
        case "RESTARTING":
            return f"Restarted{by}"
        case "RUNNING":
            return "Ready" + (f" with {_workers(event.workers)}" if event.workers is not None else "")
        case "RESIZING":
            return _resizing(event, by)
        case "UPSIZE_COMPLETED":
            return f"Now at {_workers(event.workers)}"
        case "TERMINATING":
            said = why(event.reason)
            return said[0].upper() + said[1:]
        case "NODES_LOST":
            because = f": {why(event.reason)}" if event.reason else ""
            return f"{SINGLE[event.kind]}{because}"
        case _:
            known = SINGLE.get(event.kind, event.kind.replace("_", " ").capitalize())
            return known + by + (f" ({event.message})" if event.message else "")


def _resizing(event: ClusterEvent, by: str) -> str:
    wanted = _workers(event.wanted_workers) if event.wanted_workers is not None else "another size"
    cause = {"AUTOSCALE": "Scaled", "USER_REQUEST": "Resized", "AUTORECOVERY": "Recovering"}.get(event.cause, "Resized")
    grew = event.workers is not None and event.wanted_workers is not None
    way = " up" if grew and (event.wanted_workers or 0) > (event.workers or 0) else " down" if grew else ""
    return f"{cause}{way if cause == 'Scaled' else ''} to {wanted}{by}"


def _workers(count: int | None) -> str:
    if not count:
        return "no workers"
    return "1 worker" if count == 1 else f"{count} workers"

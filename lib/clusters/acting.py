"""Starting, stopping and restarting clusters: who may, what will happen, the call, and the record of it.

The one module that acts. Every refusal, attempt and result is an event in the store; a call without the page is refused
like a click. Nothing waits: a caller looks again with `look`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from lib.access import Role, Viewer
from lib.clusters import states
from lib.clusters.states import Act
from lib.errors import AccessError, AppError, InputError, NotFound, Unavailable
from lib.spend import formatting
from lib.store import events
from lib.store.events import Event
from lib.workspace import acts, compute
from lib.workspace.compute import ActiveRun, LiveCluster
from lib.workspace.permissions import grants, levels_of

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

    from lib.store import Store

Result = Literal["done", "refused", "failed", "dry run"]
LEVELS = frozenset({"CAN_RESTART", "CAN_MANAGE"})
"""What a person needs on a cluster to start, stop or restart it."""
VERBS: dict[Act, tuple[str, Callable[["WorkspaceClient", str], None]]] = {
    "start": ("start", acts.start_cluster),
    "stop": ("stop", acts.stop_cluster),
    "restart": ("restart", acts.restart_cluster),
}
MOST_AT_ONCE = 50
"""Clusters of one bulk act: more than a person can have looked at is a mistake."""
REASON_LENGTH = 500


@dataclass(frozen=True)
class Limits:
    """Where operators may act; admins may everywhere. Empty: no limit."""

    workspaces: frozenset[str] = frozenset()
    tags: tuple[tuple[str, str], ...] = ()
    """A cluster must carry one of these; an empty value stands for any."""
    production: tuple[tuple[str, str], ...] = (("env", "prod"), ("env", "production"), ("environment", "prod"))
    """Clusters with one of these tags ask for their name before they are stopped or restarted."""


def tag_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Tags of a setting: `env=dev, team`; a key alone means any value.

    >>> tag_pairs("env=dev, team")
    (('env', 'dev'), ('team', ''))
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return tuple((key.strip(), value.strip()) for key, _, value in (part.partition("=") for part in parts))


def carries(tags: Mapping[str, str], wanted: Iterable[tuple[str, str]]) -> bool:
    """Whether one of the tags is there; case does not matter."""
    mine = {key.casefold(): value.casefold() for key, value in tags.items()}
    return any(
        key.casefold() in mine and (not value or mine[key.casefold()] == value.casefold()) for key, value in wanted
    )


@dataclass(frozen=True)
class Activity:
    """What the tables know of people on a cluster lately."""

    people: tuple[str, ...] = ()
    known_until: datetime | None = None
    """How far the audit log goes; None when it was not loaded."""


@dataclass(frozen=True)
class Preview:
    """What an act would do, before anybody does it."""

    act: Act
    cluster: LiveCluster
    refusals: tuple[str, ...]
    """Why it may not be done by this person, or not now; empty when it may."""
    consequences: tuple[str, ...]
    """What will happen, the weightiest first."""
    typed_name: str = ""
    """The name that must be typed first; empty when none must."""
    runs: tuple[ActiveRun, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether it may be done."""
        return not self.refusals


@dataclass(frozen=True)
class Outcome:
    """What came of one act on one cluster."""

    act: Act
    cluster_id: str
    name: str
    result: Result
    message: str
    before: str = ""
    """State before."""
    after: str = ""
    """State right after the call."""
    event_id: int | None = None

    @property
    def ok(self) -> bool:
        """Whether it was done, or would have been."""
        return self.result in ("done", "dry run")


@dataclass(frozen=True)
class Desk:
    """Everything acting needs. The client is the app's; what the viewer may do is asked each time."""

    client: "WorkspaceClient"
    workspace_id: str
    store: "Store"
    now: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    cost_per_hour: Callable[[str], tuple[float, str] | None] = lambda _: None
    """Cluster id → what an hour of it costs and the currency, from its own usage; None when nobody measured it."""
    activity: Callable[[str], Activity] = lambda _: Activity()

    # ── before ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def preview(self, viewer: Viewer, act: Act, cluster_id: str) -> Preview:
        """Look at the cluster, the person's rights and what goes on, and say what would happen."""
        cluster = compute.cluster(self.client, cluster_id)
        refusals = [text for text in (self._forbidden(viewer, act, cluster),) if text]
        wrong_state = states.refusal(act, cluster.name, cluster.state)
        if wrong_state:
            refusals.append(wrong_state)
        runs, unknown = self._runs(cluster_id) if act != "start" else ((), "")
        typed = cluster.name if act != "start" and carries(cluster.tags, self.limits.production) else ""
        return Preview(
            act, cluster, tuple(refusals), tuple(self._consequences(act, cluster, runs, unknown)), typed, runs
        )

    def _forbidden(self, viewer: Viewer, act: Act, cluster: LiveCluster) -> str:
        """Why this person may not, in words; empty when they may."""
        try:
            viewer.require(Role.OPERATOR, f"{act} clusters")
        except AccessError as error:
            return str(error)
        if viewer.role < Role.ADMIN:
            if self.limits.workspaces and self.workspace_id not in self.limits.workspaces:
                return "Operators may not act on clusters of this workspace: the app's settings limit them to others."
            if self.limits.tags and not carries(cluster.tags, self.limits.tags):
                wanted = " or ".join(f"{key}={value}" if value else key for key, value in self.limits.tags)
                return f"Operators may act only on clusters tagged {wanted}; {cluster.name} is not."
        try:
            held = levels_of(grants(self.client, "clusters", cluster.cluster_id), viewer.name, viewer.groups)
        except AccessError:
            return (
                f"Whether {viewer.name} may {act} {cluster.name} cannot be checked: the app itself may not read the "
                "cluster's permissions. Give its service principal CAN_MANAGE on the cluster."
            )
        if not held & LEVELS:
            has = f"only {', '.join(sorted(held))}" if held else "no permission"
            return (
                f"{viewer.name} has {has} on {cluster.name}. To {act} it takes CAN_RESTART or CAN_MANAGE; "
                f"{cluster.owner or 'its owner'} or a workspace admin can give it."
            )
        return ""

    def _runs(self, cluster_id: str) -> tuple[tuple[ActiveRun, ...], str]:
        try:
            return tuple(run for run in compute.active_runs(self.client) if cluster_id in run.clusters), ""
        except (AccessError, Unavailable) as error:
            return (), f"Which job runs are on it could not be found out: {error.message}"

    def _consequences(self, act: Act, cluster: LiveCluster, runs: tuple[ActiveRun, ...], unknown: str) -> Iterable[str]:
        if unknown:
            yield unknown
        if runs:
            names = ", ".join(run.name or run.job_id for run in runs[:5])
            yield f"{formatting.plural(len(runs), 'job run')} on it will fail: {names}."
        if act != "start":
            yield "Attached notebooks lose their state; which are attached no interface of the platform tells."
            yield self._people(cluster)
        cost = self.cost_per_hour(cluster.cluster_id)
        if cost is not None:
            amount = formatting.money(cost[0], cost[1])
            word = {"start": "It costs about", "stop": "It saves about", "restart": "It goes on costing about"}[act]
            yield f"{word} {amount} an hour, as its own use of the last 30 days has it."
        elif act != "restart":
            yield "What an hour of it costs is not known: nobody measured it lately."
        if act == "start":
            stops = f"after {cluster.auto_stop_minutes} minutes without work" if cluster.auto_stop_minutes else "never"
            yield f"It stops by itself {stops}."
        if act == "stop":
            yield "Its configuration stays, and it can be started again."

    def _people(self, cluster: LiveCluster) -> str:
        seen = self.activity(cluster.cluster_id)
        if seen.known_until is None:
            return "Who was active on it lately is not known: the audit log was not loaded."
        late = self.now() - seen.known_until > timedelta(minutes=30)
        until = f" (the audit log goes to {seen.known_until:%d %b %H:%M} UTC)" if late else ""
        if not seen.people:
            return f"The audit log names nobody on it in the last 30 minutes{until}."
        return f"Active on it in the last 30 minutes: {', '.join(seen.people[:5])}{until}."

    # ── doing ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def act(
        self, viewer: Viewer, act: Act, cluster_id: str, *, reason: str, typed_name: str = "", dry_run: bool = False
    ) -> Outcome:
        """Do it, if the person may and the state allows; every way it can end is an outcome, and on record."""
        outcome = Outcome(act, cluster_id, cluster_id, "failed", "")
        try:
            if act not in states.ACTS:
                raise InputError(f"There is no act {act!r}.", remedy=f"Acts are {', '.join(states.ACTS)}.")
            if not reason.strip():
                raise InputError("A reason is missing.", remedy="Say in a few words why: it is kept with the act.")
            viewer.require(Role.OPERATOR, f"{act} clusters")
            seen = self.preview(viewer, act, cluster_id)
            outcome = replace(outcome, name=seen.cluster.name, before=seen.cluster.state, after=seen.cluster.state)
            if seen.refusals:
                outcome = replace(outcome, result="refused", message=" ".join(seen.refusals))
            elif seen.typed_name and typed_name.strip() != seen.typed_name and not dry_run:
                outcome = replace(
                    outcome, result="refused",
                    message=f"{seen.cluster.name} is tagged as production: its name must be typed to {act} it.",
                )  # fmt: skip
            elif dry_run:
                outcome = replace(
                    outcome, result="dry run", message=f"Would {act} {seen.cluster.name}. Nothing was done."
                )
            else:
                outcome = self._called(outcome)
        except AccessError as error:
            outcome = replace(outcome, result="refused", message=str(error))
        except AppError as error:
            outcome = replace(outcome, result="failed", message=str(error))
        return replace(outcome, event_id=self._record(viewer, outcome, reason))

    def _called(self, outcome: Outcome) -> Outcome:
        """The call itself, and how the cluster stands after it."""
        verb, call = VERBS[outcome.act]
        problem: AppError | None = None
        try:
            call(self.client, outcome.cluster_id)
        except AppError as error:
            problem = error
        try:
            state = compute.cluster(self.client, outcome.cluster_id).state
        except NotFound:
            return replace(outcome, result="failed", message=f"{outcome.name} is gone: somebody deleted it meanwhile.")
        except AppError as error:
            if problem is None:
                return replace(
                    outcome, result="done", message=f"Asked to {verb} {outcome.name}; its state is not known yet."
                )
            raise problem from error
        if problem is None or (state in states.ON_THE_WAY[outcome.act] and not isinstance(problem, AccessError)):
            return replace(
                outcome, result="done", after=state, message=states.done_words(outcome.act, outcome.name, state)
            )
        if isinstance(problem, InputError) and state != outcome.before:
            changed = (
                states.refusal(outcome.act, outcome.name, state) or f"{outcome.name} is {states.words(state).lower()}."
            )
            return replace(outcome, result="failed", after=state, message=f"It changed meanwhile: {changed}")
        raise problem

    def many(
        self,
        viewer: Viewer,
        act: Act,
        cluster_ids: Iterable[str],
        *,
        reason: str,
        typed: str = "",
        dry_run: bool = False,
    ) -> list[Outcome]:
        """The same for several, one after the other; one that fails keeps none of the others.

        `typed`: for production clusters, the number of clusters typed as a word of confirmation ("3"): each one's name
        counts as typed then.
        """
        ids = list(dict.fromkeys(cluster_ids))
        if len(ids) > MOST_AT_ONCE:
            raise InputError(
                f"{len(ids)} clusters at once are too many.", remedy=f"Choose at most {MOST_AT_ONCE} at a time."
            )
        confirmed = typed.strip() == str(len(ids))
        outcomes = []
        for cluster_id in ids:
            name = ""
            if confirmed:
                try:
                    name = compute.cluster(self.client, cluster_id).name
                except AppError:
                    name = ""
            outcomes.append(self.act(viewer, act, cluster_id, reason=reason, typed_name=name, dry_run=dry_run))
        return outcomes

    def look(self, cluster_id: str) -> LiveCluster:
        """How it stands now."""
        return compute.cluster(self.client, cluster_id)

    def _record(self, viewer: Viewer, outcome: Outcome, reason: str) -> int:
        return events.record(
            self.store,
            Event(
                at=self.now(),
                who=viewer.name,
                act=f"{outcome.act} cluster",
                object_type="cluster",
                object_id=outcome.cluster_id,
                object_name=outcome.name,
                workspace_id=self.workspace_id,
                before={"state": outcome.before} if outcome.before else None,
                after={"state": outcome.after} if outcome.after else None,
                reason=reason.strip()[:REASON_LENGTH],
                result=outcome.result,
                detail=outcome.message,
            ),
        )

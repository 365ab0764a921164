"""Starting and stopping compute, clusters and SQL warehouses: who may, what will happen, the call, and the record of it.

The one module that acts on them; what the two kinds differ in is in `Kind`. Every refusal, attempt and result is an event in
the store; a call without the page is refused like a click. Nothing waits: a caller looks again with `look`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lib.access import Role, Viewer
from lib.clusters import states
from lib.clusters.states import Act
from lib.errors import AccessError, AppError, InputError, NotFound, Unavailable
from lib.spend import formatting
from lib.store import events
from lib.store.events import Event
from lib.workspace import acts, compute
from lib.workspace import warehouses as live_warehouses
from lib.workspace.permissions import grants, levels_of
from lib.workspace.warehouses import WarehouseInfo

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
WAREHOUSE_LEVELS: dict[Act, frozenset[str]] = {
    "start": frozenset({"CAN_USE", "IS_OWNER", "CAN_MANAGE"}),
    "stop": frozenset({"IS_OWNER", "CAN_MANAGE"}),
}
"""What a person needs on a SQL warehouse. The vendor's table of abilities gives starting to CAN_USE, owners and CAN_MANAGE
(a statement starts a stopped one anyway), and stopping, which ends what others run, to owners and CAN_MANAGE alone.
CAN_VIEW and CAN_MONITOR by themselves do neither here."""
WAREHOUSE_VERBS: dict[Act, tuple[str, Callable[["WorkspaceClient", str], None]]] = {
    "start": ("start", acts.start_warehouse),
    "stop": ("stop", acts.stop_warehouse),
}
MOST_AT_ONCE = 50
"""Clusters or warehouses of one bulk act: more than a person can have looked at is a mistake."""
REASON_LENGTH = 500


@dataclass(frozen=True)
class Limits:
    """Where operators may act; admins may everywhere. Empty: no limit."""

    workspaces: frozenset[str] = frozenset()
    tags: tuple[tuple[str, str], ...] = ()
    """It must carry one of these; an empty value stands for any."""
    production: tuple[tuple[str, str], ...] = (("env", "prod"), ("env", "production"), ("environment", "prod"))
    """Those with one of these tags ask for their name before they are stopped or restarted."""


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


class Compute(Protocol):
    """What acting needs to know of a cluster or a warehouse."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def owner(self) -> str: ...  # noqa: D102
    @property
    def tags(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def auto_stop_minutes(self) -> int | None: ...  # noqa: D102


@dataclass(frozen=True)
class Kind:
    """What is different between the kinds of compute that can be acted on."""

    rules: states.Rules
    object_type: str
    """What events call it, and the permissions API in the plural."""
    levels: Mapping[Act, frozenset[str]]
    """What a person needs on it for each act."""
    verbs: Mapping[Act, tuple[str, Callable[["WorkspaceClient", str], None]]]
    look: Callable[["WorkspaceClient", str], Compute]
    work: Callable[["WorkspaceClient", str], Sequence[str]]
    """What goes on it now that an end of it would break, by name."""
    breaks: Callable[[Sequence[str]], str]
    """Says that this work will be lost."""
    work_words: str
    loses: Callable[[Any], str]
    """What is lost beside the work."""
    log: str
    """The log that tells who was active on it."""
    stays: str
    quiet: str = ""
    """Says that nothing goes on, where that can be known for sure; empty: it is not said."""

    @property
    def noun(self) -> str:
        """What people call it."""
        return self.rules.noun


def _runs(client: "WorkspaceClient", cluster_id: str) -> list[str]:
    return [run.name or run.job_id for run in compute.active_runs(client) if cluster_id in run.clusters]


def _runs_break(names: Sequence[str]) -> str:
    return f"{formatting.plural(len(names), 'job run')} on it will fail: {', '.join(names[:5])}."


def _statements(client: "WorkspaceClient", warehouse_id: str) -> list[str]:
    return [running.who for running in live_warehouses.running_statements(client, warehouse_id)]


def _statements_break(names: Sequence[str]) -> str:
    most = "at least " if len(names) >= live_warehouses.MOST_RUNNING else ""
    people = sorted({name or "somebody" for name in names})
    said = f"{most}{formatting.plural(len(names), 'statement')} on it will fail, of {', '.join(people[:5])}."
    return said[0].upper() + said[1:]


def _sessions(warehouse: WarehouseInfo) -> str:
    if warehouse.sessions is None:
        return "Open sessions end with their temporary tables; how many there are the workspace does not say."
    if not warehouse.sessions:
        return "No session is open on it."
    return f"{formatting.plural(warehouse.sessions, 'open session')} will end, temporary tables included."


CLUSTERS = Kind(
    states.CLUSTER, "cluster", dict.fromkeys(states.ACTS, LEVELS), VERBS, compute.cluster, _runs, _runs_break,
    "Which job runs are on it",
    lambda _: "Attached notebooks lose their state; which are attached no interface of the platform tells.",
    "audit log", "Its configuration stays, and it can be started again.",
)  # fmt: skip
WAREHOUSES = Kind(
    states.WAREHOUSE, "warehouse", WAREHOUSE_LEVELS, WAREHOUSE_VERBS, live_warehouses.warehouse, _statements,
    _statements_break, "Which statements run on it", _sessions, "query history",
    "It keeps its settings, and the next statement that somebody sends to it starts it again.",
    "No statement runs on it now.",
)  # fmt: skip


@dataclass(frozen=True)
class Activity:
    """What the tables know of people on it lately."""

    people: tuple[str, ...] = ()
    known_until: datetime | None = None
    """How far the log goes; None when it was not loaded."""


@dataclass(frozen=True)
class Preview:
    """What an act would do, before anybody does it."""

    act: Act
    target: Compute
    refusals: tuple[str, ...]
    """Why it may not be done by this person, or not now; empty when it may."""
    consequences: tuple[str, ...]
    """What will happen, the weightiest first."""
    typed_name: str = ""
    """The name that must be typed first; empty when none must."""
    work: tuple[str, ...] = ()
    """What goes on now that would be lost: names of job runs, people of statements."""

    @property
    def allowed(self) -> bool:
        """Whether it may be done."""
        return not self.refusals


@dataclass(frozen=True)
class Outcome:
    """What came of one act on one cluster or warehouse."""

    act: Act
    object_id: str
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


def _either(levels: Iterable[str]) -> str:
    *first, last = sorted(levels, key=_BY_RISE.index)
    return f"{', '.join(first)} or {last}" if first else last


_BY_RISE = ("CAN_USE", "CAN_RESTART", "IS_OWNER", "CAN_MANAGE")


@dataclass(frozen=True)
class Desk:
    """Everything acting needs. The client is the app's; what the viewer may do is asked each time."""

    client: "WorkspaceClient"
    workspace_id: str
    store: "Store"
    now: Callable[[], datetime]
    kind: Kind = CLUSTERS
    limits: Limits = field(default_factory=Limits)
    cost_per_hour: Callable[[str], tuple[float, str] | None] = lambda _: None
    """Its id → what an hour of it costs and the currency, from its own usage; None when nobody measured it."""
    activity: Callable[[str], Activity] = lambda _: Activity()

    # ── before ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def preview(self, viewer: Viewer, act: Act, object_id: str) -> Preview:
        """Look at it, the person's rights and what goes on, and say what would happen."""
        target = self.look(object_id)
        wrong_state = states.refusal(act, target.name, target.state, self.kind.rules)
        if act not in self.kind.verbs:
            return Preview(act, target, (wrong_state,), ())
        refusals = [text for text in (self._forbidden(viewer, act, target),) if text]
        if wrong_state:
            refusals.append(wrong_state)
        work, unknown = self._work(object_id) if act != "start" else ((), "")
        typed = target.name if act != "start" and carries(target.tags, self.limits.production) else ""
        return Preview(act, target, tuple(refusals), tuple(self._consequences(act, target, work, unknown)), typed, work)

    def _forbidden(self, viewer: Viewer, act: Act, target: Compute) -> str:
        """Why this person may not, in words; empty when they may."""
        try:
            viewer.require(Role.OPERATOR, f"{act} {self.kind.noun}s")
        except AccessError as error:
            return str(error)
        if viewer.role < Role.ADMIN:
            if self.limits.workspaces and self.workspace_id not in self.limits.workspaces:
                return (
                    f"Operators may not act on {self.kind.noun}s of this workspace: "
                    "the app's settings limit them to others."
                )
            if self.limits.tags and not carries(target.tags, self.limits.tags):
                wanted = " or ".join(f"{key}={value}" if value else key for key, value in self.limits.tags)
                return f"Operators may act only on {self.kind.noun}s tagged {wanted}; {target.name} is not."
        try:
            held = levels_of(grants(self.client, f"{self.kind.object_type}s", target.id), viewer.name, viewer.groups)
        except AccessError:
            return (
                f"Whether {viewer.name} may {act} {target.name} cannot be checked: the app itself may not read the "
                f"{self.kind.object_type}'s permissions. Give its service principal CAN_MANAGE on the {self.kind.object_type}."
            )
        needed = self.kind.levels[act]
        if not held & needed:
            has = f"only {', '.join(sorted(held))}" if held else "no permission"
            return (
                f"{viewer.name} has {has} on {target.name}. To {act} it takes {_either(needed)}; "
                f"{target.owner or 'its owner'} or a workspace admin can give it."
            )
        return ""

    def _work(self, object_id: str) -> tuple[tuple[str, ...], str]:
        try:
            return tuple(self.kind.work(self.client, object_id)), ""
        except (AccessError, Unavailable) as error:
            return (), f"{self.kind.work_words} could not be found out: {error.message}"

    def _consequences(self, act: Act, target: Compute, work: tuple[str, ...], unknown: str) -> Iterable[str]:
        if unknown:
            yield unknown
        if work:
            yield self.kind.breaks(work)
        elif act != "start" and not unknown and self.kind.quiet:
            yield self.kind.quiet
        if act != "start":
            yield self.kind.loses(target)
            yield self._people(target)
        cost = self.cost_per_hour(target.id)
        if cost is not None:
            amount = formatting.money(cost[0], cost[1])
            word = {"start": "It costs about", "stop": "It saves about", "restart": "It goes on costing about"}[act]
            yield f"{word} {amount} an hour, as its own use of the last 30 days has it."
        elif act != "restart":
            yield "What an hour of it costs is not known: nobody measured it lately."
        if act == "start":
            stops = f"after {target.auto_stop_minutes} minutes without work" if target.auto_stop_minutes else "never"
            yield f"It stops by itself {stops}."
        if act == "stop":
            yield self.kind.stays

    def _people(self, target: Compute) -> str:
        log = self.kind.log
        seen = self.activity(target.id)
        if seen.known_until is None:
            return f"Who was active on it lately is not assessed: the {log} was not loaded."
        late = self.now() - seen.known_until > timedelta(minutes=30)
        until = f" (the {log} goes to {seen.known_until:%d %b %H:%M} UTC)" if late else ""
        if late and not seen.people:
            return f"Who was active on it in the last 30 minutes is not assessed{until}."
        if not seen.people:
            return f"The {log} names nobody on it in the last 30 minutes."
        return f"Active on it in the last 30 minutes: {', '.join(seen.people[:5])}{until}."

    # ── doing ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def act(
        self, viewer: Viewer, act: Act, object_id: str, *, reason: str, typed_name: str = "", dry_run: bool = False
    ) -> Outcome:
        """Do it, if the person may and the state allows; every way it can end is an outcome, and on record."""
        outcome = Outcome(act, object_id, object_id, "failed", "")
        try:
            if act not in self.kind.verbs:
                raise InputError(f"There is no act {act!r}.", remedy=f"Acts are {', '.join(self.kind.verbs)}.")
            if not reason.strip():
                raise InputError("A reason is missing.", remedy="Say in a few words why: it is kept with the act.")
            viewer.require(Role.OPERATOR, f"{act} {self.kind.noun}s")
            seen = self.preview(viewer, act, object_id)
            outcome = replace(outcome, name=seen.target.name, before=seen.target.state, after=seen.target.state)
            if seen.refusals:
                outcome = replace(outcome, result="refused", message=" ".join(seen.refusals))
            elif seen.typed_name and typed_name.strip() != seen.typed_name and not dry_run:
                outcome = replace(
                    outcome, result="refused",
                    message=f"{seen.target.name} is tagged as production: its name must be typed to {act} it.",
                )  # fmt: skip
            elif dry_run:
                outcome = replace(
                    outcome, result="dry run", message=f"Would {act} {seen.target.name}. Nothing was done."
                )
            else:
                outcome = self._called(outcome)
        except AccessError as error:
            outcome = replace(outcome, result="refused", message=str(error))
        except AppError as error:
            outcome = replace(outcome, result="failed", message=str(error))
        return replace(outcome, event_id=self._record(viewer, outcome, reason))

    def _called(self, outcome: Outcome) -> Outcome:
        """The call itself, and how it stands after it."""
        verb, call = self.kind.verbs[outcome.act]
        rules = self.kind.rules
        problem: AppError | None = None
        try:
            call(self.client, outcome.object_id)
        except AppError as error:
            problem = error
        try:
            state = self.look(outcome.object_id).state
        except NotFound:
            return replace(outcome, result="failed", message=f"{outcome.name} is gone: somebody deleted it meanwhile.")
        except AppError as error:
            if problem is None:
                return replace(
                    outcome, result="done", message=f"Asked to {verb} {outcome.name}; its state is not known yet."
                )
            raise problem from error
        if problem is None or (state in rules.on_the_way[outcome.act] and not isinstance(problem, AccessError)):
            return replace(
                outcome, result="done", after=state, message=states.done_words(outcome.act, outcome.name, state, rules)
            )
        if isinstance(problem, InputError) and state != outcome.before:
            changed = (
                states.refusal(outcome.act, outcome.name, state, rules)
                or f"{outcome.name} is {states.words(state).lower()}."
            )
            return replace(outcome, result="failed", after=state, message=f"It changed meanwhile: {changed}")
        raise problem

    def many(
        self,
        viewer: Viewer,
        act: Act,
        object_ids: Iterable[str],
        *,
        reason: str,
        typed: str = "",
        dry_run: bool = False,
    ) -> list[Outcome]:
        """The same for several, one after the other; one that fails keeps none of the others.

        `typed`: for production ones, the number of all of them typed as a word of confirmation ("3"): each one's name
        counts as typed then.
        """
        ids = list(dict.fromkeys(object_ids))
        if len(ids) > MOST_AT_ONCE:
            raise InputError(
                f"{len(ids)} {self.kind.noun}s at once are too many.",
                remedy=f"Choose at most {MOST_AT_ONCE} at a time.",
            )
        confirmed = typed.strip() == str(len(ids))
        outcomes = []
        for object_id in ids:
            name = ""
            if confirmed:
                try:
                    name = self.look(object_id).name
                except AppError:
                    name = ""
            outcomes.append(self.act(viewer, act, object_id, reason=reason, typed_name=name, dry_run=dry_run))
        return outcomes

    def look(self, object_id: str) -> Compute:
        """How it stands now."""
        return self.kind.look(self.client, object_id)

    def _record(self, viewer: Viewer, outcome: Outcome, reason: str) -> int:
        return events.record(
            self.store,
            Event(
                at=self.now(),
                who=viewer.name,
                act=f"{outcome.act} {self.kind.object_type}",
                object_type=self.kind.object_type,
                object_id=outcome.object_id,
                object_name=outcome.name,
                workspace_id=self.workspace_id,
                before={"state": outcome.before} if outcome.before else None,
                after={"state": outcome.after} if outcome.after else None,
                reason=reason.strip()[:REASON_LENGTH],
                result=outcome.result,
                detail=outcome.message,
            ),
        )
